//! Figures of inquiries, put together from the ledger's entries and nothing else (S4.8, S4.11, S4.30).
//!
//! "No data" is an outcome of its own; what was sent back or withdrawn is no refusal. The time to answer is from
//! leaving to the answer, without the time in which the provider's clock stood still. The time at the desk is that
//! between the looks and steps of a side's seats at the same inquiry, as far as no two are more than [`SITTING`] apart:
//! what somebody did away from the office is not in it.

mod table;

use alloc::collections::BTreeMap;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use crate::act::Act;
use crate::id::{PartyId, SeatId};
use crate::inquiry::{Instrument, Step};
use crate::ledger::export::{HEADER, Line};
use crate::ledger::{Entry, EntryKind};
use crate::time::{Moment, SECOND, Validity};

pub use table::{Asked, LEAST, table};

/// Two looks or steps further apart than this are two sittings: the house's own choice, told beside the figure.
pub const SITTING: i64 = 15 * 60 * SECOND;
/// What a letter costs by registered post, in yen: about 500 (S4.12). Police bear it.
pub const POSTAGE_YEN: u64 = 500;

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
    printed: bool,
    sat: BTreeMap<SeatId, Sat>,
}

/// A seat at an inquiry: when it was last there, and for how long in all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Sat {
    last: Moment,
    micros: i64,
}

/// Follows inquiries through a ledger.
#[derive(Debug, Default)]
pub struct Lives {
    lives: BTreeMap<String, Life>,
    /// Whose seats took steps: a side's seats are known by what they did.
    seats: BTreeMap<SeatId, PartyId>,
}

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
    /// Inquiries that were printed by who asks: they may have gone by post all the same.
    pub printed: u64,
    /// Time at the desk of that side in microseconds.
    pub sat: i64,
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
    /// From an exported ledger, in the order of its entries. Whether it is intact is for
    /// [`check_export`](crate::ledger::export::check_export) to say.
    pub fn of_export(text: &str) -> Self {
        let mut lives = Self::default();
        for line in text.strip_prefix(HEADER).unwrap_or_default().lines() {
            if let Some(Line::Entry(_, _, bytes)) = Line::parse(line)
                && let Ok(entry) = Entry::from_canonical(&bytes)
            {
                lives.entry(&entry);
            }
        }
        lives
    }

    /// Takes the next entry of the ledger.
    pub fn entry(&mut self, entry: &Entry) {
        let Some(id) = entry.objects.iter().find(|object| object.kind == "inquiry").map(|object| &object.id) else {
            return;
        };
        let detail = |key: &str| entry.detail.get(key);
        let by = entry.seat.as_ref().and_then(|seat| self.seats.get(seat));
        if let Some(life) = self.lives.get_mut(id) {
            // Hints are asked for by the program, in the name of the drafter.
            if let Some(seat) = entry.seat.as_ref().filter(|_| entry.act != Act::HintDuplicates.word()) {
                life.sit(seat, entry.at);
            }
            // What a provider prints for itself did not come by post.
            let by_provider = by.is_some() && by == life.recipient.as_ref();
            life.printed |= entry.kind == EntryKind::View && detail("printed") == Some("inquiry") && !by_provider;
        }
        if entry.kind != EntryKind::Act {
            return;
        }
        let count = |key: &str| detail(key).and_then(|text| text.parse().ok()).unwrap_or(0u64);
        // Over a line an inquiry arrives as it left elsewhere.
        let arrives = detail("step") == Some("arrive");
        if arrives || detail("step") == Some("draft") {
            let life = self.lives.entry(id.clone()).or_default();
            life.asker = detail("asker").and_then(|text| text.parse().ok());
            life.recipient = detail("recipient").and_then(|text| text.parse().ok());
            life.instrument = detail("instrument").and_then(Instrument::from_word);
            life.items = count("items");
            life.sent = arrives.then_some(entry.at);
            if let (false, Some(seat), Some(asker)) = (arrives, &entry.seat, life.asker.clone()) {
                life.sit(seat, entry.at);
                self.seats.insert(seat.clone(), asker);
            }
            return;
        }
        let Some(life) = self.lives.get_mut(id) else { return };
        let Some(step) = detail("step").and_then(Step::from_word) else { return };
        let whose = if step.is_the_providers() { &life.recipient } else { &life.asker };
        if let (Some(seat), Some(party)) = (&entry.seat, whose) {
            self.seats.insert(seat.clone(), party.clone());
        }
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
        for life in self.lives.values() {
            let (Some(asker), Some(recipient), Some(instrument)) = (&life.asker, &life.recipient, life.instrument)
            else {
                continue;
            };
            let (own, other) = match side {
                Side::Asked => (asker, recipient),
                Side::Received => (recipient, asker),
            };
            let Some(sent) = life.sent.filter(|sent| own == party && span.holds(*sent)) else { continue };
            let sat = life.sat.iter().filter(|(seat, _)| self.seats.get(*seat) == Some(party));
            let sat = sat.map(|(_, sat)| sat.micros).sum();
            all.entry((instrument, other.clone())).or_default().add(life, sent, sat);
        }
        all.values_mut().for_each(|figures| figures.times.sort_unstable());
        all
    }
}

