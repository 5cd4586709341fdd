//! What readers tell of an item: between each of them and its originator alone (S4.29).

use std::collections::BTreeMap;

use renkei_core::act::Act;
use renkei_core::id::{ItemId, PartyId, SeatId};
use renkei_core::ledger::{Detail, EntryKind};
use renkei_core::share::{OnwardState, Return, Step};
use renkei_core::time::Moment;
use renkei_gate::Permit;
use sea_query::{Expr, ExprTrait, Order, Query};

use crate::db::{Row, insert, int};
use crate::error::{DbError, WriteError};
use crate::open::Store;

/// Something about to be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewReturn {
    /// Of which item.
    pub item: ItemId,
    /// What.
    pub kind: Return,
    /// How often, where it was counted.
    pub count: Option<u64>,
    /// In words; may be empty.
    pub note: String,
}

/// Something that was told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Returned {
    /// What.
    pub new: NewReturn,
    /// By whom.
    pub seat: SeatId,
    /// For which organisation.
    pub party: PartyId,
    /// When, last.
    pub at: Moment,
}

impl Store {
    /// Tells an item's originator what came of it. A seat's later word of a kind takes the place of its earlier one.
    pub async fn tell_return(&self, permit: Permit, new: &NewReturn) -> Result<(), WriteError> {
        let (mut write, granted, item) = self.of_item(permit, Act::RespondItem, new.item).await?;
        item.state.after(Step::Widen)?;
        let (seat, party) = (granted.seat().id.as_str(), granted.seat().party.as_str());
        let of = new.item.to_string();
        let mut gone = Query::delete();
        gone.from_table("item_returns").and_where(Expr::col("item").eq(of.as_str()));
        gone.and_where(Expr::col("seat").eq(seat)).and_where(Expr::col("kind").eq(new.kind.word()));
        write.tx.run(&gone).await?;
        let row = [
            ("item", of.as_str().into()),
            ("seat", seat.into()),
            ("party", party.into()),
            ("kind", new.kind.word().into()),
            ("count", new.count.map(int).into()),
            ("note", new.note.as_str().into()),
            ("at", granted.at().0.into()),
        ];
        write.tx.run(&insert("item_returns", row)).await?;
        let detail = Detail::new().put("step", "return").put("return", new.kind);
        write.append(granted.entry(EntryKind::Act, detail)).await?;
        Ok(write.commit().await?)
    }

    /// What was told of some items, first to last; of one organisation's readers alone, where one is named.
    pub async fn returns(&self, items: &[ItemId], by: Option<&PartyId>) -> Result<Vec<Returned>, DbError> {
        let mut query = Query::select();
        query.columns(["item", "seat", "party", "kind", "count", "note", "at"]).from("item_returns");
        query.and_where(Expr::col("item").is_in(items.iter().map(ToString::to_string)));
        if let Some(party) = by {
            query.and_where(Expr::col("party").eq(party.as_str()));
        }
        query.order_by("at", Order::Asc).order_by("seat", Order::Asc).order_by("kind", Order::Asc);
        self.db.rows(&query).await?.into_iter().map(read).collect()
    }
}

impl Store {
    /// How many seats took each of some items; none: it is left out.
    pub async fn times_taken(&self, items: &[ItemId]) -> Result<BTreeMap<ItemId, usize>, DbError> {
        self.times("item_receipts", items, None).await
    }

    /// How many questions about each of some items wait; none: it is left out.
    pub async fn times_asked(&self, items: &[ItemId]) -> Result<BTreeMap<ItemId, usize>, DbError> {
        self.times("onwards", items, Some(OnwardState::Asked)).await
    }

    async fn times(
        &self,
        table: &'static str,
        items: &[ItemId],
        state: Option<OnwardState>,
    ) -> Result<BTreeMap<ItemId, usize>, DbError> {
        let mut query = Query::select();
        query.column("item").expr_as(Expr::col("item").count(), "times").from(table);
        query.and_where(Expr::col("item").is_in(items.iter().map(ToString::to_string)));
        if let Some(state) = state {
            query.and_where(Expr::col("state").eq(state.word()));
        }
        query.group_by_col("item");
        let read = |mut row: Row| Ok((row.parsed("item")?, row.count("times")? as usize));
        self.db.rows(&query).await?.into_iter().map(read).collect()
    }
}

fn read(mut row: Row) -> Result<Returned, DbError> {
    let count = row.opt_int("count")?;
    Ok(Returned {
        new: NewReturn {
            item: row.parsed("item")?,
            kind: row.word("kind", Return::from_word)?,
            count: count.and_then(|count| u64::try_from(count).ok()),
            note: row.text("note")?,
        },
        seat: row.parsed("seat")?,
        party: row.parsed("party")?,
        at: row.moment("at")?,
    })
}
