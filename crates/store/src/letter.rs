//! The outbox: letters queued with the act that sends them, taken one by one, never lost.
//!
//! ```text
//! queued ─claim→ in flight ─sent→ sent
//!   ▲  │              │ └──failed for good→ failed
//!   │  └─cancel→ cancelled   │
//!   └──────try again─────────┘
//! ```
//! A claim is committed, with an intent in the ledger, before a byte goes to the mail server. What a
//! dead process left in flight is taken over under the same Message-ID, with the note `may-repeat`.
//!
//! Each step takes several letters at once, all or none of them: a commit waits for the disk, so a
//! commit a letter would be the price of sending. The caller says how many may be in flight together.

mod carry;
mod count;

use std::collections::{BTreeMap, BTreeSet};

use renkei_core::act::Act;
use renkei_core::id::{Digest, LetterId, RequestId, SeatId};
use renkei_core::ledger::{Detail, EntryKind};
use renkei_core::mail::Action;
use renkei_core::question::ObjectKind;
use renkei_core::request::Step;
use renkei_core::time::Moment;
use renkei_gate::Permit;
use sea_query::{Expr, ExprTrait, Order, Query, SelectStatement, UpdateStatement, Value};

use crate::chain::{Granted, Write};
use crate::db::{Row, Tx, insert_all, int};
use crate::error::{DbError, WriteError};
use crate::open::Store;
use crate::request::load_all;
use carry::of_letter;

pub use count::LetterCount;

/// Rows written in one statement.
const ROWS: usize = 512;

/// What a letter is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LetterKind {
    /// The request itself.
    Notice,
    /// The request once more, by another address of the party, because it came back.
    Again,
    /// A correction in its thread.
    Correction,
    /// It is taken back.
    Withdrawal,
    /// What came of it.
    Feedback,
}

/// Where a letter stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LetterState {
    /// Waiting to be taken.
    Queued,
    /// Taken by a process that is sending it, or died doing so.
    InFlight,
    /// The server took it, or the file is written.
    Sent,
    /// It will not be tried again by itself.
    Failed,
    /// The request was redrafted or withdrawn before it left.
    Cancelled,
}

/// A letter about to be queued. Its bytes are a content-addressed file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewLetter {
    /// Its identifier, made by the caller; the Message-ID is made from it.
    pub id: LetterId,
    /// Which part, from 1.
    pub part: u32,
    /// Of how many.
    pub parts: u32,
    /// Its Message-ID without angle brackets.
    pub message_id: String,
    /// SHA-256 of the whole message.
    pub digest: Digest,
}

/// A letter of the outbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// What was queued.
    pub new: NewLetter,
    /// The request it belongs to.
    pub request: RequestId,
    /// The manifest it carries.
    pub revision: u64,
    /// What it is.
    pub kind: LetterKind,
    /// Where it stands.
    pub state: LetterState,
    /// How often it was taken.
    pub attempts: u64,
    /// What went wrong last.
    pub last_error: Option<String>,
    /// What the server said when it took it.
    pub reply: Option<String>,
    /// When it was queued.
    pub queued_at: Moment,
    /// When it left.
    pub sent_at: Option<Moment>,
    /// The process that took it last.
    pub worker: Option<String>,
    /// When it was taken last.
    pub claimed_at: Option<Moment>,
    /// What a server on the way reported last.
    pub delivery: Option<Delivery>,
}

/// What a server reported of a letter that had left (RFC 3464).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// What it did.
    pub action: Action,
    /// Its status code (RFC 3463).
    pub status: Option<String>,
    /// When the report was read.
    pub at: Moment,
}

/// A letter that this process has taken and must report on.
#[must_use = "report what became of the letter, or it stays in flight"]
#[derive(Debug, PartialEq, Eq)]
pub struct Sending {
    letter: Letter,
    worker: String,
    by: SeatId,
}

impl Sending {
    /// The letter.
    pub const fn letter(&self) -> &Letter {
        &self.letter
    }
}

impl LetterKind {
    /// Every kind.
    pub const ALL: [Self; 5] = [Self::Notice, Self::Again, Self::Correction, Self::Withdrawal, Self::Feedback];

