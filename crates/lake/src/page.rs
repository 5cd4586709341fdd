//! A page of observations in the order of time, without sorting the whole lake.
//!
//! First only moments and keys are read, day by day, until a page is full; then the rows that stand
//! on it are fetched.

use std::collections::{BTreeSet, HashSet};
use std::ops::ControlFlow;
use std::sync::Arc;

use arrow::array::{Array, AsArray, RecordBatch, UInt32Array};
use arrow::compute::{concat_batches, take_record_batch};
use arrow::datatypes::{Int64Type, Schema, TimestampMicrosecondType};
use renkei_core::time::{Day, Moment};
use renkei_table::LineKey;

use crate::file::DataFile;
use crate::filter::{Filter, Test, Tests};
use crate::keys::key;
use crate::view::{ReadError, View};

/// Where a row stands in the order of pages; the place of the last row is the cursor to the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// When it was observed; rows without a moment come last.
    pub at: Option<Moment>,
    /// Its line.
    pub line: LineKey,
}

/// Rows in the order of (moment, line), and where to go on.
#[derive(Debug, Clone)]
pub struct Page {
    /// All columns of the rows.
    pub rows: RecordBatch,
    /// The place of the last row if more may follow.
    pub next: Option<Place>,
}

/// A place as it sorts: no moment last.
type Sorted = (bool, i64, i64, i64);

impl View {
    /// The next rows after a place, in the order of moment and line, at most `limit`.
    ///
    /// # Errors
    /// When a file cannot be read.
    pub fn page(&self, filter: &Filter, after: Option<Place>, limit: usize) -> Result<Page, ReadError> {
        let mut tests = Tests::from(filter);
        let after = after.map(sorted);
        let places = self.places(&tests, after, limit)?;
        let lines: HashSet<u128> = places.iter().map(|(_, _, high, low)| key(*high, *low)).collect();
        let full = limit > 0 && places.len() >= limit;
        let next = full.then(|| places.last().copied().map(place)).flatten();
        tests.tests.push(Test::Lines(Arc::new(lines)));
        narrow(&mut tests, &places);
        Ok(Page { rows: self.fetch(&tests)?, next })
    }

    /// The first places after another one.
    fn places(&self, tests: &Tests, after: Option<Sorted>, limit: usize) -> Result<BTreeSet<Sorted>, ReadError> {
        let mut places = BTreeSet::new();
        let days: BTreeSet<Option<Day>> =
            self.files.iter().filter(|file| tests.may_hold(file)).map(|file| file.day).collect();
        let passed = |day: Option<Day>| match (day, after) {
            (Some(day), Some((false, micros, ..))) => day < Moment(micros).day(),
            (_, after) => after.is_some_and(|(timeless, ..)| timeless),
        };
        for day in days.into_iter().filter(|day| !passed(*day)) {
            if places.len() >= limit {
                break;
            }
            let of_day = self.only(|file| file.day == day);
            places.extend(of_day.first(tests, false, after, limit)?);
        }
        if places.len() < limit {
            let may_lack = |file: &DataFile| file.bounds.get("observed_at").and_then(|at| at.nulls) != Some(0);
            let mut timeless = tests.clone();
            timeless.tests.push(Test::IsNull("observed_at"));
            places.extend(self.only(may_lack).first(&timeless, true, after, limit)?);
        }
        while places.len() > limit {
            places.pop_last();
        }
        Ok(places)
    }

    fn only(&self, wanted: impl Fn(&DataFile) -> bool) -> Self {
        let files = self.files.iter().filter(|file| wanted(file)).cloned().collect();
        Self::new(self.table, self.version(), Arc::new(files), self.manner)
    }

    /// The first places with (or without) a moment in the files of this view.
    fn first(
        &self,
        tests: &Tests,
        timeless: bool,
        after: Option<Sorted>,
        limit: usize,
    ) -> Result<BTreeSet<Sorted>, ReadError> {
        let columns = ["observed_at", "line_hi", "line_lo"];
        let sets = self.fold_tests(tests, &columns, BTreeSet::new, |set, batch| {
            for place in places_in(batch) {
                if place.0 == timeless && after.is_none_or(|after| after < place) {
                    if set.len() < limit {
                        set.insert(place);
                    } else if set.last().is_some_and(|last| place < *last) && set.insert(place) {
                        set.pop_last();
                    }
                }
            }
            ControlFlow::Continue(())
        })?;
        let mut all: BTreeSet<_> = sets.into_iter().flatten().collect();
        while all.len() > limit {
            all.pop_last();
        }
        Ok(all)
    }

    /// All columns of the rows that pass, in the order of places.
    fn fetch(&self, tests: &Tests) -> Result<RecordBatch, ReadError> {
        let columns = self.table.columns();
        let names: Vec<_> = columns.iter().map(|column| column.name).collect();
        let batches = self.fold_tests(tests, &names, Vec::new, |batches, batch| {
            batches.push(batch.clone());
            ControlFlow::Continue(())
        })?;
        let fields: Vec<_> = names.iter().filter_map(|name| self.table.read_field(name)).collect();
        let schema = Arc::new(Schema::new(fields));
        let rows = concat_batches(&schema, batches.iter().flatten())?;
        let mut order: Vec<_> = places_in(&rows).zip(0u32..).collect();
        order.sort_unstable();
        let order: UInt32Array = order.into_iter().map(|(_, row)| row).collect();
        Ok(take_record_batch(&rows, &order)?)
    }
}

/// The days between which the rows of a page lie, so that no other file is opened for them.
fn narrow(tests: &mut Tests, places: &BTreeSet<Sorted>) {
    let day = |place: Option<&Sorted>| place.filter(|place| !place.0).map(|place| Moment(place.1).day());
    if let (Some(first), Some(last)) = (day(places.first()), day(places.last())) {
        tests.from_day = tests.from_day.max(Some(first));
        let end = Day(last.0.saturating_add(1));
        tests.until_day = Some(tests.until_day.map_or(end, |until| until.min(end)));
    }
}

fn places_in(batch: &RecordBatch) -> impl Iterator<Item = Sorted> {
    let at = batch.column_by_name("observed_at").and_then(|at| at.as_primitive_opt::<TimestampMicrosecondType>());
    let half = |name| batch.column_by_name(name).and_then(|half| half.as_primitive_opt::<Int64Type>());
    let (at, high, low) = (at.cloned(), half("line_hi").cloned(), half("line_lo").cloned());
    (0..batch.num_rows()).filter_map(move |row| {
        let at = at.as_ref().filter(|at| !at.is_null(row)).map(|at| at.value(row));
        Some((at.is_none(), at.unwrap_or(0), high.as_ref()?.value(row), low.as_ref()?.value(row)))
    })
}

fn sorted(place: Place) -> Sorted {
    (place.at.is_none(), place.at.map_or(0, |at| at.0), place.line.hi, place.line.lo)
}

fn place((timeless, micros, hi, lo): Sorted) -> Place {
    Place { at: (!timeless).then_some(Moment(micros)), line: LineKey { hi, lo } }
}
