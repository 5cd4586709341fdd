//! Accounts: what a seat's person knows and holds to sign in, as hashes or sealed.

use renkei_core::act::Act;
use renkei_core::id::SeatId;
use renkei_core::ledger::{Detail, EntryKind};
use renkei_core::question::ObjectKind;
use renkei_core::time::Moment;
use renkei_gate::Permit;
use sea_query::{Expr, ExprTrait, OnConflict, Order, Query};

use crate::db::{Row, Tx, insert, int};
use crate::error::{DbError, WriteError};
use crate::open::Store;

/// How a seat signs in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// The seat.
    pub seat: SeatId,
    /// Hash of the password, in PHC form (`$argon2id$…`).
    pub password: String,
    /// Secret of the time codes (RFC 6238), sealed to the office.
    pub totp: Vec<u8>,
    /// The last time step whose code was used: a code is good once.
    pub totp_step: Option<u64>,
    /// SHA-256 of the recovery codes that are left, in hexadecimal.
    pub recovery: Vec<String>,
    /// When the seat was taken.
    pub made_at: Moment,
    /// Since when it may not sign in.
    pub suspended_at: Option<Moment>,
}

/// An account about to be written.
#[derive(Debug, Clone)]
pub struct NewAccount {
    /// The seat.
    pub seat: SeatId,
    /// Hash of the password, in PHC form.
    pub password: String,
    /// Secret of the time codes, sealed.
    pub totp: Vec<u8>,
    /// SHA-256 of the recovery codes, in hexadecimal.
    pub recovery: Vec<String>,
}

/// Failed attempts from one source at one seat.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Failures {
    /// How many in a row.
    pub count: u64,
    /// When the last was.
    pub last_at: Moment,
}

const COLUMNS: [&str; 7] = ["seat", "password", "totp", "totp_step", "recovery", "made_at", "suspended_at"];

impl Store {
    /// The account of a seat.
    pub async fn account(&self, seat: &SeatId) -> Result<Option<Account>, DbError> {
        let mut query = Query::select();
        query.columns(COLUMNS).from("accounts").and_where(Expr::col("seat").eq(seat.as_str()));
        self.db.rows(&query).await?.into_iter().next().map(read).transpose()
    }

    /// Every account, by seat.
    pub async fn accounts(&self) -> Result<Vec<Account>, DbError> {
        let mut query = Query::select();
        query.columns(COLUMNS).from("accounts").order_by("seat", Order::Asc);
        self.db.rows(&query).await?.into_iter().map(read).collect()
    }

    /// Uses up the code of a time step; `false`: it, or a later one, was used before.
    pub async fn use_step(&self, seat: &SeatId, step: u64) -> Result<bool, DbError> {
        let mut tx = self.db.begin().await?;
        let mut update = Query::update();
        update
            .table("accounts")
            .value("totp_step", int(step))
            .and_where(Expr::col("seat").eq(seat.as_str()))
            .and_where(Expr::col("totp_step").is_null().or(Expr::col("totp_step").lt(int(step))));
        let used = tx.run(&update).await? == 1;
        tx.commit().await?;
        Ok(used)
    }

