//! The evaluator's count and the register.

use renkei_core::act::Act;
use renkei_core::hint::{
    AskError, Desk, EnterError, Entry, Epoch, Hint, Offered, Pace, Register, Terms, Token, TooMany,
};
use renkei_core::id::{InquiryId, PartyId};
use renkei_core::ledger::{Detail, EntryKind};
use renkei_core::time::Moment;
use renkei_gate::Permit;
use sea_query::{Cond, Expr, ExprTrait, OnConflict, Query};

use super::{Door, counted, keep_count};
use crate::chain::Write;
use crate::db::{Row, Tx, insert, insert_all, int};
use crate::error::{DbError, WriteError};
use crate::open::{Store, program};

const RUNS: &str = "register";
const COLUMNS: [&str; 6] = ["token", "epoch", "inquiry", "asker", "desk", "until_at"];

impl Store {
    /// Counts what a force wants evaluated; refused tries count too.
    pub async fn count_evaluations(
        &self,
        permit: Permit,
        asker: &PartyId,
        points: u64,
        per_day: u32,
    ) -> Result<Result<(), TooMany>, WriteError> {
        let (mut write, granted) = self.permitted(permit, &[Act::HintDuplicates]).await?;
        let mut pace = Pace::with(per_day, counted(&mut write.tx, Door::Evaluator, asker).await?);
        let taken = (0..points).try_for_each(|_| pace.take(asker, granted.at()));
        keep_counts(&mut write.tx, Door::Evaluator, &pace).await?;
        let detail = Detail::new().put("asker", asker).put("points", points).put("taken", word(taken.is_ok()));
        write.append(granted.entry(EntryKind::Act, detail)).await?;
        write.commit().await?;
        Ok(taken)
    }

    /// Which epoch runs at the register; `None`: nothing was entered yet.
    pub async fn hint_epoch(&self) -> Result<Option<Epoch>, DbError> {
        self.db.rows(&running()).await?.into_iter().next().map(epoch).transpose()
    }

    /// Another key runs at the evaluator: the tokens of the old one go. How many went.
    pub async fn turn_hints(&self, terms: Terms, to: Epoch, at: Moment) -> Result<u64, WriteError> {
        let mut write = Write::begin(&self.db).await?;
        let before = write.tx.row(&running()).await?.map(epoch).transpose()?;
        // The same machine says whether there is a way.
        if before.is_some_and(|before| Register::new(terms, before).turn(to).is_err()) {
            return Ok(0);
        }
        let mut row = insert("hint_epochs", [("door", RUNS.into()), ("epoch", i64::from(to.0).into())]);
        row.on_conflict(OnConflict::column("door").update_columns(["epoch"]).to_owned());
        write.tx.run(&row).await?;
        let mut delete = Query::delete();
        delete.from_table("hint_entries").and_where(Expr::col("epoch").ne(i64::from(to.0)));
        let gone = write.tx.run(&delete).await?;
        let detail = Detail::new().put("epoch", to).put("tokens-gone", gone);
        write.append(program(at, EntryKind::Note, "hint-epoch", detail)).await?;
        write.commit().await?;
        Ok(gone)
    }

    /// Takes tokens of one open inquiry; how many were new. All of them or none.
    pub async fn enter_hints(
        &self,
        permit: Permit,
        terms: Terms,
        offered: Vec<Offered>,
    ) -> Result<Result<u64, EnterError>, WriteError> {
        let (mut write, granted) = self.permitted(permit, &[Act::HintDuplicates]).await?;
        let at = granted.at();
        let Some((inquiry, asker)) = offered.first().map(|first| (first.inquiry, first.asker.clone())) else {
            return Ok(Ok(0));
        };
        drop_over(&mut write.tx, at).await?;
        let about = Cond::all().add(Expr::col("inquiry").eq(inquiry.to_string()));
        let mut register = load(&mut write.tx, terms, about, None).await?;
        let before = register.entries().len();
        for one in offered {
            if let Err(error) = register.enter(one, at) {
                return Ok(Err(error));
            }
        }
        let fresh = register.entries().get(before..).unwrap_or_default();
        let rows: Vec<_> = fresh.iter().map(row_of).collect();
        let count = rows.len() as u64;
        if !rows.is_empty() {
            write.tx.run(&insert_all("hint_entries", COLUMNS, rows)).await?;
        }
        let detail = Detail::new().put("asker", &asker).put("inquiry", inquiry).put("tokens", count);
        write.append(granted.entry(EntryKind::Act, detail)).await?;
        write.commit().await?;
        Ok(Ok(count))
    }

