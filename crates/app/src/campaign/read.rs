//! Reading a request: its letter, figures and thread; its rows, each view of which the ledger keeps (S4.27).

use std::collections::BTreeMap;

use renkei_core::act::Act;
use renkei_core::answer::Status;
use renkei_core::class::DataClass;
use renkei_core::id::{CampaignId, PartyId, RequestId};
use renkei_core::ledger::Detail;
use renkei_core::request::State;
use renkei_core::ruling::Ruling;
use renkei_core::seat::{Duty, Seat};
use renkei_core::text::Bilingual;
use renkei_core::time::Moment;
use renkei_formats::notice::Manifest;
use renkei_formats::notice::manifest::Payload;
use renkei_gate::Permit;
use renkei_store::letter::LetterKind;
use renkei_store::request::{Request, RequestFilter, RequestPage};
use schemars::JsonSchema;
use serde::Serialize;

use super::draft::{LETTER, LINES};
use super::withdraw::ChangeError;
use crate::credentials;
use crate::file;
use crate::office::{AskError, Office};
use crate::signin::BilingualShown;

/// A request with its thread.
#[derive(Debug, Serialize, JsonSchema)]
pub struct RequestRead {
    /// Its id.
    pub request: String,
    /// Counts up with every change: what `If-Match` names.
    pub version: u64,
    /// Its campaign.
    pub campaign: String,
    /// The campaign's title.
    pub title: BilingualShown,
    /// Who is asked.
    pub party: String,
    /// What is asked.
    pub measure: &'static str,
    /// The data class that is handed over.
    pub class: &'static str,
    /// Where it stands.
    pub state: &'static str,
    /// Devices.
    pub devices: u64,
    /// Lines.
    pub lines: u64,
    /// Lines listed only, by reason.
    pub not_actionable: BTreeMap<String, u64>,
    /// The letter as it is approved.
    pub letter: String,
    /// SHA-256 of the manifest that the approval is over.
    pub digest: String,
    /// What happened, oldest first.
    pub thread: Vec<Event>,
    /// When an answer is due.
    pub due_at: Option<String>,
    /// Whether that day has passed.
    pub overdue: bool,
    /// Whether its last letters came back, so that the party was not told; shown to the house alone.
    pub undelivered: bool,
    /// The statuses by which its lines can be answered.
    pub statuses: Vec<&'static str>,
    /// Sheets that were sealed to the party as they were read; nobody else fetches them (S2.15).
    pub sealed: Vec<SealedSheet>,
    /// When the office deletes those.
    pub delete_on: Option<String>,
    /// Why it is lawful: what the gate answers to handing it over now.
    pub ruling: RulingShown,
}

/// A sealed sheet of a request.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SealedSheet {
    /// Its name.
    pub name: String,
    /// SHA-256 of the sealed bytes.
    pub digest: String,
    /// Its size in bytes.
    pub bytes: u64,
    /// Whether the office still has it.
    pub kept: bool,
}

/// A sheet of rows that was fetched.
#[derive(Debug)]
pub struct Rows {
    /// Its file name.
    pub name: String,
    /// Its media type.
    pub media_type: &'static str,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// Something that happened to a request.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Event {
    /// When.
    pub at: String,
    /// What: `drafted`, `approved`, `sent`, `acknowledged`, `answered`, `fed-back`, `ended`.
    pub what: &'static str,
    /// Which seat, where one of the reader's own party did it.
    pub seat: Option<String>,
    /// `full`, `part` …, for an answer.
    pub outcome: Option<&'static str>,
    /// Figures of an answer or of feedback, by status or name.
    pub figures: BTreeMap<String, u64>,
    /// What was said.
    pub text: Option<BilingualShown>,
}

/// A ruling in words.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct RulingShown {
    /// `allowed`, `needs-approval` …
    pub outcome: &'static str,
    /// What it rests on, the deciding ones first.
    pub grounds: Vec<GroundShown>,
    /// SHA-256 of the rule set.
    pub policies: String,
}

/// One ground of a ruling.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct GroundShown {
    /// Gate (`G7`).
    pub gate: String,
    /// Stable code.
    pub code: String,
    /// Requirements it carries out.
    pub requirements: Vec<String>,
    /// What it says.
    pub outcome: &'static str,
    /// Why, in both languages.
    pub reason: BilingualShown,
}

impl From<Ruling> for RulingShown {
    fn from(ruling: Ruling) -> Self {
        let Ruling { outcome, grounds, policy_set, at: _ } = ruling;
        let shown = grounds.into_iter().map(|ground| GroundShown {
            gate: ground.gate.to_string(),
            code: ground.code.to_string(),
            requirements: ground.requirements.iter().map(ToString::to_string).collect(),
            outcome: ground.outcome.word(),
            reason: ground.reason.into(),
        });
        Self { outcome: outcome.word(), grounds: shown.collect(), policies: policy_set.to_string() }
    }
}