    /// The stable word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Notice => "notice",
            Self::Again => "again",
            Self::Correction => "correction",
            Self::Withdrawal => "withdrawal",
            Self::Feedback => "feedback",
        }
    }

    /// The act a seat needs a permit for to let it leave.
    pub const fn act(self) -> Act {
        match self {
            Self::Notice | Self::Again => Act::Send,
            Self::Correction => Act::Correct,
            Self::Withdrawal => Act::Withdraw,
            Self::Feedback => Act::GiveFeedback,
        }
    }

    fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.word() == word)
    }
}

impl LetterState {
    /// Every state.
    pub const ALL: [Self; 5] = [Self::Queued, Self::InFlight, Self::Sent, Self::Failed, Self::Cancelled];

    /// The stable word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::InFlight => "in-flight",
            Self::Sent => "sent",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }

    /// The state that a word stands for.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.word() == word)
    }
}

// ----------------------------------------------------------------------------------------- queuing

impl Store {
    /// Lets an approved request leave: queues its letters. It is `Sent` when the last of them is.
    pub async fn queue(&self, permit: Permit, id: RequestId, letters: &[NewLetter]) -> Result<(), WriteError> {
        self.queue_all(vec![(permit, id, letters.to_vec())]).await
    }

    /// As [`Store::queue`], for several requests: all or none.
    pub async fn queue_all(&self, requests: Vec<(Permit, RequestId, Vec<NewLetter>)>) -> Result<(), WriteError> {
        let mut write = Write::begin(&self.db).await?;
        let requests = requests.into_iter().map(|(permit, id, letters)| (permit, (id, letters)));
        let (permits, requests): (Vec<_>, Vec<_>) = requests.unzip();
        let granted = Granted::take_all(&mut write, permits, &[Act::Send]).await?;
        let ids: Vec<RequestId> = requests.iter().map(|(id, _)| *id).collect();
        let known = load_all(&mut write.tx, &ids).await?;
        let queued = write.tx.rows(&queued_of(&ids)).await?.into_iter().map(|mut row| row.parsed("request"));
        let mut queued: BTreeSet<RequestId> = queued.collect::<Result<_, _>>()?;
        let mut rows = Vec::new();
        for (granted, (id, letters)) in granted.iter().zip(&requests) {
            granted.names(ObjectKind::Request, id)?;
            let request = known.get(id).ok_or_else(|| WriteError::Missing { kind: "request", id: id.to_string() })?;
            request.state.after(Step::Send)?;
            if letters.is_empty() || !queued.insert(*id) {
                return Err(WriteError::Queued(id.to_string()));
            }
            let row = |letter: &NewLetter| row(granted, (*id, request.revision), LetterKind::Notice, letter);
            rows.extend(letters.iter().map(row));
            let detail = Detail::new().put("letters", letters.len()).put("manifest", request.digest);
            write.append(granted.entry(EntryKind::Act, detail)).await?;
        }
        let ids: Vec<LetterId> = requests.iter().flat_map(|(_, letters)| letters).map(|letter| letter.id).collect();
        insert_letters(&mut write.tx, &ids, rows).await?;
        Ok(write.commit().await?)
    }

    /// Puts a letter that failed for good back into the queue.
    pub async fn retry_letter(&self, permit: Permit, id: LetterId) -> Result<(), WriteError> {
        let mut write = Write::begin(&self.db).await?;
        let (granted, letter) = of_letter(&mut write, permit, id).await?;
        if letter.state != LetterState::Failed {
            return Err(WriteError::Taken(id.to_string()));
        }
        put_state(&mut write.tx, id, LetterState::Queued, |_| ()).await?;
        write.append(granted.entry(EntryKind::Act, Detail::new().put("letter", id).put("retry", "yes"))).await?;
        Ok(write.commit().await?)
    }
}

// ----------------------------------------------------------------------------------------- reading

impl Store {
    /// Letters in a state, oldest first, at most `limit`.
    pub async fn letters_in(&self, state: LetterState, limit: u64) -> Result<Vec<Letter>, DbError> {
        let mut query = select();
        query
            .and_where(Expr::col("state").eq(state.word()))
            .order_by("queued_at", Order::Asc)
            .order_by("id", Order::Asc)
            .limit(limit);
        self.db.rows(&query).await?.into_iter().map(read).collect()
    }

    /// A letter.
    pub async fn letter(&self, id: LetterId) -> Result<Option<Letter>, DbError> {
        self.db.rows(&by_id(id)).await?.into_iter().next().map(read).transpose()
    }

