//! The tables of a lake: their columns, their partition, what is measured for skipping files.

use std::sync::Arc;

use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use deltalake_core::kernel::{DataType as DeltaType, StructField};
use renkei_table::{COLUMNS, Column, FINDING_COLUMNS, Kind, MINUTE_COLUMNS, SELECTION_COLUMNS};

/// A Delta table of the lake; its word is its folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Table {
    /// 観測: one line of evidence a row.
    Observations,
    /// Where feed files were not as they should be.
    Findings,
    /// Which lines a campaign chose.
    Selections,
    /// What sensors saw of one source in one minute (S1.26).
    Minutes,
}

/// The day of a finding, made from `found_at`: the table crate's schema has no day for it.
const FOUND_ON: Column = Column {
    name: "found_on",
    kind: Kind::Day,
    nullable: false,
    unit: "day UTC",
    source: "made",
    doc: "day of found_at; the partition",
};

/// The day of a minute, made from `minute`.
const SEEN_ON: Column = Column {
    name: "seen_on",
    kind: Kind::Day,
    nullable: false,
    unit: "day UTC",
    source: "made",
    doc: "day of minute; the partition",
};

impl Table {
    /// Every table.
    pub const ALL: [Self; 4] = [Self::Observations, Self::Findings, Self::Selections, Self::Minutes];

    /// The stable word: folder, reports, ledger.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Observations => "observations",
            Self::Findings => "findings",
            Self::Selections => "selections",
            Self::Minutes => "minutes",
        }
    }

    /// Every column of the table as others see it, the partition included.
    pub fn columns(self) -> Vec<Column> {
        match self {
            Self::Observations => COLUMNS.to_vec(),
            Self::Findings => FINDING_COLUMNS.iter().copied().chain([FOUND_ON]).collect(),
            Self::Selections => SELECTION_COLUMNS.to_vec(),
            Self::Minutes => MINUTE_COLUMNS.iter().copied().chain([SEEN_ON]).collect(),
        }
    }

    /// The column a table is partitioned by: a day in UTC, so that retention removes whole files.
    pub const fn day_column(self) -> &'static str {
        match self {
            Self::Observations => "observed_on",
            Self::Findings => FOUND_ON.name,
            Self::Selections => "selected_on",
            Self::Minutes => SEEN_ON.name,
        }
    }

    /// The moment that the day is made from, where a batch has no day of its own.
    pub(crate) const fn day_from(self) -> Option<&'static str> {
        match self {
            Self::Observations | Self::Selections => None,
            Self::Findings => Some("found_at"),
            Self::Minutes => Some("minute"),
        }
    }

    /// What the table is, in its Delta metadata.
    pub(crate) const fn comment(self) -> &'static str {
        match self {
            Self::Observations => "renkei: one line of evidence a row (docs/lake.md)",
            Self::Findings => "renkei: where feed files were not as they should be (docs/lake.md)",
            Self::Selections => "renkei: which lines a campaign chose (docs/lake.md)",
            Self::Minutes => "renkei: what sensors saw of one source in one minute (docs/lake.md)",
        }
    }

    /// Columns with minimum, maximum and nulls in the log and in the files.
    pub(crate) const fn measured(self) -> &'static [&'static str] {
        match self {
            Self::Observations => &["observed_at", "src_ip", "family", "party"],
            Self::Findings => &["feed"],
            Self::Selections => &["campaign", "request", "party", "family"],
            Self::Minutes => &["minute", "sensor"],
        }
    }

    /// Whether rows carry a line key by which a line is stored once.
    pub(crate) const fn has_unique_lines(self) -> bool {
        matches!(self, Self::Observations)
    }

    /// One column by its name.
    pub(crate) fn column(self, name: &str) -> Option<Column> {
        self.columns().into_iter().find(|column| column.name == name)
    }

    /// Types in memory, every column nullable: files of older versions lack the newer ones.
    pub(crate) fn read_field(self, name: &str) -> Option<Field> {
        self.column(name).map(|column| Field::new(column.name, column.kind.data_type(), true))
    }

    /// The columns inside a Parquet file: all but the partition.
    pub(crate) fn file_schema(self) -> SchemaRef {
        let fields = self.columns().into_iter().filter(|column| column.name != self.day_column());
        Arc::new(Schema::new(
            fields.map(|column| Field::new(column.name, column.kind.data_type(), column.nullable)).collect::<Vec<_>>(),
        ))
    }

    /// The columns as Delta declares them, each with its comment.
    pub(crate) fn delta_fields(self) -> Vec<StructField> {
        self.columns().iter().map(|column| delta_field(column, column.nullable)).collect()
    }
}

/// One column as Delta declares it. A column that an older lake lacks can only be nullable there.
pub(crate) fn delta_field(column: &Column, nullable: bool) -> StructField {
    let comment = format!("{} ({}; source: {})", column.doc, column.unit, column.source);
    StructField::new(column.name, delta_type(column.kind), nullable).with_metadata([("comment", comment)])
}

const fn delta_type(kind: Kind) -> DeltaType {
    match kind {
        Kind::Long => DeltaType::LONG,
        Kind::Int => DeltaType::INTEGER,
        Kind::Moment => DeltaType::TIMESTAMP,
        Kind::Day => DeltaType::DATE,
        Kind::Text | Kind::Word => DeltaType::STRING,
        Kind::Flag => DeltaType::BOOLEAN,
    }
}

/// Whether a type is the dictionary that words have in memory.
pub(crate) fn is_dictionary(data_type: &DataType) -> bool {
    matches!(data_type, DataType::Dictionary(..))
}
