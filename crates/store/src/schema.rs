//! The tables, described once for both engines, in versioned steps.
//!
//! Moments are microseconds since 1970 in UTC (`Moment`), digests and hashes are 32 bytes, lists and
//! maps of small things are JSON text whose structs stand beside the code that reads them. A step that
//! was released is never changed: a change of the schema is a new step.

mod desk;
mod form;
mod hint;
mod identity;
mod inquiry;
mod line;
mod mandate;
mod note;
mod onward;
mod publish;
mod receipt;
mod share;
mod warrant;

use sea_query::{
    ColumnDef, ForeignKey, ForeignKeyAction, Index, IndexCreateStatement, Table, TableAlterStatement,
    TableCreateStatement,
};

use crate::db::Tx;
use crate::error::DbError;

/// The version that this program writes.
pub const VERSION: u32 = 15;

/// Takes a database from the version before to `version`.
pub async fn step(tx: &mut Tx, version: u32) -> Result<(), DbError> {
    match version {
        1 => {
            for table in first_tables() {
                tx.alter(&table).await?;
            }
            for index in first_indexes() {
                tx.alter(&index).await?;
            }
        }
        2 => {
            for alter in who_holds_a_letter() {
                tx.alter(&alter).await?;
            }
            tx.alter(&index("requests_due", "requests", &["state", "due_at"])).await?;
        }
        3 => mail_comes_in(tx).await?,
        4 => {
            for table in ways_to_sign_in() {
                tx.alter(&table).await?;
            }
            tx.alter(&index("sessions_seat", "sessions", &["seat"])).await?;
            tx.alter(&index("tokens_seat", "tokens", &["seat"])).await?;
            tx.alter(&index("remarks_campaign", "remarks", &["campaign"])).await?;
        }
        5 => {
            for table in passkeys() {
                tx.alter(&table).await?;
            }
            tx.alter(&index("passkeys_seat", "passkeys", &["seat"])).await?;
        }
        6 => tx.alter(&costs()).await?,
        7 => programs_are_served(tx).await?,
        8 => {
            desk::step(tx).await?;
            identity::step(tx).await?;
        }
        9 => inquiry::step(tx).await?,
        10 => line::step(tx).await?,
        11 => note::step(tx).await?,
        12 => share::step(tx).await?,
        13 => onward::step(tx).await?,
        14 => {
            hint::step(tx).await?;
            receipt::step(tx).await?;
            form::step(tx).await?;
            warrant::step(tx).await?;
            publish::step(tx).await?;
        }
        15 => mandate::step(tx).await?,
        _ => {}
    }
    Ok(())
}

// --------------------------------------------------------------------------------------- version 7

/// Programs ask twice and are called: answers kept under their keys, webhooks and their calls.
async fn programs_are_served(tx: &mut Tx) -> Result<(), DbError> {
    for table in [
        replays(),
        webhooks(),
        calls(),
        operations(),
        operation_texts(),
        table("webhook_place", vec![key_int("id"), int("seq")]),
    ] {
        tx.alter(&table).await?;
    }
    tx.alter(&index("calls_due", "calls", &["state", "next_at"])).await
}

/// Operations, each in its last version; `serial` counts the orders that were exported.
fn operations() -> TableCreateStatement {
    let columns = vec![key_text("id"), int("version"), text("recorded_by"), int("recorded_at"), int("serial")];
    table("operations", columns)
}

/// Every version of an operation's record, as it was written.
fn operation_texts() -> TableCreateStatement {
    let mut table = table("operation_texts", vec![text("operation"), int("version"), text("text")]);
    table.primary_key(Index::create().col("operation").col("version"));
    belongs(table, "operation", "operations", "id")
}

/// Answers to programs, under the digest of seat and key.
fn replays() -> TableCreateStatement {
    let columns = vec![
        key_blob("mark"),
        blob("question"),
        opt_int("status"),
        opt_text("kind"),
        opt_text("tag"),
        opt_blob("body"),
        int("ends_at"),
    ];
    table("replays", columns)
}

