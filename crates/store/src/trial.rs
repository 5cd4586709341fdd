//! Trials: letters without any observation, by which a keeper sees whether an address of a party takes mail.
//!
//! A trial takes the way of every letter: queued with its act, taken with an intent in the ledger before a byte
//! leaves, ended with a completion; a report that comes back later is noted on it, and on the channel.

use renkei_core::act::Act;
use renkei_core::id::{Digest, LetterId, PartyId, SeatId};
use renkei_core::ledger::{Detail, Entry, EntryKind, ObjectNote};
use renkei_core::mail::Action;
use renkei_core::question::ObjectKind;
use renkei_core::time::Moment;
use renkei_gate::Permit;
use sea_query::{Expr, ExprTrait, Order, Query, SelectStatement, UpdateStatement};

use crate::db::{Row, Tx, insert, int};
use crate::error::{DbError, WriteError};
use crate::letter::{Delivery, LetterState};
use crate::open::{Store, program};

/// A trial about to be queued. Its bytes are a content-addressed file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewTrial {
    /// Its identifier, made by the caller; the Message-ID is made from it.
    pub id: LetterId,
    /// Whose address is tried.
    pub party: PartyId,
    /// The address.
    pub mail: String,
    /// SHA-256 of the whole message.
    pub digest: Digest,
}

/// A trial, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trial {
    /// What was queued.
    pub new: NewTrial,
    /// Where it stands.
    pub state: LetterState,
    /// How often it was taken.
    pub attempts: u64,
    /// What went wrong last.
    pub last_error: Option<String>,
    /// What the server said when it took it.
    pub reply: Option<String>,
    /// Who asked for it.
    pub made_by: SeatId,
    /// When.
    pub queued_at: Moment,
    /// When it left.
    pub sent_at: Option<Moment>,
    /// What a server on the way reported last.
    pub delivery: Option<Delivery>,
}

/// How a try of a trial ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TrialEnd {
    /// The server took it, with these words, or the file of this name is written.
    Sent(String),
    /// It goes back into the queue.
    Again(String),
    /// The server will not take it.
    Refused(String),
}

const COLUMNS: [&str; 14] = [
    "id",
    "party",
    "mail",
    "digest",
    "state",
    "attempts",
    "last_error",
    "reply",
    "made_by",
    "queued_at",
    "sent_at",
    "delivery",
    "delivery_status",
    "delivery_at",
];

impl Store {
    /// Queues a trial. The permit names the party.
    pub async fn queue_trial(&self, permit: Permit, trial: &NewTrial) -> Result<(), WriteError> {
        let (mut write, granted) = self.permitted(permit, &[Act::TestChannel]).await?;
        granted.names(ObjectKind::Party, &trial.party)?;
        let NewTrial { id, party, mail, digest } = trial;
        let row = [
            ("id", id.to_string().into()),
            ("party", party.as_str().into()),
            ("mail", mail.as_str().into()),
            ("digest", digest.0.to_vec().into()),
            ("state", LetterState::Queued.word().into()),
            ("attempts", 0i64.into()),
            ("made_by", granted.seat().id.as_str().into()),
            ("queued_at", granted.at().0.into()),
        ];
        write.tx.run(&insert("trials", row)).await?;
        let detail = Detail::new().put("letter", id).put("message", digest);
        write.append(granted.entry(EntryKind::Act, detail)).await?;
        Ok(write.commit().await?)
    }

    /// Takes a trial for sending: in flight, with an intent in the ledger, before it is sent. One that a dead
    /// process left in flight is taken again, and the ledger says `may-repeat`; the caller holds the outbox.
    pub async fn claim_trial(&self, permit: Permit, id: LetterId) -> Result<Trial, WriteError> {
        let (mut write, granted) = self.permitted(permit, &[Act::TestChannel]).await?;
        let mut trial = load(&mut write.tx, id).await?;
        granted.names(ObjectKind::Party, &trial.new.party)?;
        let mut detail = Detail::new().put("letter", id).put("attempt", trial.attempts + 1);
        match trial.state {
            LetterState::Queued => {}
            LetterState::InFlight => detail = detail.put("may-repeat", "yes"),
            _ => return Err(WriteError::Taken(id.to_string())),
        }
        (trial.state, trial.attempts) = (LetterState::InFlight, trial.attempts + 1);
        let attempts = int(trial.attempts);
        put(&mut write.tx, id, LetterState::InFlight, |update| {
            update.value("attempts", attempts);
        })
        .await?;
        write.append(granted.entry(EntryKind::Intent, detail)).await?;
        write.commit().await?;
        Ok(trial)
    }

