//! An office: its folder, its settings, and the one way to act in it: ask the gate first.

use std::fs::{File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use renkei_core::act::Act;
use renkei_core::id::SeatId;
use renkei_core::ledger::Detail;
use renkei_core::question::{Object, Office as OfficeFacts, Question};
use renkei_core::ruling::Ruling;
use renkei_core::seat::{Duty, Seat};
use renkei_core::time::Moment;
use renkei_gate::{Gate, Permit};
use renkei_lake::{Lake, Manner};
use renkei_store::{DbError, Store};
use tokio::sync::{OnceCell, Semaphore, SemaphorePermit};

use crate::figures::Rulings;
use crate::settings::{Raw, Settings, SettingsError};
use crate::share::Lists;

/// Why an office cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OfficeError {
    /// Its settings.
    #[error("{0}")]
    Settings(#[from] SettingsError),
    /// Its registry.
    #[error("{0}")]
    Store(#[from] renkei_store::OpenError),
    /// Its lake.
    #[error("{0}")]
    Lake(#[from] renkei_lake::OpenError),
}

/// Why an act was not permitted.
#[derive(Debug, thiserror::Error)]
pub enum AskError {
    /// The gate refuses; the refusal is in the ledger.
    #[error("the gate answers {0}")]
    Refused(Box<Ruling>),
    /// No seat of the office has the duty.
    #[error("no seat here has the duty `{}`: name one with --seat, or give a seat the duty", .0.word())]
    NoSeat(Duty),
    /// There is no such seat.
    #[error("there is no seat `{0}` in this office: `renkei config` lists them")]
    UnknownSeat(SeatId),
    /// The registry failed.
    #[error("{0}")]
    Db(#[from] DbError),
}

/// Who acts: a seat by name, or whoever has the duty.
#[derive(Debug, Clone, Default)]
pub struct Acting {
    /// The seat that was named.
    pub seat: Option<SeatId>,
}

/// An open office.
/// Cheap to clone: clones share the registry, the rules and the lake, and may act as other seats.
#[derive(Debug, Clone)]
pub struct Office {
    pub(crate) folder: Arc<Path>,
    pub(crate) settings: Arc<Settings>,
    pub(crate) store: Store,
    pub(crate) gate: Arc<Gate>,
    pub(crate) acting: Acting,
    /// What the gate ruled where somebody asked to act here.
    pub(crate) rulings: Arc<Rulings>,
    lake: Arc<OnceCell<Lake>>,
    /// One question to the lake at a time: it takes all cores it gets, and pages must not wait behind several.
    turn: Arc<Semaphore>,
    /// How work on the lake stands back from other threads.
    pub(crate) manner: Manner,
    /// Its warning lists.
    pub(crate) lists: Arc<Lists>,
    /// Held while the office is served.
    _served: Option<Arc<File>>,
}

impl Office {
    /// Opens the office in a folder. `registry` goes before what the settings say.
    pub async fn open(
        folder: &Path,
        registry: Option<String>,
        acting: Acting,
        at: Moment,
    ) -> Result<Self, OfficeError> {
        let settings = Raw::read(folder)?.check(folder, registry)?;
        let store = Store::open(&registry_url(folder, &settings), at).await?;
        Ok(Self {
            folder: folder.into(),
            settings: settings.into(),
            store,
            gate: Gate::embedded().into(),
            acting,
            rulings: Arc::default(),
            lake: Arc::default(),
            turn: Semaphore::new(1).into(),
            manner: Manner::Aside,
            lists: Arc::default(),
            _served: None,
        })
    }

    /// Its folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Its settings in force.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The same office with another seat acting; `None`: whichever has the duty that is needed.
    pub fn seated(mut self, seat: Option<SeatId>) -> Self {
        self.acting = Acting { seat };
        self
    }

    /// Its lake, opened when first asked for.
    pub(crate) async fn lake(&self) -> Result<&Lake, renkei_lake::OpenError> {
        let folder = self.folder.join("lake");
        self.lake.get_or_try_init(async || Ok(Lake::open(&folder).await?.worked_in(self.manner))).await
    }

    /// The same office while it is served: its work on the lake stands behind the people it answers, and that of other
    /// processes does too.
    pub fn serving(mut self) -> io::Result<Self> {
        let file = self.served_file()?;
        file.lock_shared()?;
        self._served = Some(file.into());
        Ok(self.behind())
    }

    /// The same office, whose work on the lake stands behind whoever is answered by a process that serves it; without
    /// one it only stands aside, for on a busy machine nothing would be left to it.
    pub fn behind_the_served(self) -> io::Result<Self> {
        match self.served_file()?.try_lock() {
            Ok(()) => Ok(self),
            Err(TryLockError::WouldBlock) => Ok(self.behind()),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }

    fn behind(mut self) -> Self {
        self.manner = Manner::Behind;
        self.lake = Arc::default();
        self
    }

    fn served_file(&self) -> io::Result<File> {
        File::options().create(true).truncate(false).write(true).open(self.folder.join("served.lock"))
    }

    /// Waits until no other question is being put to the lake; the turn ends where it is dropped.
    pub(crate) async fn turn(&self) -> Option<SemaphorePermit<'_>> {
        // Nobody closes it, so there is always a turn.
        self.turn.acquire().await.ok()
    }

    /// The seat that acts: the one named, or the first that has the duty.
    pub(crate) async fn seat(&self, duty: Duty) -> Result<Seat, AskError> {
        match &self.acting.seat {
            Some(id) => self.store.seat(id).await?.ok_or_else(|| AskError::UnknownSeat(id.clone())),
            None => {
                // The office's own seats first: nobody acts as another organisation's without saying so.
                let mut seats: Vec<Seat> =
                    self.store.seats().await?.into_iter().filter(|seat| seat.has(duty)).collect();
                seats.sort_by_key(|seat| seat.party != self.settings.party);
                seats.into_iter().next().ok_or(AskError::NoSeat(duty))
            }
        }
    }

    /// A question of a seat with the office's facts.
    pub(crate) fn question(&self, act: Act, seat: Seat, at: Moment) -> Question {
        Question::new(act, seat, self.facts(), at)
    }

    /// What the gate must know of the office.
    pub(crate) fn facts(&self) -> OfficeFacts {
        let party = self.settings.party.clone();
        OfficeFacts { party, one_seat_may_hold_both: self.settings.one_seat_may_hold_both }
    }

    /// Asks the gate; a refusal goes into the ledger.
    pub(crate) async fn ask(&self, question: Question) -> Result<Permit, AskError> {
        match self.gate.permit(question.clone()) {
            Ok(permit) => {
                self.rulings.count(permit.ruling().outcome);
                Ok(permit)
            }
            Err(ruling) => {
                self.rulings.count(ruling.outcome);
                self.store.record_refusal(&question, &ruling).await?;
                Err(AskError::Refused(Box::new(ruling)))
            }
        }
    }

    /// Whether the gate would allow it; a refusal goes into the ledger. For what is asked beside a permit: the
    /// further classes of one act.
    pub(crate) async fn must_allow(&self, question: &Question) -> Result<(), AskError> {
        let ruling = self.gate.rule(question);
        self.rulings.count(ruling.outcome);
        if ruling.is_allowed() {
            return Ok(());
        }
        self.store.record_refusal(question, &ruling).await?;
        Err(AskError::Refused(Box::new(ruling)))
    }

    /// Asks for a plain act of whoever has the duty.
    pub(crate) async fn ask_for(
        &self,
        act: Act,
        duty: Duty,
        objects: impl IntoIterator<Item = Object>,
        at: Moment,
    ) -> Result<Permit, AskError> {
        let seat = self.seat(duty).await?;
        self.ask(self.question(act, seat, at).on_all(objects)).await
    }

    /// Held while something outside SQL is being done: whoever gets [`Office::alone`] knows that
    /// every open intent is a dead process's.
    pub(crate) fn at_work(&self) -> io::Result<File> {
        let file = self.lock_file()?;
        file.lock_shared()?;
        Ok(file)
    }

    /// The office's lock if nobody is at work.
    pub(crate) fn alone(&self) -> io::Result<Option<File>> {
        let file = self.lock_file()?;
        match file.try_lock() {
            Ok(()) => Ok(Some(file)),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }

    fn lock_file(&self) -> io::Result<File> {
        File::options().create(true).truncate(false).write(true).open(self.folder.join("office.lock"))
    }

    /// Where a key's private half lies.
    pub(crate) fn key_file(&self, name: &str) -> PathBuf {
        key_file(&self.folder, name)
    }
}

/// Where a key's private half lies: the part of its name after the last `/`.
pub(crate) fn key_file(folder: &Path, name: &str) -> PathBuf {
    let last = name.rsplit('/').next().unwrap_or(name);
    folder.join("keys").join(format!("{last}.key"))
}

/// The registry's address: what is set, or the embedded file.
pub(crate) fn registry_url(folder: &Path, settings: &Settings) -> String {
    match &settings.registry {
        Some(url) => url.clone(),
        None => format!("sqlite://{}", folder.join("registry.sqlite").display()),
    }
}

/// A detail with one count.
pub(crate) fn counted(key: &str, count: u64) -> Detail {
    Detail::new().put(key, count)
}