/// Addresses of parties that are called; the secret is sealed to the office.
fn webhooks() -> TableCreateStatement {
    let columns = vec![
        key_text("id"),
        text("party"),
        text("url"),
        blob("secret"),
        text("made_by"),
        int("made_at"),
        opt_int("ended_at"),
    ];
    table("webhooks", columns)
}

/// Events on their way to a webhook.
fn calls() -> TableCreateStatement {
    let columns = vec![
        key_text("id"),
        text("webhook"),
        text("event"),
        text("body"),
        text("state"),
        int("tries"),
        int("made_at"),
        int("next_at"),
        opt_int("status"),
        opt_text("error"),
    ];
    belongs(table("calls", columns), "webhook", "webhooks", "id")
}

// --------------------------------------------------------------------------------------- version 6

/// What acting on a request cost the party asked (S4.22).
fn costs() -> TableCreateStatement {
    let columns = vec![
        text("request"),
        int("number"),
        int("at"),
        text("seat"),
        int("minutes"),
        int("amount"),
        text("currency"),
        text("what"),
    ];
    let mut table = table("costs", columns);
    table.primary_key(Index::create().col("request").col("number"));
    belongs(table, "request", "requests", "id")
}

// --------------------------------------------------------------------------------------- version 5

/// Seats sign in and approve with passkeys: public halves, and questions that are open.
fn passkeys() -> [TableCreateStatement; 2] {
    [
        table(
            "passkeys",
            vec![
                key_blob("mark"),
                blob("credential"),
                text("seat"),
                text("name"),
                blob("public"),
                int("counter"),
                int("eligible"),
                int("backed_up"),
                int("made_at"),
                opt_int("used_at"),
            ],
        ),
        table("ceremonies", vec![key_blob("mark"), int("ends_at")]),
    ]
}

// --------------------------------------------------------------------------------------- version 4

/// Seats of several organisations sign in: what they know and hold, as hashes or sealed.
fn ways_to_sign_in() -> Vec<TableCreateStatement> {
    vec![
        table(
            "invitations",
            vec![
                key_blob("hash"),
                text("seat"),
                text("party"),
                text("made_by"),
                int("made_at"),
                int("ends_at"),
                opt_int("used_at"),
            ],
        ),
        table(
            "accounts",
            vec![
                key_text("seat"),
                text("password"),
                blob("totp"),
                opt_int("totp_step"),
                text("recovery"),
                int("made_at"),
                opt_int("suspended_at"),
            ],
        ),
        table(
            "sessions",
            vec![
                key_blob("hash"),
                text("seat"),
                text("way"),
                text("device"),
                int("made_at"),
                int("seen_at"),
                int("ends_at"),
            ],
        ),
        table(
            "tokens",
            vec![
                key_blob("hash"),
                text("name"),
                text("seat"),
                text("scope"),
                int("made_at"),
                int("ends_at"),
                opt_int("used_at"),
            ],
        ),
        table("remarks", vec![key_text("id"), text("campaign"), int("at"), text("seat"), text("kind"), text("text")]),
        table("failures", vec![key_text("source"), text("seat"), int("count"), int("last_at")]),
    ]
}

// --------------------------------------------------------------------------------------- version 3

/// Mails are read: what came in, what servers reported of letters, and which channels fail.
async fn mail_comes_in(tx: &mut Tx) -> Result<(), DbError> {
    for mut column in [opt_text("delivery"), opt_text("delivery_status"), opt_int("delivery_at")] {
        tx.alter(&Table::alter().table("letters").add_column(&mut column).to_owned()).await?;
    }
    tx.alter(&mails()).await?;
    tx.alter(&channels()).await?;
    tx.alter(&index("mails_state", "mails", &["state"])).await?;
    tx.alter(&index("mails_request", "mails", &["request"])).await
}

