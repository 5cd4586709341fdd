//! Version 11: trials become notes, which also say that an inquiry waits; an inquiry knows whose word is next.
//! Requests have their reply tokens, which stood among the fields of their campaigns. What pages count and look for has
//! indexes that answer alone.

use std::collections::BTreeMap;

use sea_query::{Expr, ExprTrait, Query, Table};

use super::{index, opt_text};
use crate::db::Tx;
use crate::error::DbError;

/// Makes the tables.
pub async fn step(tx: &mut Tx) -> Result<(), DbError> {
    tx.alter(&Table::rename().table("trials", "notes").to_owned()).await?;
    tx.alter(&Table::alter().table("notes").add_column(opt_text("inquiry")).to_owned()).await?;
    tx.alter(&Table::alter().table("inquiries").add_column(opt_text("turn")).to_owned()).await?;
    tx.alter(&Table::alter().table("requests").add_column(opt_text("reply")).to_owned()).await?;
    tokens_go_to_requests(tx).await?;
    for index in [
        index("inquiries_turn", "inquiries", &["turn"]),
        index("parties_version", "parties", &["version"]),
        index("letters_delivery", "letters", &["delivery"]),
        index("requests_party", "requests", &["party", "state"]),
        index("requests_in_order", "requests", &["campaign", "id"]),
        index("requests_counted", "requests", &["campaign", "state", "due_at"]),
    ] {
        tx.alter(&index).await?;
    }
    Ok(())
}

async fn tokens_go_to_requests(tx: &mut Tx) -> Result<(), DbError> {
    let campaigns = tx.rows(&Query::select().columns(["id", "fields"]).from("campaigns").to_owned()).await?;
    for mut row in campaigns {
        let id = row.text("id")?;
        let mut fields: BTreeMap<String, String> = row.json("fields")?;
        let tokens = fields.split_off("token.");
        for (name, token) in tokens {
            let Some(request) = name.strip_prefix("token.") else {
                fields.insert(name, token);
                continue;
            };
            let mut update = Query::update();
            update.table("requests").value("reply", token).and_where(Expr::col("id").eq(request));
            tx.run(&update).await?;
        }
        let mut update = Query::update();
        update.table("campaigns").value("fields", serde_json::json!(fields).to_string());
        update.and_where(Expr::col("id").eq(id));
        tx.run(&update).await?;
    }
    Ok(())
}
