//! The ledger in the database: what is appended on its own, paging, export, checkpoints, the check.

use std::io;

use renkei_core::id::Digest;
use renkei_core::ledger::{
    Checker, Checkpoint, Detail, Entry, EntryKind, Fault, Keyring, SignedCheckpoint, Verdict, export,
};
use renkei_core::question::Question;
use renkei_core::ruling::Ruling;
use renkei_core::time::Moment;
use renkei_gate::Permit;
use sea_query::{Expr, ExprTrait, Order, Query};

use crate::chain::{Write, object_note, ruling_note};
use crate::db::{insert, int};
use crate::error::{DbError, WriteError};
use crate::open::{Store, program};

/// How many entries are read at once.
const PAGE: u64 = 1000;

/// A checkpoint that was signed, and where it was left outside the database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptCheckpoint {
    /// The signed note.
    pub note: SignedCheckpoint,
    /// When it was signed.
    pub at: Moment,
    /// Where it was left (`checkpoints/`, `mail`).
    pub left_at: String,
}

/// Why an export was not written.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
    /// The file could not be written.
    #[error("the export could not be written: {0}")]
    Io(#[from] io::Error),
}

/// Why a checkpoint was not kept.
#[derive(Debug, thiserror::Error)]
pub enum CheckpointError {
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
    /// It names another ledger, or another head at its size.
    #[error("the checkpoint at {0} is not of this ledger")]
    Other(u64),
}

// --------------------------------------------------------------------------------------- appending

impl Store {
    /// Enters an act that writes nothing else in the registry (a count, an export, removed observations).
    pub async fn record_act(&self, permit: Permit, detail: Detail) -> Result<u64, WriteError> {
        self.record(permit, EntryKind::Act, detail).await
    }

    /// Enters a view of personal data, with how many rows were shown (S4.27: who got to see what).
    pub async fn record_view(&self, permit: Permit, rows: u64, detail: Detail) -> Result<u64, WriteError> {
        self.record(permit, EntryKind::View, detail.put("rows", rows)).await
    }

    /// Enters that the gate was asked and did not allow it.
    pub async fn record_refusal(&self, question: &Question, ruling: &Ruling) -> Result<u64, DbError> {
        let entry = Entry {
            seq: 0,
            at: question.at,
            kind: EntryKind::Refusal,
            act: question.act.word().to_owned(),
            seat: Some(question.seat.id.clone()),
            objects: question.objects.iter().map(object_note).collect(),
            ruling: Some(ruling_note(ruling)),
            detail: Detail::new().put("class", question.class.word()),
            approval: None,
        };
        self.append(entry).await
    }

    /// Enters what must be known later and nobody decided (`may-repeat`, a finding of `doctor`).
    pub async fn record_note(&self, at: Moment, act: &str, detail: Detail) -> Result<u64, DbError> {
        self.append(program(at, EntryKind::Note, act, detail)).await
    }

    /// Enters that from here on the clock is not the real one.
    pub async fn record_virtual_clock(&self, at: Moment, detail: Detail) -> Result<u64, DbError> {
        self.append(program(at, EntryKind::VirtualClock, "virtual-clock", detail)).await
    }

    async fn record(&self, permit: Permit, kind: EntryKind, detail: Detail) -> Result<u64, WriteError> {
        let (mut write, granted) = self.permitted(permit, &[]).await?;
        let seq = write.append(granted.entry(kind, detail)).await?;
        write.commit().await?;
        Ok(seq)
    }

    async fn append(&self, entry: Entry) -> Result<u64, DbError> {
        let mut write = Write::begin(&self.db).await?;
        let seq = write.append(entry).await?;
        write.commit().await?;
        Ok(seq)
    }
}

// ----------------------------------------------------------------------------------------- reading

impl Store {
    /// How long the ledger is and its head: what a checkpoint signs.
    pub async fn head(&self) -> Result<Checkpoint, DbError> {
        let rows = self.db.rows(Query::select().columns(["size", "hash"]).from("chain_head")).await?;
        let mut row = rows.into_iter().next().ok_or(DbError::Unreadable { column: "size" })?;
        Ok(Checkpoint { origin: self.origin.clone(), size: row.count("size")?, head: row.digest("hash")? })
    }

    /// How long the ledger is: whatever was written since, it is longer.
    pub async fn ledger_size(&self) -> Result<u64, DbError> {
        let rows = self.db.rows(Query::select().columns(["size"]).from("chain_head")).await?;
        rows.into_iter().next().ok_or(DbError::Unreadable { column: "size" })?.count("size")
    }

    /// At most `limit` entries from number `from` (the first is 1), in order.
    pub async fn entries(&self, from: u64, limit: u64) -> Result<Vec<Entry>, DbError> {
        let raw = self.raw_entries(from, u64::MAX, limit).await?;
        let read = |(_, _, bytes): (u64, Digest, Vec<u8>)| Entry::from_canonical(&bytes);
        raw.into_iter().map(|raw| read(raw).map_err(|_| DbError::Unreadable { column: "bytes" })).collect()
    }

