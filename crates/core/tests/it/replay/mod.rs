//! The replay: generated clean inquiries, errors planted in them, and what the checks say of each.

pub mod population;
pub mod breaks;
pub mod slips;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use renkei_core::inquiry::check::{Code, Finding, Weight, check};

use population::{Case, Random, population};
use slips::SLIPS;

/// What came of one kind of error.
pub struct Row {
    /// What was planted.
    pub planted: &'static str,
    /// In how many inquiries: those in which this error can be made.
    pub inquiries: usize,
    /// In how many of them the checks then stopped.
    pub stopped: usize,
    /// In how many they warned only.
    pub warned: usize,
    /// Flagged and all of those that say when the facts happened.
    pub told: (usize, usize),
    /// Flagged and all of those that do not.
    pub untold: (usize, usize),
    /// How often which code was the new one.
    pub codes: BTreeMap<Code, usize>,
}

/// All that came of it.
pub struct Results {
    /// The clean ones first, then one row for each kind of error.
    pub rows: Vec<Row>,
}

/// Checks the population as it is, and once more for each kind of error planted in it.
pub fn replay() -> Results {
    let all = population();
    let mut random = Random::new();
    let clean = row("nothing: false alarms", all.iter().map(|case| (case, Vec::new(), case.findings())));
    let mut rows = vec![clean];
    for (planted, slip) in SLIPS {
        let wrong = all.iter().filter_map(|case| {
            let found = slip(case, &mut random)?.findings();
            Some((case, case.findings(), found))
        });
        rows.push(row(planted, wrong));
    }
    Results { rows }
}

/// Counts what is found now and was not found before.
fn row<'a>(planted: &'static str, all: impl Iterator<Item = (&'a Case, Vec<Finding>, Vec<Finding>)>) -> Row {
    let (told, untold, codes) = ((0, 0), (0, 0), BTreeMap::new());
    let mut row = Row { planted, inquiries: 0, stopped: 0, warned: 0, told, untold, codes };
    for (case, before, after) in all {
        let new: Vec<&Finding> = after.iter().filter(|finding| !before.contains(finding)).collect();
        let stopped = new.iter().any(|finding| finding.weight == Weight::Stops);
        row.inquiries += 1;
        row.stopped += usize::from(stopped);
        row.warned += usize::from(!stopped && !new.is_empty());
        let side = if case.occurred.is_some() { &mut row.told } else { &mut row.untold };
        *side = (side.0 + usize::from(!new.is_empty()), side.1 + 1);
        let codes: BTreeSet<Code> = new.iter().map(|finding| finding.code).collect();
        for code in codes {
            *row.codes.entry(code).or_default() += 1;
        }
    }
    row
}

impl Case {
    /// What the checks say of it.
    pub fn findings(&self) -> Vec<Finding> {
        check(&self.draft())
    }
}

/// A share in percent, to one decimal.
fn share((flagged, all): (usize, usize)) -> String {
    match all {
        0 => "–".to_owned(),
        _ => format!("{flagged} of {all} ({:.1} %)", flagged as f64 * 100.0 / all as f64),
    }
}

/// The table of the page.
impl fmt::Display for Results {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "| planted | inquiries | stopped | warned only | flagged | facts given | facts not given | by |")?;
        writeln!(f, "|---|---|---|---|---|---|---|---|")?;
        for row in &self.rows {
            let Row { planted, inquiries, stopped, warned, told, untold, codes } = row;
            let flagged = share((stopped + warned, *inquiries));
            let codes: Vec<String> = codes.iter().map(|(code, count)| format!("`{code}` {count}")).collect();
            let (told, untold, codes) = (share(*told), share(*untold), codes.join(", "));
            writeln!(
                f,
                "| {planted} | {inquiries} | {stopped} | {warned} | {flagged} | {told} | {untold} | {codes} |"
            )?;
        }
        Ok(())
    }
}