/// No column holds words of a mail, an address or a name: a domain, digests, codes and counts (G20).
fn mails() -> TableCreateStatement {
    let columns = vec![
        key_text("id"),
        blob("digest"),
        opt_blob("message_id"),
        opt_text("request"),
        text("kind"),
        text("proof"),
        opt_text("domain"),
        text("state"),
        text("faults"),
        text("counts"),
        int("at"),
        opt_int("ended_at"),
        opt_text("ended_by"),
    ];
    belongs(table("mails", columns), "request", "requests", "id")
}

/// How a party's mail address does; an address that was replaced keeps its own record.
fn channels() -> TableCreateStatement {
    let columns = vec![
        text("party"),
        text("mail"),
        opt_int("failing_since"),
        opt_int("reported_at"),
        opt_text("action"),
        opt_text("status"),
        opt_int("auto_reply_at"),
    ];
    let mut table = table("channels", columns);
    table.primary_key(Index::create().col("party").col("mail"));
    belongs(table, "party", "parties", "id")
}

// --------------------------------------------------------------------------------------- version 2

/// Two processes may send at once: a letter says who holds it and since when.
fn who_holds_a_letter() -> [TableAlterStatement; 2] {
    [opt_text("worker"), opt_int("claimed_at")]
        .map(|mut column| Table::alter().table("letters").add_column(&mut column).to_owned())
}

// --------------------------------------------------------------------------------------- version 1

fn first_tables() -> Vec<TableCreateStatement> {
    vec![
        table("office", vec![key_int("id"), int("schema"), text("origin")]),
        table("chain_head", vec![key_int("id"), int("size"), blob("hash")]),
        table("ledger", vec![key_int("seq"), blob("hash"), blob("bytes")]),
        table("checkpoints", vec![key_int("size"), int("at"), text("note"), text("left_at")]),
        table("settings", vec![key_text("name"), text("state"), opt_text("value")]),
        table("parties", vec![key_text("id"), int("version"), text("role"), text("country"), text("body")]),
        table("seats", vec![key_text("id"), text("party"), text("body")]),
        keys(),
        feeds(),
        feed_findings(),
        campaigns(),
        requests(),
        manifests(),
        letters(),
        answers(),
        feedbacks(),
        intents(),
    ]
}

fn first_indexes() -> Vec<IndexCreateStatement> {
    vec![
        index("requests_campaign", "requests", &["campaign"]),
        index("letters_state", "letters", &["state"]),
        index("letters_request", "letters", &["request"]),
        index("intents_open", "intents", &["closed_at"]),
    ]
}

fn keys() -> TableCreateStatement {
    let columns = vec![
        key_text("name"),
        opt_text("seat"),
        text("purpose"),
        text("algorithm"),
        text("public"),
        text("state"),
        int("made_at"),
        opt_int("ended_at"),
    ];
    table("keys", columns)
}

fn feeds() -> TableCreateStatement {
    let columns = vec![
        key_blob("digest"),
        text("name"),
        text("kind"),
        int("lines"),
        int("stored"),
        int("duplicates"),
        int("quarantined"),
        int("at"),
        text("seat"),
    ];
    table("feeds", columns)
}

fn feed_findings() -> TableCreateStatement {
    let columns = vec![blob("feed"), text("code"), text("field"), int("findings"), int("first_line")];
    let mut table = table("feed_findings", columns);
    table.primary_key(Index::create().col("feed").col("code").col("field"));
    belongs(table, "feed", "feeds", "digest")
}

fn campaigns() -> TableCreateStatement {
    let columns = vec![
        key_text("id"),
        int("version"),
        text("title_ja"),
        text("title_en"),
        text("family"),
        opt_int("period_from"),
        opt_int("period_until"),
        text("purpose"),
        text("fields"),
        text("made_by"),
        int("made_at"),
        opt_int("closed_at"),
    ];
    table("campaigns", columns)
}

