//! What an ingest says: lines in, and where each went.

use renkei_store::feed::{Feed, NewFeed};
use schemars::JsonSchema;
use serde::Serialize;

use super::Tally;
use crate::words::{Show, Words, number};

/// What became of some feed files.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Ingested {
    /// One for each file, in their order.
    pub feeds: Vec<FeedShown>,
}

/// What became of one feed file: lines = stored + duplicates + quarantined.
#[derive(Debug, Serialize, JsonSchema)]
pub struct FeedShown {
    /// Its name.
    pub name: String,
    /// SHA-256 of it.
    pub digest: String,
    /// What it is.
    pub kind: String,
    /// Whether it had been read before; nothing was done then.
    pub known: bool,
    /// Lines of evidence.
    pub lines: u64,
    /// Lines new in the lake.
    pub stored: u64,
    /// Lines the lake had.
    pub duplicates: u64,
    /// Lines kept out.
    pub quarantined: u64,
    /// Blank lines, not counted among the lines.
    pub blank: Option<u64>,
    /// Lines on which nobody in the directory can act.
    pub unattributed: Option<u64>,
    /// What was found.
    pub findings: Vec<FindingShown>,
}

/// A finding, counted.
#[derive(Debug, Serialize, JsonSchema)]
pub struct FindingShown {
    /// Stable code.
    pub code: String,
    /// Column; empty: the line.
    pub column: String,
    /// How often.
    pub count: u64,
    /// First line.
    pub first_line: u64,
    /// What it means, Japanese.
    pub label_ja: &'static str,
    /// What it means, English.
    pub label_en: &'static str,
}

impl FeedShown {
    pub(super) fn new(feed: NewFeed, tally: &Tally) -> Self {
        Self { blank: Some(tally.blank), unattributed: Some(tally.unattributed), ..Self::of(feed, false) }
    }

    /// Of a file that is taken as a whole or not at all.
    pub(super) fn whole(feed: NewFeed, known: bool) -> Self {
        Self::of(feed, known)
    }

    pub(super) fn known(feed: Feed) -> Self {
        Self::of(feed.read, true)
    }

    fn of(feed: NewFeed, known: bool) -> Self {
        let NewFeed { digest, name, kind, lines, stored, duplicates, quarantined, findings } = feed;
        let findings = findings.into_iter().map(|finding| {
            let code = renkei_formats::Code::ALL.iter().find(|code| code.as_str() == finding.code);
            let label = |language| code.map_or("", |code| code.label(language));
            FindingShown {
                label_ja: label(renkei_core::text::Language::Ja),
                label_en: label(renkei_core::text::Language::En),
                code: finding.code,
                column: finding.column,
                count: finding.count,
                first_line: finding.first_line,
            }
        });
        Self {
            name,
            digest: digest.to_string(),
            kind,
            known,
            lines,
            stored,
            duplicates,
            quarantined,
            blank: None,
            unattributed: None,
            findings: findings.collect(),
        }
    }
}

impl Show for Ingested {
    fn show(&self, words: &Words) -> String {
        let feeds = self.feeds.iter().map(|feed| feed.show(words));
        feeds.collect::<Vec<_>>().join("\n")
    }
}

impl Show for FeedShown {
    fn show(&self, words: &Words) -> String {
        let values = [
            ("name", self.name.clone()),
            ("kind", self.kind.clone()),
            ("lines", number(self.lines)),
            ("stored", number(self.stored)),
            ("duplicates", number(self.duplicates)),
            ("quarantined", number(self.quarantined)),
        ];
        let mut text = words.say(if self.known { "ingest-known" } else { "ingest-done" }, &values);
        if let Some(unattributed) = self.unattributed.filter(|count| *count > 0) {
            text.push_str("\n  ");
            text.push_str(&words.say("ingest-nobody", &[("count", number(unattributed))]));
        }
        if !self.known {
            for finding in &self.findings {
                let label = match words.language() {
                    renkei_core::text::Language::Ja => finding.label_ja,
                    renkei_core::text::Language::En => finding.label_en,
                };
                let values = [
                    ("code", finding.code.clone()),
                    ("column", finding.column.clone()),
                    ("count", number(finding.count)),
                    ("line", number(finding.first_line)),
                    ("label", label.to_owned()),
                ];
                text.push_str("\n  ");
                text.push_str(&words.say("ingest-finding", &values));
            }
        }
        text
    }
}