/// A row of a list of requests.
#[derive(Debug, Serialize, JsonSchema)]
pub struct RequestListed {
    /// Its id.
    pub request: String,
    /// Its campaign's title.
    pub title: BilingualShown,
    /// Who is asked.
    pub party: String,
    /// What is asked.
    pub measure: &'static str,
    /// Where it stands.
    pub state: &'static str,
    /// Lines.
    pub lines: u64,
    /// When it left.
    pub sent_at: Option<String>,
    /// When an answer is due.
    pub due_at: Option<String>,
    /// Whether that day has passed.
    pub overdue: bool,
}

impl RequestListed {
    pub(crate) fn of(request: &Request, title: Bilingual, at: Moment) -> Self {
        Self {
            request: request.id.to_string(),
            title: title.into(),
            party: request.party.to_string(),
            measure: request.measure.word(),
            state: request.state.word(),
            lines: request.lines,
            sent_at: request.sent_at.map(|at| at.to_string()),
            due_at: request.due_at.map(|at| at.day().to_string()),
            overdue: is_overdue(request, at),
        }
    }
}

/// Whether an answer is still awaited after its day.
fn is_overdue(request: &Request, at: Moment) -> bool {
    let waiting = matches!(request.state, State::Sent | State::Acknowledged);
    waiting && request.due_at.is_some_and(|due| due < at)
}

/// What a list of requests is narrowed to.
#[derive(Debug, Clone, Default)]
pub struct RequestsOf {
    /// A campaign.
    pub campaign: Option<CampaignId>,
    /// A party; a seat of another party than the house sees its own only, whatever stands here.
    pub party: Option<PartyId>,
    /// A state.
    pub state: Option<State>,
    /// Those after this one.
    pub after: Option<RequestId>,
    /// How many at most; `None`: [`PAGE`].
    pub most: Option<u64>,
}

/// How many rows a page of a list has.
pub const PAGE: u64 = 100;

/// A page of the requests a seat may read.
#[derive(Debug)]
pub struct RequestsPage {
    /// The requests, newest first.
    pub items: Vec<RequestListed>,
    /// Behind which the next page begins; `None`: this is the last.
    pub next: Option<String>,
}

impl Office {
    /// The requests a seat may read, a page of them: all for the house, its own party's, once they left, for others.
    pub async fn requests_for(&self, seat: &Seat, of: &RequestsOf, at: Moment) -> Result<RequestsPage, ChangeError> {
        let house = seat.party == self.settings.party;
        let party = if house { of.party.clone() } else { Some(seat.party.clone()) };
        let most = of.most.unwrap_or(PAGE);
        let filter = RequestFilter {
            campaign: of.campaign,
            party,
            state: of.state,
            overdue_at: None,
            sent: !house,
            // One more says whether there is a next page.
            page: Some(RequestPage { after: of.after, most: most.saturating_add(1) }),
        };
        let campaigns = self.store.campaigns().await?;
        let mut items = Vec::new();
        for request in self.store.requests(&filter).await? {
            let campaign = campaigns.iter().find(|campaign| campaign.plan.id == request.campaign);
            let title = campaign.map_or_else(Bilingual::default, |campaign| campaign.plan.title.clone());
            items.push(RequestListed::of(&request, title, at));
        }
        let is_more = items.len() as u64 > most;
        items.truncate(usize::try_from(most).unwrap_or(usize::MAX));
        let next = items.last().filter(|_| is_more).map(|item| item.request.clone());
        Ok(RequestsPage { items, next })
    }

    /// A request with its letter and thread. To a seat that may not know of it, it does not exist.
    pub async fn read_request(&self, id: RequestId, at: Moment) -> Result<RequestRead, ChangeError> {
        let (request, seat, _looked) = self.readable(id, false, at).await?;
        let own = seat.party == self.settings.party;
        let campaign = self.store.campaign(request.campaign).await?;
        let manifest = self.manifest_of(&request).await?;
        let letter = manifest.payloads.iter().find(|payload| payload.name.as_str() == LETTER);
        let letter = letter.map(|payload| file::read(&self.folder, payload.digest)).transpose()?.unwrap_or_default();
        let sheet = |payload: &Payload| SealedSheet {
            name: payload.name.as_str().to_owned(),
            digest: payload.digest.to_string(),
            bytes: payload.bytes,
            kept: file::place(&self.folder, payload.digest).exists(),
        };
        let deletion = campaign.as_ref().and_then(|campaign| credentials::deletion(&campaign.plan.fields));
        let parties = self.store.parties().await?;
        let sender = self.clone().seated(None).seat(Duty::Sender).await?;
        let question = self.about(Act::Send, sender, &request, &parties, at);
        let question = match self.approval_of(&request).await? {
            Some(approval) => question.approved(approval),
            None => question,
        };
        let ruling = self.gate.rule(&question);
        Ok(RequestRead {
            thread: self.thread(&request, own).await?,
            request: id.to_string(),
            version: request.version,
            campaign: request.campaign.to_string(),
            title: campaign.map_or_else(Bilingual::default, |campaign| campaign.plan.title).into(),
            party: request.party.to_string(),
            measure: request.measure.word(),
            overdue: is_overdue(&request, at),
            undelivered: own && self.undelivered().await?.contains(&id),
            statuses: Status::of(request.measure).iter().map(|status| status.word()).collect(),
            sealed: credentials::sealed(&manifest.payloads).map(sheet).collect(),
            delete_on: deletion.map(|day| day.to_string()),
            class: request.class.word(),
            state: request.state.word(),
            devices: request.devices,
            lines: request.lines,
            not_actionable: request.not_actionable,
            letter: String::from_utf8_lossy(&letter).into_owned(),
            digest: request.digest.to_string(),
            due_at: request.due_at.map(|at| at.day().to_string()),
            ruling: ruling.into(),
        })
    }