    /// Letters of which a server reported that they will not be delivered.
    pub async fn bounced_letters(&self) -> Result<Vec<Letter>, DbError> {
        let mut query = select();
        query.and_where(Expr::col("delivery").eq(Action::Failed.word())).order_by("id", Order::Asc);
        self.db.rows(&query).await?.into_iter().map(read).collect()
    }

    /// Those of some requests that have letters which were not cancelled.
    pub async fn with_letters(&self, requests: &[RequestId]) -> Result<BTreeSet<RequestId>, DbError> {
        self.db.rows(&queued_of(requests)).await?.into_iter().map(|mut row| row.parsed("request")).collect()
    }

    /// Letters of a request, in the order they were queued.
    pub async fn letters(&self, request: RequestId) -> Result<Vec<Letter>, DbError> {
        let mut query = of_request(request);
        query.order_by("queued_at", Order::Asc).order_by("part", Order::Asc).order_by("id", Order::Asc);
        self.db.rows(&query).await?.into_iter().map(read).collect()
    }
}

// ------------------------------------------------------------------------------------------ pieces

/// Queues a letter of a request's thread.
pub async fn insert_letter(
    tx: &mut Tx,
    granted: &Granted,
    (request, revision): (RequestId, u64),
    kind: LetterKind,
    letter: &NewLetter,
) -> Result<(), WriteError> {
    let row = row(granted, (request, revision), kind, letter);
    insert_letters(tx, &[letter.id], vec![row]).await
}

/// The columns of a letter that is queued.
const QUEUED: [&str; 11] =
    ["id", "request", "revision", "kind", "part", "parts", "message_id", "digest", "state", "attempts", "queued_at"];

/// A letter as it is queued, in the order of [`QUEUED`].
fn row(
    granted: &Granted,
    (request, revision): (RequestId, u64),
    kind: LetterKind,
    letter: &NewLetter,
) -> [Value; QUEUED.len()] {
    let NewLetter { id, part, parts, message_id, digest } = letter;
    [
        id.to_string().into(),
        request.to_string().into(),
        int(revision).into(),
        kind.word().into(),
        i64::from(*part).into(),
        i64::from(*parts).into(),
        message_id.as_str().into(),
        digest.0.to_vec().into(),
        LetterState::Queued.word().into(),
        0i64.into(),
        granted.at().0.into(),
    ]
}

async fn insert_letters(tx: &mut Tx, ids: &[LetterId], mut rows: Vec<[Value; QUEUED.len()]>) -> Result<(), WriteError> {
    if let Some(known) = by_ids(tx, ids).await?.into_keys().next() {
        return Err(WriteError::Exists { kind: "letter", id: known.to_string() });
    }
    while !rows.is_empty() {
        let rest = rows.split_off(rows.len().min(ROWS));
        tx.run(&insert_all("letters", QUEUED, rows)).await?;
        rows = rest;
    }
    Ok(())
}

/// Drops what is queued or failed for good; refuses while something is on its way.
pub async fn cancel_queued(tx: &mut Tx, request: RequestId) -> Result<(), WriteError> {
    let mut query = of_request(request);
    query.and_where(Expr::col("state").eq(LetterState::InFlight.word()));
    if tx.row(&query).await?.is_some() {
        return Err(WriteError::UnderWay(request.to_string()));
    }
    let waiting = [LetterState::Queued.word(), LetterState::Failed.word()];
    let mut update = Query::update();
    update
        .table("letters")
        .value("state", LetterState::Cancelled.word())
        .and_where(Expr::col("request").eq(request.to_string()))
        .and_where(Expr::col("state").is_in(waiting));
    tx.run(&update).await?;
    Ok(())
}

/// Refuses if a letter of the request left already: then it is corrected, not redrafted.
pub async fn none_sent(tx: &mut Tx, request: RequestId) -> Result<(), WriteError> {
    let mut query = of_request(request);
    query.and_where(Expr::col("state").eq(LetterState::Sent.word()));
    match tx.row(&query).await? {
        Some(_) => Err(WriteError::UnderWay(request.to_string())),
        None => Ok(()),
    }
}

