//! Sums up minutes by groups, on all cores, and hands them on row by row.

use std::collections::{HashMap, HashSet};
use std::ops::ControlFlow;

use arrow::array::{ArrayRef, AsArray, PrimitiveArray, RecordBatch};
use arrow::datatypes::{Int32Type, Int64Type, TimestampMicrosecondType};
use arrow::error::ArrowError;
use renkei_core::time::{DAY, Moment, SECOND};
use xxhash_rust::xxh3::xxh3_64;

use crate::filter::{MinuteFilter, Tests};
use crate::view::{ReadError, View};

/// What minutes are summed up by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MinuteGroup {
    /// The minute.
    Minute,
    /// Hour in UTC.
    Hour,
    /// Day in UTC.
    Day,
    /// Sensor.
    Sensor,
    /// Source address.
    Source,
    /// Protocol of IP.
    Protocol,
    /// Destination port; type × 256 + code of ICMP.
    Port,
}

impl MinuteGroup {
    const fn column(self) -> &'static str {
        match self {
            Self::Minute | Self::Hour | Self::Day => "minute",
            Self::Sensor => "sensor",
            Self::Source => "src_ip",
            Self::Protocol => "protocol",
            Self::Port => "dst_port",
        }
    }

    /// The value of a row as text.
    fn text(self, column: &ArrayRef, row: usize) -> Result<String, ArrowError> {
        let since = |step: i64| {
            let micros = numbers::<TimestampMicrosecondType>(column)?.value(row);
            Ok::<_, ArrowError>(Moment(micros - micros.rem_euclid(step)))
        };
        Ok(match self {
            Self::Minute => since(60 * SECOND)?.to_string(),
            Self::Hour => since(3_600 * SECOND)?.to_string(),
            Self::Day => since(DAY)?.day().to_string(),
            Self::Protocol | Self::Port => numbers::<Int32Type>(column)?.value(row).to_string(),
            Self::Sensor | Self::Source => arrow::util::display::array_value_to_string(column, row)?,
        })
    }
}

/// Sums of one group.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct MinuteRow {
    /// A value per group that was asked for, in that order.
    pub key: Vec<String>,
    /// Packets.
    pub packets: u64,
    /// Bytes, as the IP headers say.
    pub bytes: u64,
    /// Rows of the table.
    pub rows: u64,
    /// Different source addresses.
    pub sources: u64,
}

#[derive(Default)]
struct Sum {
    packets: u64,
    bytes: u64,
    rows: u64,
    sources: HashSet<u64>,
}

/// What one thread sums up, or why it could not.
type State = Result<HashMap<Vec<String>, Sum>, ArrowError>;

impl View {
    /// Sums up the minutes that match, by groups, in the order of their keys.
    ///
    /// # Errors
    /// When a file cannot be read.
    pub fn sum_minutes(&self, filter: &MinuteFilter, by: &[MinuteGroup]) -> Result<Vec<MinuteRow>, ReadError> {
        let mut columns: Vec<_> = by.iter().map(|group| group.column()).chain(["packets", "bytes", "src_ip"]).collect();
        columns.sort_unstable();
        columns.dedup();
        let step = |state: &mut State, batch: &RecordBatch| {
            if let Ok(sums) = state
                && let Err(error) = take(sums, by, batch)
            {
                *state = Err(error);
            }
            if state.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        };
        let mut total = HashMap::<Vec<String>, Sum>::new();
        for state in self.fold_tests(&Tests::from(filter), &columns, || Ok(HashMap::new()), step)? {
            for (key, sum) in state? {
                let Sum { packets, bytes, rows, sources } = sum;
                let all = total.entry(key).or_default();
                all.packets += packets;
                all.bytes += bytes;
                all.rows += rows;
                all.sources.extend(sources);
            }
        }
        let mut rows: Vec<_> = total
            .into_iter()
            .map(|(key, Sum { packets, bytes, rows, sources })| MinuteRow {
                key,
                packets,
                bytes,
                rows,
                sources: sources.len() as u64,
            })
            .collect();
        rows.sort();
        Ok(rows)
    }

    /// Hands the minutes that match to `each`, some thousand rows at a time with every column, in no order.
    ///
    /// # Errors
    /// When a file cannot be read.
    pub fn each_minutes(
        &self,
        filter: &MinuteFilter,
        each: impl FnMut(RecordBatch) -> ControlFlow<()>,
    ) -> Result<(), ReadError> {
        let columns: Vec<_> = renkei_table::MINUTE_COLUMNS.iter().map(|column| column.name).collect();
        self.scan_tests(&Tests::from(filter), &columns, each)
    }
}

fn take(sums: &mut HashMap<Vec<String>, Sum>, by: &[MinuteGroup], batch: &RecordBatch) -> Result<(), ArrowError> {
    let column = |name: &str| {
        batch.column_by_name(name).ok_or_else(|| ArrowError::SchemaError(format!("the batch has no column `{name}`")))
    };
    let groups =
        by.iter().map(|group| Ok((*group, column(group.column())?))).collect::<Result<Vec<_>, ArrowError>>()?;
    let (packets, bytes) = (numbers::<Int64Type>(column("packets")?)?, numbers::<Int64Type>(column("bytes")?)?);
    let sources = column("src_ip")?.as_string_opt::<i32>().ok_or_else(shape)?;
    for row in 0..batch.num_rows() {
        let key = groups.iter().map(|(group, column)| group.text(column, row)).collect::<Result<Vec<_>, _>>()?;
        let sum = sums.entry(key).or_default();
        sum.packets += u64::try_from(packets.value(row)).unwrap_or(0);
        sum.bytes += u64::try_from(bytes.value(row)).unwrap_or(0);
        sum.rows += 1;
        sum.sources.insert(xxh3_64(sources.value(row).as_bytes()));
    }
    Ok(())
}

fn numbers<T: arrow::datatypes::ArrowPrimitiveType>(column: &ArrayRef) -> Result<&PrimitiveArray<T>, ArrowError> {
    column.as_primitive_opt::<T>().ok_or_else(shape)
}

fn shape() -> ArrowError {
    ArrowError::SchemaError("a column of minutes has another type than it should".to_owned())
}
