//! Stolen credentials, split by the operator that issued them (S0.5, S1.12, S2.15).
//!
//! Each record is sealed to its operator's own key the moment it is read. The office keeps counts, blind
//! tokens and the sealed sheets until the day of deletion; it can read none of what it hands on. What has
//! no operator yet, or one without a key, is sealed to the office's own key, to be split again later.

mod blind;
mod delete;
mod list;
mod shown;
mod split;
mod spool;

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fs::{File, TryLockError};
use std::io::{self, Read};
use std::path::PathBuf;

use renkei_core::act::Act;
use renkei_core::class::DataClass;
use renkei_core::directory::sites::Sites;
use renkei_core::id::{CampaignId, Digest};
use renkei_core::ledger::Detail;
use renkei_core::question::{Object, ObjectKind};
use renkei_core::request::State;
use renkei_core::seat::Duty;
use renkei_core::time::{Day, Moment};
use renkei_formats::credentials::ShapeError;
use renkei_formats::notice::manifest::Payload;
use renkei_lake::SelectionFilter;
use renkei_store::request::RequestFilter;
use renkei_table::LineKey;
use schemars::JsonSchema;
use serde::Serialize;
use zeroize::Zeroize as _;

use crate::campaign::Purpose;
use crate::campaign::plan::PlanError;
use crate::file;
use crate::ingest::quarantine::{KeyError, Quarantine};
use crate::office::Office;
use crate::secret::SecretError;
use blind::Blind;
pub use delete::Deleted;
pub use list::{Batch, BatchList};
use split::Splitting;
use spool::Spool;

/// Names of the fields of a campaign that say what became of a batch.
const SOURCE: &str = "credentials.source";
const DELETE_ON: &str = "credentials.delete-on";
const REST: &str = "credentials.rest";
const RECORDS: &str = "credentials.records";
/// Sites without an operator that are named, the most frequent first.
const NAMED: usize = 20;

