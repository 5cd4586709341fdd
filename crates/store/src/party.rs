//! Parties (関係者) in the registry: imported, versioned, listed.

mod stored;

use std::sync::{Arc, Mutex, PoisonError};

use renkei_core::act::Act;
use renkei_core::id::PartyId;
use renkei_core::ledger::{Detail, EntryKind};
use renkei_core::party::{Party, Role};
use renkei_gate::Permit;
use sea_query::{Expr, ExprTrait, OnConflict, Order, Query};

use crate::db::{Row, Tx, insert, int};
use crate::error::{DbError, WriteError};
use crate::open::Store;
use stored::Stored;

/// What an import did with one party.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Imported {
    /// It is new; its version is 1.
    Added,
    /// Something changed; its version went up by one.
    Changed,
    /// It was there just so.
    Unchanged,
}

/// The columns of a party.
const COLUMNS: [&str; 5] = ["id", "version", "role", "country", "body"];

impl Store {
    /// Adds or changes parties in one act; the versions in the values are not looked at. One answer
    /// for each party, in their order.
    pub async fn import_parties(&self, permit: Permit, parties: &[Party]) -> Result<Vec<Imported>, WriteError> {
        let (mut write, granted) = self.permitted(permit, &[Act::ImportParty]).await?;
        let mut done = Vec::with_capacity(parties.len());
        for party in parties {
            done.push(upsert(&mut write.tx, party).await?);
        }
        let count = |what| done.iter().filter(|imported| **imported == what).count();
        let detail = Detail::new()
            .put("added", count(Imported::Added))
            .put("changed", count(Imported::Changed))
            .put("unchanged", count(Imported::Unchanged));
        write.append(granted.entry(EntryKind::Act, detail)).await?;
        write.commit().await?;
        Ok(done)
    }

    /// A party.
    pub async fn party(&self, id: &PartyId) -> Result<Option<Party>, DbError> {
        let mut query = Query::select();
        query.columns(["version"]).from("parties").and_where(Expr::col("id").eq(id.as_str()));
        let Some(mut row) = self.db.rows(&query).await?.into_iter().next() else { return Ok(None) };
        if let Some(known) = self.known.party(id, row.count("version")?) {
            return Ok(Some(known));
        }
        query.columns(COLUMNS);
        self.db.rows(&query).await?.into_iter().next().map(read).transpose()
    }

    /// Every party, by identifier.
    pub async fn parties(&self) -> Result<Arc<[Party]>, DbError> {
        // Parties are never removed and versions only grow: as many with the same sum are the same ones.
        let mut query = Query::select();
        query
            .expr_as(Expr::col("version").count(), "parties")
            .expr_as(Expr::col("version").sum().cast_as("bigint"), "versions");
        query.from("parties");
        if let Some(mut row) = self.db.rows(&query).await?.into_iter().next() {
            let parties = row.count("parties")?;
            if parties == 0 {
                return Ok([].into());
            }
            if let Some(known) = self.known.all(parties, row.count("versions")?) {
                return Ok(known);
            }
        }
        let mut query = Query::select();
        query.columns(COLUMNS).from("parties").order_by("id", Order::Asc);
        let parties = self.db.rows(&query).await?.into_iter().map(read).collect::<Result<Arc<[_]>, _>>()?;
        self.known.keep(Arc::clone(&parties));
        Ok(parties)
    }
}

/// Parties as they were last read: most pages need all of them, and reading thousands of prefixes anew costs more
/// than the page. Their number and the sum of their versions are
/// asked for every time, so what is given is what stands in the registry.
#[derive(Debug, Clone, Default)]
pub(crate) struct Known(Arc<Mutex<Arc<[Party]>>>);

impl Known {
    fn now(&self) -> Arc<[Party]> {
        Arc::clone(&self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn party(&self, id: &PartyId, version: u64) -> Option<Party> {
        self.now().iter().find(|party| party.id == *id && party.version == version).cloned()
    }

    fn all(&self, parties: u64, versions: u64) -> Option<Arc<[Party]>> {
        let known = self.now();
        let sum: u64 = known.iter().map(|party| party.version).sum();
        (known.len() as u64 == parties && sum == versions).then_some(known)
    }

    fn keep(&self, parties: Arc<[Party]>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = parties;
    }
}

async fn upsert(tx: &mut Tx, party: &Party) -> Result<Imported, DbError> {
    let mut query = Query::select();
    query.columns(COLUMNS).from("parties").and_where(Expr::col("id").eq(party.id.as_str()));
    let known = tx.row(&query).await?.map(read).transpose()?;
    let version = known.as_ref().map_or(0, |known| known.version) + 1;
    if known.as_ref().is_some_and(|known| Party { version: known.version, ..party.clone() } == *known) {
        return Ok(Imported::Unchanged);
    }
    let body = serde_json::to_string(&Stored::from(party)).map_err(|_| DbError::Unreadable { column: "body" })?;
    let mut row = insert(
        "parties",
        [
            ("id", party.id.as_str().into()),
            ("version", int(version).into()),
            ("role", party.role.word().into()),
            ("country", party.country.as_str().into()),
            ("body", body.into()),
        ],
    );
    row.on_conflict(OnConflict::column("id").update_columns(["version", "role", "country", "body"]).to_owned());
    tx.run(&row).await?;
    Ok(if known.is_some() { Imported::Changed } else { Imported::Added })
}

fn read(mut row: Row) -> Result<Party, DbError> {
    let stored: Stored = row.json("body")?;
    let head = (row.parsed("id")?, row.count("version")?, row.word("role", Role::from_word)?, row.text("country")?);
    stored.into_party(head).ok_or_else(|| row.unreadable("body"))
}
