//! Receipts: what this office signed of a message when it put it on its way, and what the other signed when it took it.

use renkei_core::id::{Digest, InquiryId};
use renkei_core::ledger::{Detail, EntryKind};
use renkei_core::receipt::Evidence;
use renkei_core::time::Moment;
use sea_query::{Expr, ExprTrait, OnConflict, Order, Query};

use crate::chain::Write;
use crate::db::insert;
use crate::error::{DbError, WriteError};
use crate::open::{Store, program};

/// A receipt as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptReceipt {
    /// What happened.
    pub evidence: Evidence,
    /// When it came here.
    pub at: Moment,
    /// The signed text.
    pub text: String,
}

impl Store {
    /// Keeps a receipt; the first of each kind that came of a message stays.
    pub async fn keep_receipt(&self, id: InquiryId, ticket: &str, receipt: &KeptReceipt) -> Result<(), WriteError> {
        let mut write = Write::begin(&self.db).await?;
        keep(&mut write, id, ticket, receipt).await?;
        Ok(write.commit().await?)
    }

    /// The receipts of an inquiry's messages, oldest first.
    pub async fn receipts(&self, id: InquiryId) -> Result<Vec<KeptReceipt>, DbError> {
        let mut query = Query::select();
        query
            .columns(["evidence", "at", "text"])
            .from("line_receipts")
            .and_where(Expr::col("inquiry").eq(id.to_string()))
            .order_by("at", Order::Asc)
            .order_by("ticket", Order::Asc)
            .order_by("evidence", Order::Desc);
        let read = |mut row: crate::db::Row| {
            Ok(KeptReceipt {
                evidence: row.word("evidence", Evidence::from_word)?,
                at: row.moment("at")?,
                text: row.text("text")?,
            })
        };
        self.db.rows(&query).await?.into_iter().map(read).collect()
    }
}

/// Keeps a receipt with what else is written; the first of each kind that came of a message stays.
pub(super) async fn keep(
    write: &mut Write,
    id: InquiryId,
    ticket: &str,
    receipt: &KeptReceipt,
) -> Result<(), WriteError> {
    let KeptReceipt { evidence, at, text } = receipt;
    let row = [
        ("inquiry", id.to_string().into()),
        ("ticket", ticket.into()),
        ("evidence", evidence.word().into()),
        ("at", at.0.into()),
        ("text", text.as_str().into()),
    ];
    let mut row = insert("line_receipts", row);
    row.on_conflict(OnConflict::columns(["inquiry", "ticket", "evidence"]).do_nothing().to_owned());
    if write.tx.run(&row).await? > 0 {
        let detail = Detail::new()
            .put("inquiry", id)
            .put("ticket", ticket)
            .put("evidence", evidence.word())
            .put("receipt", Digest::of(text.as_bytes()));
        write.append(program(*at, EntryKind::Note, "line-receipt", detail)).await?;
    }
    Ok(())
}
