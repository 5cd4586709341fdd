//! Care of the lake: compaction, checkpoints, and retention that really removes.

use renkei_core::act::Act;
use renkei_core::id::IntentId;
use renkei_core::ledger::Detail;
use renkei_core::question::{Object, ObjectKind};
use renkei_core::seat::Duty;
use renkei_core::time::Moment;
use renkei_lake::{Care, CareReport, Retention};
use renkei_store::intent::IntentResult;
use schemars::JsonSchema;
use serde::Serialize;

use crate::campaign::fresh;
use crate::office::{AskError, Office};
use crate::words::{Show, Words, number};

/// Why no care was taken.
#[derive(Debug, thiserror::Error)]
pub enum TakeCareError {
    /// The office's lock.
    #[error("the office's lock cannot be used: {0}")]
    Lock(#[source] std::io::Error),
    /// What is left of files that were coming in.
    #[error("what is left in `incoming` cannot be removed: {0}")]
    Incoming(#[source] std::io::Error),
    /// The gate.
    #[error("{0}")]
    Ask(#[from] AskError),
    /// The registry.
    #[error("{0}")]
    Write(#[from] renkei_store::WriteError),
    /// The lake.
    #[error("{0}")]
    Open(#[from] renkei_lake::OpenError),
    /// The lake.
    #[error("{0}")]
    Care(#[from] renkei_lake::CareError),
}

/// What was done.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Cared {
    /// Observations older than this were removed; none: no term is decided, nothing was removed.
    pub kept_from: Option<String>,
    /// One for each table.
    pub tables: Vec<TableShown>,
}

/// What was done with one table.
#[derive(Debug, Serialize, JsonSchema)]
pub struct TableShown {
    /// Its name.
    pub table: &'static str,
    /// Files now.
    pub files: u64,
    /// Rows now.
    pub rows: u64,
    /// Rows removed by retention.
    pub removed_rows: u64,
    /// Small files joined.
    pub joined_files: u64,
    /// Files deleted from the disk.
    pub deleted_files: u64,
    /// Their bytes.
    pub deleted_bytes: u64,
}

impl Show for Cared {
    fn show(&self, words: &Words) -> String {
        let first = match &self.kept_from {
            Some(day) => words.say("care-kept-from", &[("day", day.clone())]),
            None => words.of("care-undecided"),
        };
        let tables = self.tables.iter().map(|table| {
            let values = [
                ("table", table.table.to_owned()),
                ("files", number(table.files)),
                ("rows", number(table.rows)),
                ("removed", number(table.removed_rows)),
                ("joined", number(table.joined_files)),
                ("deleted", number(table.deleted_files)),
                ("bytes", number(table.deleted_bytes)),
            ];
            words.say("care-table", &values)
        });
        std::iter::once(first).chain(tables).collect::<Vec<_>>().join("\n")
    }
}

impl Office {
    /// Takes care of the lake; removes what is older than the term, where one is decided.
    pub async fn care(&self, at: Moment) -> Result<Cared, TakeCareError> {
        let _at_work = self.at_work().map_err(TakeCareError::Lock)?;
        crate::ingest::handed::clear(&self.folder, at).map_err(TakeCareError::Incoming)?;
        // Sealed answers go on the day that the provider named, even where nobody closed the inquiry (S4.15).
        self.store.remove_answers(at).await.map_err(renkei_store::WriteError::from)?;
        let keep_from = self.settings.keep_days.map(|days| at.plus_days(-i64::from(days)).day());
        let span = keep_from.map_or_else(|| "none".to_owned(), |day| format!("before {day}"));
        let object = Object::new(ObjectKind::Observations, &span, 0);
        let permit = self.ask_for(Act::RemoveObservations, Duty::Keeper, [object.clone()], at).await?;
        let record = self.ask_for(Act::RemoveObservations, Duty::Keeper, [object.clone()], at).await?;
        let intent = IntentId::from_bits(fresh(at));
        self.store.open_intent(&permit, intent, &object, Detail::new().put("what", "care")).await?;
        let care = Care { compact: true, retain: keep_from.map(|keep_from| Retention { keep_from }), now: at, intent };
        let CareReport { tables } = self.lake().await?.care(permit, care).await?;
        let removed: u64 = tables.iter().map(|table| table.removed_rows).sum();
        let bytes: u64 = tables.iter().map(|table| table.deleted_bytes).sum();
        let detail = Detail::new().put("removed-rows", removed).put("deleted-bytes", bytes);
        self.store.close_intent(at, intent, IntentResult::Done, detail.clone()).await?;
        self.store.record_act(record, detail).await?;
        let tables = tables.into_iter().map(|table| TableShown {
            table: table.table.word(),
            files: table.files,
            rows: table.rows,
            removed_rows: table.removed_rows,
            joined_files: table.joined_files,
            deleted_files: table.deleted_files,
            deleted_bytes: table.deleted_bytes,
        });
        Ok(Cared { kept_from: keep_from.map(|day| day.to_string()), tables: tables.collect() })
    }
}
