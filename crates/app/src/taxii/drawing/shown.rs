//! What was drawn from other hubs, as shown.

use schemars::JsonSchema;
use serde::Serialize;

use crate::words::{Show, Words, number, table};

/// What a round with a peer did.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Drawn {
    /// The peer.
    pub peer: String,
    /// Whether all was compared, and not only what is new.
    pub whole: bool,
    /// Objects that are shared here now.
    pub added: u64,
    /// Objects that the group knows, or knew and is not to be given again.
    pub known: u64,
    /// Objects that their originator keeps: TLP:AMBER and narrower, or a marking that nobody here knows.
    pub kept: u64,
    /// Objects without a label.
    pub unmarked: u64,
    /// Objects that the mandate does not cover, or that were taken from somebody who keeps them.
    pub refused: u64,
    /// What could not be read.
    pub broken: u64,
    /// Objects that are no longer there and were taken back here.
    pub taken_back: u64,
}

/// What a round with several peers did.
#[derive(Debug, Default, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct DrawnList(pub Vec<Drawn>);

/// The peers of an office.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct PeerList(pub Vec<PeerListed>);

/// A peer.
#[derive(Debug, Serialize, JsonSchema)]
pub struct PeerListed {
    /// Its name here.
    pub peer: String,
    /// The collection.
    pub url: String,
    /// The group that is given its objects.
    pub group: String,
    /// The seat that shares them.
    pub seat: String,
    /// Objects from there that are in force.
    pub objects: u64,
    /// Why nothing can be drawn now; none: it can.
    pub fault: Option<String>,
}

impl Drawn {
    /// Whether anything changed here, or something new was left.
    pub fn is_news(&self) -> bool {
        self.added + self.kept + self.unmarked + self.refused + self.broken + self.taken_back > 0
    }
}

impl Show for Drawn {
    fn show(&self, words: &Words) -> String {
        let Self { peer, whole: _, added, known, kept, unmarked, refused, broken, taken_back } = self;
        let counts = [
            ("added", added),
            ("known", known),
            ("kept", kept),
            ("unmarked", unmarked),
            ("refused", refused),
            ("broken", broken),
            ("back", taken_back),
        ];
        let mut values = vec![("peer", peer.clone())];
        values.extend(counts.map(|(name, count)| (name, number(*count))));
        words.say("peer-drawn", &values)
    }
}

impl Show for DrawnList {
    fn show(&self, words: &Words) -> String {
        match self.0.is_empty() {
            true => words.of("peers-none"),
            false => self.0.iter().map(|drawn| drawn.show(words)).collect::<Vec<_>>().join("\n"),
        }
    }
}

impl Show for PeerList {
    fn show(&self, words: &Words) -> String {
        if self.0.is_empty() {
            return words.of("peers-none");
        }
        let head = ["peer", "peer-url", "peer-seat", "peer-objects", "peer-fault"].map(|key| words.of(key));
        let rows = self.0.iter().map(|peer| {
            let fault = peer.fault.clone().unwrap_or_else(|| "-".to_owned());
            vec![peer.peer.clone(), peer.url.clone(), peer.seat.clone(), number(peer.objects), fault]
        });
        table(&head, &rows.collect::<Vec<_>>())
    }
}
