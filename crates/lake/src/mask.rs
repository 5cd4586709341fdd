//! Answers tests for the rows of a batch, dictionary entries once for all rows that share them.

use std::net::IpAddr;

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, RecordBatch};
use arrow::compute::{and, is_null, or};
use arrow::datatypes::{DataType, Int32Type, Int64Type, TimestampMicrosecondType};
use arrow::error::ArrowError;
use renkei_core::net::Prefix;

use crate::filter::Test;
use crate::keys::key;

/// Which rows pass all tests. A column that the batch lacks is empty for every row.
pub(crate) fn mask(tests: &[Test], batch: &RecordBatch) -> Result<BooleanArray, ArrowError> {
    let mut all: Option<BooleanArray> = None;
    for test in tests {
        let one = answer(test, batch)?;
        all = Some(match all {
            None => one,
            Some(so_far) => and(&so_far, &one)?,
        });
    }
    Ok(all.unwrap_or_else(|| every(batch, true)))
}

fn answer(test: &Test, batch: &RecordBatch) -> Result<BooleanArray, ArrowError> {
    let column = |name: &str| batch.column_by_name(name);
    let none = || every(batch, false);
    Ok(match test {
        Test::Is(name, text) => column(name).map_or_else(none, |column| by_text(column, |value| value == text)),
        Test::IsNull(name) => match column(name) {
            Some(column) => is_null(column)?,
            None => every(batch, true),
        },
        Test::Number(name, number) => column(name).map_or_else(none, |column| by_number(column, *number)),
        Test::AnyNumber(names, number) => any(names, batch, |column| by_number(column, *number))?,
        Test::Between(name, from, until) => column(name).map_or_else(none, |column| by_moment(column, *from, *until)),
        Test::Inside(name, prefix) => {
            column(name).map_or_else(none, |column| by_text(column, |value| inside(value, *prefix)))
        }
        Test::Contains(names, text) => {
            let text = text.as_bytes();
            any(names, batch, |column| by_text(column, |value| contains(value.as_bytes(), text)))?
        }
        Test::Lines(keys) => by_line(batch, |key| keys.contains(&key)).unwrap_or_else(none),
    })
}

fn every(batch: &RecordBatch, answer: bool) -> BooleanArray {
    BooleanArray::from(vec![answer; batch.num_rows()])
}

fn any(
    names: &[&str],
    batch: &RecordBatch,
    mut test: impl FnMut(&ArrayRef) -> BooleanArray,
) -> Result<BooleanArray, ArrowError> {
    let columns = names.iter().filter_map(|name| batch.column_by_name(name));
    columns.map(&mut test).try_fold(every(batch, false), |so_far, one| or(&so_far, &one))
}

/// Rows whose text passes; a row without text does not.
fn by_text(column: &ArrayRef, mut test: impl FnMut(&str) -> bool) -> BooleanArray {
    match column.data_type() {
        DataType::Dictionary(..) => {
            let Some(words) = column.as_dictionary_opt::<Int32Type>() else { return nothing(column) };
            let Some(texts) = words.values().as_string_opt::<i32>() else { return nothing(column) };
            let passed: Vec<bool> = (0..texts.len()).map(|at| !texts.is_null(at) && test(texts.value(at))).collect();
            let keys = words.keys().iter();
            keys.map(|key| {
                let at = key.and_then(|key| usize::try_from(key).ok());
                Some(at.and_then(|at| passed.get(at).copied()).unwrap_or(false))
            })
            .collect()
        }
        _ => match column.as_string_opt::<i32>() {
            Some(texts) => texts.iter().map(|text| Some(text.is_some_and(&mut test))).collect(),
            None => nothing(column),
        },
    }
}

fn by_number(column: &ArrayRef, number: i64) -> BooleanArray {
    if let Some(column) = column.as_primitive_opt::<Int64Type>() {
        return column.iter().map(|value| Some(value == Some(number))).collect();
    }
    match column.as_primitive_opt::<Int32Type>() {
        Some(column) => column.iter().map(|value| Some(value.map(i64::from) == Some(number))).collect(),
        None => nothing(column),
    }
}

fn by_moment(column: &ArrayRef, from: Option<i64>, until: Option<i64>) -> BooleanArray {
    let Some(column) = column.as_primitive_opt::<TimestampMicrosecondType>() else { return nothing(column) };
    let fits = |at: i64| from.is_none_or(|from| from <= at) && until.is_none_or(|until| at < until);
    column.iter().map(|at| Some(at.is_some_and(fits))).collect()
}

fn by_line(batch: &RecordBatch, test: impl Fn(u128) -> bool) -> Option<BooleanArray> {
    let high = batch.column_by_name("line_hi")?.as_primitive_opt::<Int64Type>()?;
    let low = batch.column_by_name("line_lo")?.as_primitive_opt::<Int64Type>()?;
    let keys = high.values().iter().zip(low.values());
    Some(keys.map(|(high, low)| Some(test(key(*high, *low)))).collect())
}

fn nothing(column: &ArrayRef) -> BooleanArray {
    BooleanArray::from(vec![false; column.len()])
}

fn inside(text: &str, prefix: Prefix) -> bool {
    text.parse::<IpAddr>().is_ok_and(|address| prefix.contains(address))
}

/// Whether a text holds another; ASCII letters match in either case.
fn contains(hay: &[u8], needle: &[u8]) -> bool {
    needle.is_empty() || hay.windows(needle.len()).any(|window| window.eq_ignore_ascii_case(needle))
}
