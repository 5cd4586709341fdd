//! What an office that asks keeps: which of its inquiries the register knows, and what was heard of each item.

use renkei_core::act::Act;
use renkei_core::hint::{Desk, Epoch, Hint, Token};
use renkei_core::id::InquiryId;
use renkei_core::inquiry::{Instrument, State};
use renkei_core::ledger::{Detail, EntryKind};
use renkei_core::question::ObjectKind;
use renkei_core::time::Moment;
use renkei_gate::Permit;
use sea_query::{Expr, ExprTrait, OnConflict, Order, Query};

use super::{Due, Heard, HintsOf};
use crate::chain::{Granted, Write};
use crate::db::{Row, insert, int};
use crate::error::{DbError, WriteError};
use crate::open::Store;

/// Most inquiries of one round.
const ROUND: u64 = 100;
/// Those that a provider has not answered yet.
const OPEN: [State; 3] = [State::Sent, State::Received, State::Unclear];

impl Store {
    /// Inquiries of some organisations of which the register is to be told now.
    pub async fn hints_due(&self, askers: &[&str], epoch: Epoch, at: Moment) -> Result<Vec<Due>, DbError> {
        let open = || Expr::col("state").is_in(OPEN.iter().map(|state| state.word()));
        let known = |state: &str| {
            let mut query = Query::select();
            query.columns(["inquiry"]).from("hint_inquiries").and_where(Expr::col("state").eq(state));
            query
        };
        let mut there = known("entered");
        there.and_where(Expr::col("epoch").eq(i64::from(epoch.0)));
        let mut later = Query::select();
        later.columns(["inquiry"]).from("hint_inquiries").and_where(Expr::col("next_at").gt(at.0));
        let mut enter = Query::select();
        enter
            .columns(["id"])
            .from("inquiries")
            .and_where(open())
            .and_where(Expr::col("instrument").eq(Instrument::Inquiry.word()))
            .and_where(Expr::col("asker").is_in(askers.iter().copied()))
            .and_where(Expr::col("id").not_in_subquery(there))
            .and_where(Expr::col("id").not_in_subquery(known("left-out")))
            .and_where(Expr::col("id").not_in_subquery(later.clone()))
            .order_by("id", Order::Asc)
            .limit(ROUND);
        // Of a troubled one something may stand at the register.
        let mut told = Query::select();
        told.columns(["inquiry"]).from("hint_inquiries").and_where(Expr::col("state").is_in(["entered", "troubled"]));
        let mut close = Query::select();
        close
            .columns(["id"])
            .from("inquiries")
            .and_where(open().not())
            .and_where(Expr::col("id").in_subquery(told))
            .and_where(Expr::col("id").not_in_subquery(later))
            .order_by("id", Order::Asc)
            .limit(ROUND);
        let mut due = Vec::new();
        for mut row in self.db.rows(&enter).await? {
            due.push(Due::Enter(row.parsed("id")?));
        }
        for mut row in self.db.rows(&close).await? {
            due.push(Due::Close(row.parsed("id")?));
        }
        Ok(due)
    }

    /// Keeps what the register said of an inquiry's items; without any item it takes no part.
    pub async fn keep_hints(
        &self,
        permit: Permit,
        inquiry: InquiryId,
        epoch: Epoch,
        heard: &[(u32, Token, Hint)],
    ) -> Result<(), WriteError> {
        let (mut write, granted) = self.permitted(permit, &[Act::HintDuplicates]).await?;
        granted.names(ObjectKind::Inquiry, &inquiry)?;
        let state = if heard.is_empty() { "left-out" } else { "entered" };
        put_inquiry(&mut write, inquiry, Some(epoch), state, (None, None)).await?;
        for (number, token, hint) in heard {
            let desks: Vec<String> = hint.desks.iter().map(ToString::to_string).collect();
            let row = [
                ("inquiry", inquiry.to_string().into()),
                ("number", int(u64::from(*number)).into()),
                ("token", Some(token.bytes().to_vec()).into()),
                ("others", Some(i64::from(hint.others)).into()),
                ("desks", serde_json::to_string(&desks).unwrap_or_default().into()),
                ("looked_at", Some(granted.at().0).into()),
            ];
            let mut row = insert("hint_items", row);
            let changed = ["token", "others", "desks", "looked_at"];
            row.on_conflict(OnConflict::columns(["inquiry", "number"]).update_columns(changed).to_owned());
            write.tx.run(&row).await?;
        }
        write.append(told(&granted, heard)).await?;
        Ok(write.commit().await?)
    }

