//! Questions whether an item may go on to somebody, and their originators' answers (S3.14).
//!
//! The ledger has who asked about which item, and the answer; to whom and what for is between the two.

use renkei_core::act::Act;
use renkei_core::id::{Digest, ItemId, OnwardId, PartyId, SeatId};
use renkei_core::ledger::{Detail, EntryKind};
use renkei_core::share::{Conditions, OnwardState, Step, Target};
use renkei_core::time::Moment;
use renkei_gate::Permit;
use sea_query::{Expr, ExprTrait, Order, Query, SelectStatement};

use super::change::put_conditions;
use crate::db::{Row, Tx, insert};
use crate::error::{DbError, WriteError};
use crate::open::Store;

/// A question about to be asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewOnward {
    /// Its identifier, made by the caller.
    pub id: OnwardId,
    /// The item.
    pub item: ItemId,
    /// To whom it is to go on.
    pub target: Target,
    /// What for.
    pub purpose: String,
}

/// A question as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Onward {
    /// What was asked.
    pub new: NewOnward,
    /// Who asked.
    pub seat: SeatId,
    /// For which organisation.
    pub party: PartyId,
    /// When.
    pub asked_at: Moment,
    /// Where it stands.
    pub state: OnwardState,
    /// Who answered.
    pub answered_by: Option<SeatId>,
    /// When.
    pub answered_at: Option<Moment>,
    /// What the originator said with its answer.
    pub words: Option<String>,
}