/// Why a batch is not split.
#[derive(Debug, thiserror::Error)]
pub enum SplitError {
    /// Planning: gate, registry, lake, drafts.
    #[error("{0}")]
    Plan(#[from] PlanError),
    /// The file.
    #[error("cannot read `{}`: {}", .0.display(), .1)]
    Io(PathBuf, #[source] io::Error),
    /// The file is none of credentials.
    #[error("`{}`: {}", .0.display(), .1)]
    Shape(PathBuf, #[source] ShapeError),
    /// The file is sealed to another key.
    #[error("`{}`: {}; seal it to the office's quarantine key (`renkei key list`)", .0.display(), .1)]
    Sealed(PathBuf, #[source] renkei_post::quarantine::OpenError),
    /// The office's own key.
    #[error("{0}")]
    Key(#[from] KeyError),
    /// The office's own key.
    #[error("{0}")]
    Secret(#[from] SecretError),
    /// The sheets cannot be written.
    #[error("the sealed sheets cannot be written: {0}")]
    Write(#[source] io::Error),
    /// The file was split before.
    #[error("this file was split before, as campaign `{0}`: nothing is split twice")]
    Again(CampaignId),
    /// There is no such batch, or nothing of it is left over.
    #[error("campaign `{0}` has no left-over credentials: `renkei credentials list` shows the batches")]
    NoRest(CampaignId),
    /// Another process splits.
    #[error("another process is splitting credentials in this office: try again when it is done")]
    Busy,
    /// The day of deletion has passed.
    #[error("the day of deletion {0} is not in the future")]
    Past(Day),
}

macro_rules! through {
    ($($from:ty),+ $(,)?) => {$(
        impl From<$from> for SplitError {
            fn from(error: $from) -> Self {
                Self::Plan(error.into())
            }
        }
    )+};
}

through! {
    crate::office::AskError,
    renkei_store::DbError,
    renkei_store::WriteError,
    renkei_lake::OpenError,
    renkei_lake::AppendError,
    arrow::error::ArrowError,
    crate::campaign::draft::DraftError,
    crate::campaign::history::HistoryError,
}

/// What is split.
#[derive(Debug, Clone)]
pub enum Source {
    /// A file: CSV or `URL:ID:PASSWORD` lines, readable or sealed to the office with age.
    File(PathBuf),
    /// What an earlier batch could not hand on.
    Rest(CampaignId),
}

/// What was split.
#[derive(Debug, Default, Serialize, JsonSchema)]
pub struct Split {
    /// The campaign with the drafts; none where nothing could be handed on.
    pub campaign: Option<String>,
    /// Records read.
    pub records: u64,
    /// Records sealed to their operators.
    pub sealed: u64,
    /// Records that stood in the file before.
    pub repeated: u64,
    /// Records that could not be handed on, by reason; they are sealed to the office.
    pub left: BTreeMap<&'static str, u64>,
    /// Records that could not be read; they lie in quarantine, sealed.
    pub quarantined: BTreeMap<&'static str, u64>,
    /// Columns that are not handed over.
    pub columns_dropped: Vec<String>,
    /// One row an operator.
    pub operators: Vec<SplitOperator>,
    /// Sites that nobody in the directory runs, with records, the most frequent first.
    pub unknown_sites: Vec<(String, u64)>,
    /// When the sealed sheets are deleted.
    pub delete_on: String,
    /// The file that was given is readable as it lies there.
    pub source_is_readable: bool,
}

/// What one operator would get.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SplitOperator {
    /// The operator.
    pub party: String,
    /// The request.
    pub request: String,
    /// Records.
    pub records: u64,
    /// Accounts.
    pub accounts: u64,
    /// Sealed sheets.
    pub sheets: usize,
}

impl Office {
    /// Splits credentials by operator, seals each to its operator's key, and drafts a request for each.
    pub async fn split_credentials(
        &self,
        source: &Source,
        purpose: &Purpose,
        delete_on: Option<Day>,
        at: Moment,
    ) -> Result<Split, SplitError> {
        let _at_work = self.at_work().map_err(SplitError::Write)?;
        let _alone = self.splitting_alone()?;
        let (inputs, delete_on) = self.inputs(source, delete_on).await?;
        if delete_on <= at.day() {
            return Err(SplitError::Past(delete_on));
        }
        let digest = digest_of(&inputs)?;
        for known in self.store.campaigns().await? {
            if known.plan.fields.get(SOURCE).is_some_and(|known| *known == digest.to_string()) {
                return Err(SplitError::Again(known.plan.id));
            }
        }
        let seat = self.seat(Duty::Drafter).await?;
        let feed = Object::new(ObjectKind::Feed, digest, 0);
        let reading =
            self.ask(self.question(Act::Ingest, seat.clone(), at).with_class(DataClass::Credential).on(feed)).await?;
        let office_key = self.quarantine_key().await?;
        let parties = self.parties_in_use().await?;
        let mut splitting = Splitting {
            office: self,
            at,
            seat,
            sites: Sites::new(&parties),
            parties: parties.iter().map(|party| (&party.id, party)).collect(),
            operators: BTreeMap::new(),
            refused: Vec::new(),
            rest: Spool::new(&self.folder, office_key.clone(), self.settings.post.part_bytes),
            blind: Blind::open(&self.key_file("blind"))?,
            told: self.told_credentials().await?,
            seen: HashSet::new(),
            kept: Vec::new(),
            unknown: BTreeMap::new(),
            split: Split { delete_on: delete_on.to_string(), ..Split::default() },
        };
        let mut quarantine = Quarantine::new(&self.folder, digest, office_key);
        let opened = self.opened(&inputs).await?;
        splitting.split.source_is_readable = opened.iter().any(|(_, _, readable)| *readable);
        tokio::task::block_in_place(|| {
            opened.into_iter().try_for_each(|(path, input, _)| splitting.read(&path, input, &mut quarantine))
        })?;
        quarantine.finish().map_err(SplitError::Write)?;
        for (question, ruling) in &splitting.refused {
            self.store.record_refusal(question, ruling).await?;
        }
        let split = splitting.draft(purpose, digest, delete_on).await?;
        let detail = Detail::new()
            .put("records", split.records)
            .put("sealed", split.sealed)
            .put("operators", split.operators.len())
            .put("left", split.left.values().sum::<u64>())
            .put("quarantined", split.quarantined.values().sum::<u64>());
        self.store.record_act(reading, detail).await?;
        Ok(split)
    }

    /// One process splits at a time: two with the same file would each find that nobody split it before.
    fn splitting_alone(&self) -> Result<File, SplitError> {
        let path = self.folder.join("credentials.lock");
        let file = File::options().create(true).truncate(false).write(true).open(path).map_err(SplitError::Write)?;
        match file.try_lock() {
            Ok(()) => Ok(file),
            Err(TryLockError::WouldBlock) => Err(SplitError::Busy),
            Err(TryLockError::Error(error)) => Err(SplitError::Write(error)),
        }
    }

    /// The files to read, and the day of deletion.
    async fn inputs(&self, source: &Source, delete_on: Option<Day>) -> Result<(Vec<PathBuf>, Day), SplitError> {
        match source {
            Source::File(path) => Ok((vec![path.clone()], delete_on.unwrap_or(Day(0)))),
            Source::Rest(id) => {
                let campaign = self.store.campaign(*id).await?.ok_or(SplitError::NoRest(*id))?;
                let fields = &campaign.plan.fields;
                let rest = fields.get(REST).map(String::as_str).unwrap_or_default();
                let paths: Vec<PathBuf> = rest
                    .split(' ')
                    .filter_map(|digest| Some(file::place(&self.folder, digest.parse().ok()?)))
                    .filter(|path| path.exists())
                    .collect();
                let day = fields.get(DELETE_ON).and_then(|day| crate::parse_day(day));
                match day {
                    Some(day) if !paths.is_empty() => Ok((paths, delete_on.unwrap_or(day).min(day))),
                    _ => Err(SplitError::NoRest(*id)),
                }
            }
        }
    }

    /// The files opened, each with whether it is readable as it lies there.
    async fn opened(&self, paths: &[PathBuf]) -> Result<Vec<(PathBuf, Box<dyn Read + Send>, bool)>, SplitError> {
        let mut opened: Vec<(PathBuf, Box<dyn Read + Send>, bool)> = Vec::new();
        for path in paths {
            let io = |error| SplitError::Io(path.clone(), error);
            let mut head = Vec::new();
            File::open(path).map_err(io)?.take(34).read_to_end(&mut head).map_err(io)?;
            let file = File::open(path).map_err(io)?;
            let sealed = head.starts_with(b"age-encryption.org/") || head.starts_with(b"-----BEGIN AGE ENCRYPTED FILE");
            head.zeroize();
            if sealed {
                let identity = self.office_identity().await?;
                let input = identity.opener(file).map_err(|error| SplitError::Sealed(path.clone(), error))?;
                opened.push((path.clone(), Box::new(input), false));
            } else {
                opened.push((path.clone(), Box::new(file), true));
            }
        }
        Ok(opened)
    }

    /// Credentials that an operator was asked about, or is about to be.
    async fn told_credentials(&self) -> Result<HashSet<LineKey>, SplitError> {
        let requests = self.store.requests(&RequestFilter::default()).await?;
        let stand: HashSet<_> = requests
            .into_iter()
            .filter(|request| request.class == DataClass::Credential && request.state != State::Withdrawn)
            .map(|request| request.id)
            .collect();
        if stand.is_empty() {
            return Ok(HashSet::new());
        }
        let rows = self.selections(SelectionFilter::default()).await?;
        let told =
            rows.into_iter().filter(|row| row.reason.is_none() && row.request.is_some_and(|id| stand.contains(&id)));
        Ok(told.map(|row| LineKey { hi: row.line.0, lo: row.line.1 }).collect())
    }
}

/// The digest of some files one after the other; the buffer is wiped.
fn digest_of(paths: &[PathBuf]) -> Result<Digest, SplitError> {
    use sha2::Digest as _;
    let mut hasher = sha2::Sha256::new();
    let mut buffer = zeroize::Zeroizing::new(vec![0u8; 1 << 18]);
    for path in paths {
        let io = |error| SplitError::Io(path.clone(), error);
        let mut file = File::open(path).map_err(io)?;
        loop {
            let read = file.read(&mut buffer).map_err(io)?;
            match buffer.get(..read) {
                Some(bytes) if read > 0 => hasher.update(bytes),
                _ => break,
            }
        }
    }
    Ok(Digest(hasher.finalize().into()))
}

/// The sealed sheets among the files of a request.
pub(crate) fn sealed(payloads: &[Payload]) -> impl Iterator<Item = &Payload> {
    payloads.iter().filter(|payload| payload.name.as_str().ends_with(".age"))
}

/// The day on which a batch's sealed sheets are deleted.
pub(crate) fn deletion(fields: &BTreeMap<String, String>) -> Option<Day> {
    fields.get(DELETE_ON).and_then(|day| crate::parse_day(day))
}

/// The digests of everything sealed that a batch keeps beside its requests' files.
fn rest_of(fields: &BTreeMap<String, String>) -> BTreeSet<Digest> {
    let rest = fields.get(REST).map(String::as_str).unwrap_or_default();
    rest.split(' ').filter_map(|digest| digest.parse().ok()).collect()
}
