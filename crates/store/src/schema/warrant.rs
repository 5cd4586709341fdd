//! Version 14: courts with their keys, and what was written down of warrants (S4.16). Nothing that a warrant orders has
//! a place here.

use sea_query::{Index, TableCreateStatement};

use super::{belongs, blob, index, int, key_text, opt_int, table, text};
use crate::db::Tx;
use crate::error::DbError;

/// Makes the tables.
pub async fn step(tx: &mut Tx) -> Result<(), DbError> {
    for table in [courts(), court_keys(), warrants(), checks()] {
        tx.alter(&table).await?;
    }
    tx.alter(&index("warrants_party", "warrants", &["party", "id"])).await?;
    tx.alter(&index("warrants_same", "warrants", &["party", "digest", "seen_digest"])).await
}

/// Courts of the register.
fn courts() -> TableCreateStatement {
    let columns = vec![key_text("id"), int("version"), text("ja"), text("en"), text("changed_by"), int("changed_at")];
    table("courts", columns)
}

/// Their keys as lines of C2SP; days are counted from 1970-01-01. A key is never removed.
fn court_keys() -> TableCreateStatement {
    let columns = vec![
        text("court"),
        text("key"),
        int("place"),
        opt_int("from_day"),
        opt_int("until_day"),
        opt_int("revoked_day"),
    ];
    let mut table = table("court_keys", columns);
    table.primary_key(Index::create().col("court").col("key"));
    belongs(table, "court", "courts", "id")
}

/// One row a warrant that was recorded: what its court signed, what was seen of its document, and how the last check
/// came out. The court may be in no register.
fn warrants() -> TableCreateStatement {
    let columns = vec![
        key_text("id"),
        int("version"),
        text("party"),
        text("statement"),
        blob("digest"),
        text("sought"),
        int("seen_size"),
        blob("seen_digest"),
        text("outcome"),
        text("findings"),
        text("made_by"),
        int("made_at"),
        int("checked_at"),
    ];
    table("warrants", columns)
}

/// Every check of a warrant, each as it came out.
fn checks() -> TableCreateStatement {
    let columns = vec![
        text("warrant"),
        int("number"),
        int("at"),
        text("seat"),
        int("court_version"),
        text("outcome"),
        text("findings"),
    ];
    let mut table = table("warrant_checks", columns);
    table.primary_key(Index::create().col("warrant").col("number"));
    belongs(table, "warrant", "warrants", "id")
}
