//! What inquiries are written with: stages of approval and issue books.

use renkei_core::act::Act;
use renkei_core::id::PartyId;
use renkei_core::inquiry::Instrument;
use renkei_core::inquiry::paper::Paper;
use renkei_core::ledger::{Detail, EntryKind};
use renkei_core::question::ObjectKind;
use renkei_core::text::Bilingual;
use renkei_gate::Permit;
use sea_query::{Expr, ExprTrait, Order, Query, SelectStatement};

use super::Stage;
use crate::db::{Row, Tx, insert, int};
use crate::error::{DbError, WriteError};
use crate::open::Store;

/// A number of an issue book (交付簿), about to be given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Number {
    /// The calendar year.
    pub year: i32,
    /// The number in that year, from 1.
    pub number: u64,
    /// As it stands on the paper.
    pub text: String,
}

impl Store {
    /// The number that would be given next.
    pub async fn next_number(&self, party: &PartyId, instrument: Instrument, year: i32) -> Result<u64, DbError> {
        let row = self.db.rows(&last_number(party, instrument, year)).await?.into_iter().next();
        row.map_or(Ok(1), |mut row| Ok(row.count("last_number")? + 1))
    }

    /// The stages of a party's approval, in order; none were set: its approver alone.
    pub async fn stages(&self, party: &PartyId) -> Result<Vec<Stage>, DbError> {
        self.db.rows(&stages_of(party)).await?.into_iter().map(stage).collect()
    }

    /// Sets the stages of a party's approval. The permit names the party.
    pub async fn set_stages(&self, permit: Permit, party: &PartyId, stages: &[Stage]) -> Result<(), WriteError> {
        let (mut write, granted) = self.permitted(permit, &[Act::SetChain]).await?;
        granted.names(ObjectKind::Party, party)?;
        let mut delete = Query::delete();
        delete.from_table("approval_stages").and_where(Expr::col("party").eq(party.as_str()));
        write.tx.run(&delete).await?;
        for (place, Stage { name, seat }) in (1u64..).zip(stages) {
            let row = [
                ("party", party.as_str().into()),
                ("place", int(place).into()),
                ("name_ja", name.ja.as_str().into()),
                ("name_en", name.en.as_str().into()),
                ("seat", seat.as_str().into()),
            ];
            write.tx.run(&insert("approval_stages", row)).await?;
        }
        let seats: Vec<&str> = stages.iter().map(|stage| stage.seat.as_str()).collect();
        let detail = Detail::new().put("stages", stages.len()).put("seats", seats.join(","));
        write.append(granted.entry(EntryKind::Act, detail)).await?;
        Ok(write.commit().await?)
    }
}

/// Takes a number from the book; it has to be the next one still.
pub(super) async fn take_number(tx: &mut Tx, paper: &Paper, number: &Number) -> Result<(), WriteError> {
    let Number { year, number: wanted, text: _ } = number;
    let last = match tx.row(&last_number(&paper.asker, paper.instrument, *year)).await? {
        Some(mut row) => Some(row.count("last_number")?),
        None => None,
    };
    if last.unwrap_or(0) + 1 != *wanted {
        return Err(WriteError::Exists { kind: "number", id: wanted.to_string() });
    }
    let key = [("party", paper.asker.as_str()), ("instrument", paper.instrument.word())];
    if last.is_some() {
        let mut update = Query::update();
        update.table("issue_books").value("last_number", int(*wanted)).and_where(Expr::col("year").eq(*year));
        for (column, value) in key {
            update.and_where(Expr::col(column).eq(value));
        }
        tx.run(&update).await?;
    } else {
        let [party, instrument] = key.map(|(column, value)| (column, value.into()));
        let row = [party, instrument, ("year", i64::from(*year).into()), ("last_number", int(*wanted).into())];
        tx.run(&insert("issue_books", row)).await?;
    }
    Ok(())
}

/// The stages of a party, inside a write.
pub(super) async fn load_stages(tx: &mut Tx, party: &PartyId) -> Result<Vec<Stage>, DbError> {
    tx.rows(&stages_of(party)).await?.into_iter().map(stage).collect()
}

fn last_number(party: &PartyId, instrument: Instrument, year: i32) -> SelectStatement {
    let mut query = Query::select();
    query
        .columns(["last_number"])
        .from("issue_books")
        .and_where(Expr::col("party").eq(party.as_str()))
        .and_where(Expr::col("instrument").eq(instrument.word()))
        .and_where(Expr::col("year").eq(i64::from(year)));
    query
}

fn stages_of(party: &PartyId) -> SelectStatement {
    let mut query = Query::select();
    query
        .columns(["name_ja", "name_en", "seat"])
        .from("approval_stages")
        .and_where(Expr::col("party").eq(party.as_str()))
        .order_by("place", Order::Asc);
    query
}

fn stage(mut row: Row) -> Result<Stage, DbError> {
    Ok(Stage { name: Bilingual { ja: row.text("name_ja")?, en: row.text("name_en")? }, seat: row.parsed("seat")? })
}
