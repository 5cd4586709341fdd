//! What only PostgreSQL does its way: opening, its catalogue, and its types.

use std::time::Duration;

use futures::StreamExt as _;
use futures::stream::BoxStream;
use sea_query::{PostgresQueryBuilder, SchemaStatementBuilder, SelectStatement};
use sea_query_sqlx::SqlxBinder;
use sqlx::postgres::{PgPoolOptions, PgRow};
use sqlx::{AssertSqlSafe, Column, PgConnection, PgPool, Postgres, Row as _, TypeInfo, ValueRef};

use crate::db::{Cell, Row};

/// Opens a pool. Durability is the server's (`synchronous_commit`, `fsync`).
pub async fn open(url: &str) -> Result<PgPool, sqlx::Error> {
    PgPoolOptions::new().max_connections(8).acquire_timeout(Duration::from_secs(90)).connect(url).await
}

/// Read committed, as the server has it: writers take turns at the row of the chain's head, and every
/// statement after that lock sees what the writer before committed.
pub async fn begin(pool: &PgPool) -> Result<sqlx::Transaction<'static, Postgres>, sqlx::Error> {
    pool.begin().await
}

/// Reads the database as it is at one moment, whatever is written meanwhile.
pub async fn begin_reading(pool: &PgPool) -> Result<sqlx::Transaction<'static, Postgres>, sqlx::Error> {
    pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await
}

/// Every row of a table, as they come.
pub fn all_rows<'a>(on: &'a mut PgConnection, table: &str) -> BoxStream<'a, Result<Row, sqlx::Error>> {
    let sql = format!("SELECT * FROM \"{table}\"");
    sqlx::query(AssertSqlSafe(sql)).fetch(on).map(|found| found.and_then(|found| row(&found))).boxed()
}

pub async fn rows<'e>(
    on: impl sqlx::Executor<'e, Database = Postgres>,
    query: &SelectStatement,
) -> Result<Vec<Row>, sqlx::Error> {
    let (sql, values) = query.build_sqlx(PostgresQueryBuilder);
    sqlx::query_with(AssertSqlSafe(sql), values).fetch_all(on).await?.iter().map(row).collect()
}

pub async fn run<'e>(
    on: impl sqlx::Executor<'e, Database = Postgres>,
    statement: &impl SqlxBinder,
) -> Result<u64, sqlx::Error> {
    let (sql, values) = statement.build_sqlx(PostgresQueryBuilder);
    Ok(sqlx::query_with(AssertSqlSafe(sql), values).execute(on).await?.rows_affected())
}

pub async fn alter<'e>(
    on: impl sqlx::Executor<'e, Database = Postgres>,
    statement: &impl SchemaStatementBuilder,
) -> Result<(), sqlx::Error> {
    sqlx::query(AssertSqlSafe(statement.build(PostgresQueryBuilder))).execute(on).await.map(drop)
}

pub async fn has_table(pool: &PgPool, table: &str) -> Result<bool, sqlx::Error> {
    let found = sqlx::query("SELECT 1 FROM pg_tables WHERE schemaname = current_schema() AND tablename = $1");
    Ok(found.bind(table).fetch_optional(pool).await?.is_some())
}

fn row(row: &PgRow) -> Result<Row, sqlx::Error> {
    let cells = row.columns().iter().map(|column| {
        let at = column.ordinal();
        let value = row.try_get_raw(at)?;
        let cell = match value.type_info().name() {
            _ if value.is_null() => Cell::Null,
            "INT8" => Cell::Int(row.try_get(at)?),
            "INT4" => Cell::Int(row.try_get::<i32, _>(at)?.into()),
            "BYTEA" => Cell::Bytes(row.try_get(at)?),
            _ => Cell::Text(row.try_get(at)?),
        };
        Ok((column.name().to_owned(), cell))
    });
    cells.collect::<Result<_, sqlx::Error>>().map(Row)
}
