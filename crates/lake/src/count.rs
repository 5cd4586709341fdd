//! Counts rows by groups, on all cores, with a number per text instead of the text.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasherDefault, Hasher};

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use arrow::datatypes::{Date32Type, Int32Type, Int64Type};
use renkei_core::net::Asn;
use renkei_core::time::Day;
use xxhash_rust::xxh3::xxh3_64;

use crate::filter::{Filter, Tests};
use crate::view::{ReadError, View};

/// What rows are counted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Group {
    /// Day of observation in UTC.
    Day,
    /// Family of the malware.
    Family,
    /// Who can act.
    Party,
    /// AS by the route table.
    Asn,
    /// Kind of feed.
    Kind,
    /// Country of the address as the feed says.
    Country,
    /// Port the device spoke to.
    Port,
    /// Data class.
    Class,
    /// Feed file.
    Feed,
}

impl Group {
    const fn column(self) -> &'static str {
        match self {
            Self::Day => "observed_on",
            Self::Family => "family",
            Self::Party => "party",
            Self::Asn => "asn",
            Self::Kind => "kind",
            Self::Country => "src_cc",
            Self::Port => "dst_port",
            Self::Class => "class",
            Self::Feed => "feed",
        }
    }

    fn text(self, number: i64) -> String {
        match self {
            Self::Day => Day(i32::try_from(number).unwrap_or(0)).to_string(),
            Self::Asn => Asn(u32::try_from(number).unwrap_or(0)).to_string(),
            _ => number.to_string(),
        }
    }
}

/// Rows of one group.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct CountRow {
    /// A value per group that was asked for, in that order; `None`: the row has none.
    pub key: Vec<Option<String>>,
    /// Number of lines.
    pub lines: u64,
    /// Number of different devices, by their best key; 0 where devices were not asked for.
    pub devices: u64,
}

impl View {
    /// Counts the lines that match, by groups, in the order of their keys.
    ///
    /// # Errors
    /// When a file cannot be read.
    pub fn count(&self, filter: &Filter, by: &[Group]) -> Result<Vec<CountRow>, ReadError> {
        self.tally(filter, by, false)
    }

    /// As [`View::count`], and the different devices of each group too.
    ///
    /// # Errors
    /// When a file cannot be read.
    pub fn count_devices(&self, filter: &Filter, by: &[Group]) -> Result<Vec<CountRow>, ReadError> {
        self.tally(filter, by, true)
    }

    fn tally(&self, filter: &Filter, by: &[Group], devices: bool) -> Result<Vec<CountRow>, ReadError> {
        let tests = Tests::from(filter);
        if tests.tests.is_empty() && !devices && by.iter().all(|group| *group == Group::Day) {
            return self.count_files(&tests, by);
        }
        let mut columns: Vec<_> = by.iter().map(|group| group.column()).collect();
        columns.extend(devices.then_some("device_key"));
        let tallies = self.fold(filter, &columns, || Tally::new(by), Tally::take)?;
        let mut total = HashMap::<Vec<Option<String>>, Counted>::new();
        for tally in tallies {
            for (key, counted) in tally.named() {
                total.entry(key).or_default().merge(counted);
            }
        }
        let rows = total.into_iter().map(|(key, counted)| CountRow {
            key,
            lines: counted.lines,
            devices: counted.devices.len() as u64,
        });
        let mut rows: Vec<_> = rows.collect();
        rows.sort();
        Ok(rows)
    }

    /// Without tests, and by day at most, the log knows.
    fn count_files(&self, tests: &Tests, by: &[Group]) -> Result<Vec<CountRow>, ReadError> {
        let mut days = std::collections::BTreeMap::<Vec<Option<String>>, u64>::new();
        for file in self.files.iter().filter(|file| tests.may_hold(file)) {
            let rows = file.rows.map_or_else(|| crate::view::rows_in(file), Ok)?;
            let key = by.iter().map(|_| file.day.map(|day| day.to_string())).collect();
            *days.entry(key).or_default() += rows;
        }
        let rows = days.into_iter().filter(|(_, lines)| *lines > 0);
        Ok(rows.map(|(key, lines)| CountRow { key, lines, devices: 0 }).collect())
    }
}

/// Lines and devices of one group.
#[derive(Default)]
struct Counted {
    lines: u64,
    devices: HashSet<u64, AsIs>,
}