    /// The register knows an inquiry no more: its tokens go here too. What was heard stays.
    pub async fn end_hints(&self, permit: Permit, inquiry: InquiryId) -> Result<(), WriteError> {
        let (mut write, granted) = self.permitted(permit, &[Act::HintDuplicates]).await?;
        granted.names(ObjectKind::Inquiry, &inquiry)?;
        put_inquiry(&mut write, inquiry, None, "ended", (None, None)).await?;
        let mut update = Query::update();
        update
            .table("hint_items")
            .value("token", None::<Vec<u8>>)
            .and_where(Expr::col("inquiry").eq(inquiry.to_string()));
        write.tx.run(&update).await?;
        write.append(granted.entry(EntryKind::Act, Detail::new().put("hints", "ended"))).await?;
        Ok(write.commit().await?)
    }

    /// Evaluator or register could not be asked: what stood against it, and when it is tried again.
    pub async fn trouble_hints(&self, inquiry: InquiryId, trouble: &str, next_at: Moment) -> Result<(), WriteError> {
        let mut write = Write::begin(&self.db).await?;
        put_inquiry(&mut write, inquiry, None, "troubled", (Some(next_at), Some(trouble))).await?;
        Ok(write.commit().await?)
    }

    /// What was heard about an inquiry; `None`: nobody asked yet.
    pub async fn hints_of(&self, inquiry: InquiryId) -> Result<Option<HintsOf>, DbError> {
        let mut query = Query::select();
        query
            .columns(["epoch", "trouble"])
            .from("hint_inquiries")
            .and_where(Expr::col("inquiry").eq(inquiry.to_string()));
        let Some(mut row) = self.db.rows(&query).await?.into_iter().next() else { return Ok(None) };
        let epoch = Epoch(u32::try_from(row.count("epoch")?).map_err(|_| row.unreadable("epoch"))?);
        let trouble = row.opt_text("trouble")?;
        let mut query = Query::select();
        query
            .columns(["number", "token", "others", "desks", "looked_at"])
            .from("hint_items")
            .and_where(Expr::col("inquiry").eq(inquiry.to_string()))
            .order_by("number", Order::Asc);
        let items = self.db.rows(&query).await?.into_iter().map(|row| heard(row, epoch)).collect::<Result<_, _>>()?;
        Ok(Some(HintsOf { items, trouble }))
    }
}

fn told(granted: &Granted, heard: &[(u32, Token, Hint)]) -> renkei_core::ledger::Entry {
    let others: u64 = heard.iter().map(|(_, _, hint)| u64::from(hint.others)).sum();
    granted.entry(EntryKind::Act, Detail::new().put("items", heard.len()).put("others", others))
}

/// How an inquiry stands at the register; without an epoch that of before stays. Trouble ends nothing that was
/// entered: the row's state stays what it was.
async fn put_inquiry(
    write: &mut Write,
    inquiry: InquiryId,
    epoch: Option<Epoch>,
    state: &str,
    (next_at, trouble): (Option<Moment>, Option<&str>),
) -> Result<(), DbError> {
    let row = [
        ("inquiry", inquiry.to_string().into()),
        ("epoch", i64::from(epoch.unwrap_or(Epoch(0)).0).into()),
        ("state", state.into()),
        ("next_at", next_at.map(|at| at.0).into()),
        ("trouble", trouble.map(str::to_owned).into()),
    ];
    let mut row = insert("hint_inquiries", row);
    let mut changed = vec!["next_at", "trouble"];
    changed.extend(epoch.map(|_| "epoch"));
    changed.extend(trouble.is_none().then_some("state"));
    row.on_conflict(OnConflict::column("inquiry").update_columns(changed).to_owned());
    write.tx.run(&row).await.map(drop)
}

fn heard(mut row: Row, epoch: Epoch) -> Result<Heard, DbError> {
    let token = match row.opt_bytes("token")? {
        Some(bytes) => Some(Token::of(epoch, bytes.try_into().map_err(|_| row.unreadable("token"))?)),
        None => None,
    };
    let desks: Vec<String> = row.json("desks")?;
    let desks: Vec<Desk> = desks.iter().filter_map(|desk| desk.parse().ok()).collect();
    let others = row.opt_int("others")?.and_then(|others| u32::try_from(others).ok());
    let looked_at = row.opt_moment("looked_at")?;
    Ok(Heard {
        number: u32::try_from(row.count("number")?).map_err(|_| row.unreadable("number"))?,
        token,
        hint: others.zip(looked_at).map(|(others, at)| (Hint { others, desks }, at)),
    })
}
