//! Replays: what was answered to a program, kept for a while under its own key, so that asking twice acts once.

use renkei_core::id::Digest;
use renkei_core::time::Moment;
use sea_query::{Expr, ExprTrait, OnConflict, Query};

use crate::db::{Row, insert};
use crate::error::DbError;
use crate::open::Store;

/// An answer that is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// HTTP status.
    pub status: u16,
    /// Media type of the body.
    pub kind: String,
    /// The `ETag`, where there was one.
    pub tag: Option<String>,
    /// The body.
    pub body: Vec<u8>,
}

/// What is known of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Replay {
    /// It is new: whoever was told so acts, and keeps what was answered.
    New,
    /// Somebody acts on it at this moment.
    UnderWay,
    /// It was used for another question.
    OtherQuestion,
    /// It was answered.
    Answered(Kept),
}

impl Store {
    /// Takes a key for a question, both as digests, until a moment; or says what became of it.
    pub async fn begin_replay(
        &self,
        mark: Digest,
        question: Digest,
        at: Moment,
        ends_at: Moment,
    ) -> Result<Replay, DbError> {
        let mut tx = self.db.begin().await?;
        let mut ended = Query::delete();
        ended.from_table("replays").and_where(Expr::col("ends_at").lte(at.0));
        tx.run(&ended).await?;
        let row =
            [("mark", mark.0.to_vec().into()), ("question", question.0.to_vec().into()), ("ends_at", ends_at.0.into())];
        let mut taken = insert("replays", row);
        taken.on_conflict(OnConflict::column("mark").do_nothing().to_owned());
        let new = tx.run(&taken).await? == 1;
        let mut query = Query::select();
        query
            .columns(["question", "status", "kind", "tag", "body"])
            .from("replays")
            .and_where(Expr::col("mark").eq(mark.0.to_vec()));
        let known = match new {
            true => None,
            false => tx.row(&query).await?,
        };
        tx.commit().await?;
        known.map_or(Ok(Replay::New), |row| read(row, question))
    }

    /// Keeps what was answered until a moment.
    pub async fn keep_replay(&self, mark: Digest, kept: &Kept, ends_at: Moment) -> Result<(), DbError> {
        let Kept { status, kind, tag, body } = kept;
        let mut tx = self.db.begin().await?;
        let mut update = Query::update();
        update
            .table("replays")
            .value("status", i64::from(*status))
            .value("kind", kind.as_str())
            .value("tag", tag.clone())
            .value("body", body.clone())
            .value("ends_at", ends_at.0)
            .and_where(Expr::col("mark").eq(mark.0.to_vec()));
        tx.run(&update).await?;
        tx.commit().await
    }

    /// Gives a key back: it may be used again.
    pub async fn forget_replay(&self, mark: Digest) -> Result<(), DbError> {
        let mut tx = self.db.begin().await?;
        let mut delete = Query::delete();
        delete.from_table("replays").and_where(Expr::col("mark").eq(mark.0.to_vec()));
        tx.run(&delete).await?;
        tx.commit().await
    }
}

fn read(mut row: Row, question: Digest) -> Result<Replay, DbError> {
    if row.digest("question")? != question {
        return Ok(Replay::OtherQuestion);
    }
    let Some(status) = row.opt_int("status")? else { return Ok(Replay::UnderWay) };
    Ok(Replay::Answered(Kept {
        status: u16::try_from(status).map_err(|_| row.unreadable("status"))?,
        kind: row.text("kind")?,
        tag: row.opt_text("tag")?,
        body: row.bytes("body")?,
    }))
}
