//! Version 10, lines: offices of other organisations, what was told them, and the objects of ETSI TS 103 120 that
//! both keep. Papers of inquiries get salt.

use sea_query::{Index, Table, TableCreateStatement};

use super::{belongs, blob, index, int, key_text, opt_blob, opt_int, opt_text, table, text};
use crate::db::Tx;
use crate::error::DbError;

/// Makes the tables.
pub async fn step(tx: &mut Tx) -> Result<(), DbError> {
    for table in [lines(), tellings(), objects(), answers()] {
        tx.alter(&table).await?;
    }
    tx.alter(&index("line_objects_inquiry", "line_objects", &["inquiry"])).await?;
    tx.alter(&index("line_tellings_due", "line_tellings", &["next_at"])).await?;
    tx.alter(&Table::alter().table("inquiries").add_column(opt_text("salt")).to_owned()).await
}

/// One row a line: where the other office is reached, whom its certificates come from, which key it signs with.
fn lines() -> TableCreateStatement {
    let columns = vec![
        key_text("party"),
        int("version"),
        text("url"),
        text("authority"),
        text("office_key"),
        text("keys"),
        text("made_by"),
        int("made_at"),
    ];
    belongs(table("lines", columns), "party", "parties", "id")
}

/// One row an inquiry that went over a line: how much the other side has, what is proposed to it, and the message
/// that is on its way.
fn tellings() -> TableCreateStatement {
    let columns = vec![
        key_text("inquiry"),
        text("party"),
        int("told"),
        opt_text("proposed"),
        opt_text("proposed_by"),
        opt_int("proposed_at"),
        opt_blob("proposed_rules"),
        opt_text("proposed_text"),
        opt_int("step"),
        opt_text("ticket"),
        opt_text("message"),
        int("tries"),
        opt_int("next_at"),
        opt_text("trouble"),
    ];
    belongs(table("line_tellings", columns), "inquiry", "inquiries", "id")
}

/// The objects that both sides keep; their bodies go when the inquiry is emptied.
fn objects() -> TableCreateStatement {
    let columns = vec![
        key_text("id"),
        text("inquiry"),
        text("kind"),
        text("owner"),
        text("addressee"),
        int("generation"),
        text("state"),
        opt_text("class"),
        int("changed_at"),
        opt_text("body"),
    ];
    table("line_objects", columns)
}

/// What was answered to each message that was carried out, so that the same one gets the same answer.
fn answers() -> TableCreateStatement {
    let mut table = table(
        "line_answers",
        vec![text("sender"), text("ticket"), blob("digest"), text("answer"), opt_text("inquiry"), int("at")],
    );
    table.primary_key(Index::create().col("sender").col("ticket"));
    table
}
