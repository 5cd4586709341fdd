//! Version 13: whom an item no longer reaches, what its readers ask for, and what they tell of it.

use sea_query::{Index, Table, TableCreateStatement};

use super::{belongs, index, int, key_text, opt_int, opt_text, table, text};
use crate::db::Tx;
use crate::error::DbError;

/// Makes the tables.
pub async fn step(tx: &mut Tx) -> Result<(), DbError> {
    // Whom an item was taken from stays known, so that collections which had it follow.
    tx.alter(&Table::alter().table("item_reach").add_column(opt_int("left_at")).to_owned()).await?;
    tx.alter(&onwards()).await?;
    tx.alter(&returns()).await?;
    tx.alter(&index("onwards_item", "onwards", &["item", "state"])).await?;
    tx.alter(&index("onwards_party", "onwards", &["party"])).await
}

/// Questions whether an item may go on to somebody (S3.14).
fn onwards() -> TableCreateStatement {
    let columns = vec![
        key_text("id"),
        text("item"),
        text("seat"),
        text("party"),
        text("target"),
        text("purpose"),
        int("asked_at"),
        text("state"),
        opt_text("answered_by"),
        opt_int("answered_at"),
        opt_text("words"),
    ];
    belongs(table("onwards", columns), "item", "items", "id")
}

/// What readers tell of an item, the last of each kind a seat (S4.29).
fn returns() -> TableCreateStatement {
    let columns =
        vec![text("item"), text("seat"), text("party"), text("kind"), opt_int("count"), text("note"), int("at")];
    let mut table = table("item_returns", columns);
    table.primary_key(Index::create().col("item").col("seat").col("kind"));
    belongs(table, "item", "items", "id")
}
