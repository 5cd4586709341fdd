//! Notes: letters without any material. A trial shows whether an address of a party takes mail; a notice says that an
//! inquiry waits in the pages, and no word of what it asks (S4.9).
//!
//! A note takes the way of every letter: queued with its act, taken with an intent in the ledger before a byte
//! leaves, ended with a completion; a report that comes back later is noted on it, and on the channel.

use renkei_core::act::Act;
use renkei_core::id::{Digest, InquiryId, LetterId, PartyId, SeatId};
use renkei_core::inquiry::Turn;
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

/// What a note is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum About {
    /// A keeper tries an address.
    Trial,
    /// The other side of an inquiry has the next word.
    Inquiry(InquiryId),
}

impl About {
    /// What the gate is asked before it leaves.
    pub const fn act(self) -> Act {
        match self {
            Self::Trial => Act::TestChannel,
            Self::Inquiry(_) => Act::GiveNotice,
        }
    }
}

/// A note about to be queued. Its bytes are a content-addressed file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewNote {
    /// Its identifier, made by the caller; the Message-ID is made from it.
    pub id: LetterId,
    /// What it is for.
    pub about: About,
    /// Whose address it goes to.
    pub party: PartyId,
    /// The address.
    pub mail: String,
    /// SHA-256 of the whole message.
    pub digest: Digest,
}

/// A note, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// What was queued.
    pub new: NewNote,
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

/// An inquiry that passed to a party, which nobody has told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Untold {
    /// The inquiry.
    pub inquiry: InquiryId,
    /// Who has the next word.
    pub party: PartyId,
}

/// How a try of a note ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoteEnd {
    /// The server took it, with these words, or the file of this name is written.
    Sent(String),
    /// It goes back into the queue.
    Again(String),
    /// The server will not take it.
    Refused(String),
}

const COLUMNS: [&str; 15] = [
    "id",
    "inquiry",
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
    /// Queues a note. The permit names the party. A notice that an inquiry waits is queued once for each time that it
    /// passed to the other side: [`WriteError::Taken`] where nobody waits for it any more.
    pub async fn queue_note(&self, permit: Permit, note: &NewNote) -> Result<(), WriteError> {
        let (mut write, granted) = self.permitted(permit, &[note.about.act()]).await?;
        granted.names(ObjectKind::Party, &note.party)?;
        let NewNote { id, about, party, mail, digest } = note;
        let inquiry = match about {
            About::Trial => None,
            About::Inquiry(inquiry) => Some(inquiry),
        };
        if let Some(inquiry) = inquiry {
            // A step in between may have passed the word back, and another process may have told it already.
            if !settle(&mut write.tx, *inquiry, party).await? {
                return Err(WriteError::Taken(id.to_string()));
            }
        }
        let row = [
            ("id", id.to_string().into()),
            ("inquiry", inquiry.map(|inquiry| inquiry.to_string()).into()),
            ("party", party.as_str().into()),
            ("mail", mail.as_str().into()),
            ("digest", digest.0.to_vec().into()),
            ("state", LetterState::Queued.word().into()),
            ("attempts", 0i64.into()),
            ("made_by", granted.seat().id.as_str().into()),
            ("queued_at", granted.at().0.into()),
        ];
        write.tx.run(&insert("notes", row)).await?;
        let mut detail = Detail::new().put("letter", id).put("message", digest);
        if let Some(inquiry) = inquiry {
            detail = detail.put("inquiry", inquiry);
        }
        write.append(granted.entry(EntryKind::Act, detail)).await?;
        Ok(write.commit().await?)
    }

    /// Takes a note for sending: in flight, with an intent in the ledger, before it is sent. One that a dead
    /// process left in flight is taken again, and the ledger says `may-repeat`; the caller holds the outbox.
    pub async fn claim_note(&self, permit: Permit, id: LetterId) -> Result<Note, WriteError> {
        let known = self.note(id).await?.map_or(Act::TestChannel, |note| note.new.about.act());
        let (mut write, granted) = self.permitted(permit, &[known]).await?;
        let mut note = load(&mut write.tx, id).await?;
        granted.names(ObjectKind::Party, &note.new.party)?;
        let mut detail = Detail::new().put("letter", id).put("attempt", note.attempts + 1);
        match note.state {
            LetterState::Queued => {}
            LetterState::InFlight => detail = detail.put("may-repeat", "yes"),
            _ => return Err(WriteError::Taken(id.to_string())),
        }
        (note.state, note.attempts) = (LetterState::InFlight, note.attempts + 1);
        let attempts = int(note.attempts);
        put(&mut write.tx, id, LetterState::InFlight, |update| {
            update.value("attempts", attempts);
        })
        .await?;
        write.append(granted.entry(EntryKind::Intent, detail)).await?;
        write.commit().await?;
        Ok(note)
    }

    /// Enters how a try ended. A server's words stay out of the ledger.
    pub async fn note_ended(&self, note: &Note, at: Moment, end: &NoteEnd) -> Result<(), WriteError> {
        let mut tx = crate::chain::Write::begin(&self.db).await?;
        let (state, result) = match end {
            NoteEnd::Sent(_) => (LetterState::Sent, "done"),
            NoteEnd::Again(_) => (LetterState::Queued, "try-again"),
            NoteEnd::Refused(_) => (LetterState::Failed, "failed"),
        };
        put(&mut tx.tx, note.new.id, state, |update| match end {
            NoteEnd::Sent(reply) => {
                update.value("sent_at", at.0).value("reply", reply.as_str()).value("last_error", None::<String>);
            }
            NoteEnd::Again(error) | NoteEnd::Refused(error) => {
                update.value("last_error", error.as_str());
            }
        })
        .await?;
        let id = note.new.id.to_string();
        let detail = Detail::new().put("result", result).put("letter", &id).put("attempt", note.attempts);
        let object = ObjectNote { kind: ObjectKind::Letter.word().to_owned(), id, version: 0 };
        let entry = Entry {
            seat: Some(note.made_by.clone()),
            objects: vec![object],
            ..program(at, EntryKind::Completion, note.new.about.act().word(), detail)
        };
        tx.append(entry).await?;
        Ok(tx.commit().await?)
    }

    /// A note.
    pub async fn note(&self, id: LetterId) -> Result<Option<Note>, DbError> {
        self.db.rows(&by_id(id)).await?.into_iter().next().map(read).transpose()
    }

    /// Inquiries that passed to the other side, and nobody has told it by a note.
    pub async fn untold_inquiries(&self) -> Result<Vec<Untold>, DbError> {
        let mut query = Query::select();
        query.columns(["id", "asker", "recipient", "turn"]).from("inquiries");
        query.and_where(Expr::col("turn").is_not_null()).order_by("id", Order::Asc);
        let untold = |mut row: Row| -> Result<Untold, DbError> {
            let party = match row.word("turn", Turn::from_word)? {
                Turn::Asker => row.parsed("asker")?,
                Turn::Provider => row.parsed("recipient")?,
            };
            Ok(Untold { inquiry: row.parsed("id")?, party })
        };
        self.db.rows(&query).await?.into_iter().map(untold).collect()
    }

    /// Leaves it at that: the party is told by another way, or has no address. What passed on since stays untold.
    pub async fn leave_untold(&self, untold: &Untold) -> Result<(), DbError> {
        let mut tx = self.db.begin().await?;
        settle(&mut tx, untold.inquiry, &untold.party).await?;
        tx.commit().await
    }

    /// Trials of a party, newest first, at most `limit`.
    pub async fn trials(&self, party: &PartyId, limit: u64) -> Result<Vec<Note>, DbError> {
        let mut query = select();
        query.and_where(Expr::col("party").eq(party.as_str())).and_where(Expr::col("inquiry").is_null());
        query.order_by("id", Order::Desc).limit(limit);
        self.db.rows(&query).await?.into_iter().map(read).collect()
    }

    /// Notes that wait, or that a dead process left in flight, oldest first.
    pub async fn waiting_notes(&self) -> Result<Vec<Note>, DbError> {
        let waiting = [LetterState::Queued.word(), LetterState::InFlight.word()];
        let mut query = select();
        query.and_where(Expr::col("state").is_in(waiting)).order_by("id", Order::Asc);
        self.db.rows(&query).await?.into_iter().map(read).collect()
    }
}

