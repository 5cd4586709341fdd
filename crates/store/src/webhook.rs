//! Webhooks: addresses that parties give, and the calls that carry what changed for them.
//!
//! ```text
//! waiting ─claim→ waiting (later) ─answered→ delivered
//!    ▲                            └─tried too often→ dead ─again→ waiting
//! ```
//! The ledger is the source: calls are made from its entries in its order, each entry once, in the
//! transaction that moves the place up to which it was read. A claim lends a call to one process for a
//! while; what a dead process held comes due again, under the same id.

use renkei_core::act::Act;
use renkei_core::id::{CallId, LetterId, OfferId, PartyId, RequestId, SeatId, WebhookId};
use renkei_core::ledger::{Detail, Entry, EntryKind};
use renkei_core::question::ObjectKind;
use renkei_core::request::Step;
use renkei_core::time::Moment;
use renkei_gate::Permit;
use sea_query::{Expr, ExprTrait, LockBehavior, LockType, OnConflict, Order, Query, SelectStatement};

use crate::db::{Row, Tx, insert, int};
use crate::error::{DbError, WriteError};
use crate::offer::{self, Offer};
use crate::open::Store;
use crate::request::{Request, load};

/// Entries of the ledger that are read at once.
const AT_ONCE: u64 = 1000;

/// A webhook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Webhook {
    /// Its id.
    pub id: WebhookId,
    /// Whose it is: it hears of requests addressed to it, or of all where it is the house's.
    pub party: PartyId,
    /// Where it is called.
    pub url: String,
    /// What calls are signed with, sealed.
    pub secret: Vec<u8>,
    /// Who made it.
    pub made_by: SeatId,
    /// When.
    pub made_at: Moment,
    /// When it was ended.
    pub ended_at: Option<Moment>,
}

/// Where a call stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CallState {
    /// It is tried when its time has come.
    Waiting,
    /// It was taken.
    Delivered,
    /// It was tried too often, or its webhook ended; a person may have it tried again.
    Dead,
}

impl CallState {
    /// Every state.
    pub const ALL: [Self; 3] = [Self::Waiting, Self::Delivered, Self::Dead];

    /// The stable word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Delivered => "delivered",
            Self::Dead => "dead",
        }
    }

    fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.word() == word)
    }
}

/// A call of a webhook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// Its id, the same in every try.
    pub id: CallId,
    /// Its webhook.
    pub webhook: WebhookId,
    /// What happened (`request.sent`).
    pub event: String,
    /// The bytes that are sent.
    pub body: String,
    /// Where it stands.
    pub state: CallState,
    /// How often it was tried.
    pub tries: u64,
    /// When what it tells happened.
    pub made_at: Moment,
    /// When it is due.
    pub next_at: Moment,
    /// HTTP status of the last try.
    pub status: Option<u16>,
    /// What was wrong with the last try.
    pub error: Option<String>,
}

/// Something that happened, as the ledger has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Happened {
    /// What (`request.sent`).
    pub event: &'static str,
    /// When.
    pub at: Moment,
    /// To what.
    pub matter: Matter,
}

/// What something happened to, as it stands now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Matter {
    /// A request.
    Request(Box<Request>),
    /// An offer.
    Offer(Box<Offer>),
}

/// How a try ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tried {
    /// It was taken.
    Delivered {
        /// HTTP status.
        status: u16,
    },
    /// It is tried again then.
    Later {
        /// When.
        at: Moment,
        /// HTTP status, where there was an answer.
        status: Option<u16>,
        /// What was wrong.
        error: String,
    },
    /// It is not tried again by itself.
    Dead {
        /// HTTP status, where there was an answer.
        status: Option<u16>,
        /// What was wrong.
        error: String,
    },
}

const COLUMNS: [&str; 7] = ["id", "party", "url", "secret", "made_by", "made_at", "ended_at"];
const CALL_COLUMNS: [&str; 10] =
    ["id", "webhook", "event", "body", "state", "tries", "made_at", "next_at", "status", "error"];

impl Store {
    /// Enters a webhook. The ledger has who and where; the permit names the seat that acts.
    pub async fn make_webhook(&self, permit: Permit, webhook: &Webhook) -> Result<(), WriteError> {
        let (mut write, granted) = self.permitted(permit, &[Act::ManageSeats]).await?;
        granted.names(ObjectKind::Seat, &webhook.made_by)?;
        let Webhook { id, party, url, secret, made_by, made_at, ended_at: _ } = webhook;
        let row = [
            ("id", id.to_string().into()),
            ("party", party.as_str().into()),
            ("url", url.as_str().into()),
            ("secret", secret.clone().into()),
            ("made_by", made_by.as_str().into()),
            ("made_at", made_at.0.into()),
        ];
        let mut others = active();
        others.limit(1);
        if write.tx.row(&others).await?.is_none() {
            // While there was none nobody read the ledger: what happened meanwhile is told to none.
            begin_at_the_end(&mut write.tx).await?;
        }
        write.tx.run(&insert("webhooks", row)).await?;
        let detail = Detail::new().put("step", "webhook").put("webhook", id).put("url", url);
        write.append(granted.entry(EntryKind::Act, detail)).await?;
        Ok(write.commit().await?)
    }

