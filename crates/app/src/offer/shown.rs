//! Offers as shown: lists, one offer with its thread, what was changed.

use renkei_core::id::RequestId;
use renkei_core::offer::{State, Step};
use renkei_store::offer::{NewStep, Offer, Taken};
use schemars::JsonSchema;
use serde::Serialize;

use crate::words::{Show, Words, table};

/// Offers, newest first.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct OfferList(pub Vec<OfferListed>);

/// A row of a list of offers.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct OfferListed {
    /// Its id.
    pub offer: String,
    /// Who offers.
    pub party: String,
    /// Where it stands.
    pub state: &'static str,
    /// The kind of data it needs, where a class fits.
    pub class: Option<&'static str>,
    /// What data it needs.
    pub needs: String,
    /// When it was written.
    pub made_at: String,
    /// Whether the office has not reviewed it yet.
    pub to_review: bool,
    /// Whether the party has not said yet that it saw what the office said last.
    pub to_acknowledge: bool,
}

/// An offer with what was said about it.
#[derive(Debug, Serialize, JsonSchema)]
pub struct OfferRead {
    /// What a list says of it.
    #[serde(flatten)]
    pub head: OfferListed,
    /// Counts up with every step.
    pub version: u64,
    /// What the party would do on its own.
    pub does: String,
    /// Which seat wrote it, for readers of the same party.
    pub made_by: Option<String>,
    /// What happened, oldest first.
    pub thread: Vec<OfferEvent>,
    /// The steps that can be taken from where it stands.
    pub steps: Vec<&'static str>,
}

/// Something that happened to an offer.
#[derive(Debug, Serialize, JsonSchema)]
pub struct OfferEvent {
    /// When.
    pub at: String,
    /// The step: `accept`, `accept-in-part`, `decline`, `provide`, `feed-back`, `withdraw`, `acknowledge`.
    pub step: &'static str,
    /// Which seat, where one of the reader's own party did it.
    pub seat: Option<String>,
    /// What was said.
    pub text: String,
    /// The kind of data that was agreed to.
    pub class: Option<&'static str>,
    /// The request by which it is given.
    pub request: Option<String>,
}

/// What was done with an offer.
#[derive(Debug, Serialize, JsonSchema)]
pub struct OfferChanged {
    /// Its id.
    pub offer: String,
    /// `made`, or the step that was taken.
    pub done: &'static str,
}

impl OfferListed {
    pub(crate) fn of(offer: &Offer) -> Self {
        Self {
            offer: offer.new.id.to_string(),
            party: offer.new.party.to_string(),
            state: offer.state.word(),
            class: offer.new.class.map(|class| class.word()),
            needs: offer.new.needs.clone(),
            made_at: offer.made_at.to_string(),
            to_review: offer.state == State::Offered,
            to_acknowledge: offer.last.is_some_and(Step::is_the_houses),
        }
    }
}

impl OfferRead {
    /// The offer as a reader of the house, or of the party, sees it; nothing happened yet.
    pub(super) fn of(offer: &Offer, house: bool) -> Self {
        let steps = Step::ALL.iter().filter(|step| offer.state.after(**step).is_ok());
        Self {
            head: OfferListed::of(offer),
            version: offer.version,
            does: offer.new.does.clone(),
            made_by: (!house).then(|| offer.made_by.to_string()),
            thread: Vec::new(),
            steps: steps.filter(|step| step.is_the_houses() == house).map(|step| step.word()).collect(),
        }
    }

    pub(super) fn push(&mut self, taken: Taken, request: Option<RequestId>, house: bool) {
        let Taken { number: _, at, seat, new: NewStep { step, text, class, request: _ } } = taken;
        self.thread.push(OfferEvent {
            at: at.to_string(),
            step: step.word(),
            seat: (step.is_the_houses() == house).then(|| seat.to_string()),
            text,
            class: class.map(|class| class.word()),
            request: request.map(|request| request.to_string()),
        });
    }

    /// Whether a step can be taken by the reader's side from where the offer stands.
    pub fn can(&self, step: Step) -> bool {
        self.steps.contains(&step.word())
    }
}

impl Show for OfferList {
    fn show(&self, words: &Words) -> String {
        if self.0.is_empty() {
            return words.of("offers-none");
        }
        let head = ["offer", "party-id", "effect-state", "offer-needs"].map(|key| words.of(key));
        let rows = self.0.iter().map(|row| {
            let first = row.needs.lines().next().unwrap_or_default();
            let state = words.of(&format!("state-{}", row.state));
            vec![row.offer.clone(), row.party.clone(), state, first.chars().take(40).collect()]
        });
        table(&head, &rows.collect::<Vec<_>>())
    }
}

impl Show for OfferRead {
    fn show(&self, words: &Words) -> String {
        let OfferListed { offer, party, state, class, needs, made_at, .. } = &self.head;
        let mut lines = vec![
            format!("{offer} · {party} · {} · {made_at}", words.of(&format!("state-{state}"))),
            format!("{}: {needs}", words.of("offer-needs")),
            format!("{}: {}", words.of("offer-does"), self.does),
        ];
        lines.extend(class.map(|class| format!("{}: {class}", words.of("offer-class"))));
        for event in &self.thread {
            let step = words.of(&format!("offer-step-{}", event.step));
            let more = event.class.map(str::to_owned).into_iter().chain(event.request.clone());
            let more: String = more.map(|more| format!(" · {more}")).collect();
            lines.push(format!("  {} · {step}{more}", event.at));
            lines.extend(event.text.lines().map(|line| format!("    {line}")));
        }
        lines.join("\n")
    }
}

impl Show for OfferChanged {
    fn show(&self, words: &Words) -> String {
        let done = words.of(&format!("offer-step-{}", self.done));
        words.say("offer-changed", &[("offer", self.offer.clone()), ("done", done)])
    }
}
