//! How the channels of parties do: what servers reported of letters to an address.

use renkei_core::id::PartyId;
use renkei_core::mail::Action;
use renkei_core::time::Moment;
use sea_query::{Expr, ExprTrait, Order, Query, SelectStatement};

use crate::db::{Row, Tx, insert};
use crate::error::DbError;
use crate::letter::Delivery;
use crate::open::Store;

/// What is known of one address of a party.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChannelHealth {
    /// The party.
    pub party: PartyId,
    /// The address, as the party's record has or had it.
    pub mail: String,
    /// The report that it failed came then, and none that it works came since.
    pub failing_since: Option<Moment>,
    /// The last report.
    pub last: Option<Delivery>,
    /// A program there answered last at this moment.
    pub auto_reply_at: Option<Moment>,
}

impl Store {
    /// Every address that something is known of, by party.
    pub async fn channels(&self) -> Result<Vec<ChannelHealth>, DbError> {
        let mut query = select();
        query.order_by("party", Order::Asc).order_by("mail", Order::Asc);
        self.db.rows(&query).await?.into_iter().map(read).collect()
    }
}

/// Something heard of an address.
pub enum Heard<'a> {
    /// A server's report.
    Report(&'a Delivery),
    /// A program answered: it was delivered.
    AutoReply(Moment),
}

/// Notes what was heard of an address.
pub async fn hear(tx: &mut Tx, party: &PartyId, mail: &str, heard: Heard<'_>) -> Result<(), DbError> {
    let of = Expr::col("party").eq(party.as_str()).and(Expr::col("mail").eq(mail));
    let mut query = select();
    query.and_where(of.clone());
    let known = tx.row(&query).await?.map(read).transpose()?;
    if known.is_none() {
        tx.run(&insert("channels", [("party", party.as_str().into()), ("mail", mail.into())])).await?;
    }
    let since = known.and_then(|known| known.failing_since);
    let mut update = Query::update();
    update.table("channels").and_where(of);
    match heard {
        Heard::AutoReply(at) => update.value("auto_reply_at", at.0),
        Heard::Report(Delivery { action, status, at }) => {
            let since = match action {
                Action::Failed => since.or(Some(*at)),
                // Nothing is known before it ends.
                Action::Delayed => since,
                Action::Delivered | Action::Relayed | Action::Expanded => None,
            };
            update
                .value("failing_since", since.map(|since| since.0))
                .value("action", action.word())
                .value("status", status.clone())
                .value("reported_at", at.0)
        }
    };
    tx.run(&update).await.map(drop)
}

fn select() -> SelectStatement {
    let columns = ["party", "mail", "failing_since", "reported_at", "action", "status", "auto_reply_at"];
    Query::select().columns(columns).from("channels").to_owned()
}

fn read(mut row: Row) -> Result<ChannelHealth, DbError> {
    let last = match (row.opt_text("action")?, row.opt_moment("reported_at")?) {
        (Some(word), Some(at)) => {
            let action = Action::from_word(&word).ok_or_else(|| row.unreadable("action"))?;
            Some(Delivery { action, status: row.opt_text("status")?, at })
        }
        _ => None,
    };
    Ok(ChannelHealth {
        party: row.parsed("party")?,
        mail: row.text("mail")?,
        failing_since: row.opt_moment("failing_since")?,
        last,
        auto_reply_at: row.opt_moment("auto_reply_at")?,
    })
}