fn requests() -> TableCreateStatement {
    let columns = vec![
        key_text("id"),
        text("campaign"),
        text("party"),
        text("measure"),
        text("class"),
        text("state"),
        int("version"),
        int("revision"),
        int("lines"),
        int("devices"),
        text("not_actionable"),
        text("drafted_by"),
        int("drafted_at"),
        opt_int("due_at"),
        opt_int("sent_at"),
        opt_int("acknowledged_at"),
        opt_int("ended_at"),
    ];
    let table = belongs(table("requests", columns), "campaign", "campaigns", "id");
    belongs(table, "party", "parties", "id")
}

/// What was or is to be sent, every revision kept: the approval is over these bytes.
fn manifests() -> TableCreateStatement {
    let columns = vec![
        text("request"),
        int("revision"),
        blob("digest"),
        blob("bytes"),
        opt_text("approved_by"),
        opt_int("approved_at"),
        opt_text("approval_key"),
        opt_blob("signature"),
    ];
    let mut table = table("manifests", columns);
    table.primary_key(Index::create().col("request").col("revision"));
    belongs(table, "request", "requests", "id")
}

fn letters() -> TableCreateStatement {
    let columns = vec![
        key_text("id"),
        text("request"),
        int("revision"),
        text("kind"),
        int("part"),
        int("parts"),
        text("message_id"),
        blob("digest"),
        text("state"),
        int("attempts"),
        opt_text("last_error"),
        opt_text("reply"),
        int("queued_at"),
        opt_int("sent_at"),
    ];
    belongs(table("letters", columns), "request", "requests", "id")
}

fn answers() -> TableCreateStatement {
    let columns = vec![
        text("request"),
        int("number"),
        int("at"),
        text("seat"),
        text("outcome"),
        opt_text("reason"),
        text("counts"),
    ];
    let mut table = table("answers", columns);
    table.primary_key(Index::create().col("request").col("number"));
    belongs(table, "request", "requests", "id")
}

fn feedbacks() -> TableCreateStatement {
    let columns = vec![
        text("request"),
        int("number"),
        int("at"),
        text("seat"),
        text("text_ja"),
        text("text_en"),
        text("figures"),
    ];
    let mut table = table("feedbacks", columns);
    table.primary_key(Index::create().col("request").col("number"));
    belongs(table, "request", "requests", "id")
}

fn intents() -> TableCreateStatement {
    let columns = vec![
        key_text("id"),
        text("act"),
        text("seat"),
        text("object_kind"),
        text("object_id"),
        text("detail"),
        int("opened_at"),
        opt_int("closed_at"),
        opt_text("result"),
    ];
    table("intents", columns)
}

// ------------------------------------------------------------------------------------------ pieces

fn table(name: &'static str, columns: Vec<ColumnDef>) -> TableCreateStatement {
    let mut table = Table::create();
    table.table(name);
    for column in columns {
        table.col(column);
    }
    table
}

fn belongs(
    mut table: TableCreateStatement,
    column: &'static str,
    other: &'static str,
    key: &'static str,
) -> TableCreateStatement {
    let mut foreign = ForeignKey::create();
    foreign.from_col(column).to_tbl(other).to_col(key).on_delete(ForeignKeyAction::Restrict);
    table.foreign_key(&mut foreign);
    table
}

fn index(name: &'static str, table: &'static str, columns: &[&'static str]) -> IndexCreateStatement {
    let mut index = Index::create();
    index.name(name).table(table);
    for column in columns {
        index.col(*column);
    }
    index
}

fn text(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).text().not_null().to_owned()
}

fn opt_text(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).text().to_owned()
}

fn int(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).big_integer().not_null().to_owned()
}

fn opt_int(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).big_integer().to_owned()
}

fn blob(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).blob().not_null().to_owned()
}

fn opt_blob(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).blob().to_owned()
}

fn key_text(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).text().not_null().primary_key().to_owned()
}

fn key_int(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).big_integer().not_null().primary_key().to_owned()
}

fn key_blob(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).blob().not_null().primary_key().to_owned()
}
