//! Reads the columns of a batch row by row, whatever way arrow keeps their texts.

use arrow::array::{Array, AsArray, DictionaryArray, PrimitiveArray, RecordBatch, StringArray};
use arrow::datatypes::{ArrowPrimitiveType, Int32Type};

/// A column of texts.
pub(crate) enum Texts<'a> {
    Plain(&'a StringArray),
    Words(&'a DictionaryArray<Int32Type>, &'a StringArray),
    Missing,
}

impl<'a> Texts<'a> {
    /// The column of a name; a batch without it has no texts.
    pub(crate) fn of(batch: &'a RecordBatch, name: &str) -> Self {
        let Some(column) = batch.column_by_name(name) else { return Self::Missing };
        if let Some(plain) = column.as_string_opt::<i32>() {
            return Self::Plain(plain);
        }
        match column.as_dictionary_opt::<Int32Type>() {
            Some(words) => match words.values().as_string_opt::<i32>() {
                Some(values) => Self::Words(words, values),
                None => Self::Missing,
            },
            None => Self::Missing,
        }
    }

    /// The text of a row.
    pub(crate) fn get(&self, row: usize) -> Option<&'a str> {
        match self {
            Self::Plain(texts) => (row < texts.len() && texts.is_valid(row)).then(|| texts.value(row)),
            Self::Words(words, values) => {
                let key = words.key(row)?;
                (key < values.len()).then(|| values.value(key))
            }
            Self::Missing => None,
        }
    }

    /// The text of a row, to keep.
    pub(crate) fn own(&self, row: usize) -> Option<String> {
        self.get(row).map(str::to_owned)
    }
}

/// A column of numbers.
pub(crate) struct Numbers<'a, T: ArrowPrimitiveType>(Option<&'a PrimitiveArray<T>>);

impl<'a, T: ArrowPrimitiveType> Numbers<'a, T> {
    /// The column of a name.
    pub(crate) fn of(batch: &'a RecordBatch, name: &str) -> Self {
        Self(batch.column_by_name(name).and_then(|column| column.as_primitive_opt::<T>()))
    }

    /// The number of a row.
    pub(crate) fn get(&self, row: usize) -> Option<T::Native> {
        let column = self.0?;
        (row < column.len() && column.is_valid(row)).then(|| column.value(row))
    }
}

/// A column of yes and no; what is missing is no.
pub(crate) fn flag(batch: &RecordBatch, name: &str, row: usize) -> bool {
    let column = batch.column_by_name(name).and_then(|column| column.as_boolean_opt());
    column.is_some_and(|column| row < column.len() && column.is_valid(row) && column.value(row))
}
