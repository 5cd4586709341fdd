//! Hints as shown: a number and whom to call, and nothing besides.

use renkei_store::hint::HintsOf;
use schemars::JsonSchema;
use serde::Serialize;

use crate::words::{Show, Words};

/// What a round did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct HintsTold {
    /// Inquiries of which the register was told.
    pub told: u64,
    /// How many others it has about the same subjects.
    pub others: u64,
    /// Inquiries that are tried again.
    pub waiting: u64,
    /// Tokens that left this office's own register because their time was over.
    pub dropped: u64,
}

/// What is known of others who asked, of one inquiry.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct HintsShown {
    /// Of each item that takes part.
    pub items: Vec<HintShown>,
    /// Whether it can be looked again: the inquiry is open.
    pub is_open: bool,
    /// What stood against the last try.
    pub trouble: Option<String>,
}

/// What is known of an item.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct HintShown {
    /// Its number.
    pub number: u32,
    /// How many other open inquiries are about the same subject; `None`: nobody could be asked yet.
    pub others: Option<u32>,
    /// Whom to call.
    pub desks: Vec<String>,
    /// When that was so.
    pub looked_at: Option<String>,
}

impl From<HintsOf> for HintsShown {
    fn from(of: HintsOf) -> Self {
        let HintsOf { items, trouble } = of;
        let is_open = items.iter().any(|heard| heard.token.is_some());
        let items = items.into_iter().map(|heard| HintShown {
            number: heard.number,
            others: heard.hint.as_ref().map(|(hint, _)| hint.others),
            desks: heard.hint.iter().flat_map(|(hint, _)| hint.desks.iter().map(ToString::to_string)).collect(),
            looked_at: heard.hint.as_ref().map(|(_, at)| at.to_string()),
        });
        Self { items: items.collect(), is_open, trouble }
    }
}

impl Show for HintsTold {
    fn show(&self, words: &Words) -> String {
        let Self { told, others, waiting, dropped } = self;
        let values = [("told", told), ("others", others), ("waiting", waiting), ("dropped", dropped)];
        words.say("hints-told", &values.map(|(name, value)| (name, value.to_string())))
    }
}

impl Show for HintsShown {
    fn show(&self, words: &Words) -> String {
        let mut lines: Vec<String> = self.items.iter().map(|item| item.show(words)).collect();
        lines.extend(self.items.is_empty().then(|| words.of("hints-no-part")));
        lines.extend(self.trouble.as_ref().map(|trouble| format!("! {trouble}")));
        lines.join("\n")
    }
}

impl HintShown {
    /// In words: how many, and whom to call.
    pub fn say(&self, words: &Words) -> String {
        let number = ("number", self.number.to_string());
        match self.others {
            None => words.say("hint-unknown", &[number]),
            Some(0) => words.say("hint-nobody", &[number]),
            Some(others) => {
                let desks = self.desks.join(" / ");
                words.say("hint-others", &[number, ("others", others.to_string()), ("desks", desks)])
            }
        }
    }
}

impl Show for HintShown {
    fn show(&self, words: &Words) -> String {
        self.say(words)
    }
}
