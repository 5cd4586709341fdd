//! Receipts of messages that went over a line, one's own and the other office's.

use sea_query::{Index, TableCreateStatement};

use super::{belongs, int, table, text};
use crate::db::Tx;
use crate::error::DbError;

/// Makes the table.
pub async fn step(tx: &mut Tx) -> Result<(), DbError> {
    tx.alter(&receipts()).await
}

/// One row for each kind of evidence of a message.
fn receipts() -> TableCreateStatement {
    let columns = vec![text("inquiry"), text("ticket"), text("evidence"), int("at"), text("text")];
    let mut table = table("line_receipts", columns);
    table.primary_key(Index::create().col("inquiry").col("ticket").col("evidence"));
    belongs(table, "inquiry", "inquiries", "id")
}