/// Those of some requests that have letters which were not cancelled.
fn queued_of(requests: &[RequestId]) -> SelectStatement {
    of_requests(requests).and_where(Expr::col("state").ne(LetterState::Cancelled.word())).to_owned()
}

/// The requests of letters, each once.
fn of_requests(requests: &[RequestId]) -> SelectStatement {
    let ids = requests.iter().map(ToString::to_string);
    Query::select().distinct().column("request").from("letters").and_where(Expr::col("request").is_in(ids)).to_owned()
}

/// Several letters, inside a write; those that are not there are left out.
async fn by_ids(tx: &mut Tx, ids: &[LetterId]) -> Result<BTreeMap<LetterId, Letter>, DbError> {
    let ids = ids.iter().map(ToString::to_string);
    let found = tx.rows(select().and_where(Expr::col("id").is_in(ids))).await?.into_iter();
    found.map(|row| read(row).map(|letter| (letter.new.id, letter))).collect()
}

/// Notes on a letter what a server reported. A delay does not undo an end.
pub async fn put_delivery(tx: &mut Tx, id: LetterId, delivery: &Delivery) -> Result<RequestId, WriteError> {
    let row = tx.row(&by_id(id)).await?;
    let letter = row.map(read).transpose()?;
    let letter = letter.ok_or_else(|| WriteError::Missing { kind: "letter", id: id.to_string() })?;
    let ended = letter.delivery.is_some_and(|known| known.action != Action::Delayed);
    if !(ended && delivery.action == Action::Delayed) {
        let mut update = Query::update();
        update
            .table("letters")
            .value("delivery", delivery.action.word())
            .value("delivery_status", delivery.status.clone())
            .value("delivery_at", delivery.at.0)
            .and_where(Expr::col("id").eq(id.to_string()));
        tx.run(&update).await?;
    }
    Ok(letter.request)
}

async fn put_state(
    tx: &mut Tx,
    id: LetterId,
    state: LetterState,
    more: impl FnOnce(&mut UpdateStatement),
) -> Result<(), DbError> {
    let mut update = Query::update();
    update.table("letters").value("state", state.word());
    more(&mut update);
    update.and_where(Expr::col("id").eq(id.to_string()));
    tx.run(&update).await.map(drop)
}

fn select() -> SelectStatement {
    let columns = [
        "id",
        "request",
        "revision",
        "kind",
        "part",
        "parts",
        "message_id",
        "digest",
        "state",
        "attempts",
        "last_error",
        "reply",
        "queued_at",
        "sent_at",
        "worker",
        "claimed_at",
        "delivery",
        "delivery_status",
        "delivery_at",
    ];
    Query::select().columns(columns).from("letters").to_owned()
}

fn by_id(id: LetterId) -> SelectStatement {
    select().and_where(Expr::col("id").eq(id.to_string())).to_owned()
}

pub(crate) fn of_request(request: RequestId) -> SelectStatement {
    select().and_where(Expr::col("request").eq(request.to_string())).to_owned()
}

fn read(mut row: Row) -> Result<Letter, DbError> {
    let small = |row: &mut Row, column| u32::try_from(row.count(column)?).map_err(|_| row.unreadable(column));
    Ok(Letter {
        new: NewLetter {
            id: row.parsed("id")?,
            part: small(&mut row, "part")?,
            parts: small(&mut row, "parts")?,
            message_id: row.text("message_id")?,
            digest: row.digest("digest")?,
        },
        request: row.parsed("request")?,
        revision: row.count("revision")?,
        kind: row.word("kind", LetterKind::from_word)?,
        state: row.word("state", LetterState::from_word)?,
        attempts: row.count("attempts")?,
        last_error: row.opt_text("last_error")?,
        reply: row.opt_text("reply")?,
        queued_at: row.moment("queued_at")?,
        sent_at: row.opt_moment("sent_at")?,
        worker: row.opt_text("worker")?,
        claimed_at: row.opt_moment("claimed_at")?,
        delivery: delivery(&mut row)?,
    })
}

fn delivery(row: &mut Row) -> Result<Option<Delivery>, DbError> {
    let Some(word) = row.opt_text("delivery")? else { return Ok(None) };
    let action = Action::from_word(&word).ok_or_else(|| row.unreadable("delivery"))?;
    Ok(Some(Delivery { action, status: row.opt_text("delivery_status")?, at: row.moment("delivery_at")? }))
}
