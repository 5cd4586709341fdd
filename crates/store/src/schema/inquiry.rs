//! Version 9, inquiries: what is asked and answered, the stages of approval, issue books, providers' forms.

use sea_query::{Index, TableCreateStatement};

use super::{belongs, index, int, key_text, opt_blob, opt_int, opt_text, table, text};
use crate::db::Tx;
use crate::error::DbError;

/// Makes the tables.
pub async fn step(tx: &mut Tx) -> Result<(), DbError> {
    for table in [inquiries(), items(), steps(), files(), stages(), books(), forms()] {
        tx.alter(&table).await?;
    }
    tx.alter(&index("inquiries_asker", "inquiries", &["asker"])).await?;
    tx.alter(&index("inquiries_recipient", "inquiries", &["recipient", "state"])).await
}

/// One row an inquiry. What says of whom it is about is emptied when it is closed (S4.15, G5).
fn inquiries() -> TableCreateStatement {
    let columns = vec![
        key_text("id"),
        int("version"),
        text("asker"),
        text("recipient"),
        text("instrument"),
        text("number"),
        text("section"),
        text("officer"),
        int("form"),
        text("basis"),
        text("subject"),
        text("purpose"),
        int("days"),
        opt_int("occurred_from"),
        opt_int("occurred_until"),
        opt_text("occurred_zone"),
        text("state"),
        int("signed"),
        opt_blob("digest"),
        text("drafted_by"),
        int("drafted_at"),
        opt_int("sent_at"),
        opt_int("due_at"),
        opt_int("stopped_at"),
        opt_int("ended_at"),
        opt_int("filed_at"),
    ];
    let table = belongs(table("inquiries", columns), "asker", "parties", "id");
    belongs(table, "recipient", "parties", "id")
}

/// What is asked, and what came of it.
fn items() -> TableCreateStatement {
    let columns = vec![
        text("inquiry"),
        int("number"),
        text("kind"),
        text("value"),
        text("field"),
        text("class"),
        int("borderline"),
        opt_int("from_at"),
        opt_int("until_at"),
        opt_text("zone"),
        opt_text("judged"),
        opt_text("outcome"),
        opt_text("ground"),
        text("remark"),
    ];
    let mut table = table("inquiry_items", columns);
    table.primary_key(Index::create().col("inquiry").col("number"));
    belongs(table, "inquiry", "inquiries", "id")
}

/// What happened, with the signatures of those who signed.
fn steps() -> TableCreateStatement {
    let columns = vec![
        text("inquiry"),
        int("number"),
        int("at"),
        text("seat"),
        text("step"),
        text("text"),
        opt_blob("policy_set"),
        opt_blob("digest"),
        opt_text("key_name"),
        opt_blob("signature"),
    ];
    let mut table = table("inquiry_steps", columns);
    table.primary_key(Index::create().col("inquiry").col("number"));
    belongs(table, "inquiry", "inquiries", "id")
}

/// What was handed over, sealed to the section that asked; the bytes go when it is closed or their day comes.
fn files() -> TableCreateStatement {
    let columns = vec![
        text("inquiry"),
        int("number"),
        text("name"),
        int("size"),
        opt_blob("digest"),
        opt_blob("bytes"),
        int("made_at"),
        opt_int("delete_at"),
        opt_int("taken_at"),
    ];
    let mut table = table("inquiry_files", columns);
    table.primary_key(Index::create().col("inquiry").col("number"));
    belongs(table, "inquiry", "inquiries", "id")
}

/// The stages of a party's approval, in order; the last one approves (S4.13).
fn stages() -> TableCreateStatement {
    let mut table =
        table("approval_stages", vec![text("party"), int("place"), text("name_ja"), text("name_en"), text("seat")]);
    table.primary_key(Index::create().col("party").col("place"));
    belongs(table, "party", "parties", "id")
}

/// The last number given, by party, kind and calendar year (交付簿).
fn books() -> TableCreateStatement {
    let mut table = table("issue_books", vec![text("party"), text("instrument"), int("year"), int("last_number")]);
    table.primary_key(Index::create().col("party").col("instrument").col("year"));
    belongs(table, "party", "parties", "id")
}

/// Every version of a provider's form, as it was written.
fn forms() -> TableCreateStatement {
    let mut table =
        table("inquiry_forms", vec![text("party"), int("version"), text("text"), text("made_by"), int("made_at")]);
    table.primary_key(Index::create().col("party").col("version"));
    belongs(table, "party", "parties", "id")
}