    /// Enters how a try ended. A server's words stay out of the ledger.
    pub async fn trial_ended(&self, trial: &Trial, at: Moment, end: &TrialEnd) -> Result<(), WriteError> {
        let mut tx = crate::chain::Write::begin(&self.db).await?;
        let (state, result) = match end {
            TrialEnd::Sent(_) => (LetterState::Sent, "done"),
            TrialEnd::Again(_) => (LetterState::Queued, "try-again"),
            TrialEnd::Refused(_) => (LetterState::Failed, "failed"),
        };
        put(&mut tx.tx, trial.new.id, state, |update| match end {
            TrialEnd::Sent(reply) => {
                update.value("sent_at", at.0).value("reply", reply.as_str()).value("last_error", None::<String>);
            }
            TrialEnd::Again(error) | TrialEnd::Refused(error) => {
                update.value("last_error", error.as_str());
            }
        })
        .await?;
        let id = trial.new.id.to_string();
        let detail = Detail::new().put("result", result).put("letter", &id).put("attempt", trial.attempts);
        let object = ObjectNote { kind: ObjectKind::Letter.word().to_owned(), id, version: 0 };
        let entry = Entry {
            seat: Some(trial.made_by.clone()),
            objects: vec![object],
            ..program(at, EntryKind::Completion, Act::TestChannel.word(), detail)
        };
        tx.append(entry).await?;
        Ok(tx.commit().await?)
    }

    /// A trial.
    pub async fn trial(&self, id: LetterId) -> Result<Option<Trial>, DbError> {
        self.db.rows(&by_id(id)).await?.into_iter().next().map(read).transpose()
    }

    /// Trials of a party, newest first, at most `limit`.
    pub async fn trials(&self, party: &PartyId, limit: u64) -> Result<Vec<Trial>, DbError> {
        let mut query = select();
        query.and_where(Expr::col("party").eq(party.as_str())).order_by("id", Order::Desc).limit(limit);
        self.db.rows(&query).await?.into_iter().map(read).collect()
    }

    /// Trials that wait, or that a dead process left in flight, oldest first.
    pub async fn waiting_trials(&self) -> Result<Vec<Trial>, DbError> {
        let waiting = [LetterState::Queued.word(), LetterState::InFlight.word()];
        let mut query = select();
        query.and_where(Expr::col("state").is_in(waiting)).order_by("id", Order::Asc);
        self.db.rows(&query).await?.into_iter().map(read).collect()
    }
}

/// Notes on a trial what a server reported. A delay does not undo an end.
pub(crate) async fn put_trial_delivery(tx: &mut Tx, id: LetterId, delivery: &Delivery) -> Result<(), WriteError> {
    let trial = load(tx, id).await?;
    if delivery.action == Action::Delayed && trial.delivery.is_some_and(|known| known.action != Action::Delayed) {
        return Ok(());
    }
    let mut update = Query::update();
    update
        .table("trials")
        .value("delivery", delivery.action.word())
        .value("delivery_status", delivery.status.clone())
        .value("delivery_at", delivery.at.0)
        .and_where(Expr::col("id").eq(id.to_string()));
    tx.run(&update).await?;
    Ok(())
}

async fn put(
    tx: &mut Tx,
    id: LetterId,
    state: LetterState,
    more: impl FnOnce(&mut UpdateStatement),
) -> Result<(), DbError> {
    let mut update = Query::update();
    update.table("trials").value("state", state.word());
    more(&mut update);
    update.and_where(Expr::col("id").eq(id.to_string()));
    tx.run(&update).await.map(drop)
}

async fn load(tx: &mut Tx, id: LetterId) -> Result<Trial, WriteError> {
    let row = tx.row(&by_id(id)).await?;
    let row = row.ok_or_else(|| WriteError::Missing { kind: "test message", id: id.to_string() })?;
    Ok(read(row)?)
}

fn select() -> SelectStatement {
    Query::select().columns(COLUMNS).from("trials").to_owned()
}

fn by_id(id: LetterId) -> SelectStatement {
    select().and_where(Expr::col("id").eq(id.to_string())).to_owned()
}

fn read(mut row: Row) -> Result<Trial, DbError> {
    let delivery = match row.opt_text("delivery")? {
        Some(word) => {
            let action = Action::from_word(&word).ok_or_else(|| row.unreadable("delivery"))?;
            Some(Delivery { action, status: row.opt_text("delivery_status")?, at: row.moment("delivery_at")? })
        }
        None => None,
    };
    Ok(Trial {
        new: NewTrial {
            id: row.parsed("id")?,
            party: row.parsed("party")?,
            mail: row.text("mail")?,
            digest: row.digest("digest")?,
        },
        state: row.word("state", LetterState::from_word)?,
        attempts: row.count("attempts")?,
        last_error: row.opt_text("last_error")?,
        reply: row.opt_text("reply")?,
        made_by: row.parsed("made_by")?,
        queued_at: row.moment("queued_at")?,
        sent_at: row.opt_moment("sent_at")?,
        delivery,
    })
}
