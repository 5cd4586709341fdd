//! Publications: reports and urgent alerts for everybody, and the only way through their states (S1.27, S3.8).
//!
//! ```text
//! drafted ─publish→ published ─retract→ retracted
//!    │ ▲                │  ▲ └─rewrite→ correcting ─retract→ retracted
//!    └─┘ rewrite        └──┴──publish───────┘ └─┘ rewrite
//! ```
//! What was published once never becomes unseen: a correction stands beside what it corrects, and what was
//! taken back stays to be read as taken back.

use crate::act::Act;

vocabulary! {
    /// What is published.
    Kind {
        /// What the sensors saw, in figures; a new one takes the place of the one before.
        Report = "report",
        /// An urgent alert (緊急の注意喚起).
        Alert = "alert",
    }
}

vocabulary! {
    /// Where a publication stands.
    State {
        /// It was written; nobody outside the office sees it.
        Drafted = "drafted",
        /// Everybody reads its last text.
        Published = "published",
        /// Everybody reads an earlier text, while a correction waits for approval.
        Correcting = "correcting",
        /// Everybody reads that it was taken back, and why.
        Retracted = "retracted",
    }
}

vocabulary! {
    /// What can happen to a publication.
    Step {
        /// Its text is written anew: a draft is mended, or a correction begun.
        Rewrite = "rewrite",
        /// Its last text becomes what everybody reads.
        Publish = "publish",
        /// It is taken back.
        Retract = "retract",
    }
}

/// A step that its state does not allow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a publication that is `{state}` cannot take the step `{step}`")]
pub struct WrongStep {
    /// Where the publication stands.
    pub state: State,
    /// What was tried.
    pub step: Step,
}

impl State {
    /// The state after a step.
    pub const fn after(self, step: Step) -> Result<Self, WrongStep> {
        use State::*;
        Ok(match (self, step) {
            (Drafted, Step::Rewrite) => Drafted,
            (Published | Correcting, Step::Rewrite) => Correcting,
            (Drafted | Correcting, Step::Publish) => Published,
            (Published | Correcting, Step::Retract) => Retracted,
            (state, step) => return Err(WrongStep { state, step }),
        })
    }

    /// Whether everybody sees something of it.
    pub const fn is_public(self) -> bool {
        !matches!(self, Self::Drafted)
    }
}

impl Step {
    /// What the gate is asked before it.
    pub const fn act(self) -> Act {
        match self {
            Self::Rewrite => Act::DraftPublication,
            Self::Publish => Act::Publish,
            Self::Retract => Act::RetractPublication,
        }
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// S3.8: nothing is seen that was not published, what was seen never becomes unseen, and what was
        /// taken back stays so.
        #[test]
        fn no_walk_shows_a_draft_or_hides_what_was_shown(steps in prop::collection::vec(prop::sample::select(Step::ALL), 0..40)) {
            let mut state = State::Drafted;
            let mut taken: Vec<Step> = Vec::new();
            for step in steps {
                let Ok(next) = state.after(step) else { continue };
                prop_assert!(state != State::Retracted);
                taken.push(step);
                prop_assert_eq!(next.is_public(), taken.contains(&Step::Publish));
                prop_assert_eq!(next == State::Retracted, step == Step::Retract);
                prop_assert_eq!(next == State::Published, step == Step::Publish);
                state = next;
            }
        }
    }
}
