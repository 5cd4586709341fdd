//! Version 8, at the desk: offers of parties, questions that seats keep, tests of channels.

use sea_query::{Index, TableCreateStatement};

use super::{belongs, blob, index, int, key_text, opt_int, opt_text, table, text};
use crate::db::Tx;
use crate::error::DbError;

/// Makes the tables.
pub async fn step(tx: &mut Tx) -> Result<(), DbError> {
    for table in [offers(), offer_steps(), questions(), trials()] {
        tx.alter(&table).await?;
    }
    tx.alter(&index("offers_party", "offers", &["party"])).await?;
    tx.alter(&index("questions_seat", "questions", &["seat"])).await?;
    tx.alter(&index("trials_party", "trials", &["party"])).await
}

/// What parties would do if they had some data (S4.25); `last` is the last step that was taken.
fn offers() -> TableCreateStatement {
    let columns = vec![
        key_text("id"),
        int("version"),
        text("party"),
        opt_text("class"),
        text("needs"),
        text("does"),
        text("state"),
        opt_text("last"),
        text("made_by"),
        int("made_at"),
    ];
    belongs(table("offers", columns), "party", "parties", "id")
}

/// What happened to an offer, with what was said.
fn offer_steps() -> TableCreateStatement {
    let columns = vec![
        text("offer"),
        int("number"),
        int("at"),
        text("seat"),
        text("step"),
        text("text"),
        opt_text("class"),
        opt_text("request"),
    ];
    let mut table = table("offer_steps", columns);
    table.primary_key(Index::create().col("offer").col("number"));
    let table = belongs(table, "offer", "offers", "id");
    belongs(table, "request", "requests", "id")
}

/// Filters over observations under a name; `asked` is the filter as it was typed, and nothing else.
fn questions() -> TableCreateStatement {
    let columns = vec![
        key_text("id"),
        text("seat"),
        text("name"),
        text("asked"),
        int("shared"),
        int("made_at"),
        int("changed_at"),
    ];
    table("questions", columns)
}

/// Letters without any observation, by which an address of a party is tried.
fn trials() -> TableCreateStatement {
    let columns = vec![
        key_text("id"),
        text("party"),
        text("mail"),
        blob("digest"),
        text("state"),
        int("attempts"),
        opt_text("last_error"),
        opt_text("reply"),
        text("made_by"),
        int("queued_at"),
        opt_int("sent_at"),
        opt_text("delivery"),
        opt_text("delivery_status"),
        opt_int("delivery_at"),
    ];
    belongs(table("trials", columns), "party", "parties", "id")
}
