//! Version 14, for everybody: hours of sensors, publications with their texts, and the bytes that are public.

use sea_query::{Index, TableCreateStatement};

use super::{belongs, blob, index, int, key_blob, key_text, opt_int, opt_text, table, text};
use crate::db::Tx;
use crate::error::DbError;

/// Makes the tables.
pub async fn step(tx: &mut Tx) -> Result<(), DbError> {
    for table in [sensor_hours(), publications(), publication_texts(), public_files()] {
        tx.alter(&table).await?;
    }
    tx.alter(&index("sensor_hours_span", "sensor_hours", &["sensor", "from_at"])).await
}

/// Files of hours as they came (S1.26); a sensor's spans do not overlap.
fn sensor_hours() -> TableCreateStatement {
    let columns = vec![
        key_blob("digest"),
        text("sensor"),
        int("from_at"),
        int("until_at"),
        int("hours"),
        text("text"),
        int("at"),
        text("seat"),
    ];
    table("sensor_hours", columns)
}

/// Reports and alerts; `shown` is the revision that everybody reads.
fn publications() -> TableCreateStatement {
    let columns = vec![
        key_text("id"),
        int("version"),
        text("kind"),
        text("state"),
        int("revision"),
        opt_int("shown"),
        opt_int("retracted_at"),
        opt_text("retraction"),
    ];
    table("publications", columns)
}

/// Every text of a publication, as it was written; never changed, never removed.
fn publication_texts() -> TableCreateStatement {
    let columns = vec![
        text("publication"),
        int("revision"),
        text("text"),
        text("written_by"),
        int("written_at"),
        opt_text("published_by"),
        opt_int("published_at"),
    ];
    let mut table = table("publication_texts", columns);
    table.primary_key(Index::create().col("publication").col("revision"));
    belongs(table, "publication", "publications", "id")
}

/// What everybody reads, byte by byte; written anew with each step that changes it.
fn public_files() -> TableCreateStatement {
    table("public_files", vec![key_text("path"), text("kind"), blob("bytes")])
}
