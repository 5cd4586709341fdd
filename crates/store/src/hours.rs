//! Hours of sensors that were taken in: each file once, and no minute of a sensor twice (S1.26).

use renkei_core::act::Act;
use renkei_core::id::Digest;
use renkei_core::ledger::{Detail, EntryKind};
use renkei_core::question::ObjectKind;
use renkei_core::time::Moment;
use renkei_gate::Permit;
use sea_query::{Expr, ExprTrait, Order, Query};

use crate::db::{insert, int};
use crate::error::{DbError, WriteError};
use crate::open::Store;

/// A file of hours about to be taken in; its reader proved it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewHours {
    /// SHA-256 of the file as it came.
    pub digest: Digest,
    /// Which sensor: never in the ledger, never published.
    pub sensor: String,
    /// Beginning of its first minute.
    pub from: Moment,
    /// End of its last.
    pub until: Moment,
    /// How many hours.
    pub hours: u64,
    /// The file.
    pub text: String,
}

impl Store {
    /// Takes a file in. The same file again, or one that tells of minutes of the same sensor which are
    /// known, is [`WriteError::Exists`].
    pub async fn take_hours(&self, permit: Permit, new: &NewHours) -> Result<(), WriteError> {
        let (mut write, granted) = self.permitted(permit, &[Act::Ingest]).await?;
        granted.names(ObjectKind::Feed, &new.digest)?;
        let NewHours { digest, sensor, from, until, hours, text } = new;
        let mut query = Query::select();
        query
            .columns(["digest"])
            .from("sensor_hours")
            .and_where(Expr::col("sensor").eq(sensor.as_str()))
            .and_where(Expr::col("from_at").lt(until.0))
            .and_where(Expr::col("until_at").gt(from.0))
            .order_by("from_at", Order::Asc);
        if let Some(mut row) = write.tx.row(&query).await? {
            return Err(WriteError::Exists {
                kind: "file of hours with the same minutes of this sensor:",
                id: row.digest("digest")?.to_string(),
            });
        }
        let row = [
            ("digest", digest.0.to_vec().into()),
            ("sensor", sensor.as_str().into()),
            ("from_at", from.0.into()),
            ("until_at", until.0.into()),
            ("hours", int(*hours).into()),
            ("text", text.as_str().into()),
            ("at", granted.at().0.into()),
            ("seat", granted.seat().id.as_str().into()),
        ];
        write.tx.run(&insert("sensor_hours", row)).await?;
        let detail = Detail::new().put("digest", digest).put("kind", "hours").put("hours", hours);
        write.append(granted.entry(EntryKind::Act, detail)).await?;
        Ok(write.commit().await?)
    }

    /// Whether a file was taken in.
    pub async fn has_hours(&self, digest: Digest) -> Result<bool, DbError> {
        let mut query = Query::select();
        query.columns(["at"]).from("sensor_hours").and_where(Expr::col("digest").eq(digest.0.to_vec()));
        Ok(!self.db.rows(&query).await?.is_empty())
    }

    /// The files that tell of anything after a moment, in the order of time.
    pub async fn hours_since(&self, from: Moment) -> Result<Vec<String>, DbError> {
        let mut query = Query::select();
        query
            .columns(["text"])
            .from("sensor_hours")
            .and_where(Expr::col("until_at").gt(from.0))
            .order_by("from_at", Order::Asc)
            .order_by("digest", Order::Asc);
        self.db.rows(&query).await?.into_iter().map(|mut row| row.text("text")).collect()
    }

    /// The ids of all sensors whose hours were taken in: what may never be published.
    pub async fn sensors(&self) -> Result<Vec<String>, DbError> {
        let mut query = Query::select();
        query.columns(["sensor"]).distinct().from("sensor_hours").order_by("sensor", Order::Asc);
        self.db.rows(&query).await?.into_iter().map(|mut row| row.text("sensor")).collect()
    }
}
