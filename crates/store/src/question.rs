//! Questions about observations that a seat keeps under a name: its own, unless it shares them with the house.
//!
//! What is kept is the filter as it was typed and nothing that it found; the ledger has the question's id, not its
//! words. Who may count may keep questions; whoever puts one is asked for by the gate as if it had been typed.

use std::collections::BTreeMap;

use renkei_core::act::Act;
use renkei_core::id::{QuestionId, SeatId};
use renkei_core::ledger::{Detail, EntryKind};
use renkei_core::time::Moment;
use renkei_gate::Permit;
use sea_query::{Expr, ExprTrait, Order, Query, SelectStatement};

use crate::chain::{Granted, Write};
use crate::db::{Row, Tx, insert};
use crate::error::{DbError, WriteError};
use crate::open::Store;

/// A question about to be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewQuestion {
    /// Its identifier, made by the caller.
    pub id: QuestionId,
    /// What it is called; a seat has each name once.
    pub name: String,
    /// The fields of the filter that were filled, as typed.
    pub asked: BTreeMap<String, String>,
    /// Whether other seats of the house see it too.
    pub shared: bool,
}

/// A question that is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// What was kept.
    pub new: NewQuestion,
    /// Whose it is.
    pub seat: SeatId,
    /// When it was kept.
    pub made_at: Moment,
    /// When it was last changed.
    pub changed_at: Moment,
}

/// What of a question is changed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct QuestionChange {
    /// Its new name.
    pub name: Option<String>,
    /// Whether it is shared from now on.
    pub shared: Option<bool>,
}

const COLUMNS: [&str; 7] = ["id", "seat", "name", "asked", "shared", "made_at", "changed_at"];

impl Store {
    /// Keeps a question of the permit's seat, which may have `most` of them.
    pub async fn keep_question(&self, permit: Permit, new: &NewQuestion, most: usize) -> Result<(), WriteError> {
        let (mut write, granted) = self.permitted(permit, &[Act::Count]).await?;
        let (seat, at) = (granted.seat().id.clone(), granted.at());
        let own = own(&mut write.tx, &seat).await?;
        let NewQuestion { id, name, asked, shared } = new;
        free(&own, name, *id)?;
        if own.len() >= most {
            return Err(WriteError::Full { kind: "question", most });
        }
        let row = [
            ("id", id.to_string().into()),
            ("seat", seat.as_str().into()),
            ("name", name.as_str().into()),
            ("asked", serde_json::json!(asked).to_string().into()),
            ("shared", i64::from(*shared).into()),
            ("made_at", at.0.into()),
            ("changed_at", at.0.into()),
        ];
        write.tx.run(&insert("questions", row)).await?;
        enter(write, &granted, "question-kept", *id, Some(*shared)).await
    }

    /// Changes a question of the permit's seat; another's is not there.
    pub async fn change_question(
        &self,
        permit: Permit,
        id: QuestionId,
        change: &QuestionChange,
    ) -> Result<(), WriteError> {
        let (mut write, granted) = self.permitted(permit, &[Act::Count]).await?;
        let own = own(&mut write.tx, &granted.seat().id).await?;
        let found = own.iter().find(|question| question.new.id == id);
        let found = found.ok_or_else(|| WriteError::Missing { kind: "question", id: id.to_string() })?;
        let name = change.name.as_ref().unwrap_or(&found.new.name);
        free(&own, name, id)?;
        let shared = change.shared.unwrap_or(found.new.shared);
        let mut update = Query::update();
        update
            .table("questions")
            .value("name", name.as_str())
            .value("shared", i64::from(shared))
            .value("changed_at", granted.at().0)
            .and_where(Expr::col("id").eq(id.to_string()));
        write.tx.run(&update).await?;
        enter(write, &granted, "question-changed", id, Some(shared)).await
    }

    /// Forgets a question of the permit's seat; another's is not there.
    pub async fn forget_question(&self, permit: Permit, id: QuestionId) -> Result<(), WriteError> {
        let (mut write, granted) = self.permitted(permit, &[Act::Count]).await?;
        let mut delete = Query::delete();
        delete
            .from_table("questions")
            .and_where(Expr::col("id").eq(id.to_string()))
            .and_where(Expr::col("seat").eq(granted.seat().id.as_str()));
        if write.tx.run(&delete).await? == 0 {
            return Err(WriteError::Missing { kind: "question", id: id.to_string() });
        }
        enter(write, &granted, "question-forgotten", id, None).await
    }

    /// The questions that a seat sees: its own, and those that others share; by name.
    pub async fn questions(&self, seat: &SeatId) -> Result<Vec<Question>, DbError> {
        let mut query = select();
        query
            .and_where(Expr::col("seat").eq(seat.as_str()).or(Expr::col("shared").eq(1i64)))
            .order_by("name", Order::Asc)
            .order_by("id", Order::Asc);
        self.db.rows(&query).await?.into_iter().map(read).collect()
    }
}

/// Enters what was done and makes it durable.
async fn enter(
    mut write: Write,
    granted: &Granted,
    step: &str,
    id: QuestionId,
    shared: Option<bool>,
) -> Result<(), WriteError> {
    let detail = Detail::new().put("step", step).put("question", id);
    let detail = match shared {
        Some(shared) => detail.put("shared", shared),
        None => detail,
    };
    write.append(granted.entry(EntryKind::Act, detail)).await?;
    Ok(write.commit().await?)
}

/// A name is a seat's once.
fn free(own: &[Question], name: &str, id: QuestionId) -> Result<(), WriteError> {
    match own.iter().any(|known| known.new.name == name && known.new.id != id) {
        true => Err(WriteError::Exists { kind: "question", id: name.to_owned() }),
        false => Ok(()),
    }
}

async fn own(tx: &mut Tx, seat: &SeatId) -> Result<Vec<Question>, DbError> {
    let mut query = select();
    query.and_where(Expr::col("seat").eq(seat.as_str()));
    tx.rows(&query).await?.into_iter().map(read).collect()
}

fn select() -> SelectStatement {
    Query::select().columns(COLUMNS).from("questions").to_owned()
}

fn read(mut row: Row) -> Result<Question, DbError> {
    Ok(Question {
        new: NewQuestion {
            id: row.parsed("id")?,
            name: row.text("name")?,
            asked: row.json("asked")?,
            shared: row.count("shared")? != 0,
        },
        seat: row.parsed("seat")?,
        made_at: row.moment("made_at")?,
        changed_at: row.moment("changed_at")?,
    })
}
