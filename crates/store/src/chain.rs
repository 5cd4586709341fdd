//! The write transaction: it holds the chain's head, so that two processes at once take turns.

use std::collections::{BTreeMap, HashMap};

use renkei_core::act::Act;
use renkei_core::class::DataClass;
use renkei_core::id::Digest;
use renkei_core::ledger::{Approval, Detail, Entry, EntryKind, ObjectNote, RulingNote, chain};
use renkei_core::question::{Object, ObjectKind};
use renkei_core::ruling::Ruling;
use renkei_core::seat::Seat;
use renkei_core::time::Moment;
use renkei_gate::Permit;
use sea_query::{Expr, ExprTrait, LockType, Query, Value};

use crate::db::{Db, Row, Tx, insert_all, int};
use crate::error::{DbError, StaleObject, WriteError};
use crate::open::Store;

/// A transaction that has locked the head of the chain.
pub struct Write {
    pub tx: Tx,
    size: u64,
    head: Digest,
    /// Entries that have their place and are not in the table yet.
    unwritten: Vec<[Value; 3]>,
}

/// Entries written in one statement.
const ENTRIES: usize = 256;

impl Write {
    /// Begins; waits for any other writer.
    pub async fn begin(db: &Db) -> Result<Self, DbError> {
        let mut tx = db.begin().await?;
        let mut query = Query::select();
        query.columns(["size", "hash"]).from("chain_head").and_where(Expr::col("id").eq(1i64)).lock(LockType::Update);
        let row = tx.row(&query).await?;
        let mut row = row.ok_or(DbError::Unreadable { column: "size" })?;
        Ok(Self { size: row.count("size")?, head: row.digest("hash")?, tx, unwritten: Vec::new() })
    }

    /// Appends an entry; its place is given here.
    pub async fn append(&mut self, mut entry: Entry) -> Result<u64, DbError> {
        entry.seq = self.size + 1;
        let bytes = entry.canonical();
        self.head = chain(self.head, &bytes);
        self.size = entry.seq;
        self.unwritten.push([int(entry.seq).into(), self.head.0.to_vec().into(), bytes.into()]);
        if self.unwritten.len() >= ENTRIES {
            self.write_entries().await?;
        }
        Ok(entry.seq)
    }

    async fn write_entries(&mut self) -> Result<(), DbError> {
        let rows = std::mem::take(&mut self.unwritten);
        if !rows.is_empty() {
            self.tx.run(&insert_all("ledger", ["seq", "hash", "bytes"], rows)).await?;
        }
        Ok(())
    }

    /// Writes the head and makes everything durable.
    pub async fn commit(mut self) -> Result<(), DbError> {
        self.write_entries().await?;
        let mut update = Query::update();
        update
            .table("chain_head")
            .value("size", int(self.size))
            .value("hash", self.head.0.to_vec())
            .and_where(Expr::col("id").eq(1i64));
        self.tx.run(&update).await?;
        self.tx.commit().await
    }
}

// ----------------------------------------------------------------------------------------- permits

/// A permit that was taken for a write: its facts, and the entry it becomes.
#[derive(Debug)]
pub struct Granted(Permit);

impl Store {
    /// Begins a write under a permit for one of some acts; checks the versions it names.
    pub(crate) async fn permitted(&self, permit: Permit, acts: &[Act]) -> Result<(Write, Granted), WriteError> {
        let mut write = Write::begin(&self.db).await?;
        let granted = Granted::take(&mut write, permit, acts).await?;
        Ok((write, granted))
    }
}

impl Granted {
    /// Takes a permit for one of some acts inside a write; checks the versions it names.
    pub async fn take(write: &mut Write, permit: Permit, acts: &[Act]) -> Result<Self, WriteError> {
        check_act(&permit, acts)?;
        check_versions(&mut write.tx, permit.objects().iter().collect()).await?;
        Ok(Self(permit))
    }

    /// As [`Granted::take`], for several permits: their versions are looked up together, before anything is done.
    pub async fn take_all(write: &mut Write, permits: Vec<Permit>, acts: &[Act]) -> Result<Vec<Self>, WriteError> {
        permits.iter().try_for_each(|permit| check_act(permit, acts))?;
        check_versions(&mut write.tx, permits.iter().flat_map(Permit::objects).collect()).await?;
        Ok(permits.into_iter().map(Self).collect())
    }

    /// What may be done.
    pub fn act(&self) -> Act {
        self.0.act()
    }

    /// When: the moment of the permit.
    pub fn at(&self) -> Moment {
        self.0.at()
    }

