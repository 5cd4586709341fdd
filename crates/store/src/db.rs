//! One face over the two engines: statements of sea-query in, rows of plain cells out.

use renkei_core::id::Digest;
use renkei_core::time::Moment;
use sea_query::{InsertStatement, Query, SchemaStatementBuilder, SelectStatement, Value};
use sea_query_sqlx::SqlxBinder;

use crate::error::DbError;
use crate::{postgres, sqlite};

/// A pool of connections to one of the two engines.
#[derive(Debug, Clone)]
pub enum Db {
    Sqlite(sqlx::SqlitePool),
    Postgres(sqlx::PgPool),
}

/// A transaction; dropped without commit it leaves nothing.
pub enum Tx {
    Sqlite(sqlx::Transaction<'static, sqlx::Sqlite>),
    Postgres(sqlx::Transaction<'static, sqlx::Postgres>),
}

impl Db {
    /// Begins a transaction that will write.
    pub async fn begin(&self) -> Result<Tx, DbError> {
        Ok(match self {
            Self::Sqlite(pool) => Tx::Sqlite(sqlite::begin(pool).await?),
            Self::Postgres(pool) => Tx::Postgres(postgres::begin(pool).await?),
        })
    }

    /// Reads outside a transaction.
    pub async fn rows(&self, query: &SelectStatement) -> Result<Vec<Row>, DbError> {
        Ok(match self {
            Self::Sqlite(pool) => sqlite::rows(pool, query).await?,
            Self::Postgres(pool) => postgres::rows(pool, query).await?,
        })
    }

    /// Whether the engine has a table of this name.
    pub async fn has_table(&self, table: &str) -> Result<bool, DbError> {
        Ok(match self {
            Self::Sqlite(pool) => sqlite::has_table(pool, table).await?,
            Self::Postgres(pool) => postgres::has_table(pool, table).await?,
        })
    }

    /// Closes every connection.
    pub async fn close(&self) {
        match self {
            Self::Sqlite(pool) => pool.close().await,
            Self::Postgres(pool) => pool.close().await,
        }
    }
}

impl Tx {
    /// Reads inside the transaction.
    pub async fn rows(&mut self, query: &SelectStatement) -> Result<Vec<Row>, DbError> {
        Ok(match self {
            Self::Sqlite(tx) => sqlite::rows(&mut **tx, query).await?,
            Self::Postgres(tx) => postgres::rows(&mut **tx, query).await?,
        })
    }

    /// The first row, if any.
    pub async fn row(&mut self, query: &SelectStatement) -> Result<Option<Row>, DbError> {
        Ok(self.rows(query).await?.into_iter().next())
    }

    /// Writes; says how many rows it touched.
    pub async fn run(&mut self, statement: &impl SqlxBinder) -> Result<u64, DbError> {
        Ok(match self {
            Self::Sqlite(tx) => sqlite::run(&mut **tx, statement).await?,
            Self::Postgres(tx) => postgres::run(&mut **tx, statement).await?,
        })
    }

    /// Changes the schema.
    pub async fn alter(&mut self, statement: &impl SchemaStatementBuilder) -> Result<(), DbError> {
        let altered = match self {
            Self::Sqlite(tx) => sqlite::alter(&mut **tx, statement).await,
            Self::Postgres(tx) => postgres::alter(&mut **tx, statement).await,
        };
        altered.map_err(DbError::Engine)
    }

    /// Makes everything durable.
    pub async fn commit(self) -> Result<(), DbError> {
        let committed = match self {
            Self::Sqlite(tx) => tx.commit().await,
            Self::Postgres(tx) => tx.commit().await,
        };
        committed.map_err(DbError::Engine)
    }
}

/// Inserts one row; the values stand beside their columns.
pub fn insert<const N: usize>(table: &'static str, pairs: [(&'static str, Value); N]) -> InsertStatement {
    let (columns, values): (Vec<_>, Vec<_>) = pairs.into_iter().unzip();
    let mut statement = Query::insert();
    statement.into_table(table).columns(columns);
    // As many values as columns by construction, so that this cannot fail.
    let fits = statement.values(values.into_iter().map(sea_query::Expr::val)).is_ok();
    debug_assert!(fits);
    statement
}