    /// What the register has of tokens; refused tries count too.
    pub async fn look_hints(
        &self,
        permit: Permit,
        terms: Terms,
        (inquiry, asker): (InquiryId, &PartyId),
        tokens: &[Token],
    ) -> Result<Result<Vec<Hint>, AskError>, WriteError> {
        let (mut write, granted) = self.permitted(permit, &[Act::HintDuplicates]).await?;
        let at = granted.at();
        let about = Cond::all().add(Expr::col("token").is_in(tokens.iter().map(|token| token.bytes().to_vec())));
        let mut register = load(&mut write.tx, terms, about, Some(asker)).await?;
        let heard: Result<Vec<Hint>, AskError> =
            tokens.iter().map(|token| register.ask(token, inquiry, asker, at)).collect();
        keep_counts(&mut write.tx, Door::Register, register.pace()).await?;
        let others: u64 = heard.iter().flatten().map(|hint| u64::from(hint.others)).sum();
        let detail = Detail::new()
            .put("asker", asker)
            .put("inquiry", inquiry)
            .put("looks", tokens.len())
            .put("taken", word(heard.is_ok()))
            .put("others", others);
        write.append(granted.entry(EntryKind::Act, detail)).await?;
        write.commit().await?;
        Ok(heard)
    }

    /// An inquiry is open no more: its tokens go. How many went; a stranger closes nothing.
    pub async fn close_hints(&self, permit: Permit, inquiry: InquiryId, asker: &PartyId) -> Result<u64, WriteError> {
        let (mut write, granted) = self.permitted(permit, &[Act::HintDuplicates]).await?;
        let mut delete = Query::delete();
        delete
            .from_table("hint_entries")
            .and_where(Expr::col("inquiry").eq(inquiry.to_string()))
            .and_where(Expr::col("asker").eq(asker.as_str()));
        let gone = write.tx.run(&delete).await?;
        drop_over(&mut write.tx, granted.at()).await?;
        let detail = Detail::new().put("asker", asker).put("inquiry", inquiry).put("tokens-gone", gone);
        write.append(granted.entry(EntryKind::Act, detail)).await?;
        write.commit().await?;
        Ok(gone)
    }

    /// Drops what has been at the register for its time. How many went.
    pub async fn care_for_hints(&self, at: Moment) -> Result<u64, WriteError> {
        let mut write = Write::begin(&self.db).await?;
        let gone = drop_over(&mut write.tx, at).await?;
        if gone > 0 {
            let detail = Detail::new().put("tokens-gone", gone);
            write.append(program(at, EntryKind::Note, "hint-term", detail)).await?;
            write.commit().await?;
        }
        Ok(gone)
    }
}

/// The register as far as a call is about it.
async fn load(tx: &mut Tx, terms: Terms, about: Cond, asker: Option<&PartyId>) -> Result<Register, DbError> {
    let runs = tx.row(&running()).await?.map(epoch).transpose()?.unwrap_or(Epoch(0));
    let mut query = Query::select();
    query.columns(COLUMNS).from("hint_entries").cond_where(about);
    let entries: Vec<Entry> = tx.rows(&query).await?.into_iter().map(entry).collect::<Result<_, _>>()?;
    let counts = match asker {
        Some(asker) => counted(tx, Door::Register, asker).await?,
        None => None,
    };
    Ok(Register::with(terms, runs, entries, counts))
}

async fn keep_counts(tx: &mut Tx, door: Door, pace: &Pace) -> Result<(), DbError> {
    for count in pace.counts() {
        keep_count(tx, door, count).await?;
    }
    Ok(())
}

async fn drop_over(tx: &mut Tx, at: Moment) -> Result<u64, DbError> {
    let mut delete = Query::delete();
    delete.from_table("hint_entries").and_where(Expr::col("until_at").lte(at.0));
    tx.run(&delete).await
}

fn running() -> sea_query::SelectStatement {
    Query::select().columns(["epoch"]).from("hint_epochs").and_where(Expr::col("door").eq(RUNS)).to_owned()
}

fn epoch(mut row: Row) -> Result<Epoch, DbError> {
    epoch_of(&mut row)
}

fn row_of(entry: &Entry) -> [sea_query::Value; 6] {
    let Entry { token, inquiry, asker, desk, until } = entry;
    [
        token.bytes().to_vec().into(),
        int(u64::from(token.epoch().0)).into(),
        inquiry.to_string().into(),
        asker.as_str().into(),
        desk.to_string().into(),
        until.0.into(),
    ]
}

fn entry(mut row: Row) -> Result<Entry, DbError> {
    let bytes: [u8; 64] = row.bytes("token")?.try_into().map_err(|_| row.unreadable("token"))?;
    let of = epoch_of(&mut row)?;
    let desk: Desk = row.parsed("desk")?;
    Ok(Entry {
        token: Token::of(of, bytes),
        inquiry: row.parsed("inquiry")?,
        asker: row.parsed("asker")?,
        desk,
        until: row.moment("until_at")?,
    })
}

fn epoch_of(row: &mut Row) -> Result<Epoch, DbError> {
    u32::try_from(row.count("epoch")?).map(Epoch).map_err(|_| row.unreadable("epoch"))
}

const fn word(taken: bool) -> &'static str {
    if taken { "yes" } else { "refused" }
}