    /// The rows of a request as the sheet that was sent, or one of its sealed sheets, counted from 0.
    /// The view is in the ledger before it is shown.
    pub async fn read_rows(&self, id: RequestId, sheet: usize, at: Moment) -> Result<Rows, ChangeError> {
        let (request, _, permit) = self.readable(id, true, at).await?;
        let manifest: Manifest = self.manifest_of(&request).await?;
        let mut sealed = credentials::sealed(&manifest.payloads);
        let found = match request.class.is_secret() {
            true => sealed.nth(sheet),
            false => manifest.payloads.iter().find(|payload| payload.name.as_str() == LINES),
        };
        let (name, bytes) = match found {
            None => (format!("{id}.csv"), Vec::new()),
            Some(payload) if request.class.is_secret() => {
                let bytes = file::read(&self.folder, payload.digest).map_err(|_| ChangeError::Deleted(id))?;
                (format!("{id}.{}", payload.name.as_str()), bytes)
            }
            Some(payload) => (format!("{id}.csv"), file::read(&self.folder, payload.digest)?),
        };
        self.store.record_view(permit, request.lines, Detail::new()).await?;
        let media_type = if name.ends_with(".age") { "application/octet-stream" } else { "text/csv; charset=utf-8" };
        Ok(Rows { name, media_type, bytes })
    }

    /// The request, if the acting seat may read it, or its rows. One that it may not know of is told as one
    /// that does not exist, and the refusal is in the ledger.
    async fn readable(&self, id: RequestId, rows: bool, at: Moment) -> Result<(Request, Seat, Permit), ChangeError> {
        let request = self.store.request(id).await?.ok_or(ChangeError::Unknown(id))?;
        let seat = self.seat(Duty::Drafter).await?;
        let known = seat.party == self.settings.party || (seat.party == request.party && request.sent_at.is_some());
        let class = if rows { request.class } else { DataClass::Counts };
        let question = self.reading(&request, seat.clone(), class, at).await?;
        match self.ask(question).await {
            Ok(permit) => Ok((request, seat, permit)),
            Err(AskError::Refused(_)) if !known => Err(ChangeError::Unknown(id)),
            Err(error) => Err(error.into()),
        }
    }

    async fn reading(
        &self,
        request: &Request,
        seat: Seat,
        class: DataClass,
        at: Moment,
    ) -> Result<renkei_core::question::Question, ChangeError> {
        let parties = self.store.parties().await?;
        let mut question = self.about(Act::ReadRequest, seat, request, &parties, at).with_class(class);
        question.measure = None;
        Ok(question.once_sent(request.sent_at.is_some()))
    }

    async fn thread(&self, request: &Request, own: bool) -> Result<Vec<Event>, ChangeError> {
        let event = |at: Moment, what| Event {
            at: at.to_string(),
            what,
            seat: None,
            outcome: None,
            figures: BTreeMap::new(),
            text: None,
        };
        let by = |seat: &renkei_core::id::SeatId| own.then(|| seat.to_string());
        let mut thread = Vec::new();
        if own {
            thread.push(Event { seat: by(&request.drafted_by), ..event(request.drafted_at, "drafted") });
        }
        if let Some(approval) = &request.approval {
            thread.push(Event { seat: by(&approval.by), ..event(approval.at, "approved") });
        }
        if own {
            let again = self.store.letters(request.id).await?;
            let again = again.into_iter().filter(|letter| letter.kind == LetterKind::Again && letter.new.part == 1);
            thread.extend(again.map(|letter| event(letter.queued_at, "sent-again")));
        }
        let steps = [(request.sent_at, "sent"), (request.acknowledged_at, "acknowledged")];
        thread.extend(steps.into_iter().filter_map(|(at, what)| Some(event(at?, what))));
        for answer in self.store.answers(request.id).await? {
            let counts = answer.outcome.counts();
            thread.push(Event {
                seat: Some(answer.seat.to_string()),
                outcome: Some(answer.outcome.word()),
                figures: counts.iter().map(|(status, count)| (status.word().to_owned(), count)).collect(),
                ..event(answer.at, "answered")
            });
        }
        for feedback in self.store.feedbacks(request.id).await? {
            thread.push(Event {
                seat: by(&feedback.seat),
                figures: feedback.told.figures,
                text: Some(feedback.told.text.into()),
                ..event(feedback.at, "fed-back")
            });
        }
        thread.extend(request.ended_at.map(|at| event(at, "ended")));
        thread.sort_by(|a, b| a.at.cmp(&b.at));
        Ok(thread)
    }
}
