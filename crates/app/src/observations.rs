//! Observations: counting them, and looking at them row by row, which the ledger keeps (S4.27).

pub mod export;
pub mod question;

use arrow::array::{Array, RecordBatch};
use arrow::util::display::{ArrayFormatter, FormatOptions};
use renkei_core::act::Act;
use renkei_core::question::{Object, ObjectKind};
use renkei_core::seat::Duty;
use renkei_core::time::Moment;
use renkei_lake::{Filter, Group, Place};
use schemars::JsonSchema;
use serde::Serialize;

use crate::office::{AskError, Office};
use crate::words::{Show, Words, number, table};

/// Why observations are not shown.
#[derive(Debug, thiserror::Error)]
pub enum LookError {
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
    Read(#[from] renkei_lake::ReadError),
    /// A cell cannot be shown.
    #[error("{0}")]
    Arrow(#[from] arrow::error::ArrowError),
    /// More rows than a file holds.
    #[error(
        "{found} rows match, and a file holds {most} at most: narrow the question, or read the lake itself (docs/lake.md)"
    )]
    TooMany {
        /// Rows that match.
        found: u64,
        /// Rows that a file holds.
        most: u64,
    },
    /// There is nothing to write.
    #[error("no observation matches: `renkei observations` shows what is there")]
    Nothing,
    /// The file cannot be made.
    #[error("the file cannot be made: {0}")]
    File(String),
    /// The cursor is none.
    #[error("`{0}` is not a cursor: take the one that the last page ended with")]
    Cursor(String),
    /// A field of a question cannot be read.
    #[error("the field `{0}` cannot be `{1}`")]
    Field(String, String),
    /// A name that no question can have.
    #[error("a question's name has 1 to {0} characters, on one line")]
    Name(usize),
    /// There is no question of this name.
    #[error("there is no question `{0}`: `renkei observations questions` lists them")]
    NoQuestion(String),
}

impl LookError {
    pub(crate) fn file(error: impl std::fmt::Display) -> Self {
        Self::File(error.to_string())
    }
}

/// Counts by some columns.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Counts {
    /// What was grouped by.
    pub by: Vec<String>,
    /// The rows.
    pub rows: Vec<CountShown>,
}

/// One count.
#[derive(Debug, Serialize, JsonSchema)]
pub struct CountShown {
    /// The group's values.
    pub key: Vec<Option<String>>,
    /// Lines.
    pub lines: u64,
    /// Devices, by the best key each line has.
    pub devices: u64,
}

impl Show for Counts {
    fn show(&self, words: &Words) -> String {
        if self.rows.is_empty() {
            return words.of("observations-none");
        }
        let mut head: Vec<String> = self.by.iter().map(|by| words.of(&format!("by-{by}"))).collect();
        head.extend([words.of("plan-lines"), words.of("plan-devices")]);
        let rows = self.rows.iter().map(|row| {
            let mut cells: Vec<String> =
                row.key.iter().map(|cell| cell.clone().unwrap_or_else(|| words.of("none"))).collect();
            cells.extend([number(row.lines), number(row.devices)]);
            cells
        });
        table(&head, &rows.collect::<Vec<_>>())
    }
}

/// Some observations.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Rows {
    /// One object a row; columns that are empty are left out.
    pub rows: Vec<serde_json::Map<String, serde_json::Value>>,
    /// The cursor to the next page.
    pub next: Option<String>,
}

impl Show for Rows {
    fn show(&self, words: &Words) -> String {
        if self.rows.is_empty() {
            return words.of("observations-none");
        }
        let columns = ["observed_at", "src_ip", "src_port", "family", "party", "asn", "device_key", "kind"];
        let cell = |row: &serde_json::Map<String, serde_json::Value>, column: &str| match row.get(column) {
            Some(serde_json::Value::String(text)) => text.clone(),
            Some(value) => value.to_string(),
            None => words.of("none"),
        };
        let rows: Vec<Vec<String>> =
            self.rows.iter().map(|row| columns.iter().map(|name| cell(row, name)).collect()).collect();
        let text = table(&columns.map(str::to_owned), &rows);
        match &self.next {
            Some(next) => format!("{text}\n{}", words.say("observations-next", &[("cursor", next.clone())])),
            None => text,
        }
    }
}