    /// Writes the export; says how many entries it has. The form stands in `core::ledger::export`.
    ///
    /// Entries appended meanwhile are left out, so that the file is one moment of the ledger.
    pub async fn export(&self, out: &mut impl io::Write) -> Result<u64, ExportError> {
        let head = self.head().await?;
        out.write_all(export::HEADER.as_bytes())?;
        out.write_all(export::origin_line(&self.origin).as_bytes())?;
        for key in self.signing_keys().await? {
            out.write_all(export::key_line(&key).as_bytes())?;
        }
        for kept in self.checkpoints().await?.iter().filter(|kept| kept.note.unverified().size <= head.size) {
            out.write_all(export::checkpoint_line(&kept.note).as_bytes())?;
        }
        let (mut next, mut written) = (1, 0);
        while next <= head.size {
            let page = self.raw_entries(next, head.size, PAGE).await?;
            let Some((last, _, _)) = page.last() else { break };
            next = last + 1;
            for (seq, hash, bytes) in &page {
                out.write_all(export::entry_line(*seq, *hash, bytes).as_bytes())?;
                written += 1;
            }
        }
        out.write_all(export::end_line(written).as_bytes())?;
        Ok(written)
    }

    /// Checks the ledger as it stands in the database against trusted keys and checkpoints from outside.
    pub async fn check(&self, trusted: &Keyring, outside: Vec<SignedCheckpoint>) -> Result<Verdict, DbError> {
        let head = self.head().await?;
        let inside = self.checkpoints().await?.into_iter().map(|kept| kept.note).collect();
        let mut checker = Checker::new(self.origin.clone(), trusted, outside, inside);
        let mut last = (0, renkei_core::ledger::genesis(&self.origin));
        loop {
            let page = self.raw_entries(last.0 + 1, u64::MAX, PAGE).await?;
            let Some((seq, hash, _)) = page.last() else { break };
            last = (*seq, *hash);
            for (seq, hash, bytes) in &page {
                checker.entry(*seq, *hash, bytes);
            }
        }
        // The head row is locked by every writer, so it cannot be behind what was read before it.
        if last.0 < head.size {
            checker.fault(Fault::TailCut { size: head.size, entries: last.0 });
        } else if last.0 == head.size && last.1 != head.head {
            checker.fault(Fault::OtherHistory { size: head.size });
        }
        Ok(checker.finish())
    }

    async fn raw_entries(&self, from: u64, to: u64, limit: u64) -> Result<Vec<(u64, Digest, Vec<u8>)>, DbError> {
        let mut query = Query::select();
        query
            .columns(["seq", "hash", "bytes"])
            .from("ledger")
            .and_where(Expr::col("seq").gte(int(from)))
            .and_where(Expr::col("seq").lte(int(to)))
            .order_by("seq", Order::Asc)
            .limit(limit);
        let rows = self.db.rows(&query).await?;
        rows.into_iter().map(|mut row| Ok((row.count("seq")?, row.digest("hash")?, row.bytes("bytes")?))).collect()
    }
}

// ------------------------------------------------------------------------------------- checkpoints

impl Store {
    /// Keeps a checkpoint that was signed over [`Store::head`] and left outside, and enters it.
    pub async fn record_checkpoint(
        &self,
        note: &SignedCheckpoint,
        at: Moment,
        left_at: &str,
    ) -> Result<(), CheckpointError> {
        let claimed = note.unverified();
        let mut write = Write::begin(&self.db).await?;
        let head = match claimed.size {
            0 => Some(renkei_core::ledger::genesis(&self.origin)),
            size => {
                let mut query = Query::select();
                query.columns(["hash"]).from("ledger").and_where(Expr::col("seq").eq(int(size)));
                write.tx.row(&query).await?.map(|mut row| row.digest("hash")).transpose()?
            }
        };
        if claimed.origin != self.origin || head != Some(claimed.head) {
            return Err(CheckpointError::Other(claimed.size));
        }
        let mut row = insert(
            "checkpoints",
            [
                ("size", int(claimed.size).into()),
                ("at", at.0.into()),
                ("note", note.to_string().into()),
                ("left_at", left_at.into()),
            ],
        );
        let again = sea_query::OnConflict::column("size").update_columns(["at", "note", "left_at"]).to_owned();
        write.tx.run(row.on_conflict(again)).await?;
        let signers = note.signers().map(|name| name.as_str()).collect::<Vec<_>>().join(" ");
        let detail = Detail::new()
            .put("size", claimed.size)
            .put("head", claimed.head)
            .put("left-at", left_at)
            .put("signed-by", signers);
        write.append(program(at, EntryKind::Checkpoint, "checkpoint", detail)).await?;
        write.commit().await?;
        Ok(())
    }

    /// The checkpoints that the ledger keeps itself, oldest first. They prove less than those outside.
    pub async fn checkpoints(&self) -> Result<Vec<KeptCheckpoint>, DbError> {
        let mut query = Query::select();
        query.columns(["at", "note", "left_at"]).from("checkpoints").order_by("size", Order::Asc);
        let rows = self.db.rows(&query).await?;
        let read = rows.into_iter().map(|mut row| {
            Ok(KeptCheckpoint { note: row.parsed("note")?, at: row.moment("at")?, left_at: row.text("left_at")? })
        });
        read.collect()
    }
}
