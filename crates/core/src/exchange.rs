//! Figures of inquiries, put together from the ledger's entries and nothing else (S4.8, S4.11, S4.30).
//!
//! "No data" is an outcome of its own; what was sent back or withdrawn is no refusal. The time to answer is from
//! leaving to the answer, without the time in which the provider's clock stood still.

use alloc::collections::BTreeMap;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use crate::id::PartyId;
use crate::inquiry::{Instrument, Step};
use crate::ledger::{Entry, EntryKind};
use crate::time::{Moment, Validity};

/// What the ledger says of one inquiry.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Life {
    asker: Option<PartyId>,
    recipient: Option<PartyId>,
    instrument: Option<Instrument>,
    items: u64,
    sent: Option<Moment>,
    stopped: Option<Moment>,
    stood: i64,
    ended: Option<(Step, Moment)>,
    disclosed: u64,
    no_data: u64,
    refused: BTreeMap<String, u64>,
}

/// Follows inquiries through a ledger.
#[derive(Debug, Default)]
pub struct Lives(BTreeMap<String, Life>);

/// The figures of one kind of inquiry between two sides, for those that left in a span of time.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Figures {
    /// Inquiries that left.
    pub sent: u64,
    /// Items in them.
    pub items: u64,
    /// Inquiries that were answered.
    pub answered: u64,
    /// Inquiries that were sent back as a whole.
    pub sent_back: u64,
    /// Inquiries that were taken back.
    pub withdrawn: u64,
    /// Inquiries that wait.
    pub open: u64,
    /// Items that were answered with data.
    pub disclosed: u64,
    /// Items of which the provider holds no data.
    pub no_data: u64,
    /// Items that were not answered, by ground.
    pub refused: BTreeMap<String, u64>,
    /// Times to an answer in microseconds, ascending.
    pub times: Vec<i64>,
}

/// Whose figures are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// Those that a party asked, by provider.
    Asked,
    /// Those that a party was asked, by who asked.
    Received,
}

impl Lives {
    /// Takes the next entry of the ledger.
    pub fn entry(&mut self, entry: &Entry) {
        let Some(id) = entry.objects.iter().find(|object| object.kind == "inquiry").map(|object| &object.id) else {
            return;
        };
        if entry.kind != EntryKind::Act {
            return;
        }
        let detail = |key: &str| entry.detail.get(key);
        let count = |key: &str| detail(key).and_then(|text| text.parse().ok()).unwrap_or(0u64);
        // Over a line an inquiry arrives as it left elsewhere.
        let arrives = detail("step") == Some("arrive");
        if arrives || detail("step") == Some("draft") {
            let life = self.0.entry(id.clone()).or_default();
            life.asker = detail("asker").and_then(|text| text.parse().ok());
            life.recipient = detail("recipient").and_then(|text| text.parse().ok());
            life.instrument = detail("instrument").and_then(Instrument::from_word);
            life.items = count("items");
            life.sent = arrives.then_some(entry.at);
            return;
        }
        let Some(life) = self.0.get_mut(id) else { return };
        let Some(step) = detail("step").and_then(Step::from_word) else { return };
        match step {
            Step::Mend => life.items = count("items"),
            Step::Send => life.sent = Some(entry.at),
            Step::AskBack => life.stopped = Some(entry.at),
            Step::Clarify => life.stood += life.stopped.take().map_or(0, |since| entry.at.0 - since.0),
            Step::Answer | Step::SendBack | Step::Withdraw => {
                life.stood += life.stopped.take().map_or(0, |since| entry.at.0 - since.0);
                life.ended = Some((step, entry.at));
                life.disclosed = count("disclosed");
                life.no_data = count("no-data");
                for (key, value) in entry.detail.iter() {
                    if let Some(ground) = key.strip_prefix("refused-") {
                        life.refused.insert(ground.to_string(), value.parse().unwrap_or(0));
                    }
                }
            }
            _ => {}
        }
    }

    /// The figures of a party's side, by instrument and the other party, of what left in a span of time.
    pub fn figures(&self, party: &PartyId, side: Side, span: Validity) -> BTreeMap<(Instrument, PartyId), Figures> {
        let mut all: BTreeMap<(Instrument, PartyId), Figures> = BTreeMap::new();
        for life in self.0.values() {
            let (Some(asker), Some(recipient), Some(instrument)) = (&life.asker, &life.recipient, life.instrument)
            else {
                continue;
            };
            let (own, other) = match side {
                Side::Asked => (asker, recipient),
                Side::Received => (recipient, asker),
            };
            let Some(sent) = life.sent.filter(|sent| own == party && span.holds(*sent)) else { continue };
            all.entry((instrument, other.clone())).or_default().add(life, sent);
        }
        all.values_mut().for_each(|figures| figures.times.sort_unstable());
        all
    }
}

