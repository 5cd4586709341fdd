//! Publications as shown: what was taken in, drawn, written, published, and where they stand.

use renkei_store::publication::Publication;
use schemars::JsonSchema;
use serde::Serialize;

use crate::words::{Show, Words, number, table};

/// What became of files of hours.
#[derive(Debug, Serialize, JsonSchema)]
pub struct HoursTaken {
    /// Each file, in the order they were named.
    pub files: Vec<FileTaken>,
}

/// What became of one file.
#[derive(Debug, Serialize, JsonSchema)]
pub struct FileTaken {
    /// Its name.
    pub file: String,
    /// SHA-256 of it.
    pub digest: String,
    /// Whether it was taken in before.
    pub known: bool,
    /// Hours it tells of.
    pub hours: u64,
    /// Packets it tells of.
    pub packets: u64,
}

/// A publication after a step.
#[derive(Debug, Serialize, JsonSchema)]
pub struct PublicationChanged {
    /// Its id; `None`: a closed report, which is never public.
    pub publication: Option<String>,
    /// `drawn`, `written`, `published`, `retracted` or `laid-out`.
    pub done: &'static str,
    /// Files that were written into a folder.
    pub files: u64,
}

/// Publications, oldest first.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct PublicationList(pub Vec<PublicationListed>);

/// A publication as it stands.
#[derive(Debug, Serialize, JsonSchema)]
pub struct PublicationListed {
    /// Its id.
    pub publication: String,
    /// `report` or `alert`.
    pub kind: &'static str,
    /// `drafted`, `published`, `correcting` or `retracted`.
    pub state: &'static str,
    /// The number of its last text.
    pub revision: u64,
    /// The number of the text that everybody reads.
    pub shown: Option<u64>,
    /// Who wrote its last text.
    pub written_by: Option<String>,
    /// When.
    pub written_at: Option<String>,
}

impl PublicationListed {
    pub(super) fn of(one: &Publication) -> Self {
        Self {
            publication: one.id.to_string(),
            kind: one.kind.word(),
            state: one.state.word(),
            revision: one.revision,
            shown: one.shown,
            written_by: one.last().map(|text| text.written_by.to_string()),
            written_at: one.last().map(|text| text.written_at.to_string()),
        }
    }
}

impl Show for HoursTaken {
    fn show(&self, words: &Words) -> String {
        let line = |file: &FileTaken| {
            let key = if file.known { "hours-known" } else { "hours-taken" };
            let values =
                [("file", file.file.clone()), ("hours", number(file.hours)), ("packets", number(file.packets))];
            words.say(key, &values)
        };
        self.files.iter().map(line).collect::<Vec<_>>().join("\n")
    }
}

impl Show for PublicationChanged {
    fn show(&self, words: &Words) -> String {
        let id = self.publication.clone().unwrap_or_default();
        words.say(&format!("publication-{}", self.done), &[("publication", id), ("files", number(self.files))])
    }
}

impl Show for PublicationList {
    fn show(&self, words: &Words) -> String {
        if self.0.is_empty() {
            return words.of("publications-none");
        }
        let head = ["publication", "kind", "state", "revision", "shown", "written"];
        let head = head.map(|key| words.of(&format!("publication-head-{key}")));
        let row = |one: &PublicationListed| {
            vec![
                one.publication.clone(),
                words.of(&format!("publication-kind-{}", one.kind)),
                words.of(&format!("publication-state-{}", one.state)),
                one.revision.to_string(),
                one.shown.map(|shown| shown.to_string()).unwrap_or_default(),
                one.written_by.clone().unwrap_or_default(),
            ]
        };
        table(&head, &self.0.iter().map(row).collect::<Vec<_>>())
    }
}
