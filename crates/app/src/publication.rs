//! Publication: hours of the sensors are taken in, a report is drawn, an alert written; another seat lets
//! everybody read it, corrects it, takes it back (S1.26, S1.27, S3.8).
//!
//! Nothing is public that was not published by a step in the ledger. What is public is bytes in the
//! registry, made by one function: the served office and a folder on a disk show the same.

mod alert;
mod desk;
mod public;
mod shown;

use std::fs;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use renkei_core::act::Act;
use renkei_core::class::DataClass;
use renkei_core::id::{Digest, GroupId, PublicationId};
use renkei_core::publication::{Kind, State, Step};
use renkei_core::question::{Approval, Object, ObjectKind, Question};
use renkei_core::seat::{Duty, Seat};
use renkei_core::time::{DAY, Moment};
use renkei_formats::hours::{Hour, Hours, HoursError, MOST_BYTES};
use renkei_formats::publication::{Analysis, Closed, CountryRow, DAYS, Depth, Site, files};
use renkei_lake::{Filter, Group, Whose};
use renkei_store::publication::{PublicFile, Publication, Text};
use renkei_store::{DbError, WriteError};

use crate::campaign::fresh;
use crate::office::{AskError, Office};

pub use alert::AlertError;
use alert::{AlertText, Said};
pub use desk::{AlertTyped, PublicationRead};
pub use shown::{FileTaken, HoursTaken, PublicationChanged, PublicationList, PublicationListed};

/// Kinds of feed that the sensors leave.
const FEEDS: [&str; 2] = ["shadowserver/event4_honeypot_darknet", "shadowserver/event4_honeypot_ddos_target"];

/// Longest reason for taking something back, in characters.
const REASON: usize = 4_000;

