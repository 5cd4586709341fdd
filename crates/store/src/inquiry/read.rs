//! Inquiries as they stand: one, a list, their items and steps.

use renkei_core::class::DataClass;
use renkei_core::dossier::{Signed, Taken};
use renkei_core::id::{Digest, InquiryId};
use renkei_core::inquiry::identifier::Kind;
use renkei_core::inquiry::item::{Ground, Item, Outcome, Window};
use renkei_core::inquiry::paper::Paper;
use renkei_core::inquiry::{Instrument, State, Step};
use renkei_core::time::Moment;
use sea_query::{Cond, Expr, ExprTrait, NullOrdering, Order, Query, SelectStatement};

use super::{Happened, Inquiry, InquiryFilter, InquiryPage, ItemState, Waits};
use crate::db::{Row, Tx, int};
use crate::error::{DbError, WriteError};
use crate::open::Store;

const COLUMNS: [&str; 27] = [
    "id",
    "version",
    "salt",
    "asker",
    "recipient",
    "instrument",
    "number",
    "section",
    "officer",
    "form",
    "basis",
    "subject",
    "purpose",
    "days",
    "occurred_from",
    "occurred_until",
    "occurred_zone",
    "state",
    "signed",
    "digest",
    "drafted_by",
    "drafted_at",
    "sent_at",
    "due_at",
    "stopped_at",
    "ended_at",
    "filed_at",
];
const ITEM: [&str; 14] = [
    "inquiry",
    "number",
    "kind",
    "value",
    "field",
    "class",
    "borderline",
    "from_at",
    "until_at",
    "zone",
    "judged",
    "outcome",
    "ground",
    "remark",
];

impl Store {
    /// An inquiry with its items.
    pub async fn inquiry(&self, id: InquiryId) -> Result<Option<Inquiry>, DbError> {
        let Some(row) = self.db.rows(&by_id(id)).await?.into_iter().next() else { return Ok(None) };
        let items = self.db.rows(&items_of(id)).await?.into_iter().map(item).collect::<Result<Vec<_>, _>>()?;
        read(row, items.into_iter().map(|state| state.item).collect()).map(Some)
    }

    /// Inquiries without their items, newest first.
    pub async fn inquiries(&self, filter: &InquiryFilter) -> Result<Vec<Inquiry>, DbError> {
        let mut query = select();
        let InquiryFilter { party, state, page } = filter;
        let among =
            |wanted: fn(&State) -> bool| State::ALL.iter().filter(move |state| wanted(state)).map(|it| it.word());
        if let Some(party) = party {
            let side = |column: &'static str| Expr::col(column).eq(party.as_str());
            let told = Cond::all().add(side("recipient")).add(Expr::col("state").is_in(among(|it| it.has_left())));
            query.cond_where(Cond::any().add(side("asker")).add(told));
        }
        if let Some(state) = state {
            query.and_where(Expr::col("state").eq(state.word()));
        }
        if let Some(InquiryPage { after, most }) = page {
            if let Some(after) = after {
                query.and_where(Expr::col("id").lt(after.to_string()));
            }
            query.limit(*most);
        }
        query.order_by("id", Order::Desc);
        self.db.rows(&query).await?.into_iter().map(|row| read(row, Vec::new())).collect()
    }

    /// The first of those that wait for a seat, first due first, and how many wait in all.
    pub async fn inquiries_that_wait(&self, waits: &Waits, most: u64) -> Result<(Vec<Inquiry>, u64), DbError> {
        let wait = waits.condition();
        let mut count = Query::select();
        count.expr_as(Expr::col("id").count(), "number").from("inquiries").cond_where(wait.clone());
        let number = match self.db.rows(&count).await?.into_iter().next() {
            Some(mut row) => row.count("number")?,
            None => 0,
        };
        let mut query = select();
        query
            .cond_where(wait)
            .order_by_with_nulls("due_at", Order::Asc, NullOrdering::Last)
            .order_by("id", Order::Asc)
            .limit(most);
        let first: Result<Vec<_>, _> =
            self.db.rows(&query).await?.into_iter().map(|row| read(row, Vec::new())).collect();
        Ok((first?, number))
    }