/// What observations can be grouped by, by the word of the command line.
pub const GROUPS: [(&str, Group); 9] = [
    ("day", Group::Day),
    ("family", Group::Family),
    ("party", Group::Party),
    ("asn", Group::Asn),
    ("kind", Group::Kind),
    ("country", Group::Country),
    ("port", Group::Port),
    ("class", Group::Class),
    ("feed", Group::Feed),
];

impl Office {
    /// Counts observations by some columns; shows no row.
    pub async fn count(&self, filter: &Filter, by: &[String], at: Moment) -> Result<Counts, LookError> {
        let permit = self.ask_for(Act::Count, Duty::Analyst, [query(filter)], at).await?;
        let groups: Vec<Group> = by
            .iter()
            .filter_map(|word| GROUPS.iter().find(|(known, _)| known == word))
            .map(|(_, group)| *group)
            .collect();
        let _turn = self.turn().await;
        let lake = self.lake().await?;
        let view = lake.view().await?;
        let rows = tokio::task::block_in_place(|| lake.known().count_devices(&view, filter, &groups))?;
        self.store.record_act(permit, crate::office::counted("rows", rows.len() as u64)).await?;
        let shown = rows.into_iter().map(|row| CountShown { key: row.key, lines: row.lines, devices: row.devices });
        Ok(Counts { by: by.to_vec(), rows: shown.collect() })
    }

    /// Shows observations row by row, a page at a time. The view is in the ledger before it is shown.
    pub async fn look(
        &self,
        filter: &Filter,
        after: Option<&str>,
        limit: usize,
        at: Moment,
    ) -> Result<Rows, LookError> {
        let after = after.map(|text| cursor(text).ok_or_else(|| LookError::Cursor(text.to_owned()))).transpose()?;
        let permit = self.ask_for(Act::View, Duty::Analyst, [query(filter)], at).await?;
        let _turn = self.turn().await;
        let lake = self.lake().await?;
        let view = lake.view().await?;
        let page = tokio::task::block_in_place(|| lake.known().page(&view, filter, after, limit))?;
        let count = page.rows.num_rows() as u64;
        self.store.record_view(permit, count, renkei_core::ledger::Detail::new()).await?;
        Ok(Rows { rows: objects(&page.rows)?, next: page.next.map(|place| text(&place)) })
    }
}

/// A query as an object of the ledger: what is asked, by digest, so that no address stands there.
fn query(filter: &Filter) -> Object {
    Object::new(ObjectKind::Query, renkei_core::id::Digest::of(format!("{filter:?}").as_bytes()), 0)
}

fn text(place: &Place) -> String {
    let Place { at, line } = place;
    format!("{}.{line}", at.map_or_else(|| "none".to_owned(), |at| at.0.to_string()))
}

fn cursor(text: &str) -> Option<Place> {
    let (at, line) = text.split_once('.')?;
    let at = match at {
        "none" => None,
        micros => Some(Moment(micros.parse().ok()?)),
    };
    Some(Place { at, line: line.parse().ok()? })
}

fn objects(batch: &RecordBatch) -> Result<Vec<serde_json::Map<String, serde_json::Value>>, LookError> {
    let options = FormatOptions::default().with_timestamp_tz_format(Some("%Y-%m-%dT%H:%M:%S%.6fZ"));
    let schema = batch.schema();
    let mut columns = Vec::new();
    for (field, column) in schema.fields().iter().zip(batch.columns()) {
        let numeric = column.data_type().is_integer();
        columns.push((field.name().clone(), column, ArrayFormatter::try_new(column.as_ref(), &options)?, numeric));
    }
    let object = |row: usize| {
        let cells = columns.iter().filter(|(_, column, _, _)| !column.is_null(row)).map(|(name, _, cell, numeric)| {
            let text = cell.value(row).to_string();
            let value = if *numeric {
                text.parse::<i64>().map(Into::into).unwrap_or(serde_json::Value::Null)
            } else {
                text.into()
            };
            (name.clone(), value)
        });
        cells.collect()
    };
    Ok((0..batch.num_rows()).map(object).collect())
}
