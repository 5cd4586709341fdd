//! `init`: makes an office: folder, settings, keys, seats, registry, lake.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use renkei_core::act::Act;
use renkei_core::id::SeatId;
use renkei_core::ledger::{Detail, KeyName, NoteError, Origin};
use renkei_core::party::Role;
use renkei_core::question::{Object, ObjectKind, Office as OfficeFacts, Question};
use renkei_core::seat::{Duty, Seat};
use renkei_core::text::Bilingual;
use renkei_core::time::Moment;
use renkei_gate::Gate;
use renkei_lake::Lake;
use renkei_post::quarantine::OfficeIdentity;
use renkei_store::Store;
use renkei_store::key::{KeyMaterial, KeyPurpose, NewKey};
use schemars::JsonSchema;
use serde::Serialize;

use crate::office::{AskError, key_file, registry_url};
use crate::secret::{self, SecretError};
use crate::settings::{self, Raw, SettingsError};
use crate::words::{Show, Words};

/// Why an office cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum InitError {
    /// One is there.
    #[error("there is an office in `{}` already: `renkei config` shows it", .0.display())]
    Exists(PathBuf),
    /// The folder cannot be written.
    #[error("cannot write to `{}`: {}", .0.display(), .1)]
    Io(PathBuf, #[source] io::Error),
    /// A setting is wrong.
    #[error("{0}")]
    Settings(#[from] SettingsError),
    /// The domain makes no name for the ledger.
    #[error("{0}")]
    Origin(#[from] NoteError),
    /// A key cannot be made.
    #[error("{0}")]
    Secret(#[from] SecretError),
    /// The registry cannot be made.
    #[error("{0}")]
    Store(#[from] renkei_store::OpenError),
    /// The registry cannot be written.
    #[error("{0}")]
    Write(#[from] renkei_store::WriteError),
    /// The lake cannot be made.
    #[error("{0}")]
    Lake(#[from] renkei_lake::OpenError),
    /// The gate refuses.
    #[error("{0}")]
    Ask(#[from] AskError),
}

/// What was made.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Initialised {
    /// The folder.
    pub folder: PathBuf,
    /// The ledger's name.
    pub origin: String,
    /// The seats, with their duties.
    pub seats: Vec<SeatMade>,
    /// The public key that signs checkpoints: give it to whoever verifies.
    pub ledger_key: String,
    /// Settings that nobody has decided.
    pub undecided: Vec<String>,
}

/// A seat that was made.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SeatMade {
    /// Its id.
    pub seat: String,
    /// Its duties.
    pub duties: Vec<&'static str>,
}

impl Show for Initialised {
    fn show(&self, words: &Words) -> String {
        let mut text = words.say("init-done", &[("folder", self.folder.display().to_string())]);
        for seat in &self.seats {
            let values = [("seat", seat.seat.clone()), ("duties", seat.duties.join(", "))];
            text.push_str("\n  ");
            text.push_str(&words.say("init-seat", &values));
        }
        text.push('\n');
        text.push_str(&words.say("init-key", &[("key", self.ledger_key.clone())]));
        for key in &self.undecided {
            text.push('\n');
            text.push_str(&words.say("init-undecided", &[("key", key.clone())]));
        }
        text.push('\n');
        text.push_str(&words.of("init-next"));
        text
    }
}

/// Makes an office in a folder that has none.
pub async fn init(folder: &Path, raw: Raw, registry: Option<String>, at: Moment) -> Result<Initialised, InitError> {
    let io = |error| InitError::Io(folder.to_path_buf(), error);
    if folder.join(settings::FILE).exists() {
        return Err(InitError::Exists(folder.to_path_buf()));
    }
    let text = raw.text();
    let settings = raw.check(folder, registry)?;
    for name in ["keys", "files", "quarantine", "outbox", "checkpoints"] {
        fs::create_dir_all(folder.join(name)).map_err(io)?;
    }
    let origin: Origin = format!("{}/renkei", settings.domain).parse()?;
    let store = Store::create(&registry_url(folder, &settings), origin.clone(), at).await?;
    if settings.virtual_clock {
        let detail = Detail::new().put("note", "the moments of this ledger are played, not measured");
        store.record_virtual_clock(at, detail).await.map_err(AskError::Db)?;
    }
    let gate = Gate::embedded();
    let facts = OfficeFacts { party: settings.party.clone(), one_seat_may_hold_both: settings.one_seat_may_hold_both };
    let seats = seats(&settings)?;
    let permit = |act, object: Object| {
        let keeper = keeper(&seats)?;
        let question = Question::new(act, keeper, facts.clone(), at).on(object);
        gate.permit(question).map_err(|ruling| AskError::Refused(Box::new(ruling)))
    };
    store.set_seats(permit(Act::SetOffice, Object::new(ObjectKind::Office, &origin, 0))?, &seats).await?;
    let ledger_key = keys(folder, &store, &settings.domain, &seats, |name| {
        permit(Act::ManageKey, Object::new(ObjectKind::Key, name, 0))
    })
    .await?;
    Lake::create(&folder.join("lake")).await?;
    // The settings come last: a folder without them is no office, so a stop before is no half office.
    crate::file::write(&folder.join(settings::FILE), text.as_bytes()).map_err(io)?;
    let undecided = settings.keep_days.is_none().then(|| "retention.observation_days".to_owned());
    let made = |seat: &Seat| SeatMade {
        seat: seat.id.to_string(),
        duties: seat.duties.iter().map(|duty| duty.word()).collect(),
    };
    Ok(Initialised {
        folder: folder.to_path_buf(),
        origin: origin.to_string(),
        seats: seats.iter().map(made).collect(),
        ledger_key,
        undecided: undecided.into_iter().collect(),
    })
}

fn keeper(seats: &[Seat]) -> Result<Seat, AskError> {
    seats.iter().find(|seat| seat.has(Duty::Keeper)).cloned().ok_or(AskError::NoSeat(Duty::Keeper))
}

/// The seats of a new office: a desk that drafts, a head that approves, a machine that sends.
fn seats(settings: &settings::Settings) -> Result<Vec<Seat>, SettingsError> {
    let seat = |id: &str, ja: &str, en: &str, duties: &[Duty], machine| -> Result<Seat, SettingsError> {
        Ok(Seat {
            id: id.parse::<SeatId>()?,
            party: settings.party.clone(),
            party_role: Role::Centre,
            title: Bilingual { ja: ja.into(), en: en.into() },
            duties: duties.to_vec(),
            machine,
        })
    };
    let desk = [Duty::Drafter, Duty::Analyst, Duty::Answerer, Duty::Keeper];
    let head: &[Duty] = &[Duty::Approver, Duty::Auditor];
    let mut seats = vec![
        seat("desk", "担当", "case desk", &desk, false)?,
        seat("head", "所属長", "section head", head, false)?,
        seat("sender", "送付係（機械）", "sending machine", &[Duty::Sender], true)?,
    ];
    if settings.one_seat_may_hold_both
        && let Some(desk) = seats.first_mut()
    {
        desk.duties.push(Duty::Approver);
    }
    Ok(seats)
}

/// Makes the keys: one for the ledger, one for each person's seat, one for the quarantine.
async fn keys(
    folder: &Path,
    store: &Store,
    domain: &str,
    seats: &[Seat],
    permit: impl Fn(&KeyName) -> Result<renkei_gate::Permit, AskError>,
) -> Result<String, InitError> {
    let mut wanted = vec![("ledger-1".to_owned(), None, KeyPurpose::Ledger)];
    for seat in seats.iter().filter(|seat| !seat.machine) {
        wanted.push((format!("{}-1", seat.id), Some(seat.id.clone()), KeyPurpose::Approval));
    }
    let mut ledger_key = String::new();
    for (short, seat, purpose) in wanted {
        let name: KeyName = format!("{domain}/{short}").parse().map_err(|_| NoteError::Origin(short.clone()))?;
        let signer = secret::make_signer(&key_file(folder, name.as_str()), name.clone())?;
        let public = signer.public();
        if purpose == KeyPurpose::Ledger {
            ledger_key = public.to_string();
        }
        let key = NewKey { name: name.clone(), seat, purpose, public: KeyMaterial::Ed25519(public) };
        store.insert_key(permit(&name)?, &key).await?;
    }
    let identity = OfficeIdentity::generate();
    let name: KeyName = format!("{domain}/quarantine-1").parse().map_err(|_| NoteError::Origin(domain.into()))?;
    secret::write(&key_file(folder, name.as_str()), &identity.file_text())?;
    let public = KeyMaterial::Age(identity.recipient().to_string());
    let key = NewKey { name: name.clone(), seat: None, purpose: KeyPurpose::Quarantine, public };
    store.insert_key(permit(&name)?, &key).await?;
    Ok(ledger_key)
}
