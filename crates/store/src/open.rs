//! Opening an office's database, making one, and bringing an older one up to date.

use renkei_core::ledger::{Detail, Entry, EntryKind, Origin, genesis};
use renkei_core::time::Moment;
use sea_query::{Expr, ExprTrait, Query};

use crate::chain::Write;
use crate::db::{Db, insert};
use crate::error::{DbError, OpenError};
use crate::party::Known;
use crate::{postgres, schema, sqlite};

/// The registry and the ledger of one office. Cheap to clone; any number may be open at once, in
/// one process or in several.
#[derive(Debug, Clone)]
pub struct Store {
    pub(crate) db: Db,
    pub(crate) origin: Origin,
    pub(crate) known: Known,
}

impl Store {
    /// Makes a new office in an empty database (`sqlite://path` or `postgres://…`). The first entry
    /// of the ledger says so.
    pub async fn create(url: &str, origin: Origin, at: Moment) -> Result<Self, OpenError> {
        let db = connect(url, true).await?;
        if let Some((_, found)) = office(&db).await? {
            return Err(OpenError::Office(found.to_string()));
        }
        let mut tx = db.begin().await?;
        for version in 1..=schema::VERSION {
            schema::step(&mut tx, version).await?;
        }
        let head = genesis(&origin).0.to_vec();
        tx.run(&insert(
            "office",
            [("id", 1i64.into()), ("schema", i64::from(schema::VERSION).into()), ("origin", origin.to_string().into())],
        ))
        .await?;
        tx.run(&insert("chain_head", [("id", 1i64.into()), ("size", 0i64.into()), ("hash", head.into())])).await?;
        tx.commit().await?;
        let store = Self { db, origin, known: Known::default() };
        store.say(at, "office-made", Detail::new().put("schema", schema::VERSION).put("origin", &store.origin)).await?;
        Ok(store)
    }

    /// Opens an office. One of an older version is brought up to date first, in one transaction, and
    /// the ledger says so.
    pub async fn open(url: &str, at: Moment) -> Result<Self, OpenError> {
        let db = connect(url, false).await?;
        let (found, origin) = office(&db).await?.ok_or(OpenError::NoOffice)?;
        let known = schema::VERSION;
        if found > known {
            return Err(OpenError::Newer { found, known });
        }
        let store = Self { db, origin, known: Known::default() };
        if found < known {
            store.upgrade(at).await?;
        }
        Ok(store)
    }

    /// The name of the office's ledger.
    pub const fn origin(&self) -> &Origin {
        &self.origin
    }

    /// Closes all connections; what was committed stays.
    pub async fn close(self) {
        self.db.close().await;
    }

    async fn upgrade(&self, at: Moment) -> Result<(), OpenError> {
        let mut write = Write::begin(&self.db).await?;
        // Asked again under the lock: another process may have been first.
        let query = Query::select().columns(["schema"]).from("office").to_owned();
        let row = write.tx.row(&query).await?;
        let found = row.ok_or(OpenError::NoOffice)?.count("schema")? as u32;
        for version in found + 1..=schema::VERSION {
            schema::step(&mut write.tx, version).await?;
        }
        if found < schema::VERSION {
            let mut update = Query::update();
            update.table("office").value("schema", i64::from(schema::VERSION)).and_where(Expr::col("id").eq(1i64));
            write.tx.run(&update).await?;
            let detail = Detail::new().put("from", found).put("to", schema::VERSION);
            write.append(program(at, EntryKind::Note, "schema-upgraded", detail)).await?;
        }
        Ok(write.commit().await?)
    }

    async fn say(&self, at: Moment, act: &str, detail: Detail) -> Result<(), DbError> {
        let mut write = Write::begin(&self.db).await?;
        write.append(program(at, EntryKind::Note, act, detail)).await?;
        write.commit().await
    }
}

/// An entry of the program itself: nobody sat there.
pub fn program(at: Moment, kind: EntryKind, act: &str, detail: Detail) -> Entry {
    Entry {
        seq: 0,
        at,
        kind,
        act: act.to_owned(),
        seat: None,
        objects: Vec::new(),
        ruling: None,
        detail,
        approval: None,
    }
}

/// Connects to the database of an address.
pub async fn connect(url: &str, create: bool) -> Result<Db, OpenError> {
    let db = if url.starts_with("sqlite:") {
        Db::Sqlite(sqlite::open(url, create).await.map_err(DbError::Engine)?)
    } else if url.starts_with("postgres:") || url.starts_with("postgresql:") {
        Db::Postgres(postgres::open(url).await.map_err(DbError::Engine)?)
    } else {
        return Err(OpenError::Address(url.to_owned()));
    };
    Ok(db)
}

/// Schema version and origin of the office in a database, if there is one.
pub async fn office(db: &Db) -> Result<Option<(u32, Origin)>, DbError> {
    if !db.has_table("office").await? {
        return Ok(None);
    }
    let rows = db.rows(Query::select().columns(["schema", "origin"]).from("office")).await?;
    let Some(mut row) = rows.into_iter().next() else { return Ok(None) };
    let schema = u32::try_from(row.count("schema")?).map_err(|_| row.unreadable("schema"))?;
    Ok(Some((schema, row.parsed("origin")?)))
}