    /// Ends a webhook of a party; its waiting calls die with it.
    pub async fn end_webhook(&self, permit: Permit, party: &PartyId, id: WebhookId) -> Result<(), WriteError> {
        let (mut write, granted) = self.permitted(permit, &[Act::ManageSeats]).await?;
        let mut update = Query::update();
        update
            .table("webhooks")
            .value("ended_at", granted.at().0)
            .and_where(Expr::col("id").eq(id.to_string()))
            .and_where(Expr::col("party").eq(party.as_str()))
            .and_where(Expr::col("ended_at").is_null());
        if write.tx.run(&update).await? == 0 {
            return Err(WriteError::Missing { kind: "webhook", id: id.to_string() });
        }
        bury(&mut write.tx, id).await?;
        let detail = Detail::new().put("step", "webhook-ended").put("webhook", id);
        write.append(granted.entry(EntryKind::Act, detail)).await?;
        Ok(write.commit().await?)
    }

    /// Ends a webhook whose address said that it is gone (HTTP 410).
    pub async fn webhook_gone(&self, id: WebhookId, at: Moment) -> Result<(), DbError> {
        let mut tx = self.db.begin().await?;
        let mut update = Query::update();
        update
            .table("webhooks")
            .value("ended_at", at.0)
            .and_where(Expr::col("id").eq(id.to_string()))
            .and_where(Expr::col("ended_at").is_null());
        tx.run(&update).await?;
        bury(&mut tx, id).await?;
        tx.commit().await
    }

    /// Every webhook, newest first; `party`: that party's only.
    pub async fn webhooks(&self, party: Option<&PartyId>) -> Result<Vec<Webhook>, DbError> {
        let mut query = Query::select();
        query.columns(COLUMNS).from("webhooks").order_by("made_at", Order::Desc).order_by("id", Order::Desc);
        if let Some(party) = party {
            query.and_where(Expr::col("party").eq(party.as_str()));
        }
        self.db.rows(&query).await?.into_iter().map(read).collect()
    }

    /// The calls of a webhook that are in a state, newest first.
    pub async fn calls(&self, webhook: WebhookId, state: CallState, limit: u64) -> Result<Vec<Call>, DbError> {
        let mut query = calls();
        query
            .and_where(Expr::col("webhook").eq(webhook.to_string()))
            .and_where(Expr::col("state").eq(state.word()))
            .order_by("made_at", Order::Desc)
            .order_by("id", Order::Desc)
            .limit(limit);
        self.db.rows(&query).await?.into_iter().map(read_call).collect()
    }

    /// One call.
    pub async fn call(&self, id: CallId) -> Result<Option<Call>, DbError> {
        let mut query = calls();
        query.and_where(Expr::col("id").eq(id.to_string()));
        self.db.rows(&query).await?.into_iter().next().map(read_call).transpose()
    }

    /// Enters a call that no entry of the ledger stands behind: a test that somebody asked for.
    pub async fn add_call(&self, call: &Call) -> Result<(), DbError> {
        let mut tx = self.db.begin().await?;
        put_call(&mut tx, call).await?;
        tx.commit().await
    }

    /// Has a dead call tried again.
    pub async fn revive_call(&self, id: CallId, at: Moment) -> Result<(), WriteError> {
        let mut tx = self.db.begin().await?;
        let mut update = Query::update();
        update
            .table("calls")
            .value("state", CallState::Waiting.word())
            .value("tries", 0i64)
            .value("next_at", at.0)
            .and_where(Expr::col("id").eq(id.to_string()))
            .and_where(Expr::col("state").eq(CallState::Dead.word()));
        if tx.run(&update).await? == 0 {
            return Err(WriteError::Missing { kind: "dead call", id: id.to_string() });
        }
        Ok(tx.commit().await?)
    }

