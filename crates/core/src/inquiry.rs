//! Inquiries (照会): on what they rest, the only way through their states, and what can come back, item by item.
//!
//! ```text
//!          ┌──mend──┐                ┌─countersign─┐
//!        draft ─────┴─submit→ in review ───────────┴─approve→ approved ─send→ sent ─receive→ received
//!          └────────────return────────┴──────────────────────────┘                            │  ▲
//!                                                                      ask back→ unclear ─────┘  clarify
//! received ─answer→ answered ─close→ closed        received, unclear ─send back→ sent back ─close→ closed
//! anything before sent ─withdraw→ withdrawn        sent, received, unclear ─withdraw→ recalled ─close→ closed
//! ```
//! Nothing leaves that was not submitted, signed by every stage and approved (S4.5, S4.13, G7).

pub mod answer;
pub mod form;
pub mod identifier;
pub mod item;
pub mod check;
pub mod paper;

use crate::act::Act;
use crate::measure::Measure;

vocabulary! {
    /// On what an inquiry rests (S4.6): three routes of disclosure, and preservation, which discloses nothing.
    Instrument {
        /// 捜査関係事項照会: registration data only (S4.5, S4.7).
        Inquiry = "inquiry",
        /// 令状: recorded, executed outside (S4.16, G4).
        Warrant = "warrant",
        /// 緊急避難: a rare exception that the provider's legal desk decides (S4.6, G3).
        Necessity = "necessity",
        /// 保全要請: existing logs are kept for a limited time (S1.31, G16).
        Preservation = "preservation",
    }
}

impl Instrument {
    /// What is asked of the provider; `None`: nothing is asked through this channel (G4).
    pub const fn measure(self) -> Option<Measure> {
        match self {
            Self::Inquiry => Some(Measure::DiscloseRegistration),
            Self::Necessity => Some(Measure::DiscloseByNecessity),
            Self::Preservation => Some(Measure::PreserveLog),
            Self::Warrant => None,
        }
    }
}

vocabulary! {
    /// Where an inquiry stands.
    State {
        /// Being written.
        Draft = "draft",
        /// On its way through the stages of approval.
        InReview = "in-review",
        /// The approver set by the organisation has approved it.
        Approved = "approved",
        /// It has left; the provider has not said that it has it.
        Sent = "sent",
        /// The provider has it; its clock runs.
        Received = "received",
        /// The provider asked about it; its clock stands still until that is answered.
        Unclear = "unclear",
        /// Every item has its outcome.
        Answered = "answered",
        /// The provider sent it back as a whole, saying why (不備返却).
        SentBack = "sent-back",
        /// The organisation that asked took it back before it had left; nothing is kept of what it was about.
        Withdrawn = "withdrawn",
        /// The organisation that asked took it back after it had left.
        Recalled = "recalled",
        /// Over; what identifies anybody was removed.
        Closed = "closed",
    }
}

vocabulary! {
    /// What can happen to an inquiry.
    Step {
        /// The drafter changes it.
        Mend = "mend",
        /// The drafter signs it and gives it to the first stage; it gets its number.
        Submit = "submit",
        /// A stage before the approver's signs the same bytes.
        Countersign = "countersign",
        /// The approver signs the same bytes (所属長, in principle).
        Approve = "approve",
        /// A stage gives it back, saying what is to be mended (差戻し).
        Return = "return",
        /// It leaves.
        Send = "send",
        /// The provider says that it has it (受付).
        Receive = "receive",
        /// The provider asks about it (確認).
        AskBack = "ask-back",
        /// The organisation that asked answers that.
        Clarify = "clarify",
        /// The provider's legal desk decides on an item (S4.6).
        Judge = "judge",
        /// The provider answers every item.
        Answer = "answer",
        /// The provider sends it back as a whole.
        SendBack = "send-back",
        /// The organisation that asked takes it back.
        Withdraw = "withdraw",
        /// The organisation that asked is done with it.
        Close = "close",
    }
}

vocabulary! {
    /// Whose word is next.
    Turn {
        /// The organisation that asked.
        Asker = "asker",
        /// The provider.
        Provider = "provider",
    }
}

/// A step that its state does not allow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an inquiry that is `{state}` cannot take the step `{step}`")]
pub struct WrongStep {
    /// Where the inquiry stands.
    pub state: State,
    /// What was tried.
    pub step: Step,
}

