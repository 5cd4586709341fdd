//! Duplicate hints (S4.10): what a register keeps of open inquiries, what evaluator and register counted, and what an
//! office that asks heard.

use sea_query::{Index, TableCreateStatement};

use super::{belongs, blob, index, int, key_text, opt_blob, opt_int, opt_text, table, text};
use crate::db::Tx;
use crate::error::DbError;

/// Makes the tables.
pub async fn step(tx: &mut Tx) -> Result<(), DbError> {
    for table in [entries(), paces(), epochs(), inquiries(), items()] {
        tx.alter(&table).await?;
    }
    tx.alter(&index("hint_entries_inquiry", "hint_entries", &["inquiry"])).await?;
    tx.alter(&index("inquiries_waiting", "inquiries", &["asker", "state", "drafted_by"])).await
}

/// The register: tokens of open inquiries, for a short time. No subject can be told from a token here.
fn entries() -> TableCreateStatement {
    let columns = vec![blob("token"), int("epoch"), text("inquiry"), text("asker"), text("desk"), int("until_at")];
    let mut table = table("hint_entries", columns);
    table.primary_key(Index::create().col("token").col("inquiry"));
    table
}

/// How often each force asked on its last day, at the evaluator and at the register.
fn paces() -> TableCreateStatement {
    let mut table = table("hint_paces", vec![text("door"), text("asker"), int("day"), int("count")]);
    table.primary_key(Index::create().col("door").col("asker"));
    table
}

/// The epoch that runs at the register.
fn epochs() -> TableCreateStatement {
    table("hint_epochs", vec![key_text("door"), int("epoch")])
}

/// Inquiries of this office whose tokens stand at the register, or stood.
fn inquiries() -> TableCreateStatement {
    let columns = vec![key_text("inquiry"), int("epoch"), text("state"), opt_int("next_at"), opt_text("trouble")];
    belongs(table("hint_inquiries", columns), "inquiry", "inquiries", "id")
}

/// What was heard of each item. The token goes when the inquiry is open no more.
fn items() -> TableCreateStatement {
    let columns =
        vec![text("inquiry"), int("number"), opt_blob("token"), opt_int("others"), text("desks"), opt_int("looked_at")];
    let mut table = table("hint_items", columns);
    table.primary_key(Index::create().col("inquiry").col("number"));
    belongs(table, "inquiry", "inquiries", "id")
}