    /// Reads the ledger on from where it was last read, makes calls of it, and forgets calls that were
    /// delivered before a moment. Says how many entries were read; none: there is nothing new.
    ///
    /// `calls` makes the calls for something that happened: it sees every webhook that is not ended.
    pub async fn gather_calls(
        &self,
        delivered_before: Moment,
        calls: impl Fn(&Happened, &[Webhook]) -> Vec<Call>,
    ) -> Result<u64, WriteError> {
        let mut tx = self.db.begin().await?;
        let mut place = Query::select();
        place.columns(["seq"]).from("webhook_place").and_where(Expr::col("id").eq(1i64)).lock(LockType::Update);
        let Some(mut row) = tx.row(&place).await? else { return Ok(0) };
        let from = row.count("seq")?;
        let mut query = Query::select();
        query
            .columns(["bytes"])
            .from("ledger")
            .and_where(Expr::col("seq").gt(int(from)))
            .order_by("seq", Order::Asc)
            .limit(AT_ONCE);
        let mut rows = tx.rows(&query).await?;
        let webhooks: Vec<Webhook> = tx.rows(&active()).await?.into_iter().map(read).collect::<Result<_, _>>()?;
        for row in rows.iter_mut().filter(|_| !webhooks.is_empty()) {
            let bytes = row.bytes("bytes")?;
            let entry = Entry::from_canonical(&bytes).map_err(|_| DbError::Unreadable { column: "bytes" })?;
            let Some((event, about)) = event_of(&entry) else { continue };
            let matter = match about {
                About::Request(id) => Matter::Request(load(&mut tx, id).await?.into()),
                About::Letter(id) => {
                    let request = letter_of(&mut tx, id).await?;
                    Matter::Request(load(&mut tx, request).await?.into())
                }
                About::Offer(id) => Matter::Offer(offer::load(&mut tx, id).await?.into()),
            };
            let happened = Happened { event, at: entry.at, matter };
            for call in calls(&happened, &webhooks) {
                put_call(&mut tx, &call).await?;
            }
        }
        let read = rows.len() as u64;
        if read > 0 {
            let mut update = Query::update();
            update.table("webhook_place").value("seq", int(from + read)).and_where(Expr::col("id").eq(1i64));
            tx.run(&update).await?;
        }
        let mut old = Query::delete();
        old.from_table("calls")
            .and_where(Expr::col("state").eq(CallState::Delivered.word()))
            .and_where(Expr::col("made_at").lt(delivered_before.0));
        tx.run(&old).await?;
        tx.commit().await?;
        Ok(read)
    }

    /// Lends calls that are due to the caller, until a moment: whoever asks meanwhile gets others.
    pub async fn claim_calls(&self, at: Moment, until: Moment, limit: u64) -> Result<Vec<Call>, DbError> {
        let mut tx = self.db.begin().await?;
        let mut query = calls();
        query
            .and_where(Expr::col("state").eq(CallState::Waiting.word()))
            .and_where(Expr::col("next_at").lte(at.0))
            .order_by("next_at", Order::Asc)
            .limit(limit)
            .lock_with_behavior(LockType::Update, LockBehavior::SkipLocked);
        let due: Vec<Call> = tx.rows(&query).await?.into_iter().map(read_call).collect::<Result<_, _>>()?;
        for call in &due {
            let mut update = Query::update();
            update.table("calls").value("next_at", until.0).and_where(Expr::col("id").eq(call.id.to_string()));
            tx.run(&update).await?;
        }
        tx.commit().await?;
        Ok(due)
    }

    /// Enters how a try ended. A call that is not waiting any more is left as it is.
    pub async fn call_tried(&self, id: CallId, tried: &Tried) -> Result<(), DbError> {
        let (state, next_at, status, error) = match tried {
            Tried::Delivered { status } => (CallState::Delivered, None, Some(*status), None),
            Tried::Later { at, status, error } => (CallState::Waiting, Some(*at), *status, Some(error.clone())),
            Tried::Dead { status, error } => (CallState::Dead, None, *status, Some(error.clone())),
        };
        let mut update = Query::update();
        update
            .table("calls")
            .value("state", state.word())
            .value("tries", Expr::col("tries").add(1i64))
            .value("status", status.map(i64::from))
            .value("error", error)
            .and_where(Expr::col("id").eq(id.to_string()))
            .and_where(Expr::col("state").eq(CallState::Waiting.word()));
        if let Some(next_at) = next_at {
            update.value("next_at", next_at.0);
        }
        let mut tx = self.db.begin().await?;
        tx.run(&update).await?;
        tx.commit().await
    }
}

/// The webhooks that are not ended.
fn active() -> SelectStatement {
    let mut active = Query::select();
    active.columns(COLUMNS).from("webhooks").and_where(Expr::col("ended_at").is_null());
    active
}

/// Puts the place up to which the ledger was read at its end.
async fn begin_at_the_end(tx: &mut Tx) -> Result<(), DbError> {
    let head = Query::select().columns(["size"]).from("chain_head").and_where(Expr::col("id").eq(1i64)).to_owned();
    let size = tx.row(&head).await?.ok_or(DbError::Unreadable { column: "size" })?.count("size")?;
    let mut place = insert("webhook_place", [("id", 1i64.into()), ("seq", int(size).into())]);
    place.on_conflict(OnConflict::column("id").update_column("seq").to_owned());
    tx.run(&place).await.map(drop)
}

