//! What acting on a request cost the party that was asked, as it says itself (S4.22).

use renkei_core::act::Act;
use renkei_core::id::{RequestId, SeatId};
use renkei_core::ledger::{Detail, EntryKind};
use renkei_core::time::Moment;
use renkei_gate::Permit;
use sea_query::{Expr, ExprTrait, Order, Query};

use crate::db::{Row, insert, int};
use crate::error::{DbError, WriteError};
use crate::open::Store;
use crate::request::named;

/// A cost as it was entered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cost {
    /// From 1.
    pub number: u64,
    /// When it was entered.
    pub at: Moment,
    /// Who entered it.
    pub seat: SeatId,
    /// What it was.
    pub entry: NewCost,
}

/// A cost about to be entered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewCost {
    /// Working time, in minutes.
    pub minutes: u64,
    /// Money, in whole units of the currency.
    pub amount: u64,
    /// Three letters of ISO 4217 (`JPY`).
    pub currency: String,
    /// What for, in the party's own words (`postage of 412 letters`).
    pub what: String,
}

impl Store {
    /// Enters a cost. What for stays out of the ledger.
    pub async fn record_cost(&self, permit: Permit, id: RequestId, cost: &NewCost) -> Result<(), WriteError> {
        let (mut write, granted) = self.permitted(permit, &[Act::RecordAnswer]).await?;
        named(&mut write.tx, &granted, id).await?;
        let number = write.tx.rows(&costs_of(id)).await?.len() as u64 + 1;
        let NewCost { minutes, amount, currency, what } = cost;
        let row = [
            ("request", id.to_string().into()),
            ("number", int(number).into()),
            ("at", granted.at().0.into()),
            ("seat", granted.seat().id.as_str().into()),
            ("minutes", int(*minutes).into()),
            ("amount", int(*amount).into()),
            ("currency", currency.as_str().into()),
            ("what", what.as_str().into()),
        ];
        write.tx.run(&insert("costs", row)).await?;
        let detail = Detail::new()
            .put("step", "cost")
            .put("number", number)
            .put("minutes", minutes)
            .put("amount", amount)
            .put("currency", currency);
        write.append(granted.entry(EntryKind::Act, detail)).await?;
        Ok(write.commit().await?)
    }

    /// The costs of a request, oldest first.
    pub async fn costs(&self, request: RequestId) -> Result<Vec<Cost>, DbError> {
        self.db.rows(&costs_of(request)).await?.into_iter().map(read).collect()
    }
}

fn costs_of(request: RequestId) -> sea_query::SelectStatement {
    Query::select()
        .columns(["number", "at", "seat", "minutes", "amount", "currency", "what"])
        .from("costs")
        .and_where(Expr::col("request").eq(request.to_string()))
        .order_by("number", Order::Asc)
        .to_owned()
}

fn read(mut row: Row) -> Result<Cost, DbError> {
    Ok(Cost {
        number: row.count("number")?,
        at: row.moment("at")?,
        seat: row.parsed("seat")?,
        entry: NewCost {
            minutes: row.count("minutes")?,
            amount: row.count("amount")?,
            currency: row.text("currency")?,
            what: row.text("what")?,
        },
    })
}
