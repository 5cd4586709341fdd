//! Lines as they are shown and printed.

use renkei_core::inquiry::Step;
use renkei_store::line::{Line, Telling};
use schemars::JsonSchema;
use serde::Serialize;

use super::LineGiven;
use crate::words::{Show, Words, table};

/// Lines.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct LineList(pub Vec<LineShown>);

/// A line to another office.
#[derive(Debug, Serialize, JsonSchema)]
pub struct LineShown {
    /// Which organisation.
    pub party: String,
    /// Where its office takes messages.
    pub url: String,
    /// The key with which its office signs.
    pub office_key: String,
    /// What both sides read to each other by telephone.
    pub fingerprint: String,
    /// Since when it is so.
    pub made_at: String,
    /// Inquiries of which the other office has not been told all.
    pub waiting: u64,
    /// What stood against the last tries, each once.
    pub troubles: Vec<String>,
}

/// The office's certificate for its lines, just made.
#[derive(Debug, Serialize, JsonSchema)]
pub struct LineMade {
    /// The names under which the office is reached.
    pub hosts: Vec<String>,
    /// SHA-256 of the authority's certificate.
    pub authority: String,
    /// The year at whose end it ends.
    pub until: i32,
}

/// What came of telling other offices.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct LinesTold {
    /// Steps that the other office has now.
    pub told: u64,
    /// Those that are tried again.
    pub waiting: u64,
    /// Those that the other office refused for good.
    pub refused: u64,
}

/// How an inquiry stands on its line.
#[derive(Debug, Serialize, JsonSchema)]
pub struct LineState {
    /// Whose office is told.
    pub party: String,
    /// How many steps it has.
    pub told: u64,
    /// Whether something is on its way to it.
    pub waits: bool,
    /// The step that takes place once that office has taken it.
    pub proposed: Option<&'static str>,
    /// What stood against the last try.
    pub trouble: Option<String>,
}

impl LineState {
    /// Of a telling.
    pub(crate) fn of(telling: &Telling) -> Self {
        let Telling { inquiry: _, party, told, proposed, carried, tries: _, next_at, trouble } = telling;
        Self {
            party: party.to_string(),
            told: *told,
            waits: carried.is_some() || next_at.is_some(),
            proposed: proposed.as_ref().map(|proposed| Step::word(proposed.taken.step)),
            trouble: trouble.clone(),
        }
    }
}

impl LineShown {
    /// Of a line and what waits on it.
    pub(super) fn of(line: Line, waiting: &[Telling]) -> Self {
        let Line { party, version: _, url, authority, office_key, keys, made_by: _, made_at } = line;
        let given =
            LineGiven { party: party.to_string(), url: url.clone(), office_key: office_key.clone(), keys, authority };
        let mut troubles: Vec<String> = waiting.iter().filter_map(|telling| telling.trouble.clone()).collect();
        troubles.sort_unstable();
        troubles.dedup();
        Self {
            party: party.to_string(),
            url,
            office_key,
            fingerprint: given.fingerprint(),
            made_at: made_at.to_string(),
            waiting: waiting.len() as u64,
            troubles,
        }
    }
}

impl Show for LineList {
    fn show(&self, words: &Words) -> String {
        if self.0.is_empty() {
            return words.of("lines-none");
        }
        let head = ["line-party", "line-url", "line-waiting", "line-fingerprint"].map(|key| words.of(key));
        let rows = self
            .0
            .iter()
            .map(|line| vec![line.party.clone(), line.url.clone(), line.waiting.to_string(), line.fingerprint.clone()]);
        let mut text = table(&head, &rows.collect::<Vec<_>>());
        for line in &self.0 {
            for trouble in &line.troubles {
                text.push_str(&format!("\n  ! {}: {trouble}", line.party));
            }
        }
        text
    }
}

impl Show for LineShown {
    fn show(&self, words: &Words) -> String {
        let values = [("party", self.party.clone()), ("fingerprint", self.fingerprint.clone())];
        words.say("line-added", &values)
    }
}

impl Show for LineMade {
    fn show(&self, words: &Words) -> String {
        words.say("line-made", &[("hosts", self.hosts.join(", ")), ("until", self.until.to_string())])
    }
}

impl Show for LinesTold {
    fn show(&self, words: &Words) -> String {
        let Self { told, waiting, refused } = self;
        let values = [("told", told.to_string()), ("waiting", waiting.to_string()), ("refused", refused.to_string())];
        words.say("line-told", &values)
    }
}