/// Inserts several rows, at least one; each has its values in the order of the columns.
pub fn insert_all<const N: usize>(
    table: &'static str,
    columns: [&'static str; N],
    rows: impl IntoIterator<Item = [Value; N]>,
) -> InsertStatement {
    let mut statement = Query::insert();
    statement.into_table(table).columns(columns);
    for row in rows {
        // As many values as columns by construction, so that this cannot fail.
        let fits = statement.values(row.into_iter().map(sea_query::Expr::val)).is_ok();
        debug_assert!(fits);
    }
    statement
}

/// A count or version as the engines keep it.
pub fn int(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

// ------------------------------------------------------------------------------------------ rows

/// One value as an engine gave it.
#[derive(Debug, Clone)]
pub enum Cell {
    Null,
    Int(i64),
    Text(String),
    Bytes(Vec<u8>),
}

/// One row, its cells by column name.
#[derive(Debug)]
pub struct Row(pub Vec<(String, Cell)>);

impl Row {
    /// A text that is there.
    pub fn text(&mut self, column: &'static str) -> Result<String, DbError> {
        self.opt_text(column)?.ok_or_else(|| self.unreadable(column))
    }

    /// A text that may be missing.
    pub fn opt_text(&mut self, column: &'static str) -> Result<Option<String>, DbError> {
        match self.take(column) {
            Some(Cell::Text(text)) => Ok(Some(text)),
            Some(Cell::Null) => Ok(None),
            _ => Err(self.unreadable(column)),
        }
    }

    /// A text that is parsed.
    pub fn parsed<T: std::str::FromStr>(&mut self, column: &'static str) -> Result<T, DbError> {
        self.text(column)?.parse().map_err(|_| self.unreadable(column))
    }

    /// A text that is parsed and may be missing.
    pub fn opt_parsed<T: std::str::FromStr>(&mut self, column: &'static str) -> Result<Option<T>, DbError> {
        let text = self.opt_text(column)?;
        text.map(|text| text.parse().map_err(|_| self.unreadable(column))).transpose()
    }

    /// A word of a closed vocabulary.
    pub fn word<T>(&mut self, column: &'static str, from: impl Fn(&str) -> Option<T>) -> Result<T, DbError> {
        from(&self.text(column)?).ok_or_else(|| self.unreadable(column))
    }

    /// JSON of a stored struct.
    pub fn json<T: serde::de::DeserializeOwned>(&mut self, column: &'static str) -> Result<T, DbError> {
        serde_json::from_str(&self.text(column)?).map_err(|_| self.unreadable(column))
    }

    /// A number that is never negative.
    pub fn count(&mut self, column: &'static str) -> Result<u64, DbError> {
        self.opt_int(column)?.and_then(|int| u64::try_from(int).ok()).ok_or_else(|| self.unreadable(column))
    }

    /// A number that may be missing.
    pub fn opt_int(&mut self, column: &'static str) -> Result<Option<i64>, DbError> {
        match self.take(column) {
            Some(Cell::Int(int)) => Ok(Some(int)),
            Some(Cell::Null) => Ok(None),
            _ => Err(self.unreadable(column)),
        }
    }

    /// A moment that is there.
    pub fn moment(&mut self, column: &'static str) -> Result<Moment, DbError> {
        self.opt_moment(column)?.ok_or_else(|| self.unreadable(column))
    }

    /// A moment that may be missing.
    pub fn opt_moment(&mut self, column: &'static str) -> Result<Option<Moment>, DbError> {
        Ok(self.opt_int(column)?.map(Moment))
    }

    /// Bytes that are there.
    pub fn bytes(&mut self, column: &'static str) -> Result<Vec<u8>, DbError> {
        self.opt_bytes(column)?.ok_or_else(|| self.unreadable(column))
    }

    /// Bytes that may be missing.
    pub fn opt_bytes(&mut self, column: &'static str) -> Result<Option<Vec<u8>>, DbError> {
        match self.take(column) {
            Some(Cell::Bytes(bytes)) => Ok(Some(bytes)),
            Some(Cell::Null) => Ok(None),
            _ => Err(self.unreadable(column)),
        }
    }

    /// Thirty-two bytes.
    pub fn digest(&mut self, column: &'static str) -> Result<Digest, DbError> {
        self.bytes(column)?.try_into().map(Digest).map_err(|_| self.unreadable(column))
    }

    /// The error for a column that does not hold what it should.
    pub fn unreadable(&self, column: &'static str) -> DbError {
        DbError::Unreadable { column }
    }

    fn take(&mut self, column: &str) -> Option<Cell> {
        let (_, cell) = self.0.iter_mut().find(|(name, _)| name == column)?;
        Some(std::mem::replace(cell, Cell::Null))
    }
}
