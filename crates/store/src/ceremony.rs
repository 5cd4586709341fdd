//! Ceremonies: questions put to a passkey, open for a while, answered once (WebAuthn section 13.4.3).

use renkei_core::id::Digest;
use renkei_core::time::Moment;
use sea_query::{Expr, ExprTrait, OnConflict, Query};

use crate::db::insert;
use crate::error::DbError;
use crate::open::Store;

impl Store {
    /// Opens a ceremony under its mark: a digest of what is asked, of whom and what for. Those that
    /// nobody answered in time are forgotten.
    pub async fn begin_ceremony(&self, mark: Digest, at: Moment, ends_at: Moment) -> Result<(), DbError> {
        let mut tx = self.db.begin().await?;
        let mut ended = Query::delete();
        ended.from_table("ceremonies").and_where(Expr::col("ends_at").lte(at.0));
        tx.run(&ended).await?;
        let mut row = insert("ceremonies", [("mark", mark.0.to_vec().into()), ("ends_at", ends_at.0.into())]);
        // What is approved is asked with the same challenge again, until it is approved.
        row.on_conflict(OnConflict::column("mark").update_columns(["ends_at"]).to_owned());
        tx.run(&row).await?;
        tx.commit().await
    }

    /// Ends a ceremony; `false`: it was not open, or not any more.
    pub async fn end_ceremony(&self, mark: Digest, at: Moment) -> Result<bool, DbError> {
        let mut tx = self.db.begin().await?;
        let mut delete = Query::delete();
        delete
            .from_table("ceremonies")
            .and_where(Expr::col("mark").eq(mark.0.to_vec()))
            .and_where(Expr::col("ends_at").gt(at.0));
        let open = tx.run(&delete).await? == 1;
        tx.commit().await?;
        Ok(open)
    }
}