    /// Uses up a recovery code; `false`: it is not among those left.
    pub async fn use_recovery(&self, seat: &SeatId, hash: &str) -> Result<bool, DbError> {
        let mut tx = self.db.begin().await?;
        let mut query = Query::select();
        query.columns(COLUMNS).from("accounts").and_where(Expr::col("seat").eq(seat.as_str()));
        let Some(mut account) = tx.row(&query).await?.map(read).transpose()? else { return Ok(false) };
        let before = account.recovery.len();
        account.recovery.retain(|left| left != hash);
        if account.recovery.len() == before {
            return Ok(false);
        }
        let mut update = Query::update();
        update
            .table("accounts")
            .value("recovery", serde_json::json!(account.recovery).to_string())
            .and_where(Expr::col("seat").eq(seat.as_str()));
        tx.run(&update).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// Lets a seat sign in no more, or again; its sessions and tokens end.
    pub async fn suspend(&self, permit: Permit, seat: &SeatId, suspended: bool) -> Result<(), WriteError> {
        let (mut write, granted) = self.permitted(permit, &[Act::ManageSeats]).await?;
        granted.names(ObjectKind::Seat, seat)?;
        let mut update = Query::update();
        update
            .table("accounts")
            .value("suspended_at", suspended.then_some(granted.at().0))
            .and_where(Expr::col("seat").eq(seat.as_str()));
        if write.tx.run(&update).await? == 0 {
            return Err(WriteError::Missing { kind: "account", id: seat.to_string() });
        }
        if suspended {
            for table in ["sessions", "tokens"] {
                let mut end = Query::delete();
                end.from_table(table).and_where(Expr::col("seat").eq(seat.as_str()));
                write.tx.run(&end).await?;
            }
        }
        let step = if suspended { "suspend" } else { "resume" };
        write.append(granted.entry(EntryKind::Act, Detail::new().put("step", step))).await?;
        Ok(write.commit().await?)
    }

    /// Failed attempts from a source at a seat.
    pub async fn failures(&self, seat: &SeatId, source: &str) -> Result<Option<Failures>, DbError> {
        let mut query = Query::select();
        query.columns(["count", "last_at"]).from("failures").and_where(Expr::col("source").eq(place(seat, source)));
        let row = self.db.rows(&query).await?.into_iter().next();
        row.map(|mut row| Ok(Failures { count: row.count("count")?, last_at: row.moment("last_at")? })).transpose()
    }

    /// One more failed attempt from a source.
    pub async fn note_failure(&self, seat: &SeatId, source: &str, at: Moment) -> Result<(), DbError> {
        let count = self.failures(seat, source).await?.map_or(0, |failures| failures.count) + 1;
        let mut tx = self.db.begin().await?;
        let mut row = insert(
            "failures",
            [
                ("source", place(seat, source).into()),
                ("seat", seat.as_str().into()),
                ("count", int(count).into()),
                ("last_at", at.0.into()),
            ],
        );
        row.on_conflict(OnConflict::column("source").update_columns(["count", "last_at"]).to_owned());
        tx.run(&row).await?;
        tx.commit().await
    }

    /// The person is who it says it is: its failures from there are forgotten.
    pub async fn forget_failures(&self, seat: &SeatId, source: &str) -> Result<(), DbError> {
        let mut tx = self.db.begin().await?;
        let mut delete = Query::delete();
        delete.from_table("failures").and_where(Expr::col("source").eq(place(seat, source)));
        tx.run(&delete).await?;
        tx.commit().await
    }
}

fn place(seat: &SeatId, source: &str) -> String {
    format!("{seat} {source}")
}

/// Writes an account in the place of what was there.
pub(crate) async fn put(tx: &mut Tx, at: Moment, account: &NewAccount) -> Result<(), DbError> {
    let NewAccount { seat, password, totp, recovery } = account;
    let mut old = Query::delete();
    old.from_table("accounts").and_where(Expr::col("seat").eq(seat.as_str()));
    tx.run(&old).await?;
    let row = [
        ("seat", seat.as_str().into()),
        ("password", password.as_str().into()),
        ("totp", totp.clone().into()),
        ("recovery", serde_json::json!(recovery).to_string().into()),
        ("made_at", at.0.into()),
    ];
    tx.run(&insert("accounts", row)).await.map(drop)
}

fn read(mut row: Row) -> Result<Account, DbError> {
    Ok(Account {
        seat: row.parsed("seat")?,
        password: row.text("password")?,
        totp: row.bytes("totp")?,
        totp_step: row.opt_int("totp_step")?.and_then(|step| u64::try_from(step).ok()),
        recovery: row.json("recovery")?,
        made_at: row.moment("made_at")?,
        suspended_at: row.opt_moment("suspended_at")?,
    })
}
