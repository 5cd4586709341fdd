//! What only SQLite does its way: opening, taking the one write lock, and its types.

use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

use futures::StreamExt as _;
use futures::stream::BoxStream;
use sea_query::{SchemaStatementBuilder, SelectStatement, SqliteQueryBuilder};
use sea_query_sqlx::SqlxBinder;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteRow, SqliteSynchronous};
use sqlx::{AssertSqlSafe, Column, Row as _, Sqlite, SqlitePool, TypeInfo, ValueRef};

use crate::db::{Cell, Row};

/// Opens a database file, in WAL so that readers never wait, and durable at each commit (`synchronous=FULL`).
///
/// A second writer waits up to a minute for the lock, then fails with the engine's `database is locked`.
pub async fn open(url: &str, create: bool) -> Result<SqlitePool, sqlx::Error> {
    let options = SqliteConnectOptions::from_str(url)?
        .create_if_missing(create)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        // What is emptied is overwritten too (S4.15): the log beside the file keeps it until it is written back.
        .pragma("secure_delete", "ON")
        .foreign_keys(true)
        .busy_timeout(Duration::from_secs(60));
    SqlitePoolOptions::new().max_connections(4).acquire_timeout(Duration::from_secs(90)).connect_with(options).await
}

/// Makes a database file that stands alone: no log beside it, so that it can be carried away.
pub async fn make_alone(file: &Path) -> Result<SqlitePool, sqlx::Error> {
    let options = SqliteConnectOptions::new()
        .filename(file)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Delete)
        .synchronous(SqliteSynchronous::Full)
        // What is emptied is overwritten too (S4.15): the log beside the file keeps it until it is written back.
        .pragma("secure_delete", "ON")
        .foreign_keys(true);
    SqlitePoolOptions::new().max_connections(1).connect_with(options).await
}

/// Opens a database file that nobody writes, and leaves it to the byte as it is.
pub async fn read_alone(file: &Path) -> Result<SqlitePool, sqlx::Error> {
    let options = SqliteConnectOptions::new().filename(file).read_only(true).immutable(true);
    SqlitePoolOptions::new().max_connections(2).connect_with(options).await
}

/// The file that an address names.
pub fn file_of(url: &str) -> Result<PathBuf, sqlx::Error> {
    Ok(SqliteConnectOptions::from_str(url)?.get_filename().to_path_buf())
}

/// Writes everything that is committed now into a file that does not exist; writers go on meanwhile.
pub async fn copy_to(pool: &SqlitePool, file: &Path) -> Result<(), sqlx::Error> {
    sqlx::query("VACUUM INTO ?").bind(file.to_string_lossy().into_owned()).execute(pool).await.map(drop)
}

/// The tables, in the order in which they were made: what is referred to comes first.
pub async fn tables(pool: &SqlitePool) -> Result<Vec<String>, sqlx::Error> {
    let named = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY rowid";
    sqlx::query_scalar(named).fetch_all(pool).await
}

/// Every row of a table, as they come.
pub fn all_rows<'a>(pool: &'a SqlitePool, table: &str) -> BoxStream<'a, Result<Row, sqlx::Error>> {
    let sql = format!("SELECT * FROM \"{table}\"");
    sqlx::query(AssertSqlSafe(sql)).fetch(pool).map(|found| found.and_then(|found| row(&found))).boxed()
}

/// Takes the write lock at once: an upgrade from a read lock could fail half-way.
pub async fn begin(pool: &SqlitePool) -> Result<sqlx::Transaction<'static, Sqlite>, sqlx::Error> {
    pool.begin_with("BEGIN IMMEDIATE").await
}

pub async fn rows<'e>(
    on: impl sqlx::Executor<'e, Database = Sqlite>,
    query: &SelectStatement,
) -> Result<Vec<Row>, sqlx::Error> {
    let (sql, values) = query.build_sqlx(SqliteQueryBuilder);
    sqlx::query_with(AssertSqlSafe(sql), values).fetch_all(on).await?.iter().map(row).collect()
}

pub async fn run<'e>(
    on: impl sqlx::Executor<'e, Database = Sqlite>,
    statement: &impl SqlxBinder,
) -> Result<u64, sqlx::Error> {
    let (sql, values) = statement.build_sqlx(SqliteQueryBuilder);
    Ok(sqlx::query_with(AssertSqlSafe(sql), values).execute(on).await?.rows_affected())
}

pub async fn alter<'e>(
    on: impl sqlx::Executor<'e, Database = Sqlite>,
    statement: &impl SchemaStatementBuilder,
) -> Result<(), sqlx::Error> {
    sqlx::query(AssertSqlSafe(statement.build(SqliteQueryBuilder))).execute(on).await.map(drop)
}

pub async fn has_table(pool: &SqlitePool, table: &str) -> Result<bool, sqlx::Error> {
    let found = sqlx::query("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?").bind(table);
    Ok(found.fetch_optional(pool).await?.is_some())
}

fn row(row: &SqliteRow) -> Result<Row, sqlx::Error> {
    let cells = row.columns().iter().map(|column| {
        let at = column.ordinal();
        let value = row.try_get_raw(at)?;
        let cell = match value.type_info().name() {
            _ if value.is_null() => Cell::Null,
            "INTEGER" => Cell::Int(row.try_get(at)?),
            "BLOB" => Cell::Bytes(row.try_get(at)?),
            _ => Cell::Text(row.try_get(at)?),
        };
        Ok((column.name().to_owned(), cell))
    });
    cells.collect::<Result<_, sqlx::Error>>().map(Row)
}
