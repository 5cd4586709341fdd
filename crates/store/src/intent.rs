//! Acts outside SQL: announced before, ended after, and what a dead process left open.

use std::collections::BTreeMap;

use renkei_core::act::Act;
use renkei_core::id::{IntentId, SeatId};
use renkei_core::ledger::{Detail, EntryKind};
use renkei_core::question::{Object, ObjectKind};
use renkei_core::time::Moment;
use renkei_gate::Permit;
use sea_query::{Expr, ExprTrait, Order, Query};

use crate::chain::{Write, entry};
use crate::db::{Row, insert};
use crate::error::{DbError, WriteError};
use crate::open::{Store, program};

/// An act outside SQL that was announced and not ended: its process died, or is still at it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenIntent {
    /// Its identifier, which the act outside carries too.
    pub id: IntentId,
    /// What was to be done.
    pub act: Act,
    /// Who.
    pub seat: SeatId,
    /// On what.
    pub object: (ObjectKind, String),
    /// What the announcement said.
    pub detail: BTreeMap<String, String>,
    /// When.
    pub at: Moment,
}

/// How an act outside SQL ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IntentResult {
    /// It was done.
    Done,
    /// It was not done, or had been done before under another intent.
    GivenUp,
}

impl IntentResult {
    /// The stable word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::GivenUp => "given-up",
        }
    }
}

impl Store {
    /// Announces an act outside SQL. The permit is only looked at: it goes to who does the act.
    pub async fn open_intent(
        &self,
        permit: &Permit,
        id: IntentId,
        object: &Object,
        detail: Detail,
    ) -> Result<(), WriteError> {
        let mut write = Write::begin(&self.db).await?;
        let stored: BTreeMap<_, _> = detail.iter().collect();
        let row = [
            ("id", id.to_string().into()),
            ("act", permit.act().word().into()),
            ("seat", permit.seat().id.as_str().into()),
            ("object_kind", object.kind.word().into()),
            ("object_id", object.id.as_str().into()),
            ("detail", serde_json::json!(stored).to_string().into()),
            ("opened_at", permit.at().0.into()),
        ];
        write.tx.run(&insert("intents", row)).await?;
        write.append(entry(permit, EntryKind::Intent, detail.put("intent", id))).await?;
        Ok(write.commit().await?)
    }

    /// Ends an intent. One that is ended already is [`WriteError::Missing`].
    pub async fn close_intent(
        &self,
        at: Moment,
        id: IntentId,
        result: IntentResult,
        detail: Detail,
    ) -> Result<(), WriteError> {
        let mut write = Write::begin(&self.db).await?;
        close(&mut write, at, id, result, detail).await?;
        Ok(write.commit().await?)
    }

    /// Every intent that is not ended, oldest first: start-up finishes or reports them.
    pub async fn open_intents(&self) -> Result<Vec<OpenIntent>, DbError> {
        let mut query = Query::select();
        query
            .columns(["id", "act", "seat", "object_kind", "object_id", "detail", "opened_at"])
            .from("intents")
            .and_where(Expr::col("closed_at").is_null())
            .order_by("opened_at", Order::Asc)
            .order_by("id", Order::Asc);
        self.db.rows(&query).await?.into_iter().map(read).collect()
    }
}

/// Ends an intent inside a write.
pub async fn close(
    write: &mut Write,
    at: Moment,
    id: IntentId,
    result: IntentResult,
    detail: Detail,
) -> Result<(), WriteError> {
    let mut query = Query::select();
    query
        .columns(["act"])
        .from("intents")
        .and_where(Expr::col("id").eq(id.to_string()))
        .and_where(Expr::col("closed_at").is_null());
    let found = write.tx.row(&query).await?;
    let mut row = found.ok_or_else(|| WriteError::Missing { kind: "open intent", id: id.to_string() })?;
    let act = row.text("act")?;
    let mut update = Query::update();
    update
        .table("intents")
        .value("closed_at", at.0)
        .value("result", result.word())
        .and_where(Expr::col("id").eq(id.to_string()));
    write.tx.run(&update).await?;
    let detail = detail.put("intent", id).put("result", result.word());
    write.append(program(at, EntryKind::Completion, &act, detail)).await?;
    Ok(())
}

fn read(mut row: Row) -> Result<OpenIntent, DbError> {
    Ok(OpenIntent {
        id: row.parsed("id")?,
        act: row.word("act", Act::from_word)?,
        seat: row.parsed("seat")?,
        object: (row.word("object_kind", ObjectKind::from_word)?, row.text("object_id")?),
        detail: row.json("detail")?,
        at: row.moment("opened_at")?,
    })
}
