//! Providers' forms as both sides sign them (S4.5, S4.11): the provider's signature of each version, and who agreed to it.

use sea_query::{Index, Table, TableCreateStatement};

use super::{int, opt_blob, opt_text, table, text};
use crate::db::Tx;
use crate::error::DbError;

/// Adds the signature, and makes the table of agreements.
pub async fn step(tx: &mut Tx) -> Result<(), DbError> {
    for column in [opt_text("key_name"), opt_blob("signature")] {
        tx.alter(&Table::alter().table("inquiry_forms").add_column(column).to_owned()).await?;
    }
    tx.alter(&agreements()).await
}

fn agreements() -> TableCreateStatement {
    let columns = vec![text("party"), int("version"), text("asker"), text("agreed_by"), int("agreed_at")];
    let mut table = table("form_agreements", columns);
    table.primary_key(Index::create().col("party").col("version").col("asker"));
    table
}