impl Life {
    /// A seat looked at it or took it on.
    fn sit(&mut self, seat: &SeatId, at: Moment) {
        let sat = self.sat.entry(seat.clone()).or_insert(Sat { last: at, micros: 0 });
        let apart = at.0 - sat.last.0;
        if (0..=SITTING).contains(&apart) {
            sat.micros += apart;
        }
        sat.last = at;
    }
}

impl Figures {
    fn add(&mut self, life: &Life, sent: Moment, sat: i64) {
        self.sent += 1;
        self.printed += u64::from(life.printed);
        self.sat += sat;
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

    /// What it would have cost to send by registered post what was never printed, in yen (S4.12).
    pub const fn postage_saved(&self) -> u64 {
        (self.sent - self.printed) * POSTAGE_YEN
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
    fn time_at_the_desk_is_between_looks_that_are_near_each_other() {
        let minute = 60 * SECOND;
        let of = |seat: &str, minutes: i64, detail: &[(&str, &str)]| {
            let mut entry = entry("a", minutes * minute, detail);
            entry.seat = Some(seat.parse().unwrap());
            entry
        };
        let look = |seat: &str, minutes: i64| {
            let mut entry = of(seat, minutes, &[]);
            entry.kind = EntryKind::View;
            entry
        };
        let mut lives = Lives::default();
        let mut drafted = draft("a", "2");
        drafted.seat = Some("aoba-desk".parse().unwrap());
        lives.entry(&drafted);
        lives.entry(&look("aoba-desk", 4));
        lives.entry(&of("aoba-desk", 6, &[("step", "submit")]));
        lives.entry(&of("aoba-head", 100, &[("step", "send")]));
        lives.entry(&look("mail-desk", 500));
        lives.entry(&of("mail-desk", 503, &[("step", "receive")]));
        lives.entry(&look("mail-desk", 600));
        lives.entry(&of("mail-desk", 609, &[("step", "answer")]));
        // What the program asks for in the drafter's name is no time at its desk.
        let mut hinted = of("aoba-desk", 12, &[]);
        hinted.act = Act::HintDuplicates.word().into();
        lives.entry(&hinted);
        // Who only looks belongs to no side.
        lives.entry(&look("somebody", 1));
        lives.entry(&look("somebody", 2));
        let (asker, provider) = ("aoba-police".parse().unwrap(), "mail-provider".parse().unwrap());
        let sat = |party: &PartyId, side| lives.figures(party, side, Validity::ALWAYS).values().next().unwrap().sat;
        assert_eq!(sat(&asker, Side::Asked), 6 * minute);
        assert_eq!(sat(&provider, Side::Received), (3 + 9) * minute);
    }

    #[test]
    fn what_was_printed_saved_no_stamp() {
        let mut lives = Lives::default();
        for id in ["a", "b"] {
            lives.entry(&draft(id, "1"));
            lives.entry(&entry(id, 10, &[("step", "send")]));
        }
        let mut printed = entry("b", 11, &[("printed", "inquiry")]);
        printed.kind = EntryKind::View;
        lives.entry(&printed);
        // The provider prints what it received for itself.
        let mut received = entry("a", 12, &[("step", "receive")]);
        received.seat = Some("mail-desk".parse().unwrap());
        lives.entry(&received);
        let mut own = entry("a", 13, &[("printed", "inquiry")]);
        (own.kind, own.seat) = (EntryKind::View, received.seat);
        lives.entry(&own);
        let asker = "aoba-police".parse().unwrap();
        let all = lives.figures(&asker, Side::Asked, Validity::ALWAYS);
        let figures = all.values().next().unwrap();
        assert_eq!((figures.sent, figures.printed, figures.postage_saved()), (2, 1, 500));
    }

    #[test]
    fn percentiles_are_of_the_nearest_rank() {
        let figures = Figures { times: (1..=10).collect(), ..Figures::default() };
        assert_eq!((figures.within(50), figures.within(90), figures.within(100)), (Some(5), Some(9), Some(10)));
        assert_eq!(Figures::default().within(50), None);
        assert!(figures.is_small(1) && !Figures { sent: 5, ..figures }.is_small(5));
    }
}
