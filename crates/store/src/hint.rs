//! Duplicate hints (S4.10, G6): what the evaluator counts, what the register keeps, and what an office heard.
//!
//! What may be entered and what is answered is for `core::hint` alone to say: a write loads what a call is about, lets
//! it decide, and keeps what came of it. The ledger has counts, never a token.

mod asker;
mod register;

use renkei_core::hint::{Hint, Token};
use renkei_core::id::{InquiryId, PartyId};
use renkei_core::time::{Day, Moment};
use sea_query::{Expr, ExprTrait, OnConflict, Query};

use crate::db::{Tx, insert, int};
use crate::error::DbError;

/// Who counts: the evaluator's tries and the register's are apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Door {
    Evaluator,
    Register,
}

impl Door {
    const fn word(self) -> &'static str {
        match self {
            Self::Evaluator => "evaluator",
            Self::Register => "register",
        }
    }
}

/// An inquiry of this office of which the register is to be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Due {
    /// It is open, and its tokens are not there in this epoch.
    Enter(InquiryId),
    /// It is open no more, and its tokens are there.
    Close(InquiryId),
}

/// What was heard of an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heard {
    /// Which item.
    pub number: u32,
    /// What stands for its subject; `None`: it is not open any more.
    pub token: Option<Token>,
    /// What the register said, and when; `None`: nothing yet.
    pub hint: Option<(Hint, Moment)>,
}

/// How the hints about an inquiry stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HintsOf {
    /// Of each item that takes part.
    pub items: Vec<Heard>,
    /// What stood against the last try.
    pub trouble: Option<String>,
}

/// What was counted of a force.
async fn counted(tx: &mut Tx, door: Door, asker: &PartyId) -> Result<Option<(PartyId, Day, u32)>, DbError> {
    let mut query = Query::select();
    query
        .columns(["day", "count"])
        .from("hint_paces")
        .and_where(Expr::col("door").eq(door.word()))
        .and_where(Expr::col("asker").eq(asker.as_str()));
    let Some(mut row) = tx.row(&query).await? else { return Ok(None) };
    let day = row.opt_int("day")?.and_then(|day| i32::try_from(day).ok()).ok_or_else(|| row.unreadable("day"))?;
    let count = u32::try_from(row.count("count")?).map_err(|_| row.unreadable("count"))?;
    Ok(Some((asker.clone(), Day(day), count)))
}

/// Keeps what was counted of a force.
async fn keep_count(tx: &mut Tx, door: Door, (asker, day, count): (&PartyId, Day, u32)) -> Result<(), DbError> {
    let row = [
        ("door", door.word().into()),
        ("asker", asker.as_str().into()),
        ("day", i64::from(day.0).into()),
        ("count", int(u64::from(count)).into()),
    ];
    let mut row = insert("hint_paces", row);
    row.on_conflict(OnConflict::columns(["door", "asker"]).update_columns(["day", "count"]).to_owned());
    tx.run(&row).await.map(drop)
}