    /// The items of an inquiry, with what came of them.
    pub async fn inquiry_items(&self, id: InquiryId) -> Result<Vec<ItemState>, DbError> {
        self.db.rows(&items_of(id)).await?.into_iter().map(item).collect()
    }

    /// What happened to an inquiry, oldest first.
    pub async fn inquiry_steps(&self, id: InquiryId) -> Result<Vec<Happened>, DbError> {
        let mut query = Query::select();
        query
            .columns(["number", "at", "seat", "step", "text", "policy_set", "digest", "key_name", "signature"])
            .from("inquiry_steps")
            .and_where(Expr::col("inquiry").eq(id.to_string()))
            .order_by("number", Order::Asc);
        self.db.rows(&query).await?.into_iter().map(happened).collect()
    }
}

/// The inquiry with its items, inside a write.
pub(crate) async fn load(tx: &mut Tx, id: InquiryId) -> Result<Inquiry, WriteError> {
    let row = tx.row(&by_id(id)).await?;
    let row = row.ok_or_else(|| WriteError::Missing { kind: "inquiry", id: id.to_string() })?;
    let items = tx.rows(&items_of(id)).await?.into_iter().map(item).collect::<Result<Vec<_>, _>>()?;
    Ok(read(row, items.into_iter().map(|state| state.item).collect())?)
}

/// The items with what came of them, inside a write.
pub(super) async fn load_items(tx: &mut Tx, id: InquiryId) -> Result<Vec<ItemState>, DbError> {
    tx.rows(&items_of(id)).await?.into_iter().map(item).collect()
}

impl Waits {
    fn condition(&self) -> Cond {
        let Self { party, seat, stages, approves, answers } = self;
        let is = |column: &'static str, value: &str| Expr::col(column).eq(value);
        let among = |states: &[State]| Expr::col("state").is_in(states.iter().map(|state| state.word()));
        let own = [State::Draft, State::Approved, State::Answered, State::SentBack];
        let mut asked = Cond::any().add(among(&own).and(is("drafted_by", seat.as_str())));
        // What the other office refused for good: a person decides.
        let mut stuck = Query::select();
        stuck
            .columns(["inquiry"])
            .from("line_tellings")
            .and_where(Expr::col("trouble").is_not_null())
            .and_where(Expr::col("next_at").is_null());
        asked = asked.add(Expr::col("id").in_subquery(stuck).and(is("drafted_by", seat.as_str())));
        let mut signs = Cond::any();
        for place in stages.iter().zip(0u64..).filter(|(stage, _)| stage.seat == *seat).map(|(_, place)| place) {
            signs = signs.add(Expr::col("signed").eq(int(place)));
        }
        if *approves {
            signs = signs.add(Expr::col("signed").gte(int(stages.len() as u64)));
            asked = asked.add(among(&[State::Unclear]));
        }
        if !signs.is_empty() {
            asked = asked.add(Cond::all().add(among(&[State::InReview])).add(signs));
        }
        let mut all = Cond::any().add(Cond::all().add(is("asker", party.as_str())).add(asked));
        if *answers {
            let told = among(&[State::Sent, State::Received]);
            all = all.add(is("recipient", party.as_str()).and(told));
        }
        all
    }
}

fn select() -> SelectStatement {
    Query::select().columns(COLUMNS).from("inquiries").to_owned()
}

fn by_id(id: InquiryId) -> SelectStatement {
    select().and_where(Expr::col("id").eq(id.to_string())).to_owned()
}

fn items_of(id: InquiryId) -> SelectStatement {
    let mut query = Query::select();
    query.columns(ITEM).from("inquiry_items").and_where(Expr::col("inquiry").eq(id.to_string()));
    query.order_by("number", Order::Asc).to_owned()
}

