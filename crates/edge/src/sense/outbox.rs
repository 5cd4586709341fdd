//! The outbox of a sensor: what it saw as files in a folder, each whole or not there at all.
//!
//! Feed files of devices and victims, minutes and hours are for the office, which takes each once by its digest;
//! alerts are for whoever watches the sensor. Of a wire, files are left minute by minute, so that a sensor that is
//! killed loses the minute that is open and no more. A file is written under another name, brought to the disk and
//! named last; what lies there is never written over.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use renkei_core::time::Day;
use renkei_formats::minutes;

use super::detection::Detection;
use super::observe::{Feed, alerts, feed};
use super::rule::Rules;
use super::run::{Receiver, Refusal, Rows};
use crate::handover::{Carrier, Round, carry};
use renkei_formats::hours::Hours;

/// How hard minutes are packed; they are text with much alike.
const LEVEL: i32 = 3;

/// Whether a file is for the office.
fn is_for_the_office(name: &str) -> bool {
    name.ends_with(".csv") || name.ends_with(".csv.zst") || name.contains("-hours-") && name.ends_with(".json")
}

/// A file cannot be left.
#[derive(Debug, thiserror::Error)]
#[error("`{}`: {source}", .path.display())]
pub struct OutboxError {
    path: PathBuf,
    #[source]
    source: io::Error,
}

/// A folder that a sensor leaves files in; it is its [`Receiver`].
pub struct Outbox {
    folder: PathBuf,
    /// What may be told of who observed, never the sensor's id.
    source: String,
    rules: Rules,
    /// Whether files are left minute by minute.
    by_minute: bool,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    told: Vec<Detection>,
    minutes: Option<Open>,
    /// Numbers that are used.
    numbers: BTreeMap<String, u32>,
    left: Vec<PathBuf>,
}

/// A file of minutes that is being written.
struct Open {
    name: String,
    part: PathBuf,
    file: zstd::Encoder<'static, BufWriter<File>>,
    text: String,
}

impl Outbox {
    /// An outbox in a folder, which is made. `source` is what may be told of who observed; `by_minute` leaves files
    /// as minutes end, else all at once in the end.
    ///
    /// # Errors
    /// When the folder cannot be made, or what a killed sensor left half written cannot be removed.
    pub fn open(folder: &Path, source: &str, rules: Rules, by_minute: bool) -> Result<Self, OutboxError> {
        at(folder, fs::create_dir_all(folder))?;
        for path in listed(folder)? {
            if path.extension().is_some_and(|end| end == "part") {
                at(&path, fs::remove_file(&path))?;
            }
        }
        let state = Mutex::default();
        Ok(Self { folder: folder.to_owned(), source: source.to_owned(), rules, by_minute, state })
    }

    /// Leaves what was not left yet.
    ///
    /// # Errors
    /// When the disk refuses; what was not left is kept and tried again.
    pub fn leave(&self) -> Result<(), OutboxError> {
        let mut state = self.lock();
        self.leave_minutes(&mut state)?;
        let mut days: BTreeMap<Day, Vec<Detection>> = BTreeMap::new();
        for one in std::mem::take(&mut state.told) {
            days.entry(one.told.day()).or_default().push(one);
        }
        while let Some((day, told)) = days.pop_first() {
            let left = self.leave_day(&mut state, day, &told);
            if left.is_err() {
                // A file of this day may have been left before: its lines come twice then and are stored once.
                state.told = days.into_values().flatten().chain(told).collect();
                return left;
            }
        }
        Ok(())
    }