impl Counted {
    fn merge(&mut self, other: Self) {
        self.lines += other.lines;
        if self.devices.len() < other.devices.len() {
            let fewer = std::mem::replace(&mut self.devices, other.devices);
            self.devices.extend(fewer);
        } else {
            self.devices.extend(other.devices);
        }
    }
}

/// What one thread counts. Texts get numbers, so that a group is a few numbers, and groups get
/// places, so that a row costs a look-up and no allocation.
struct Tally {
    by: Vec<Group>,
    names: Vec<HashMap<String, i64>>,
    places: HashMap<Vec<Option<i64>>, usize>,
    counts: Vec<Counted>,
}

impl Tally {
    fn new(by: &[Group]) -> Self {
        Self { by: by.to_vec(), names: vec![HashMap::new(); by.len()], places: HashMap::new(), counts: Vec::new() }
    }

    fn take(&mut self, batch: &RecordBatch) {
        let columns: Vec<Vec<Option<i64>>> =
            batch.columns().iter().zip(&mut self.names).map(|(column, names)| numbers(column, names)).collect();
        let devices = batch.column_by_name("device_key").and_then(|keys| keys.as_string_opt::<i32>());
        let mut group = vec![None; columns.len()];
        let mut place = None;
        for row in 0..batch.num_rows() {
            let mut same = place.is_some();
            for (slot, column) in group.iter_mut().zip(&columns) {
                let value = column.get(row).copied().flatten();
                same &= *slot == value;
                *slot = value;
            }
            if !same {
                place = Some(self.place(&group));
            }
            if let Some(counted) = place.and_then(|place| self.counts.get_mut(place)) {
                counted.lines += 1;
                counted.devices.extend(devices.map(|keys| hash(keys.value(row))));
            }
        }
    }

    fn place(&mut self, group: &[Option<i64>]) -> usize {
        if let Some(place) = self.places.get(group) {
            return *place;
        }
        let place = self.counts.len();
        self.counts.push(Counted::default());
        self.places.insert(group.to_vec(), place);
        place
    }

    /// The groups with their texts again.
    fn named(mut self) -> impl Iterator<Item = (Vec<Option<String>>, Counted)> {
        let texts: Vec<HashMap<i64, String>> = self
            .names
            .into_iter()
            .map(|names| names.into_iter().map(|(text, number)| (number, text)).collect())
            .collect();
        let by = self.by;
        self.places.into_iter().map(move |(group, place)| {
            let values = group.into_iter().zip(&by).zip(&texts);
            let key = values.map(|((number, by), texts)| {
                number.map(|number| texts.get(&number).cloned().unwrap_or_else(|| by.text(number)))
            });
            (key.collect(), self.counts.get_mut(place).map(std::mem::take).unwrap_or_default())
        })
    }
}

/// 64 bits of a device key; the same in every thread.
fn hash(text: &str) -> u64 {
    xxh3_64(text.as_bytes())
}

/// What is a hash already is not hashed again.
type AsIs = BuildHasherDefault<Given>;

/// Hands out the number that it was given.
#[derive(Default)]
struct Given(u64);

impl Hasher for Given {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        self.0 = xxh3_64(bytes);
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = number;
    }
}

/// A number per row: its own, or that of its text.
fn numbers(column: &ArrayRef, names: &mut HashMap<String, i64>) -> Vec<Option<i64>> {
    if let Some(words) = column.as_dictionary_opt::<Int32Type>()
        && let Some(texts) = words.values().as_string_opt::<i32>()
    {
        let numbers: Vec<Option<i64>> = texts.iter().map(|text| text.map(|text| number_of(text, names))).collect();
        let places = words.keys().iter();
        return places.map(|at| numbers.get(usize::try_from(at?).ok()?).copied().flatten()).collect();
    }
    if let Some(values) = column.as_primitive_opt::<Int64Type>() {
        return values.iter().collect();
    }
    if let Some(values) = column.as_primitive_opt::<Int32Type>() {
        return values.iter().map(|value| value.map(i64::from)).collect();
    }
    if let Some(values) = column.as_primitive_opt::<Date32Type>() {
        return values.iter().map(|value| value.map(i64::from)).collect();
    }
    vec![None; column.len()]
}

fn number_of(text: &str, names: &mut HashMap<String, i64>) -> i64 {
    if let Some(number) = names.get(text) {
        return *number;
    }
    let number = i64::try_from(names.len()).unwrap_or(i64::MAX);
    names.insert(text.to_owned(), number);
    number
}