fn read(mut row: Row, items: Vec<Item>) -> Result<Inquiry, DbError> {
    let small = |row: &mut Row, column| -> Result<u32, DbError> {
        u32::try_from(row.count(column)?).map_err(|_| row.unreadable(column))
    };
    let occurred = window(&mut row, ["occurred_from", "occurred_until", "occurred_zone"])?;
    Ok(Inquiry {
        id: row.parsed("id")?,
        version: row.count("version")?,
        paper: Paper {
            number: row.text("number")?,
            salt: row.opt_parsed("salt")?,
            asker: row.parsed("asker")?,
            section: row.text("section")?,
            officer: row.parsed("officer")?,
            recipient: row.parsed("recipient")?,
            instrument: row.word("instrument", Instrument::from_word)?,
            form: row.count("form")?,
            basis: row.text("basis")?,
            case: row.text("subject")?,
            purpose: row.text("purpose")?,
            days: small(&mut row, "days")?,
            items,
        },
        occurred,
        state: row.word("state", State::from_word)?,
        signed: row.count("signed")?,
        digest: opt_digest(&mut row, "digest")?,
        drafted_by: row.parsed("drafted_by")?,
        drafted_at: row.moment("drafted_at")?,
        sent_at: row.opt_moment("sent_at")?,
        due_at: row.opt_moment("due_at")?,
        stopped_at: row.opt_moment("stopped_at")?,
        ended_at: row.opt_moment("ended_at")?,
        filed_at: row.opt_moment("filed_at")?,
    })
}

fn item(mut row: Row) -> Result<ItemState, DbError> {
    let window = window(&mut row, ["from_at", "until_at", "zone"])?;
    let word = |row: &mut Row, column| row.opt_text(column);
    let outcome = word(&mut row, "outcome")?;
    let ground = word(&mut row, "ground")?;
    let judged = word(&mut row, "judged")?;
    Ok(ItemState {
        item: Item {
            number: u32::try_from(row.count("number")?).map_err(|_| row.unreadable("number"))?,
            kind: row.word("kind", Kind::from_word)?,
            value: row.text("value")?,
            field: row.text("field")?,
            class: row.word("class", DataClass::from_word)?,
            borderline: row.count("borderline")? == 1,
            window,
        },
        judged: judged.map(|word| word == "allowed"),
        outcome: outcome.map(|word| Outcome::from_word(&word).ok_or_else(|| row.unreadable("outcome"))).transpose()?,
        ground: ground.map(|word| Ground::from_word(&word).ok_or_else(|| row.unreadable("ground"))).transpose()?,
        remark: row.text("remark")?,
    })
}

fn window(row: &mut Row, [from, until, zone]: [&'static str; 3]) -> Result<Option<Window>, DbError> {
    Ok(match (row.opt_moment(from)?, row.opt_moment(until)?, row.opt_text(zone)?) {
        (Some(from), Some(until), Some(zone)) => Some(Window { from, until, zone }),
        _ => None,
    })
}

fn happened(mut row: Row) -> Result<Happened, DbError> {
    let signed = match (opt_digest(&mut row, "digest")?, row.opt_text("key_name")?, row.opt_bytes("signature")?) {
        (Some(digest), Some(key), Some(signature)) => Some(Signed {
            digest,
            key: key.parse().map_err(|_| row.unreadable("key_name"))?,
            signature: signature.try_into().map_err(|_| row.unreadable("signature"))?,
        }),
        _ => None,
    };
    Ok(Happened {
        taken: Taken {
            number: row.count("number")?,
            at: row.moment("at")?,
            step: row.word("step", Step::from_word)?,
            seat: row.parsed("seat")?,
            policy_set: row.digest("policy_set")?,
            signed,
        },
        text: row.text("text")?,
    })
}

/// A digest that may be missing.
pub(super) fn opt_digest(row: &mut Row, column: &'static str) -> Result<Option<Digest>, DbError> {
    match row.opt_bytes(column)? {
        Some(bytes) => Ok(Some(Digest(bytes.try_into().map_err(|_| row.unreadable(column))?))),
        None => Ok(None),
    }
}

/// A moment as a column has it.
pub(super) fn micros(at: Option<Moment>) -> Option<i64> {
    at.map(|at| at.0)
}