    /// Leaves what publications are made of.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn leave_hours(&self, hours: &Hours) -> Result<(), OutboxError> {
        let bytes = hours.to_bytes().map_err(|error| io::Error::other(error.to_string()));
        let bytes = at(&self.folder, bytes)?;
        let mut state = self.lock();
        self.put(&mut state, &format!("{}-hours", hours.from.day()), ".json", &bytes)
    }

    /// The files that were left since this was asked last, in order; of a watched wire nothing is remembered.
    pub fn left(&self) -> Vec<PathBuf> {
        std::mem::take(&mut self.lock().left)
    }

    fn leave_day(&self, state: &mut State, day: Day, told: &[Detection]) -> Result<(), OutboxError> {
        for which in [Feed::Darknet, Feed::Victims] {
            let text = feed(which, told, &self.source);
            if !text.is_empty() {
                self.put(state, &format!("{day}-{}-sense", which.word()), ".csv", text.as_bytes())?;
            }
        }
        let alerts = alerts(told, &self.rules);
        if alerts.is_empty() {
            return Ok(());
        }
        let text = serde_json::to_string_pretty(&alerts).map_err(io::Error::other);
        let text = at(&self.folder, text)?;
        self.put(state, &format!("{day}-alerts"), ".json", text.as_bytes())
    }

    fn leave_minutes(&self, state: &mut State) -> Result<(), OutboxError> {
        let Some(Open { name, part, mut file, text }) = state.minutes.take() else { return Ok(()) };
        at(&part, file.write_all(text.as_bytes()))?;
        let file = at(&part, file.finish())?;
        let file = at(&part, file.into_inner().map_err(io::IntoInnerError::into_error))?;
        at(&part, file.sync_all())?;
        self.name(state, &part, &name)
    }

    /// Writes a file whole.
    fn put(&self, state: &mut State, stem: &str, end: &str, bytes: &[u8]) -> Result<(), OutboxError> {
        let name = self.free(state, stem, end);
        let part = self.folder.join(format!("{name}.part"));
        let written = File::create(&part).and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_all()));
        at(&part, written)?;
        self.name(state, &part, &name)
    }

    fn name(&self, state: &mut State, part: &Path, name: &str) -> Result<(), OutboxError> {
        let path = self.folder.join(name);
        at(&path, fs::rename(part, &path))?;
        at(&self.folder, File::open(&self.folder).and_then(|folder| folder.sync_all()))?;
        // A watch goes on for months.
        if !self.by_minute {
            state.left.push(path);
        }
        Ok(())
    }

    /// A name that nothing in the folder has.
    fn free(&self, state: &mut State, stem: &str, end: &str) -> String {
        let number = state.numbers.entry(format!("{stem}{end}")).or_default();
        loop {
            let name = format!("{stem}-{number:06}{end}");
            *number += 1;
            if !self.folder.join(&name).exists() {
                return name;
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // What a thread that fell had begun is whole or has no name yet.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Receiver for Outbox {
    fn minutes(&self, rows: Rows) -> Result<(), Refusal> {
        let mut state = self.lock();
        if state.minutes.is_none() {
            let day = rows.column_by_name("minute").map_or(Day(0), first_day);
            let name = self.free(&mut state, &format!("{day}-minutes-sense"), ".csv.zst");
            let part = self.folder.join(format!("{name}.part"));
            let file = zstd::Encoder::new(BufWriter::new(File::create(&part)?), LEVEL)?;
            state.minutes = Some(Open { name, part, file, text: minutes::header() });
        }
        let Some(open) = &mut state.minutes else { return Ok(()) };
        minutes::write(&rows, &mut open.text)?;
        open.file.write_all(open.text.as_bytes())?;
        open.text.clear();
        Ok(())
    }

    fn detection(&self, detection: &Detection) -> Result<(), Refusal> {
        self.lock().told.push(detection.clone());
        Ok(())
    }

    fn over(&self) -> Result<(), Refusal> {
        if self.by_minute { Ok(self.leave()?) } else { Ok(()) }
    }

    fn hours(&self, hours: &Hours) -> Result<(), Refusal> {
        Ok(self.leave_hours(hours)?)
    }
}

/// The day of the first row.
fn first_day(minutes: &arrow::array::ArrayRef) -> Day {
    use arrow::array::{Array as _, AsArray as _};
    let minutes = minutes.as_primitive_opt::<arrow::datatypes::TimestampMicrosecondType>();
    let first = minutes.filter(|minutes| !minutes.is_empty()).map(|minutes| minutes.value(0));
    renkei_core::time::Moment(first.unwrap_or_default()).day()
}

/// Hands the files of a folder that are for the office over, by their names, until one is not taken now; gives how many
/// it has and, where there is one, why the next waits.
///
/// # Errors
/// When the disk refuses.
pub fn deliver(folder: &Path, carrier: &dyn Carrier) -> Result<Delivered, OutboxError> {
    let mut done = Delivered::default();
    for path in listed(folder)? {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if !is_for_the_office(&name) || !path.is_file() {
            continue;
        }
        match at(&path, carry(&path, carrier))? {
            Round::Sent => done.sent += 1,
            Round::Refused(why) => done.refused.push(format!("{name}: {why}")),
            Round::Later(why) => {
                done.later = Some(why);
                break;
            }
            Round::Nothing => {}
        }
    }
    Ok(done)
}

/// What a hand-over did.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Delivered {
    /// Files that the office has.
    pub sent: u64,
    /// Files that it does not take, and why; they lie in `refused`.
    pub refused: Vec<String>,
    /// Why the rest waits; `None`: nothing waits.
    pub later: Option<String>,
}

fn listed(folder: &Path) -> Result<Vec<PathBuf>, OutboxError> {
    let entries = at(folder, fs::read_dir(folder))?;
    let mut paths = at(folder, entries.map(|entry| entry.map(|entry| entry.path())).collect::<io::Result<Vec<_>>>())?;
    paths.sort();
    Ok(paths)
}

fn at<T>(path: &Path, done: io::Result<T>) -> Result<T, OutboxError> {
    done.map_err(|source| OutboxError { path: path.to_owned(), source })
}
