//! Sessions: who is signed in, from which device, until when. Only hashes of their secrets are kept.

use renkei_core::id::{Digest, SeatId};
use renkei_core::ledger::{Detail, EntryKind};
use renkei_core::time::Moment;
use sea_query::{Expr, ExprTrait, Order, Query};

use crate::chain::Write;
use crate::db::{Row, insert};
use crate::error::DbError;
use crate::open::{Store, program};

/// A seat that is signed in somewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// SHA-256 of its secret.
    pub hash: Digest,
    /// The seat.
    pub seat: SeatId,
    /// How it signed in (`password+totp`, `password+recovery`, `passkey`).
    pub way: String,
    /// What the browser calls itself, shortened.
    pub device: String,
    /// When it signed in.
    pub made_at: Moment,
    /// When it was last used.
    pub seen_at: Moment,
    /// When it ends by itself.
    pub ends_at: Moment,
}

const COLUMNS: [&str; 7] = ["hash", "seat", "way", "device", "made_at", "seen_at", "ends_at"];

impl Store {
    /// Enters a session; the ledger says who signed in and how.
    pub async fn begin_session(&self, session: &Session) -> Result<(), DbError> {
        let Session { hash, seat, way, device, made_at, seen_at, ends_at } = session;
        let mut write = Write::begin(&self.db).await?;
        let mut ended = Query::delete();
        ended.from_table("sessions").and_where(Expr::col("ends_at").lte(made_at.0));
        write.tx.run(&ended).await?;
        let row = [
            ("hash", hash.0.to_vec().into()),
            ("seat", seat.as_str().into()),
            ("way", way.as_str().into()),
            ("device", device.as_str().into()),
            ("made_at", made_at.0.into()),
            ("seen_at", seen_at.0.into()),
            ("ends_at", ends_at.0.into()),
        ];
        write.tx.run(&insert("sessions", row)).await?;
        let detail = Detail::new().put("seat", seat).put("way", way);
        write.append(program(*made_at, EntryKind::Note, "signed-in", detail)).await?;
        write.commit().await
    }

    /// The session of a secret, if it has not ended.
    pub async fn session(&self, hash: Digest, at: Moment) -> Result<Option<Session>, DbError> {
        let mut query = Query::select();
        query
            .columns(COLUMNS)
            .from("sessions")
            .and_where(Expr::col("hash").eq(hash.0.to_vec()))
            .and_where(Expr::col("ends_at").gt(at.0));
        self.db.rows(&query).await?.into_iter().next().map(read).transpose()
    }

    /// The sessions of a seat, newest first.
    pub async fn sessions(&self, seat: &SeatId) -> Result<Vec<Session>, DbError> {
        let mut query = Query::select();
        query
            .columns(COLUMNS)
            .from("sessions")
            .and_where(Expr::col("seat").eq(seat.as_str()))
            .order_by("made_at", Order::Desc);
        self.db.rows(&query).await?.into_iter().map(read).collect()
    }

    /// Notes that a session was used.
    pub async fn see_session(&self, hash: Digest, at: Moment) -> Result<(), DbError> {
        let mut tx = self.db.begin().await?;
        let mut update = Query::update();
        update.table("sessions").value("seen_at", at.0).and_where(Expr::col("hash").eq(hash.0.to_vec()));
        tx.run(&update).await?;
        tx.commit().await
    }

    /// Ends one session of a seat; `false`: it has none such.
    pub async fn end_session(&self, seat: &SeatId, hash: Digest) -> Result<bool, DbError> {
        let mut tx = self.db.begin().await?;
        let mut delete = Query::delete();
        delete
            .from_table("sessions")
            .and_where(Expr::col("hash").eq(hash.0.to_vec()))
            .and_where(Expr::col("seat").eq(seat.as_str()));
        let ended = tx.run(&delete).await? == 1;
        tx.commit().await?;
        Ok(ended)
    }
}

fn read(mut row: Row) -> Result<Session, DbError> {
    Ok(Session {
        hash: row.digest("hash")?,
        seat: row.parsed("seat")?,
        way: row.text("way")?,
        device: row.text("device")?,
        made_at: row.moment("made_at")?,
        seen_at: row.moment("seen_at")?,
        ends_at: row.moment("ends_at")?,
    })
}
