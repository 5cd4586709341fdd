//! One Parquet file of a table, as the log describes it.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

use deltalake_core::kernel::{Add, LogicalFileView, Remove};
use renkei_core::time::{Day, Moment};
use serde_json::{Value, json};

use crate::table::Table;

/// A file that the loaded version refers to.
#[derive(Debug, Clone)]
pub(crate) struct DataFile {
    /// Path below the table's folder, with `/`.
    pub(crate) relative: String,
    /// Where it lies.
    pub(crate) path: PathBuf,
    /// Its partition.
    pub(crate) day: Option<Day>,
    /// Its size in bytes.
    pub(crate) size: u64,
    /// Number of rows; `None`: whoever wrote it did not say.
    pub(crate) rows: Option<u64>,
    /// Least, greatest and nulls of measured columns.
    pub(crate) bounds: BTreeMap<String, Bounds>,
}

/// What the log knows about one column of one file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Bounds {
    /// Nothing in the column is less.
    pub(crate) least: Option<String>,
    /// Nothing in the column is greater.
    pub(crate) greatest: Option<String>,
    /// Number of rows without a value.
    pub(crate) nulls: Option<u64>,
}

impl DataFile {
    /// From an entry of the log.
    pub(crate) fn from_log(table: Table, folder: &Path, view: &LogicalFileView) -> Self {
        let relative = view.path().into_owned();
        let day = view.partition_values_map().get(table.day_column()).and_then(|day| parse_day(day.as_deref()?));
        let stats: Value = view.stats().and_then(|text| serde_json::from_str(&text).ok()).unwrap_or(Value::Null);
        let text = |part: &str, column: &str| stats.get(part)?.get(column)?.as_str().map(str::to_owned);
        let bounds = table.measured().iter().map(|column| {
            let bounds = Bounds {
                least: text("minValues", column),
                greatest: text("maxValues", column),
                nulls: stats.get("nullCount").and_then(|nulls| nulls.get(column)?.as_u64()),
            };
            ((*column).to_owned(), bounds)
        });
        Self {
            path: folder.join(&relative),
            day,
            size: u64::try_from(view.size()).unwrap_or(0),
            rows: stats.get("numRecords").and_then(Value::as_u64),
            bounds: bounds.collect(),
            relative,
        }
    }

    /// The log entry that brings the file in.
    pub(crate) fn add(&self, table: Table, modified: Moment, data_change: bool) -> Add {
        Add {
            path: self.relative.clone(),
            partition_values: self.partition(table),
            size: i64::try_from(self.size).unwrap_or(i64::MAX),
            modification_time: modified.0 / 1000,
            data_change,
            stats: Some(self.stats()),
            tags: None,
            deletion_vector: None,
            base_row_id: None,
            default_row_commit_version: None,
            clustering_provider: None,
        }
    }

    /// The log entry that takes the file out.
    pub(crate) fn remove(&self, table: Table, at: Moment, data_change: bool) -> Remove {
        Remove {
            path: self.relative.clone(),
            data_change,
            deletion_timestamp: Some(at.0 / 1000),
            extended_file_metadata: Some(true),
            partition_values: Some(self.partition(table)),
            size: Some(i64::try_from(self.size).unwrap_or(i64::MAX)),
            ..Remove::default()
        }
    }

    fn partition(&self, table: Table) -> HashMap<String, Option<String>> {
        HashMap::from([(table.day_column().to_owned(), self.day.map(|day| day.to_string()))])
    }

    fn stats(&self) -> String {
        let mut least = serde_json::Map::new();
        let mut greatest = serde_json::Map::new();
        let mut nulls = serde_json::Map::new();
        for (column, bounds) in &self.bounds {
            if let Some(value) = &bounds.least {
                least.insert(column.clone(), json!(value));
            }
            if let Some(value) = &bounds.greatest {
                greatest.insert(column.clone(), json!(value));
            }
            if let Some(count) = bounds.nulls {
                nulls.insert(column.clone(), json!(count));
            }
        }
        json!({
            "numRecords": self.rows.unwrap_or(0),
            "minValues": least,
            "maxValues": greatest,
            "nullCount": nulls,
        })
        .to_string()
    }
}

/// A day as it stands in a partition (`2026-11-22`).
pub(crate) fn parse_day(text: &str) -> Option<Day> {
    let mut parts = text.splitn(3, '-');
    let year = parts.next()?.parse().ok()?;
    let month = parts.next()?.parse().ok()?;
    let day = parts.next()?.parse().ok()?;
    Day::from_civil(year, month, day)
}
