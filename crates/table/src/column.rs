//! What a column is: its name, its type, its unit, where its value comes from.

use std::sync::Arc;

use arrow::datatypes::{DataType, Field, Schema, SchemaRef, TimeUnit};

/// One column of a table, documented (S4.20: others read the tables without asking us).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// Its name in every table and export.
    pub name: &'static str,
    /// Its type.
    pub kind: Kind,
    /// Whether it may be empty.
    pub nullable: bool,
    /// Unit or form of the value.
    pub unit: &'static str,
    /// Where the value comes from.
    pub source: &'static str,
    /// What it means.
    pub doc: &'static str,
}

/// The types a column can have. All of them exist in Delta Lake, so none is unsigned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// 64-bit signed number.
    Long,
    /// 32-bit signed number.
    Int,
    /// Microseconds since 1970-01-01T00:00:00 UTC.
    Moment,
    /// Days since 1970-01-01 in UTC.
    Day,
    /// Text with many different values.
    Text,
    /// Text with few different values: a dictionary in memory, plain text on disk.
    Word,
    /// Yes or no.
    Flag,
}

impl Kind {
    /// The arrow type in memory.
    pub fn data_type(self) -> DataType {
        match self {
            Self::Long => DataType::Int64,
            Self::Int => DataType::Int32,
            Self::Moment => DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
            Self::Day => DataType::Date32,
            Self::Text => DataType::Utf8,
            Self::Word => DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8)),
            Self::Flag => DataType::Boolean,
        }
    }

    /// The arrow type that other readers see on disk: a word is plain text there.
    pub fn stored_type(self) -> DataType {
        match self {
            Self::Word => DataType::Utf8,
            other => other.data_type(),
        }
    }
}

/// The arrow schema of some columns, as batches carry it in memory.
pub fn schema_of(columns: &[Column]) -> SchemaRef {
    let fields = columns.iter().map(|column| Field::new(column.name, column.kind.data_type(), column.nullable));
    Arc::new(Schema::new(fields.collect::<Vec<_>>()))
}