/// Which questions are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnwardFilter<'f> {
    /// About an item.
    Item(ItemId),
    /// About the items of an organisation.
    Of(&'f PartyId),
    /// About the items of an organisation, and not answered yet.
    Waiting(&'f PartyId),
    /// Asked by an organisation.
    By(&'f PartyId),
}

impl Store {
    /// Asks an item's originator. One organisation asks for one target once at a time.
    pub async fn ask_onward(&self, permit: Permit, new: &NewOnward) -> Result<(), WriteError> {
        let (mut write, granted, item) = self.of_item(permit, Act::RespondItem, new.item).await?;
        item.state.after(Step::Widen)?;
        let (seat, party) = (granted.seat().id.as_str(), granted.seat().party.as_str());
        let mut same = select();
        same.and_where(Expr::col("item").eq(new.item.to_string())).and_where(Expr::col("party").eq(party));
        same.and_where(Expr::col("target").eq(new.target.to_string()));
        same.and_where(Expr::col("state").eq(OnwardState::Asked.word()));
        if let Some(mut row) = write.tx.row(&same).await? {
            return Err(WriteError::Exists { kind: "question", id: row.text("id")? });
        }
        let row = [
            ("id", new.id.to_string().into()),
            ("item", new.item.to_string().into()),
            ("seat", seat.into()),
            ("party", party.into()),
            ("target", new.target.to_string().into()),
            ("purpose", new.purpose.as_str().into()),
            ("asked_at", granted.at().0.into()),
            ("state", OnwardState::Asked.word().into()),
        ];
        write.tx.run(&insert("onwards", row)).await?;
        let asked = Digest::of(format!("{}\n{}", new.target, new.purpose).as_bytes());
        let detail = Detail::new().put("step", "ask-onward").put("onward", new.id).put("asked", asked);
        write.append(granted.entry(EntryKind::Act, detail)).await?;
        Ok(write.commit().await?)
    }

    /// The originator lets the item go on: under other conditions, where who is to have it has a seat here.
    pub async fn grant_onward(
        &self,
        permit: Permit,
        onward: &Onward,
        conditions: Option<&Conditions>,
        words: &str,
    ) -> Result<(), WriteError> {
        let (mut write, granted, item) = self.of_item(permit, Act::PostItem, onward.new.item).await?;
        item.state.after(Step::Widen)?;
        answer(&mut write.tx, onward, OnwardState::Granted, (&granted.seat().id, granted.at()), words).await?;
        let detail = Detail::new().put("onward", onward.new.id).put("answer", OnwardState::Granted);
        match conditions {
            Some(wide) => put_conditions(&mut write, &granted, &item, Step::Widen, wide, detail).await?,
            None => _ = write.append(granted.entry(EntryKind::Act, detail)).await?,
        }
        Ok(write.commit().await?)
    }

    /// The originator does not.
    pub async fn decline_onward(&self, permit: Permit, onward: &Onward, words: &str) -> Result<(), WriteError> {
        let (mut write, granted, _) = self.of_item(permit, Act::KeepItem, onward.new.item).await?;
        answer(&mut write.tx, onward, OnwardState::Declined, (&granted.seat().id, granted.at()), words).await?;
        let detail = Detail::new().put("onward", onward.new.id).put("answer", OnwardState::Declined);
        write.append(granted.entry(EntryKind::Act, detail)).await?;
        Ok(write.commit().await?)
    }

    /// A question.
    pub async fn onward(&self, id: OnwardId) -> Result<Option<Onward>, DbError> {
        self.db.rows(&by_id(id)).await?.into_iter().next().map(read).transpose()
    }

    /// Questions, newest first, at most `limit`, from before `before`.
    pub async fn onwards(
        &self,
        filter: OnwardFilter<'_>,
        before: Option<OnwardId>,
        limit: u64,
    ) -> Result<Vec<Onward>, DbError> {
        let mut query = select();
        match filter {
            OnwardFilter::Item(item) => query.and_where(Expr::col("item").eq(item.to_string())),
            OnwardFilter::By(party) => query.and_where(Expr::col("party").eq(party.as_str())),
            OnwardFilter::Of(party) => query.and_where(Expr::col("item").in_subquery(items_of(party))),
            OnwardFilter::Waiting(party) => query
                .and_where(Expr::col("item").in_subquery(items_of(party)))
                .and_where(Expr::col("state").eq(OnwardState::Asked.word())),
        };
        if let Some(before) = before {
            query.and_where(Expr::col("id").lt(before.to_string()));
        }
        query.order_by("id", Order::Desc).limit(limit);
        self.db.rows(&query).await?.into_iter().map(read).collect()
    }
}

/// The items of an organisation, as a condition on others.
pub(super) fn items_of(party: &PartyId) -> SelectStatement {
    Query::select().column("id").from("items").and_where(Expr::col("party").eq(party.as_str())).to_owned()
}

/// An answer is given once.
async fn answer(
    tx: &mut Tx,
    onward: &Onward,
    state: OnwardState,
    (seat, at): (&SeatId, Moment),
    words: &str,
) -> Result<(), WriteError> {
    let mut update = Query::update();
    update
        .table("onwards")
        .value("state", state.word())
        .value("answered_by", seat.as_str())
        .value("answered_at", at.0)
        .value("words", words)
        .and_where(Expr::col("id").eq(onward.new.id.to_string()))
        .and_where(Expr::col("item").eq(onward.new.item.to_string()))
        .and_where(Expr::col("state").eq(OnwardState::Asked.word()));
    match tx.run(&update).await? {
        0 => Err(WriteError::Taken(onward.new.id.to_string())),
        _ => Ok(()),
    }
}

fn select() -> SelectStatement {
    let columns = [
        "id",
        "item",
        "seat",
        "party",
        "target",
        "purpose",
        "asked_at",
        "state",
        "answered_by",
        "answered_at",
        "words",
    ];
    Query::select().columns(columns).from("onwards").to_owned()
}

fn by_id(id: OnwardId) -> SelectStatement {
    select().and_where(Expr::col("id").eq(id.to_string())).to_owned()
}

fn read(mut row: Row) -> Result<Onward, DbError> {
    Ok(Onward {
        new: NewOnward {
            id: row.parsed("id")?,
            item: row.parsed("item")?,
            target: row.parsed("target")?,
            purpose: row.text("purpose")?,
        },
        seat: row.parsed("seat")?,
        party: row.parsed("party")?,
        asked_at: row.moment("asked_at")?,
        state: row.word("state", OnwardState::from_word)?,
        answered_by: row.opt_parsed("answered_by")?,
        answered_at: row.opt_moment("answered_at")?,
        words: row.opt_text("words")?,
    })
}