/// Enters on a note what a server reported. A delay does not undo an end.
pub(crate) async fn put_note_delivery(tx: &mut Tx, id: LetterId, delivery: &Delivery) -> Result<(), WriteError> {
    let note = load(tx, id).await?;
    if delivery.action == Action::Delayed && note.delivery.is_some_and(|known| known.action != Action::Delayed) {
        return Ok(());
    }
    let mut update = Query::update();
    update
        .table("notes")
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
    update.table("notes").value("state", state.word());
    more(&mut update);
    update.and_where(Expr::col("id").eq(id.to_string()));
    tx.run(&update).await.map(drop)
}

/// The party needs to be told no more of this passing; whether the word was still its own.
async fn settle(tx: &mut Tx, inquiry: InquiryId, party: &PartyId) -> Result<bool, DbError> {
    let turn =
        |turn: Turn, column: &'static str| Expr::col("turn").eq(turn.word()).and(Expr::col(column).eq(party.as_str()));
    let mut update = Query::update();
    update
        .table("inquiries")
        .value("turn", None::<String>)
        .and_where(Expr::col("id").eq(inquiry.to_string()))
        .and_where(turn(Turn::Asker, "asker").or(turn(Turn::Provider, "recipient")));
    Ok(tx.run(&update).await? > 0)
}

async fn load(tx: &mut Tx, id: LetterId) -> Result<Note, WriteError> {
    let row = tx.row(&by_id(id)).await?;
    let row = row.ok_or_else(|| WriteError::Missing { kind: "message", id: id.to_string() })?;
    Ok(read(row)?)
}

fn select() -> SelectStatement {
    Query::select().columns(COLUMNS).from("notes").to_owned()
}

fn by_id(id: LetterId) -> SelectStatement {
    select().and_where(Expr::col("id").eq(id.to_string())).to_owned()
}

fn read(mut row: Row) -> Result<Note, DbError> {
    let delivery = match row.opt_text("delivery")? {
        Some(word) => {
            let action = Action::from_word(&word).ok_or_else(|| row.unreadable("delivery"))?;
            Some(Delivery { action, status: row.opt_text("delivery_status")?, at: row.moment("delivery_at")? })
        }
        None => None,
    };
    Ok(Note {
        new: NewNote {
            id: row.parsed("id")?,
            about: row.opt_parsed("inquiry")?.map_or(About::Trial, About::Inquiry),
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