/// What an entry is about.
enum About {
    Request(RequestId),
    Letter(LetterId),
    Offer(OfferId),
}

/// The event that an entry of the ledger is, if it is one.
fn event_of(entry: &Entry) -> Option<(&'static str, About)> {
    let step = entry.detail.get("step");
    if let Some(object) = entry.objects.iter().find(|object| object.kind == ObjectKind::Offer.word()) {
        return Some((offer_event(entry)?, About::Offer(object.id.parse().ok()?)));
    }
    let event = match (entry.kind, Act::from_word(&entry.act)?) {
        (EntryKind::Completion, Act::Send) if entry.detail.get("request-state") == Some("sent") => {
            return Some(("request.sent", About::Letter(entry.detail.get("letter")?.parse().ok()?)));
        }
        (EntryKind::Act, Act::RecordAnswer) if step == Some(Step::Acknowledge.word()) => "request.acknowledged",
        (EntryKind::Act, Act::RecordAnswer) if step.is_none() => "request.answered",
        (EntryKind::Act, Act::GiveFeedback) => "request.feedback",
        (EntryKind::Act, Act::Correct) => "request.corrected",
        (EntryKind::Act, Act::Withdraw) => "request.withdrawn",
        (EntryKind::Act, Act::Close) => "request.closed",
        _ => return None,
    };
    let object = entry.objects.iter().find(|object| object.kind == ObjectKind::Request.word())?;
    Some((event, About::Request(object.id.parse().ok()?)))
}

/// The event that an entry about an offer is.
fn offer_event(entry: &Entry) -> Option<&'static str> {
    use renkei_core::offer::Step;
    let step = entry.detail.get("step").filter(|_| entry.kind == EntryKind::Act)?;
    Some(match Step::from_word(step) {
        Some(Step::Accept | Step::AcceptInPart | Step::Decline) => "offer.reviewed",
        Some(Step::Provide) => "offer.provided",
        Some(Step::FeedBack) => "offer.feedback",
        Some(Step::Withdraw) => "offer.withdrawn",
        Some(Step::Acknowledge) => "offer.acknowledged",
        None if step == "make" => "offer.made",
        None => return None,
    })
}

async fn letter_of(tx: &mut Tx, id: LetterId) -> Result<RequestId, WriteError> {
    let mut query = Query::select();
    query.columns(["request"]).from("letters").and_where(Expr::col("id").eq(id.to_string()));
    let row = tx.row(&query).await?;
    let mut row = row.ok_or_else(|| WriteError::Missing { kind: "letter", id: id.to_string() })?;
    Ok(row.parsed("request")?)
}

/// The waiting calls of a webhook that ended are dead.
async fn bury(tx: &mut Tx, id: WebhookId) -> Result<(), DbError> {
    let mut update = Query::update();
    update
        .table("calls")
        .value("state", CallState::Dead.word())
        .value("error", "the webhook was ended")
        .and_where(Expr::col("webhook").eq(id.to_string()))
        .and_where(Expr::col("state").eq(CallState::Waiting.word()));
    tx.run(&update).await.map(drop)
}

async fn put_call(tx: &mut Tx, call: &Call) -> Result<(), DbError> {
    let Call { id, webhook, event, body, state, tries, made_at, next_at, status: _, error: _ } = call;
    let row = [
        ("id", id.to_string().into()),
        ("webhook", webhook.to_string().into()),
        ("event", event.as_str().into()),
        ("body", body.as_str().into()),
        ("state", state.word().into()),
        ("tries", int(*tries).into()),
        ("made_at", made_at.0.into()),
        ("next_at", next_at.0.into()),
    ];
    tx.run(&insert("calls", row)).await.map(drop)
}

fn calls() -> SelectStatement {
    Query::select().columns(CALL_COLUMNS).from("calls").to_owned()
}

fn read(mut row: Row) -> Result<Webhook, DbError> {
    Ok(Webhook {
        id: row.parsed("id")?,
        party: row.parsed("party")?,
        url: row.text("url")?,
        secret: row.bytes("secret")?,
        made_by: row.parsed("made_by")?,
        made_at: row.moment("made_at")?,
        ended_at: row.opt_moment("ended_at")?,
    })
}

fn read_call(mut row: Row) -> Result<Call, DbError> {
    Ok(Call {
        id: row.parsed("id")?,
        webhook: row.parsed("webhook")?,
        event: row.text("event")?,
        body: row.text("body")?,
        state: row.word("state", CallState::from_word)?,
        tries: row.count("tries")?,
        made_at: row.moment("made_at")?,
        next_at: row.moment("next_at")?,
        status: row.opt_int("status")?.and_then(|status| u16::try_from(status).ok()),
        error: row.opt_text("error")?,
    })
}
