//! The write transaction: it holds the chain's head, so that two processes at once take turns.

use renkei_core::act::Act;
use renkei_core::class::DataClass;
use renkei_core::id::Digest;
use renkei_core::ledger::{Approval, Detail, Entry, EntryKind, ObjectNote, RulingNote, chain};
use renkei_core::question::{Object, ObjectKind};
use renkei_core::ruling::Ruling;
use renkei_core::seat::Seat;
use renkei_core::time::Moment;
use renkei_gate::Permit;
use sea_query::{Expr, ExprTrait, LockType, Query};

use crate::db::{Db, Tx, insert, int};
use crate::error::{DbError, StaleObject, WriteError};
use crate::open::Store;

/// A transaction that has locked the head of the chain.
pub struct Write {
    pub tx: Tx,
    size: u64,
    head: Digest,
}

impl Write {
    /// Begins; waits for any other writer.
    pub async fn begin(db: &Db) -> Result<Self, DbError> {
        let mut tx = db.begin().await?;
        let mut query = Query::select();
        query.columns(["size", "hash"]).from("chain_head").and_where(Expr::col("id").eq(1i64)).lock(LockType::Update);
        let row = tx.row(&query).await?;
        let mut row = row.ok_or(DbError::Unreadable { column: "size" })?;
        Ok(Self { size: row.count("size")?, head: row.digest("hash")?, tx })
    }

    /// Appends an entry; its place is given here.
    pub async fn append(&mut self, mut entry: Entry) -> Result<u64, DbError> {
        entry.seq = self.size + 1;
        let bytes = entry.canonical();
        self.head = chain(self.head, &bytes);
        self.size = entry.seq;
        let row = [("seq", int(entry.seq).into()), ("hash", self.head.0.to_vec().into()), ("bytes", bytes.into())];
        self.tx.run(&insert("ledger", row)).await?;
        Ok(entry.seq)
    }

    /// Writes the head and makes everything durable.
    pub async fn commit(mut self) -> Result<(), DbError> {
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
        if let Some(&needed) = acts.first().filter(|_| !acts.contains(&permit.act())) {
            return Err(WriteError::OtherAct { given: permit.act(), needed });
        }
        for object in permit.objects() {
            check_version(&mut write.tx, object).await?;
        }
        Ok(Self(permit))
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

/// Things with versions must be in the version the permit names; 0 says that it does not exist yet.
async fn check_version(tx: &mut Tx, object: &Object) -> Result<(), WriteError> {
    let table = match object.kind {
        ObjectKind::Party => "parties",
        ObjectKind::Campaign => "campaigns",
        ObjectKind::Request => "requests",
        ObjectKind::Operation => "operations",
        ObjectKind::Offer => "offers",
        ObjectKind::Inquiry => "inquiries",
        ObjectKind::Group => "topic_groups",
        ObjectKind::Item => "items",
        _ => return Ok(()),
    };
    let mut query = Query::select();
    query.columns(["version"]).from(table).and_where(Expr::col("id").eq(object.id.as_str()));
    let current = match tx.row(&query).await? {
        Some(mut row) => row.count("version")?,
        None => 0,
    };
    if current == object.version {
        return Ok(());
    }
    Err(StaleObject { kind: object.kind.word(), id: object.id.clone(), permitted: object.version, current }.into())
}