/// Why nothing is published.
#[derive(Debug, thiserror::Error)]
pub enum PublicationError {
    /// The gate.
    #[error("{0}")]
    Ask(#[from] AskError),
    /// The registry.
    #[error("{0}")]
    Write(#[from] WriteError),
    /// The registry.
    #[error("{0}")]
    Db(#[from] DbError),
    /// A file of hours.
    #[error("`{}`: {}", .0.display(), .1)]
    Hours(PathBuf, #[source] HoursError),
    /// A file or folder.
    #[error("cannot use `{}`: {}", .0.display(), .1)]
    Io(PathBuf, #[source] io::Error),
    /// Words of an alert.
    #[error("{0}")]
    Alert(#[from] AlertError),
    /// What is kept cannot be read.
    #[error("what is kept of a publication cannot be read: {0}")]
    Json(#[from] serde_json::Error),
    /// No hour of a sensor was taken in.
    #[error(
        "no hours of a sensor were taken in: `renkei sense --out` leaves them, `renkei publish take` takes them in"
    )]
    Nothing,
    /// There is none.
    #[error("there is no publication `{0}`: `renkei publish list` shows them")]
    Unknown(PublicationId),
    /// A report is drawn anew, not corrected.
    #[error("`{0}` is a report: draw a new one with `renkei publish open`")]
    Report(PublicationId),
    /// There is no such group.
    #[error("there is no group `{0}` that has not ended: `renkei group list` shows them")]
    Group(GroupId),
    /// The lake.
    #[error("{0}")]
    Open(#[from] renkei_lake::OpenError),
    /// The lake.
    #[error("{0}")]
    Lake(#[from] renkei_lake::ReadError),
    /// The lake.
    #[error("{0}")]
    Log(#[from] renkei_lake::LogError),
}

impl Office {
    /// Takes in files of hours, each once; no minute of a sensor twice.
    pub async fn take_hours(&self, paths: &[PathBuf], at: Moment) -> Result<HoursTaken, PublicationError> {
        let mut taken = Vec::new();
        for path in paths {
            let bytes = bounded(path).map_err(|error| PublicationError::Io(path.clone(), error))?;
            let hours = Hours::read(&bytes).map_err(|error| PublicationError::Hours(path.clone(), error))?;
            let known = self.take_file_of_hours::<PublicationError>(&bytes, &hours, at).await?;
            taken.push(FileTaken {
                file: path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default(),
                digest: Digest::of(&bytes).to_string(),
                known,
                hours: hours.hours.len() as u64,
                packets: hours.hours.iter().map(Hour::packets).sum(),
            });
        }
        Ok(HoursTaken { files: taken })
    }

    /// Draws the open report as a draft, and lays it out in a folder as everybody would read it. A draft that
    /// nobody published yet is drawn anew.
    pub async fn draw_open(&self, folder: &Path, at: Moment) -> Result<PublicationChanged, PublicationError> {
        let (id, site) = self.draw(at).await?;
        let files = lay_out(folder, &files(&site)?, |file| (&file.path, &file.bytes))?;
        Ok(PublicationChanged { publication: Some(id.to_string()), done: "drawn", files })
    }

    /// Draws the open report as a draft; the desk looks at it as a preview.
    pub async fn draw_report(&self, at: Moment) -> Result<PublicationChanged, PublicationError> {
        let (id, _) = self.draw(at).await?;
        Ok(PublicationChanged { publication: Some(id.to_string()), done: "drawn", files: 0 })
    }

    async fn draw(&self, at: Moment) -> Result<(PublicationId, Site), PublicationError> {
        let told = self.hours(at).await?;
        let report = Analysis::new(&told, at).ok_or(PublicationError::Nothing)?.report(Depth::Open, at);
        let text = serde_json::to_string(&report)?;
        // What is laid out is what will be read from the registry, to the last digit.
        let report = serde_json::from_str(&text)?;
        let publications = self.store.publications().await?;
        let waiting = publications.iter().find(|one| one.kind == Kind::Report && one.state == State::Drafted);
        let (id, version) = waiting.map_or_else(|| (new_publication(at), 0), |one| (one.id, one.version));
        let seat = self.seat(Duty::Drafter).await?;
        let permit = self.ask(self.on_publication(Act::DraftPublication, seat, (id, version), at)).await?;
        self.store.write_publication(permit, id, Kind::Report, &text).await?;
        let site = public::site(&self.settings, &publications)?;
        Ok((id, Site { report: Some(report), report_at: at, report_retracted: None, changed: at, ..site }))
    }

    /// Draws the closed report of a group into a folder. It is never public.
    pub async fn draw_closed(
        &self,
        group: GroupId,
        folder: &Path,
        at: Moment,
    ) -> Result<PublicationChanged, PublicationError> {
        let found = self.store.groups().await?.into_iter().find(|one| one.group.id == group && one.ended_at.is_none());
        let found = found.ok_or(PublicationError::Group(group))?;
        let seat = self.seat(Duty::Drafter).await?;
        let question = self.question(Act::Count, seat, at).on(Object::new(ObjectKind::Group, group, found.version));
        let permit = self.ask(question.with_class(DataClass::IdentificationByIp)).await?;
        let told = self.hours(at).await?;
        let analysis = Analysis::new(&told, at).ok_or(PublicationError::Nothing)?;
        let members = self.members(&found.group, analysis.week(), at).await?;
        let closed = Closed { group: found.name.clone(), detections: analysis.detections(), members };
        let mut report = analysis.report(Depth::Closed, at);
        report.closed = Some(closed);
        let publications = self.store.publications().await?;
        let site = public::site(&self.settings, &publications)?;
        let site = Site { report: Some(report), report_at: at, report_retracted: None, changed: at, ..site };
        self.store.record_act(permit, crate::office::counted("hours", told.len() as u64)).await?;
        let files = lay_out(folder, &files(&site)?, |file| (&file.path, &file.bytes))?;
        Ok(PublicationChanged { publication: None, done: "laid-out", files })
    }

    /// Writes an alert; with `corrects`, a further text of one that is there.
    pub async fn write_alert(
        &self,
        text: &str,
        corrects: Option<PublicationId>,
        at: Moment,
    ) -> Result<PublicationChanged, PublicationError> {
        let known = match corrects {
            Some(id) => Some(self.store.publication(id).await?.ok_or(PublicationError::Unknown(id))?),
            None => None,
        };
        if let Some(report) = known.as_ref().filter(|one| one.kind == Kind::Report) {
            return Err(PublicationError::Report(report.id));
        }
        let was_public = known.as_ref().is_some_and(|one| one.state.is_public());
        let alert = AlertText::typed(text, was_public, &self.store.sensors().await?)?;
        let (id, version) = known.map_or_else(|| (new_publication(at), 0), |one| (one.id, one.version));
        let seat = self.seat(Duty::Drafter).await?;
        let permit = self.ask(self.on_publication(Act::DraftPublication, seat, (id, version), at)).await?;
        self.store.write_publication(permit, id, Kind::Alert, &serde_json::to_string(&alert)?).await?;
        Ok(PublicationChanged { publication: Some(id.to_string()), done: "written", files: 0 })
    }

    /// Lets everybody read the last text of a publication, at once.
    pub async fn publish(&self, id: PublicationId, at: Moment) -> Result<PublicationChanged, PublicationError> {
        let before = self.store.publications().await?;
        let one = before.iter().find(|one| one.id == id).ok_or(PublicationError::Unknown(id))?;
        let seat = self.seat(Duty::Approver).await?;
        let drafter = one.last().map_or_else(|| seat.id.clone(), |text| text.written_by.clone());
        let approval = Approval::about_to_be_given(&seat, &drafter);
        let question = self.on_publication(Act::Publish, seat.clone(), (id, one.version), at).approved(approval);
        let permit = self.ask(question).await?;
        let after = stepped(&before, id, |one| {
            one.state = one.state.after(Step::Publish).map_err(WriteError::from)?;
            one.shown = Some(one.revision);
            if let Some(Text { published, .. }) = one.texts.last_mut() {
                *published = Some((seat.id.clone(), at));
            }
            Ok(())
        })?;
        self.store.publish(permit, id, &public::public(&self.settings, &before, &after)?).await?;
        Ok(PublicationChanged { publication: Some(id.to_string()), done: "published", files: 0 })
    }

    /// Takes a publication back, at once, and says why.
    pub async fn retract_publication(
        &self,
        id: PublicationId,
        ja: &str,
        en: &str,
        at: Moment,
    ) -> Result<PublicationChanged, PublicationError> {
        let said = Said { ja: ja.to_owned(), en: en.to_owned() };
        said.checked("reason", REASON, &self.store.sensors().await?)?;
        let words = serde_json::to_string(&said)?;
        let before = self.store.publications().await?;
        let one = before.iter().find(|one| one.id == id).ok_or(PublicationError::Unknown(id))?;
        let seat = self.seat(Duty::Approver).await?;
        let permit = self.ask(self.on_publication(Act::RetractPublication, seat, (id, one.version), at)).await?;
        let after = stepped(&before, id, |one| {
            one.state = one.state.after(Step::Retract).map_err(WriteError::from)?;
            one.retracted = Some((at, words.clone()));
            Ok(())
        })?;
        self.store.retract(permit, id, &words, &public::public(&self.settings, &before, &after)?).await?;
        Ok(PublicationChanged { publication: Some(id.to_string()), done: "retracted", files: 0 })
    }

    /// Every publication, oldest first.
    pub async fn publications(&self) -> Result<PublicationList, PublicationError> {
        Ok(PublicationList(self.store.publications().await?.iter().map(PublicationListed::of).collect()))
    }

    /// Lays out in a folder what everybody reads: the bytes that the served office shows.
    pub async fn lay_out_public(&self, folder: &Path) -> Result<PublicationChanged, PublicationError> {
        let files = self.store.public_files().await?;
        let files = lay_out(folder, &files, |file| (&file.path, &file.bytes))?;
        Ok(PublicationChanged { publication: None, done: "laid-out", files })
    }

    /// A file that everybody reads; `None`: there is none, or nothing was published. No right is needed.
    pub async fn public_file(&self, path: &str) -> Result<Option<PublicFile>, DbError> {
        self.store.public_file(path).await
    }

    /// What sensors told of the time of a report.
    async fn hours(&self, at: Moment) -> Result<Vec<Hours>, PublicationError> {
        let texts = self.store.hours_since(Moment(at.0.saturating_sub((DAYS + 1) * DAY))).await?;
        Ok(texts.iter().map(|text| serde_json::from_str(text)).collect::<Result<_, _>>()?)
    }

    /// Addresses of a group's members in the feeds of the sensors, by kind: this week and the one before.
    async fn members(
        &self,
        group: &renkei_core::share::Group,
        (from, until): (Moment, Moment),
        at: Moment,
    ) -> Result<Vec<CountryRow>, PublicationError> {
        let mut parties = std::collections::BTreeSet::new();
        for (seat, validity) in &group.members {
            if let Some(seat) = self.store.seat(seat).await?.filter(|_| validity.holds(at)) {
                parties.insert(seat.party);
            }
        }
        let lake = self.lake().await?;
        let view = lake.view().await?;
        let count = |kind: &str, from: Moment, until: Moment| {
            let mut devices = 0;
            for party in &parties {
                let party = Some(Whose::Party(party.clone()));
                let (from, until) = (Some(from), Some(until));
                let filter = Filter { kind: Some(kind.to_owned()), party, from, until, ..Filter::default() };
                let rows = tokio::task::block_in_place(|| view.count_devices(&filter, &[Group::Kind]))?;
                devices += rows.iter().map(|row| row.devices).sum::<u64>();
            }
            Ok::<u64, renkei_lake::ReadError>(devices)
        };
        let mut rows = Vec::new();
        for kind in FEEDS {
            let before = Some(count(kind, from.plus_days(-7), from)?);
            rows.push(CountryRow { name: kind.to_owned(), count: count(kind, from, until)?, before });
        }
        Ok(rows)
    }

    fn on_publication(&self, act: Act, seat: Seat, (id, version): (PublicationId, u64), at: Moment) -> Question {
        self.question(act, seat, at).on(Object::new(ObjectKind::Publication, id, version))
    }
}

/// The publications as they are after a step of one of them.
fn stepped(
    before: &[Publication],
    id: PublicationId,
    step: impl Fn(&mut Publication) -> Result<(), WriteError>,
) -> Result<Vec<Publication>, WriteError> {
    let mut after = before.to_vec();
    after.iter_mut().filter(|one| one.id == id).try_for_each(step)?;
    Ok(after)
}

fn new_publication(at: Moment) -> PublicationId {
    PublicationId::from_bits(fresh(at))
}

fn bounded(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    fs::File::open(path)?.take(MOST_BYTES as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Writes files below a folder; how many.
fn lay_out<T>(folder: &Path, files: &[T], of: impl Fn(&T) -> (&String, &Vec<u8>)) -> Result<u64, PublicationError> {
    for file in files {
        let (path, bytes) = of(file);
        let path = folder.join(path);
        let io = |error| PublicationError::Io(path.clone(), error);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(io)?;
        }
        fs::write(&path, bytes).map_err(io)?;
    }
    Ok(files.len() as u64)
}
