//! Accounts: records in = packets taken + each counted reason.

use std::collections::BTreeMap;

use renkei_formats::Code;
use renkei_formats::capture::Walked;
use serde::{Serialize, Serializer};

/// What became of the records of captures or of a wire.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Accounts {
    /// Records that were there.
    pub records: u64,
    /// Packets to dark addresses, which aggregates and detections saw.
    pub taken: u64,
    /// Records that were left out, by finding code; records = taken + the sum of these.
    #[serde(serialize_with = "by_code")]
    pub left: BTreeMap<Code, u64>,
    /// Worth knowing; these packets are among those taken, or say something of the file.
    #[serde(serialize_with = "by_code")]
    pub notes: BTreeMap<Code, u64>,
}

impl Accounts {
    pub(super) fn left(&mut self, code: Code) {
        *self.left.entry(code).or_default() += 1;
    }

    pub(super) fn note(&mut self, code: Code) {
        *self.notes.entry(code).or_default() += 1;
    }

    pub(super) fn walked(&mut self, walked: Walked, left: Option<Code>) {
        let Walked { given: _, broken, interface, timeless } = walked;
        self.records += broken + interface;
        let lost = [(Code::RecordBroken, broken), (Code::RecordInterface, interface)];
        for (code, count) in lost.into_iter().filter(|(_, count)| *count > 0) {
            *self.left.entry(code).or_default() += count;
        }
        if timeless > 0 {
            *self.notes.entry(Code::RecordTime).or_default() += timeless;
        }
        left.into_iter().for_each(|code| self.note(code));
    }

    /// Adds what another account says.
    pub fn add(&mut self, other: &Self) {
        let Self { records, taken, left, notes } = other;
        self.records += records;
        self.taken += taken;
        left.iter().for_each(|(code, count)| *self.left.entry(*code).or_default() += count);
        notes.iter().for_each(|(code, count)| *self.notes.entry(*code).or_default() += count);
    }

    /// Takes away what was there before.
    pub(super) fn subtract(&mut self, before: &Self) {
        let Self { records, taken, left, notes } = before;
        self.records -= records;
        self.taken -= taken;
        for (counts, before) in [(&mut self.left, left), (&mut self.notes, notes)] {
            counts.iter_mut().for_each(|(code, count)| *count -= before.get(code).copied().unwrap_or(0));
            counts.retain(|_, count| *count > 0);
        }
    }

    /// Whether every record is accounted for.
    pub fn balance(&self) -> bool {
        self.records == self.taken + self.left.values().sum::<u64>()
    }
}

fn by_code<S: Serializer>(counts: &BTreeMap<Code, u64>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(counts.iter().map(|(code, count)| (code.as_str(), count)))
}
