//! Version 12: topic groups and what is shared in them.

use sea_query::{Index, TableCreateStatement};

use super::{belongs, blob, index, int, key_text, opt_int, opt_text, table, text};
use crate::db::Tx;
use crate::error::DbError;

/// Makes the tables.
pub async fn step(tx: &mut Tx) -> Result<(), DbError> {
    for table in [groups(), members(), items(), reach(), values(), objects(), receipts()] {
        tx.alter(&table).await?;
    }
    tx.alter(&index("items_party", "items", &["party"])).await?;
    tx.alter(&index("items_added", "items", &["added_until"])).await?;
    tx.alter(&index("item_reach_who", "item_reach", &["who", "item"])).await?;
    tx.alter(&index("item_values_value", "item_values", &["value", "kind"])).await?;
    tx.alter(&index("item_objects_id", "item_objects", &["object"])).await
}

/// Topic groups (S4.1).
fn groups() -> TableCreateStatement {
    let columns =
        vec![key_text("id"), int("version"), text("name"), text("made_by"), int("made_at"), opt_int("ended_at")];
    table("topic_groups", columns)
}

/// The named people of a group.
fn members() -> TableCreateStatement {
    let columns = vec![text("topic_group"), text("seat"), opt_int("from_at"), opt_int("until_at")];
    let mut table = table("group_members", columns);
    table.primary_key(Index::create().col("topic_group").col("seat"));
    belongs(table, "topic_group", "topic_groups", "id")
}

/// Items under their conditions, which are JSON text; `digest` is that of what was written. `added_at` to `added_until`:
/// the moments that its objects have as the collections of TAXII have them, each its own; `changed`: the ledger's entry of
/// its last step.
fn items() -> TableCreateStatement {
    let columns = vec![
        key_text("id"),
        int("version"),
        text("party"),
        text("kind"),
        text("title"),
        text("text"),
        text("conditions"),
        blob("digest"),
        text("state"),
        text("made_by"),
        int("made_at"),
        opt_text("posted_by"),
        opt_int("posted_at"),
        opt_int("ended_at"),
        opt_int("added_at"),
        opt_int("added_until"),
        int("changed"),
    ];
    belongs(table("items", columns), "party", "parties", "id")
}

/// Whom the conditions of an item name: the text of a group's, an organisation's or a seat's mark.
fn reach() -> TableCreateStatement {
    let mut table = table("item_reach", vec![text("item"), text("who")]);
    table.primary_key(Index::create().col("item").col("who"));
    belongs(table, "item", "items", "id")
}

/// The values that stand in an item, each in its one form.
fn values() -> TableCreateStatement {
    let mut table = table("item_values", vec![text("item"), text("kind"), text("value")]);
    table.primary_key(Index::create().col("item").col("kind").col("value"));
    belongs(table, "item", "items", "id")
}

/// The STIX objects of an item, as they were given.
fn objects() -> TableCreateStatement {
    let mut table = table("item_objects", vec![text("item"), int("place"), text("object"), text("body")]);
    table.primary_key(Index::create().col("item").col("place"));
    belongs(table, "item", "items", "id")
}

/// Who took an item, first by which door and when.
fn receipts() -> TableCreateStatement {
    let mut table = table("item_receipts", vec![text("item"), text("seat"), text("door"), int("at")]);
    table.primary_key(Index::create().col("item").col("seat"));
    belongs(table, "item", "items", "id")
}
