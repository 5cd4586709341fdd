//! Operations: records as they were written, every version kept, and how many orders were exported.
//!
//! The ledger has id, version and digest: an operation's words are for those who need to know (S3.12).

use renkei_core::act::Act;
use renkei_core::id::{Digest, OperationId, SeatId};
use renkei_core::ledger::{Detail, EntryKind};
use renkei_core::question::ObjectKind;
use renkei_core::time::Moment;
use renkei_gate::Permit;
use sea_query::{Expr, ExprTrait, Order, Query, SelectStatement};

use crate::chain::Granted;
use crate::db::{Row, insert, int};
use crate::error::{DbError, WriteError};
use crate::open::Store;

/// An operation as it was last recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    /// Its id.
    pub id: OperationId,
    /// From 1.
    pub version: u64,
    /// The record, as it was written.
    pub text: String,
    /// Who recorded this version.
    pub recorded_by: SeatId,
    /// When.
    pub recorded_at: Moment,
    /// Number of the last order that was exported; 0: none was.
    pub serial: u64,
}

impl Store {
    /// Records an operation, or a new version of it; its version now.
    pub async fn record_operation(&self, permit: Permit, id: &OperationId, text: &str) -> Result<u64, WriteError> {
        let (mut write, granted) = self.permitted(permit, &[Act::RecordOperation]).await?;
        granted.names(ObjectKind::Operation, id)?;
        let known = write.tx.row(&one(id, "version")).await?.map(|mut row| row.count("version")).transpose()?;
        let version = known.unwrap_or(0) + 1;
        let (by, at) = (granted.seat().id.clone(), granted.at());
        if known.is_some() {
            let mut update = Query::update();
            update
                .table("operations")
                .value("version", int(version))
                .value("recorded_by", by.as_str())
                .value("recorded_at", at.0)
                .and_where(Expr::col("id").eq(id.as_str()));
            write.tx.run(&update).await?;
        } else {
            let row = [
                ("id", id.as_str().into()),
                ("version", int(version).into()),
                ("recorded_by", by.as_str().into()),
                ("recorded_at", at.0.into()),
                ("serial", 0i64.into()),
            ];
            write.tx.run(&insert("operations", row)).await?;
        }
        let row = [("operation", id.as_str().into()), ("version", int(version).into()), ("text", text.into())];
        write.tx.run(&insert("operation_texts", row)).await?;
        let detail = Detail::new().put("version", version).put("digest", Digest::of(text.as_bytes()));
        write.append(granted.entry(EntryKind::Act, detail)).await?;
        write.commit().await?;
        Ok(version)
    }

    /// Counts an order that is exported now and enters what it unlocks, under a permit for each domain and
    /// act; its number.
    pub async fn export_order(
        &self,
        permits: Vec<Permit>,
        id: &OperationId,
        detail: &Detail,
    ) -> Result<u64, WriteError> {
        let missing = || WriteError::Missing { kind: "operation", id: id.to_string() };
        let mut permits = permits.into_iter();
        let first = permits.next().ok_or_else(missing)?;
        let (mut write, granted) = self.permitted(first, &[Act::OperateSinkhole]).await?;
        let mut update = Query::update();
        update
            .table("operations")
            .value("serial", Expr::col("serial").add(1i64))
            .and_where(Expr::col("id").eq(id.as_str()));
        write.tx.run(&update).await?;
        let serial = write.tx.row(&one(id, "serial")).await?.ok_or_else(missing)?.count("serial")?;
        let detail = detail.clone().put("serial", serial);
        write.append(granted.entry(EntryKind::Act, detail.clone())).await?;
        for permit in permits {
            let granted = Granted::take(&mut write, permit, &[Act::OperateSinkhole, Act::ServeBlank]).await?;
            write.append(granted.entry(EntryKind::Act, detail.clone())).await?;
        }
        write.commit().await?;
        Ok(serial)
    }

    /// One operation.
    pub async fn operation(&self, id: &OperationId) -> Result<Option<Recorded>, DbError> {
        Ok(self.operations().await?.into_iter().find(|recorded| recorded.id == *id))
    }

    /// Every operation, in its last version.
    pub async fn operations(&self) -> Result<Vec<Recorded>, DbError> {
        let mut query = Query::select();
        query
            .columns(["id", "version", "recorded_by", "recorded_at", "serial"])
            .from("operations")
            .order_by("id", Order::Asc);
        let mut list = Vec::new();
        for row in self.db.rows(&query).await? {
            let recorded = read(row)?;
            let mut text = Query::select();
            text.columns(["text"])
                .from("operation_texts")
                .and_where(Expr::col("operation").eq(recorded.id.as_str()))
                .and_where(Expr::col("version").eq(int(recorded.version)));
            let found = self.db.rows(&text).await?.into_iter().next();
            let text = found.ok_or(DbError::Unreadable { column: "text" })?.text("text")?;
            list.push(Recorded { text, ..recorded });
        }
        Ok(list)
    }
}

fn one(id: &OperationId, column: &'static str) -> SelectStatement {
    Query::select().columns([column]).from("operations").and_where(Expr::col("id").eq(id.as_str())).to_owned()
}

/// The record's words are read by themselves.
fn read(mut row: Row) -> Result<Recorded, DbError> {
    Ok(Recorded {
        id: row.parsed("id")?,
        version: row.count("version")?,
        text: String::new(),
        recorded_by: row.parsed("recorded_by")?,
        recorded_at: row.moment("recorded_at")?,
        serial: row.count("serial")?,
    })
}
