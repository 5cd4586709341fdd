//! Version 8, at the door: sign-in through identity providers of organisations.

use sea_query::TableCreateStatement;

use super::{int, key_blob, opt_blob, opt_int, table, text};
use crate::db::Tx;
use crate::error::DbError;

/// Makes the tables.
pub async fn step(tx: &mut Tx) -> Result<(), DbError> {
    for table in [identities(), flows()] {
        tx.alter(&table).await?;
    }
    Ok(())
}

/// Subjects at identity providers, as digests, each linked to a seat.
fn identities() -> TableCreateStatement {
    let columns = vec![key_blob("subject"), text("seat"), text("issuer"), int("made_at"), opt_int("used_at")];
    table("identities", columns)
}

/// Those who were sent to a provider and are waited for.
fn flows() -> TableCreateStatement {
    let columns = vec![
        key_blob("mark"),
        text("party"),
        text("nonce"),
        text("verifier"),
        opt_blob("session"),
        text("back"),
        int("ends_at"),
    ];
    table("flows", columns)
}