    /// Who.
    pub fn seat(&self) -> &Seat {
        self.0.seat()
    }

    /// The kind of material.
    pub const fn class(&self) -> DataClass {
        self.0.class()
    }

    /// The rules that allowed it.
    pub const fn policy_set(&self) -> Digest {
        self.0.policy_set()
    }

    /// Whether it names a thing.
    pub fn names(&self, kind: ObjectKind, id: &impl std::fmt::Display) -> Result<(), WriteError> {
        let id = id.to_string();
        match self.0.objects().iter().any(|object| object.kind == kind && object.id == id) {
            true => Ok(()),
            false => Err(WriteError::NotNamed { kind: kind.word(), id }),
        }
    }

    /// The entry it becomes.
    pub fn entry(&self, kind: EntryKind, detail: Detail) -> Entry {
        entry(&self.0, kind, detail)
    }

    /// The entry of an act that carries a seat's signature.
    pub fn approved(&self, detail: Detail, approval: Approval) -> Entry {
        Entry { approval: Some(approval), ..self.entry(EntryKind::Act, detail) }
    }
}

/// The entry of an act under a permit.
pub fn entry(permit: &Permit, kind: EntryKind, detail: Detail) -> Entry {
    Entry {
        seq: 0,
        at: permit.at(),
        kind,
        act: permit.act().word().to_owned(),
        seat: Some(permit.seat().id.clone()),
        objects: permit.objects().iter().map(object_note).collect(),
        ruling: Some(ruling_note(permit.ruling())),
        detail,
        approval: None,
    }
}

/// An object as the ledger keeps it.
pub fn object_note(object: &Object) -> ObjectNote {
    let Object { kind, id, version } = object;
    ObjectNote { kind: kind.word().to_owned(), id: id.clone(), version: *version }
}

/// A ruling as the ledger keeps it: enough to replay it under the law of that day.
pub fn ruling_note(ruling: &Ruling) -> RulingNote {
    let Ruling { outcome, grounds, policy_set, at: _ } = ruling;
    let mut gates: Vec<_> = grounds.iter().map(|ground| ground.gate.to_string()).collect();
    gates.dedup();
    RulingNote {
        outcome: outcome.word().to_owned(),
        gates,
        codes: grounds.iter().map(|ground| ground.code.to_string()).collect(),
        policy_set: *policy_set,
    }
}

fn check_act(permit: &Permit, acts: &[Act]) -> Result<(), WriteError> {
    match acts.first().filter(|_| !acts.contains(&permit.act())) {
        Some(&needed) => Err(WriteError::OtherAct { given: permit.act(), needed }),
        None => Ok(()),
    }
}

/// Things with versions must be in the version the permit names; 0 says that it does not exist yet.
async fn check_versions(tx: &mut Tx, objects: Vec<&Object>) -> Result<(), WriteError> {
    let mut of_table: BTreeMap<&'static str, Vec<&Object>> = BTreeMap::new();
    for object in objects {
        if let Some(table) = table_of(object.kind) {
            of_table.entry(table).or_default().push(object);
        }
    }
    for (table, objects) in of_table {
        let mut query = Query::select();
        let ids = objects.iter().map(|object| object.id.as_str());
        query.columns(["id", "version"]).from(table).and_where(Expr::col("id").is_in(ids));
        let read = |mut row: Row| Ok((row.text("id")?, row.count("version")?));
        let known: HashMap<String, u64> =
            tx.rows(&query).await?.into_iter().map(read).collect::<Result<_, DbError>>()?;
        for object in objects {
            let current = known.get(&object.id).copied().unwrap_or(0);
            if current != object.version {
                let (kind, id) = (object.kind.word(), object.id.clone());
                return Err(StaleObject { kind, id, permitted: object.version, current }.into());
            }
        }
    }
    Ok(())
}

/// Where things of a kind stand, if they have versions.
const fn table_of(kind: ObjectKind) -> Option<&'static str> {
    Some(match kind {
        ObjectKind::Party => "parties",
        ObjectKind::Campaign => "campaigns",
        ObjectKind::Request => "requests",
        ObjectKind::Operation => "operations",
        ObjectKind::Offer => "offers",
        ObjectKind::Inquiry => "inquiries",
        ObjectKind::Group => "topic_groups",
        ObjectKind::Item => "items",
        ObjectKind::Mandate => "mandates",
        ObjectKind::Court => "courts",
        ObjectKind::Warrant => "warrants",
        ObjectKind::Publication => "publications",
        _ => return None,
    })
}