impl State {
    /// The state after a step.
    pub const fn after(self, step: Step) -> Result<Self, WrongStep> {
        use State::*;
        Ok(match (self, step) {
            (Draft, Step::Mend) => Draft,
            (Draft, Step::Submit) => InReview,
            (InReview, Step::Countersign) => InReview,
            (InReview, Step::Approve) => Approved,
            (InReview | Approved, Step::Return) => Draft,
            (Approved, Step::Send) => Sent,
            (Sent, Step::Receive) => Received,
            (Received, Step::AskBack) => Unclear,
            (Unclear, Step::Clarify) => Received,
            (Received, Step::Judge) => Received,
            (Received, Step::Answer) => Answered,
            (Received | Unclear, Step::SendBack) => SentBack,
            (Draft | InReview | Approved, Step::Withdraw) => Withdrawn,
            (Sent | Received | Unclear, Step::Withdraw) => Recalled,
            (Answered | SentBack | Recalled, Step::Close) => Closed,
            (state, step) => return Err(WrongStep { state, step }),
        })
    }

    /// Whether it has left: before that it does not exist for the provider.
    pub const fn has_left(self) -> bool {
        use State::*;
        matches!(self, Sent | Received | Unclear | Answered | SentBack | Recalled | Closed)
    }

    /// Whether the provider's clock runs.
    pub const fn clock_runs(self) -> bool {
        matches!(self, Self::Sent | Self::Received)
    }

    /// Whether nothing can happen to it any more.
    pub const fn is_over(self) -> bool {
        matches!(self, Self::Withdrawn | Self::Closed)
    }
}

impl Step {
    /// What the gate is asked before it. What is disclosed on an answer is asked for besides, item by item.
    pub const fn act(self) -> Act {
        match self {
            Self::Mend | Self::Submit => Act::Plan,
            Self::Countersign => Act::Countersign,
            Self::Approve => Act::Approve,
            Self::Return => Act::ReturnDraft,
            Self::Send => Act::Send,
            Self::Receive | Self::AskBack | Self::Answer | Self::SendBack => Act::AnswerInquiry,
            Self::Judge => Act::JudgeItem,
            Self::Clarify => Act::Clarify,
            Self::Withdraw => Act::Withdraw,
            Self::Close => Act::Close,
        }
    }

    /// Whether it is the provider's to do; otherwise it is the asking organisation's.
    pub const fn is_the_providers(self) -> bool {
        matches!(self, Self::Receive | Self::AskBack | Self::Judge | Self::Answer | Self::SendBack)
    }

    /// Who has the next word where it passes the inquiry on; `None`: it stays where it is.
    pub const fn passes_to(self) -> Option<Turn> {
        match self {
            Self::Send | Self::Clarify | Self::Withdraw => Some(Turn::Provider),
            Self::AskBack | Self::Answer | Self::SendBack => Some(Turn::Asker),
            Self::Mend
            | Self::Submit
            | Self::Countersign
            | Self::Approve
            | Self::Return
            | Self::Receive
            | Self::Judge
            | Self::Close => None,
        }
    }

    /// Whether the seat that takes it signs the bytes it is about (S4.13).
    pub const fn is_signed(self) -> bool {
        matches!(self, Self::Submit | Self::Countersign | Self::Approve | Self::Answer)
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// S4.13, G7: whatever is tried in whatever order, nothing leaves that was not submitted and
        /// approved since it was last changed or given back, nothing is answered that has not left, and
        /// what is over stays over.
        #[test]
        fn no_walk_skips_the_approver(steps in prop::collection::vec(prop::sample::select(Step::ALL), 0..80)) {
            let mut state = State::Draft;
            let mut taken: Vec<Step> = Vec::new();
            for step in steps {
                let Ok(next) = state.after(step) else { continue };
                prop_assert!(!state.is_over());
                let since = taken.iter().rposition(|step| matches!(step, Step::Mend | Step::Return)).map_or(0, |at| at + 1);
                let fresh = &taken[since..];
                match step {
                    Step::Approve => prop_assert!(fresh.contains(&Step::Submit)),
                    Step::Send => prop_assert!(fresh.contains(&Step::Submit) && fresh.contains(&Step::Approve)),
                    Step::Answer | Step::SendBack | Step::Judge => {
                        prop_assert!(taken.contains(&Step::Send) && taken.contains(&Step::Receive));
                    }
                    Step::Clarify => prop_assert_eq!(taken.last(), Some(&Step::AskBack)),
                    _ => {}
                }
                prop_assert_eq!(next.has_left(), taken.iter().chain([&step]).any(|step| *step == Step::Send));
                taken.push(step);
                state = next;
            }
        }
    }

    #[test]
    fn a_warrant_asks_for_nothing_here() {
        for instrument in Instrument::ALL {
            assert_eq!(instrument.measure().is_none(), *instrument == Instrument::Warrant, "{instrument}");
        }
    }

    #[test]
    fn each_step_is_one_sides() {
        for step in Step::ALL {
            let act = matches!(step.act(), Act::AnswerInquiry | Act::JudgeItem);
            assert_eq!(step.is_the_providers(), act, "{step}");
        }
    }
}
