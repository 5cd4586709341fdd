//! Offers (申し出): what a party would do on its own if it had some data, and the only way through its states.
//!
//! ```text
//! offered ─accept→ accepted ─────────┬─provide→ provided ─┐
//!    │  └─accept in part→ in part ───┤                    ├─feed back→ fed back
//!    │  └─decline→ declined          └────────────────────┘
//!    └───────withdraw (also once accepted, before anything was provided)→ withdrawn
//! ```
//! Nothing is provided that was not accepted, and what to act on is the party's own decision (S4.25).

use crate::act::Act;

vocabulary! {
    /// Where an offer stands.
    State {
        /// The party wrote it; the office has not reviewed it yet.
        Offered = "offered",
        /// The office means to give all that is needed.
        Accepted = "accepted",
        /// The office means to give a part of it.
        InPart = "accepted-in-part",
        /// The office gives nothing, and said why.
        Declined = "declined",
        /// A request of the same party was named by which it is given.
        Provided = "provided",
        /// What came of it was told to the party.
        FedBack = "fed-back",
        /// The party took it back.
        Withdrawn = "withdrawn",
    }
}

vocabulary! {
    /// What can happen to an offer.
    Step {
        /// The office accepts it whole.
        Accept = "accept",
        /// The office accepts a part of it.
        AcceptInPart = "accept-in-part",
        /// The office declines it.
        Decline = "decline",
        /// The office names the request that came of it.
        Provide = "provide",
        /// The office tells what came of it.
        FeedBack = "feed-back",
        /// The party takes it back.
        Withdraw = "withdraw",
        /// The party has seen what the office said; the state stays.
        Acknowledge = "acknowledge",
    }
}

/// A step that its state does not allow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an offer that is `{state}` cannot take the step `{step}`")]
pub struct WrongStep {
    /// Where the offer stands.
    pub state: State,
    /// What was tried.
    pub step: Step,
}

impl State {
    /// The state after a step.
    pub const fn after(self, step: Step) -> Result<Self, WrongStep> {
        use State::*;
        Ok(match (self, step) {
            (Offered, Step::Accept) => Accepted,
            (Offered, Step::AcceptInPart) => InPart,
            (Offered, Step::Decline) => Declined,
            (Accepted | InPart, Step::Provide) => Provided,
            (Accepted | InPart | Provided, Step::FeedBack) => FedBack,
            (Offered | Accepted | InPart, Step::Withdraw) => Withdrawn,
            (Accepted | InPart | Declined | Provided | FedBack, Step::Acknowledge) => self,
            (state, step) => return Err(WrongStep { state, step }),
        })
    }
}

impl Step {
    /// What the gate is asked before it.
    pub const fn act(self) -> Act {
        match self {
            Self::Accept | Self::AcceptInPart | Self::Decline | Self::Provide => Act::ReviewOffer,
            Self::FeedBack => Act::GiveFeedback,
            Self::Withdraw | Self::Acknowledge => Act::MakeOffer,
        }
    }

    /// Whether it is the office's to do; otherwise it is the party's.
    pub const fn is_the_houses(self) -> bool {
        !matches!(self, Self::Withdraw | Self::Acknowledge)
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// S4.25: whatever is tried in whatever order, nothing is given and nothing told about an offer
        /// that was not accepted, none is reviewed twice, and what ended stays as it ended.
        #[test]
        fn no_walk_skips_the_review(steps in prop::collection::vec(prop::sample::select(Step::ALL), 0..40)) {
            let mut state = State::Offered;
            let mut taken: Vec<Step> = Vec::new();
            for step in steps {
                let Ok(next) = state.after(step) else { continue };
                let accepted = taken.iter().any(|step| matches!(step, Step::Accept | Step::AcceptInPart));
                match step {
                    Step::Provide | Step::FeedBack => prop_assert!(accepted),
                    Step::Accept | Step::AcceptInPart | Step::Decline => prop_assert_eq!(&taken, &[]),
                    Step::Acknowledge => prop_assert!(!taken.is_empty() && next == state),
                    Step::Withdraw => prop_assert!(!taken.contains(&Step::Provide)),
                }
                let ended = matches!(state, State::Declined | State::FedBack | State::Withdrawn);
                prop_assert!(!ended || next == state);
                taken.push(step);
                state = next;
            }
        }
    }

    #[test]
    fn what_was_withdrawn_is_over() {
        for step in Step::ALL {
            assert!(State::Withdrawn.after(*step).is_err(), "{step}");
        }
    }

    #[test]
    fn each_step_is_one_sides() {
        for step in Step::ALL {
            assert_eq!(step.is_the_houses(), step.act() != Act::MakeOffer, "{step}");
        }
    }
}
