//! The ledger: shown, exported, checked, and its checkpoints left outside the database (S4.13).

use std::fs;
use std::io::{self, BufWriter, Write as _};
use std::path::{Path, PathBuf};

use renkei_core::act::Act;
use renkei_core::class::DataClass;
use renkei_core::ledger::{Detail, Entry, Keyring, NoteError, PublicKey, SignedCheckpoint, Tail, Verdict};
use renkei_core::question::{Object, ObjectKind};
use renkei_core::seat::Duty;
use renkei_core::text::Language;
use renkei_core::time::Moment;
use renkei_store::key::{KeyMaterial, KeyPurpose};
use renkei_store::ledger::{CheckpointError, ExportError};
use renkei_store::{DbError, Store};
use schemars::JsonSchema;
use serde::Serialize;

use crate::file;
use crate::office::{AskError, Office};
use crate::secret::{self, SecretError};
use crate::words::{Show, Words, number};

/// Why the ledger is not shown, exported or checked.
#[derive(Debug, thiserror::Error)]
pub enum AuditError {
    /// The registry.
    #[error("{0}")]
    Db(#[from] DbError),
    /// The registry.
    #[error("{0}")]
    Write(#[from] renkei_store::WriteError),
    /// The gate.
    #[error("{0}")]
    Ask(#[from] AskError),
    /// The file.
    #[error("cannot use `{}`: {}", .0.display(), .1)]
    Io(PathBuf, #[source] io::Error),
    /// The export.
    #[error("{0}")]
    Export(#[from] ExportError),
    /// A checkpoint.
    #[error("{0}")]
    Note(#[from] NoteError),
    /// A checkpoint.
    #[error("{0}")]
    Checkpoint(#[from] CheckpointError),
    /// The ledger's key.
    #[error("{0}")]
    Secret(#[from] SecretError),
    /// There is none.
    #[error("the ledger has no key in force: make one with `renkei key rotate`")]
    NoKey,
}

/// Entries of the ledger.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct EntryList(pub Vec<EntryShown>);

/// What a search of the ledger found.
#[derive(Debug, Serialize, JsonSchema)]
pub struct LedgerFound {
    /// The entries, newest first.
    pub entries: EntryList,
    /// The number from which on an earlier part was not looked at yet.
    pub earlier: Option<u64>,
}

/// Entries that are read at a time in a search.
const PAGE: u64 = 1_000;
/// Entries that one search looks at; the rest is a next search.
const SEARCHED: u64 = 50_000;

/// An entry as shown.
#[derive(Debug, Serialize, JsonSchema)]
pub struct EntryShown {
    /// Its number.
    pub seq: u64,
    /// When.
    pub at: String,
    /// What kind.
    pub kind: &'static str,
    /// Which act.
    pub act: String,
    /// Who.
    pub seat: Option<String>,
    /// On what.
    pub objects: Vec<String>,
    /// What the gate ruled, and why.
    pub ruling: Option<String>,
    /// What else.
    pub detail: std::collections::BTreeMap<String, String>,
    /// The key that signed, where it is an approval.
    pub signed_with: Option<String>,
}

impl EntryShown {
    fn contains(&self, text: &str) -> bool {
        let Self { seq: _, at, kind, act, seat, objects, ruling, detail, signed_with } = self;
        let texts = [Some(at), Some(act), seat.as_ref(), ruling.as_ref(), signed_with.as_ref()];
        let mut all = texts.into_iter().flatten().chain(objects).chain(detail.values());
        *kind == text || all.any(|one| one.contains(text))
    }
}

impl From<Entry> for EntryShown {
    fn from(entry: Entry) -> Self {
        let Entry { seq, at, kind, act, seat, objects, ruling, detail, approval } = entry;
        Self {
            seq,
            at: at.to_string(),
            kind: kind.word(),
            act,
            seat: seat.map(|seat| seat.to_string()),
            objects: objects
                .into_iter()
                .map(|object| format!("{} {} v{}", object.kind, object.id, object.version))
                .collect(),
            ruling: ruling.map(|ruling| {
                let grounds = ruling.gates.iter().zip(&ruling.codes).map(|(gate, code)| format!("{gate} {code}"));
                format!("{}: {}", ruling.outcome, grounds.collect::<Vec<_>>().join("; "))
            }),
            detail: detail.iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect(),
            signed_with: approval.map(|approval| approval.key.to_string()),
        }
    }
}

impl Show for EntryList {
    fn show(&self, words: &Words) -> String {
        if self.0.is_empty() {
            return words.of("audit-none");
        }
        let lines = self.0.iter().map(|entry| {
            let detail = entry.detail.iter().map(|(key, value)| format!("{key}={value}"));
            let seat = entry.seat.clone().unwrap_or_else(|| "-".into());
            let more: Vec<String> = entry.objects.iter().cloned().chain(entry.ruling.clone()).chain(detail).collect();
            format!(
                "{:>6}  {}  {:<10}  {:<18}  {:<8}  {}",
                entry.seq,
                entry.at,
                entry.kind,
                entry.act,
                seat,
                more.join("  ")
            )
        });
        lines.collect::<Vec<_>>().join("\n")
    }
}

/// An export.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Exported {
    /// Where.
    pub file: PathBuf,
    /// Entries.
    pub entries: u64,
    /// The public keys beside it.
    pub keys: PathBuf,
}

impl Show for Exported {
    fn show(&self, words: &Words) -> String {
        let values = [
            ("file", self.file.display().to_string()),
            ("entries", number(self.entries)),
            ("keys", self.keys.display().to_string()),
        ];
        words.say("audit-exported", &values)
    }
}

/// What a check found.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Verified {
    /// Whether nothing is wrong.
    pub intact: bool,
    /// Entries read.
    pub entries: u64,
    /// Hash of the last.
    pub head: String,
    /// Approvals with a good signature.
    pub approvals: u64,
    /// Of these, confirmed by a passkey over what was approved.
    pub confirmed_by_passkey: u64,
    /// Good checkpoints from outside the database.
    pub outside_checkpoints: u64,
    /// `held`, `unknown` or `cut`.
    pub tail: &'static str,
    /// What is wrong.
    pub faults: Vec<FaultShown>,
}

/// A fault.
#[derive(Debug, Serialize, JsonSchema)]
pub struct FaultShown {
    /// Stable code.
    pub code: &'static str,
    /// In Japanese.
    pub ja: String,
    /// In English.
    pub en: String,
}

impl From<Verdict> for Verified {
    fn from(verdict: Verdict) -> Self {
        Self {
            intact: verdict.is_intact(),
            entries: verdict.entries,
            head: verdict.head.to_string(),
            approvals: verdict.approvals,
            confirmed_by_passkey: verdict.confirmed_by_passkey,
            outside_checkpoints: verdict.outside_checkpoints,
            tail: match verdict.tail {
                Tail::Unknown => "unknown",
                Tail::Held { .. } => "held",
                Tail::Cut => "cut",
            },
            faults: verdict
                .faults
                .iter()
                .map(|fault| FaultShown { code: fault.code(), ja: fault.text().ja, en: fault.text().en })
                .collect(),
        }
    }
}

impl Show for Verified {
    fn show(&self, words: &Words) -> String {
        let values = [
            ("entries", number(self.entries)),
            ("approvals", number(self.approvals)),
            ("checkpoints", number(self.outside_checkpoints)),
        ];
        let mut lines = vec![words.say(if self.intact { "audit-intact" } else { "audit-broken" }, &values)];
        lines.push(words.of(&format!("audit-tail-{}", self.tail)));
        for fault in &self.faults {
            let text = if words.language() == Language::Ja { &fault.ja } else { &fault.en };
            lines.push(format!("  {}: {text}", fault.code));
        }
        lines.join("\n")
    }
}

impl Office {
    /// Entries of the ledger from a number on.
    pub async fn entries(&self, from: u64, limit: u64) -> Result<EntryList, AuditError> {
        Ok(EntryList(self.store.entries(from, limit).await?.into_iter().map(EntryShown::from).collect()))
    }

    /// How many entries the ledger has.
    pub async fn ledger_size(&self) -> Result<u64, DbError> {
        Ok(self.store.head().await?.size)
    }

    /// Entries as a seat reads them: the gate is asked, and the reading is itself an entry.
    pub async fn read_ledger(&self, from: u64, limit: u64, at: Moment) -> Result<EntryList, AuditError> {
        let seat = self.seat(Duty::Auditor).await?;
        let object = Object::new(ObjectKind::Ledger, self.store.origin(), 0);
        let permit = self.ask(self.question(Act::View, seat, at).with_class(DataClass::Ledger).on(object)).await?;
        let entries = self.entries(from, limit).await?;
        self.store.record_view(permit, entries.0.len() as u64, Detail::new().put("from", from)).await?;
        Ok(entries)
    }

    /// The newest entries up to number `until` that a text stands in, newest first: act, seat, objects, ruling,
    /// details. Reading them is itself an entry.
    pub async fn search_ledger(
        &self,
        text: &str,
        until: u64,
        limit: usize,
        at: Moment,
    ) -> Result<LedgerFound, AuditError> {
        let seat = self.seat(Duty::Auditor).await?;
        let object = Object::new(ObjectKind::Ledger, self.store.origin(), 0);
        let permit = self.ask(self.question(Act::View, seat, at).with_class(DataClass::Ledger).on(object)).await?;
        let mut found = LedgerFound { entries: EntryList(Vec::new()), earlier: None };
        let mut end = until.min(self.ledger_size().await?);
        let last = end.saturating_sub(SEARCHED);
        while end > last {
            let from = end.saturating_sub(PAGE).max(last) + 1;
            for entry in self.entries(from, end + 1 - from).await?.0.into_iter().rev() {
                if found.entries.0.len() == limit {
                    break;
                }
                end = entry.seq - 1;
                if entry.contains(text) {
                    found.entries.0.push(entry);
                }
            }
            if found.entries.0.len() == limit {
                break;
            }
            end = from - 1;
        }
        found.earlier = (end > 0).then_some(end);
        let detail = Detail::new().put("until", until);
        self.store.record_view(permit, found.entries.0.len() as u64, detail).await?;
        Ok(found)
    }

    /// Signs how long the ledger is and leaves that outside the database: a file in `checkpoints/`.
    pub async fn checkpoint(&self, at: Moment) -> Result<SignedCheckpoint, AuditError> {
        let name = self.active_key(None, KeyPurpose::Ledger).await?.ok_or(AuditError::NoKey)?;
        let signer = secret::read_signer(&self.key_file(name.as_str()), name)?;
        let head = self.store.head().await?;
        let place = format!("checkpoints/{:012}.note", head.size);
        let note = head.sign(&signer);
        let path = self.folder.join(&place);
        file::write(&path, note.to_string().as_bytes()).map_err(|error| AuditError::Io(path.clone(), error))?;
        self.store.record_checkpoint(&note, at, &place).await?;
        Ok(note)
    }

    /// The newest checkpoint as text, for the footer of letters; empty where there is none.
    pub(crate) async fn newest_checkpoint(&self) -> Result<String, DbError> {
        Ok(self.store.checkpoints().await?.last().map(|kept| kept.note.to_string()).unwrap_or_default())
    }

    /// Writes the whole ledger and, beside it, the public keys for whoever checks it.
    pub async fn export_ledger(&self, path: &Path, at: Moment) -> Result<Exported, AuditError> {
        let io = |error| AuditError::Io(path.to_path_buf(), error);
        let permit = self
            .ask_for(Act::ExportLedger, Duty::Auditor, [Object::new(ObjectKind::Ledger, self.store.origin(), 0)], at)
            .await?;
        self.store.record_act(permit, Detail::new()).await?;
        self.checkpoint(at).await?;
        let mut out = BufWriter::new(fs::File::create(path).map_err(io)?);
        let entries = self.store.export(&mut out).await?;
        out.flush().map_err(io)?;
        let keys = path.with_extension("keys");
        let text: String = public_keys(&self.store).await?.iter().map(|key| format!("{key}\n")).collect();
        file::write(&keys, text.as_bytes()).map_err(io)?;
        Ok(Exported { file: path.to_path_buf(), entries, keys })
    }

    /// Checks the ledger in the database against the office's keys and the checkpoints outside it.
    pub async fn verify_ledger(&self, more: &[PathBuf]) -> Result<Verified, AuditError> {
        let kept = notes_in(&self.folder.join("checkpoints"))?;
        let mut outside: Vec<_> = kept.into_iter().map(|(_, note)| note).collect();
        for path in more {
            outside.push(read_note(path)?);
        }
        let keys = Keyring::new(public_keys(&self.store).await?);
        Ok(self.store.check(&keys, outside).await?.into())
    }
}

/// The public keys that sign entries and checkpoints, in force or not.
pub(crate) async fn public_keys(store: &Store) -> Result<Vec<PublicKey>, DbError> {
    let keys = store.keys().await?.into_iter().filter_map(|key| match key.public {
        KeyMaterial::Ed25519(public) => Some(public),
        KeyMaterial::Age(_) | KeyMaterial::OpenPgp(_) => None,
    });
    Ok(keys.collect())
}

/// The checkpoints that lie in a folder, with their files.
pub(crate) fn notes_in(folder: &Path) -> Result<Vec<(PathBuf, SignedCheckpoint)>, AuditError> {
    let listed = fs::read_dir(folder).map_err(|error| AuditError::Io(folder.to_path_buf(), error))?;
    let kept = listed.filter_map(Result::ok).map(|entry| entry.path());
    let notes = kept.filter(|path| path.extension().is_some_and(|extension| extension == "note"));
    notes.map(|path| read_note(&path).map(|note| (path, note))).collect()
}

fn read_note(path: &Path) -> Result<SignedCheckpoint, AuditError> {
    let text = fs::read_to_string(path).map_err(|error| AuditError::Io(path.to_path_buf(), error))?;
    Ok(text.parse::<SignedCheckpoint>()?)
}

/// A checkpoint that was left outside.
#[derive(Debug, Serialize, JsonSchema)]
pub struct CheckpointShown {
    /// The signed note.
    pub note: String,
}

impl From<SignedCheckpoint> for CheckpointShown {
    fn from(note: SignedCheckpoint) -> Self {
        Self { note: note.to_string() }
    }
}

impl Show for CheckpointShown {
    fn show(&self, _: &Words) -> String {
        self.note.trim_end().to_owned()
    }
}
