//! Version 15: approvals in advance, what became of objects that were added by machines, items that take another's place.

use sea_query::{Table, TableCreateStatement};

use super::{belongs, index, int, key_text, opt_int, opt_text, table, text};
use crate::db::Tx;
use crate::error::DbError;

/// Makes the tables.
pub async fn step(tx: &mut Tx) -> Result<(), DbError> {
    tx.alter(&Table::alter().table("items").add_column(opt_text("replaces")).to_owned()).await?;
    tx.alter(&Table::alter().table("items").add_column(opt_text("mandate")).to_owned()).await?;
    // What was taken out of an item stays known to its originator.
    tx.alter(&Table::alter().table("item_objects").add_column(opt_int("struck_at")).to_owned()).await?;
    tx.alter(&mandates()).await?;
    tx.alter(&additions()).await?;
    tx.alter(&index("items_replaces", "items", &["replaces"])).await?;
    tx.alter(&index("mandates_seat", "mandates", &["seat"])).await?;
    tx.alter(&index("additions_at", "additions", &["requested_at"])).await
}

/// An approver's approvals in advance (S3.2, S4.13).
fn mandates() -> TableCreateStatement {
    let columns = vec![
        key_text("id"),
        int("version"),
        text("party"),
        text("seat"),
        text("topic_group"),
        text("tlp"),
        text("pap"),
        int("unnamed"),
        opt_int("days"),
        opt_int("from_at"),
        opt_int("until_at"),
        text("given_by"),
        int("given_at"),
        opt_text("ended_by"),
        opt_int("ended_at"),
    ];
    belongs(table("mandates", columns), "topic_group", "topic_groups", "id")
}

/// What became of objects that a machine added (TAXII 2.1, section 4.3): the answer's text, kept for two days.
fn additions() -> TableCreateStatement {
    table("additions", vec![key_text("id"), text("seat"), int("requested_at"), text("body")])
}
