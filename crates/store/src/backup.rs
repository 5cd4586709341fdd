//! The registry and the ledger as one file: written while others write, read back into either engine.
//!
//! Whatever engine the office has, the copy is a SQLite file with the tables of `schema.rs`: SQLite
//! writes it itself (`VACUUM INTO`), PostgreSQL is read row by row in one repeatable-read transaction.
//! So a copy needs no client programs, and what is in it can be looked at without the office.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use futures::TryStreamExt as _;
use futures::stream::BoxStream;
use renkei_core::act::Act;
use renkei_core::id::IntentId;
use renkei_gate::Permit;
use sea_query::{Alias, Expr, InsertStatement, Query};

use crate::db::{Cell, Db, Row, Tx};
use crate::error::{DbError, OpenError, WriteError};
use crate::open::{Store, connect, office};
use crate::party::Known;
use crate::{postgres, schema, sqlite};

/// Rows of one statement: with the widest table the values stay below what either engine takes.
const AT_ONCE: usize = 500;

impl Store {
    /// Copies everything that is committed now into a new file; who writes meanwhile is not held up.
    ///
    /// # Errors
    /// When the permit is for another act, the database fails, or the file is there.
    pub async fn back_up(&self, permit: Permit, file: &Path) -> Result<(), WriteError> {
        if permit.act() != Act::BackUp {
            return Err(WriteError::OtherAct { given: permit.act(), needed: Act::BackUp });
        }
        match &self.db {
            Db::Sqlite(pool) => sqlite::copy_to(pool, file).await.map_err(DbError::Engine)?,
            Db::Postgres(pool) => {
                let mut from = postgres::begin_reading(pool).await.map_err(DbError::Engine)?;
                let alone = sqlite::make_alone(file).await.map_err(DbError::Engine)?;
                let mut to = Db::Sqlite(alone.clone()).begin().await?;
                let found = schema_of(postgres::rows(&mut *from, &version()).await.map_err(DbError::Engine)?)?;
                make_tables(&mut to, found).await?;
                to.commit().await?;
                let tables = sqlite::tables(&alone).await.map_err(DbError::Engine)?;
                let mut to = Db::Sqlite(alone.clone()).begin().await?;
                for table in tables {
                    fill(&mut to, &table, postgres::all_rows(&mut from, &table)).await?;
                }
                to.commit().await?;
                alone.close().await;
            }
        }
        Ok(())
    }

    /// Opens a copy to read it: it is neither brought up to date nor changed in any byte.
    ///
    /// # Errors
    /// When the file is no copy of an office, or of one that is newer than this program.
    pub async fn read_backup(file: &Path) -> Result<Self, OpenError> {
        let db = Db::Sqlite(alone_reader(file).await?);
        let (found, origin) = office(&db).await?.ok_or(OpenError::NoOffice)?;
        let known = schema::VERSION;
        if found > known {
            return Err(OpenError::Newer { found, known });
        }
        Ok(Self { db, origin, known: Known::default() })
    }

    /// Puts a copy into an empty PostgreSQL database, in one transaction: all of it or nothing.
    ///
    /// # Errors
    /// When there is an office already, or either database fails.
    pub async fn restore_into(&self, url: &str) -> Result<(), OpenError> {
        let db = connect(url, false).await?;
        if let Some((_, found)) = office(&db).await? {
            return Err(OpenError::Office(found.to_string()));
        }
        let Db::Sqlite(pool) = &self.db else { return Err(OpenError::NoOffice) };
        let found = schema_of(self.db.rows(&version()).await?)?;
        let mut to = db.begin().await?;
        make_tables(&mut to, found).await?;
        for table in sqlite::tables(pool).await.map_err(DbError::Engine)? {
            fill(&mut to, &table, sqlite::all_rows(pool, &table)).await?;
        }
        to.commit().await?;
        db.close().await;
        Ok(())
    }

    /// The file of an address, where it is SQLite's: a copy is put there as it is. `None`: a server's.
    ///
    /// # Errors
    /// When the address cannot be read.
    pub fn file_of(url: &str) -> Result<Option<PathBuf>, OpenError> {
        match url.starts_with("sqlite:") {
            true => Ok(Some(sqlite::file_of(url).map_err(DbError::Engine)?)),
            false => Ok(None),
        }
    }

    /// Every intent that was ever announced: what the lake may hold.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn announced(&self) -> Result<HashSet<IntentId>, DbError> {
        let rows = self.db.rows(Query::select().columns(["id"]).from("intents")).await?;
        rows.into_iter().map(|mut row| row.parsed("id")).collect()
    }
}

async fn alone_reader(file: &Path) -> Result<sqlx::SqlitePool, DbError> {
    sqlite::read_alone(file).await.map_err(DbError::Engine)
}

fn version() -> sea_query::SelectStatement {
    Query::select().columns(["schema"]).from("office").to_owned()
}

fn schema_of(rows: Vec<Row>) -> Result<u32, DbError> {
    let mut row = rows.into_iter().next().ok_or(DbError::Unreadable { column: "schema" })?;
    u32::try_from(row.count("schema")?).map_err(|_| row.unreadable("schema"))
}

/// The tables as they were in a version: an older copy is brought up to date when it is opened.
async fn make_tables(to: &mut Tx, version: u32) -> Result<(), DbError> {
    for version in 1..=version {
        schema::step(to, version).await?;
    }
    Ok(())
}

async fn fill(to: &mut Tx, table: &str, mut rows: BoxStream<'_, Result<Row, sqlx::Error>>) -> Result<(), DbError> {
    let mut waiting: Vec<Vec<(String, Cell)>> = Vec::new();
    while let Some(row) = rows.try_next().await? {
        // A cell without a value is left out, so that no engine must be told what kind of nothing it is.
        let row: Vec<_> = row.0.into_iter().filter(|(_, cell)| !matches!(cell, Cell::Null)).collect();
        let alike =
            |other: &Vec<(String, Cell)>| other.iter().map(|(name, _)| name).eq(row.iter().map(|(name, _)| name));
        if waiting.len() == AT_ONCE || !waiting.last().is_none_or(alike) {
            to.run(&insert_all(table, std::mem::take(&mut waiting))).await?;
        }
        waiting.push(row);
    }
    if !waiting.is_empty() {
        to.run(&insert_all(table, waiting)).await?;
    }
    Ok(())
}

/// One statement for rows with the same columns.
fn insert_all(table: &str, rows: Vec<Vec<(String, Cell)>>) -> InsertStatement {
    let mut statement = Query::insert();
    statement.into_table(Alias::new(table));
    if let Some(first) = rows.first() {
        statement.columns(first.iter().map(|(name, _)| Alias::new(name)).collect::<Vec<_>>());
    }
    for row in rows {
        let values = row.into_iter().map(|(_, cell)| match cell {
            Cell::Int(int) => Expr::val(int),
            Cell::Text(text) => Expr::val(text),
            Cell::Bytes(bytes) => Expr::val(bytes),
            Cell::Null => Expr::val(Option::<i64>::None),
        });
        // As many values as columns: the rows are alike.
        let fits = statement.values(values).is_ok();
        debug_assert!(fits);
    }
    statement
}