impl Figures {
    fn add(&mut self, life: &Life, sent: Moment) {
        self.sent += 1;
        self.items += life.items;
        self.disclosed += life.disclosed;
        self.no_data += life.no_data;
        for (ground, count) in &life.refused {
            *self.refused.entry(ground.clone()).or_default() += count;
        }
        match life.ended {
            Some((Step::Answer, at)) => {
                self.answered += 1;
                self.times.push((at.0 - sent.0 - life.stood).max(0));
            }
            Some((Step::SendBack, _)) => self.sent_back += 1,
            Some(_) => self.withdrawn += 1,
            None => self.open += 1,
        }
    }

    /// The time within which a share of the answers came (`50`, `90` of a hundred; the nearest rank), in microseconds.
    pub fn within(&self, percent: u64) -> Option<i64> {
        let rank = (self.times.len() as u64 * percent).div_ceil(100).max(1) - 1;
        self.times.get(usize::try_from(rank).ok()?).copied()
    }

    /// Whether a cell has so few inquiries that it could point at a case (S4.30: counts only).
    pub const fn is_small(&self, least: u64) -> bool {
        self.sent < least
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec;

    use super::*;
    use crate::ledger::{Detail, ObjectNote};

    fn entry(id: &str, at: i64, detail: &[(&str, &str)]) -> Entry {
        let detail = detail.iter().fold(Detail::new(), |detail, (key, value)| detail.put(key, value));
        Entry {
            seq: 1,
            at: Moment(at),
            kind: EntryKind::Act,
            act: "x".into(),
            seat: None,
            objects: vec![ObjectNote { kind: "inquiry".into(), id: id.into(), version: 1 }],
            ruling: None,
            detail,
            approval: None,
        }
    }

    fn draft(id: &str, items: &str) -> Entry {
        let of = [
            ("step", "draft"),
            ("asker", "aoba-police"),
            ("recipient", "mail-provider"),
            ("instrument", "inquiry"),
            ("items", items),
        ];
        entry(id, 0, &of)
    }

    #[test]
    fn figures_are_those_of_the_entries() {
        let mut lives = Lives::default();
        for (id, items) in [("a", "2"), ("b", "1"), ("c", "1"), ("d", "9")] {
            lives.entry(&draft(id, items));
        }
        for (id, at) in [("a", 10), ("b", 20), ("c", 30)] {
            lives.entry(&entry(id, at, &[("step", "send")]));
        }
        lives.entry(&entry("a", 12, &[("step", "ask-back")]));
        lives.entry(&entry("a", 17, &[("step", "clarify")]));
        lives.entry(&entry(
            "a",
            40,
            &[("step", "answer"), ("disclosed", "1"), ("no-data", "0"), ("refused-secrecy", "1")],
        ));
        lives.entry(&entry("b", 25, &[("step", "send-back")]));
        let (asker, provider) = ("aoba-police".parse().unwrap(), "mail-provider".parse().unwrap());
        let all = lives.figures(&asker, Side::Asked, Validity::ALWAYS);
        let figures = &all[&(Instrument::Inquiry, provider)];
        assert_eq!((figures.sent, figures.items, figures.answered, figures.sent_back, figures.open), (3, 4, 1, 1, 1));
        assert_eq!((figures.disclosed, figures.no_data, figures.refused["secrecy"]), (1, 0, 1));
        assert_eq!(figures.times, [25], "without the five in which the clock stood still");
        // The other side counts the same, a third party nothing.
        let provider = "mail-provider".parse().unwrap();
        assert_eq!(lives.figures(&provider, Side::Received, Validity::ALWAYS)[&(Instrument::Inquiry, asker)], *figures);
        let other = "midori-police".parse().unwrap();
        assert!(lives.figures(&other, Side::Asked, Validity::ALWAYS).is_empty());
        let later = Validity { from: Some(Moment(25)), until: None };
        assert_eq!(lives.figures(&provider, Side::Received, later).values().next().unwrap().sent, 1);
    }

    #[test]
    fn percentiles_are_of_the_nearest_rank() {
        let figures = Figures { times: (1..=10).collect(), ..Figures::default() };
        assert_eq!((figures.within(50), figures.within(90), figures.within(100)), (Some(5), Some(9), Some(10)));
        assert_eq!(Figures::default().within(50), None);
        assert!(figures.is_small(1) && !Figures { sent: 5, ..figures }.is_small(5));
    }
}
