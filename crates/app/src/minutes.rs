//! Minutes of the sensors: summed up, or written out as FlowTuples for those who have tools for them (S1.26).

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::ops::ControlFlow;
use std::path::Path;

use renkei_core::act::Act;
use renkei_core::id::Digest;
use renkei_core::ledger::Detail;
use renkei_core::question::{Object, ObjectKind};
use renkei_core::seat::Duty;
use renkei_core::time::Moment;
use renkei_formats::flowtuple::{Codec, FlowTuples, MARKER};
pub use renkei_lake::MinuteFilter as Filter;
use renkei_lake::{MinuteFilter, MinuteGroup, Table};
use schemars::JsonSchema;
use serde::Serialize;

use crate::observations::LookError;
use crate::office::Office;
use crate::words::{Show, Words, number, table};

/// What minutes can be summed up by, by the word of the command line.
pub const GROUPS: [(&str, MinuteGroup); 7] = [
    ("minute", MinuteGroup::Minute),
    ("hour", MinuteGroup::Hour),
    ("day", MinuteGroup::Day),
    ("sensor", MinuteGroup::Sensor),
    ("source", MinuteGroup::Source),
    ("protocol", MinuteGroup::Protocol),
    ("port", MinuteGroup::Port),
];

/// Sums of minutes.
#[derive(Debug, Serialize, JsonSchema)]
pub struct MinuteSums {
    /// What was grouped by.
    pub by: Vec<String>,
    /// The groups with most packets, most first.
    pub rows: Vec<MinuteSum>,
    /// Groups that are not shown.
    pub more: u64,
}

/// One group.
#[derive(Debug, Serialize, JsonSchema)]
pub struct MinuteSum {
    /// The group's values.
    pub key: Vec<String>,
    /// Packets.
    pub packets: u64,
    /// Bytes, as the IP headers say.
    pub bytes: u64,
    /// Different source addresses, which may be spoofed.
    pub sources: u64,
    /// Rows of the table.
    pub rows: u64,
}

impl Show for MinuteSums {
    fn show(&self, words: &Words) -> String {
        if self.rows.is_empty() {
            return words.of("minutes-none");
        }
        let mut head: Vec<String> = self.by.iter().map(|by| words.of(&format!("by-{by}"))).collect();
        head.extend(["minutes-packets", "minutes-bytes", "minutes-sources"].map(|key| words.of(key)));
        let rows = self.rows.iter().map(|row| {
            let sums = [row.packets, row.bytes, row.sources].map(number);
            row.key.iter().cloned().chain(sums).collect::<Vec<_>>()
        });
        let text = table(&head, &rows.collect::<Vec<_>>());
        match self.more {
            0 => text,
            more => format!("{text}\n{}", words.say("minutes-more", &[("count", number(more))])),
        }
    }
}

/// What was written out.
#[derive(Debug, Serialize, JsonSchema)]
pub struct FlowTuplesWritten {
    /// Where.
    pub file: String,
    /// Records.
    pub records: u64,
    /// Rows left out: a record's source is a number of 32 bits, which IPv6 does not fit.
    pub left_out: u64,
}

impl Show for FlowTuplesWritten {
    fn show(&self, words: &Words) -> String {
        let values = [("file", self.file.clone()), ("records", number(self.records)), ("left", number(self.left_out))];
        words.say("minutes-written", &values)
    }
}

impl Office {
    /// Sums up minutes by some columns, the `limit` groups with most packets. By source, addresses are shown, which
    /// the ledger keeps as a view.
    pub async fn sum_minutes(
        &self,
        filter: &MinuteFilter,
        by: &[String],
        limit: usize,
        at: Moment,
    ) -> Result<MinuteSums, LookError> {
        let groups: Vec<MinuteGroup> = by
            .iter()
            .filter_map(|word| GROUPS.iter().find(|(known, _)| known == word))
            .map(|(_, group)| *group)
            .collect();
        let shows = groups.contains(&MinuteGroup::Source);
        let act = if shows { Act::View } else { Act::Count };
        let permit = self.ask_for(act, Duty::Analyst, [query(filter)], at).await?;
        let _turn = self.turn().await;
        let view = self.lake().await?.view_of(Table::Minutes).await?;
        let mut rows = tokio::task::block_in_place(|| view.sum_minutes(filter, &groups))?;
        let count = rows.len() as u64;
        match shows {
            true => _ = self.store.record_view(permit, count, Detail::new()).await?,
            false => _ = self.store.record_act(permit, crate::office::counted("rows", count)).await?,
        }
        // By time they stand in its order, else the largest first.
        if !matches!(groups.first(), Some(MinuteGroup::Minute | MinuteGroup::Hour | MinuteGroup::Day)) {
            rows.sort_by(|one, other| other.packets.cmp(&one.packets).then_with(|| one.key.cmp(&other.key)));
        }
        let more = rows.len().saturating_sub(limit) as u64;
        let shown = rows.into_iter().take(limit).map(|row| MinuteSum {
            key: row.key,
            packets: row.packets,
            bytes: row.bytes,
            sources: row.sources,
            rows: row.rows,
        });
        Ok(MinuteSums { by: by.to_vec(), rows: shown.collect(), more })
    }

    /// Writes minutes as a new file of FlowTuples in Avro; the ledger keeps it as a view.
    pub async fn write_flowtuples(
        &self,
        filter: &MinuteFilter,
        path: &Path,
        at: Moment,
    ) -> Result<FlowTuplesWritten, LookError> {
        let io = |error| LookError::file(format!("`{}`: {error}", path.display()));
        let permit = self.ask_for(Act::View, Duty::Analyst, [query(filter)], at).await?;
        let _turn = self.turn().await;
        let view = self.lake().await?.view_of(Table::Minutes).await?;
        let mut file = BufWriter::new(File::create_new(path).map_err(io)?);
        let mut bytes = Vec::new();
        let mut flowtuples = FlowTuples::begin(Codec::Deflate, rand::random::<[u8; MARKER]>(), &mut bytes);
        let mut written = FlowTuplesWritten { file: path.display().to_string(), records: 0, left_out: 0 };
        let mut failed = None;
        tokio::task::block_in_place(|| {
            view.each_minutes(filter, |rows| {
                let step = flowtuples.minutes(&rows, &mut bytes).map_err(LookError::file).and_then(|step| {
                    written.records += step.records;
                    written.left_out += step.left;
                    file.write_all(&bytes).map_err(io)
                });
                bytes.clear();
                match step {
                    Ok(()) => ControlFlow::Continue(()),
                    Err(error) => {
                        failed = Some(error);
                        ControlFlow::Break(())
                    }
                }
            })
        })?;
        if let Some(error) = failed {
            return Err(error);
        }
        file.write_all(&bytes).and_then(|()| file.flush()).map_err(io)?;
        let detail = Detail::new().put("taken", "flowtuple").put("left-out", written.left_out);
        self.store.record_view(permit, written.records, detail).await?;
        Ok(written)
    }
}

/// A query as an object of the ledger: what is asked, by digest, so that no address stands there.
fn query(filter: &MinuteFilter) -> Object {
    Object::new(ObjectKind::Query, Digest::of(format!("minutes {filter:?}").as_bytes()), 0)
}
