//! Requests (依頼): one measure asked of one party, and the only way through its states.
//!
//! ```text
//! draft ─approve→ approved ─send→ sent ─acknowledge→ acknowledged ─answer→ answered
//!   │                │             │                     │                  │ feed back
//!   └────withdraw────┴──withdraw───┴──────withdraw───────┘                  ▼
//!                                                       fed back ─close→ closed
//! ```
//! There is no edge from draft to sent: approval cannot be skipped (S4.13, G7).

/// Where a request stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// Drafted, not yet approved.
    Draft,
    /// Approved by the seat the organisation set.
    Approved,
    /// All its letters were taken by the mail server, or written as files.
    Sent,
    /// The party said it received it.
    Acknowledged,
    /// The party answered (fully, in part, declined, no data).
    Answered,
    /// What came of it was told to the party (S4.20).
    FedBack,
    /// Nothing more is expected.
    Closed,
    /// Taken back; a withdrawn request that was sent has a withdrawal letter in its thread.
    Withdrawn,
}

/// What can happen to a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// The approver approves these very bytes.
    Approve,
    /// The drafter changes the draft; an approval no longer holds.
    Redraft,
    /// Letters leave.
    Send,
    /// What was sent came back and leaves again, by another address of the party; the state stays.
    SendAgain,
    /// A correction leaves in the same thread; the state stays.
    Correct,
    /// The party acknowledges.
    Acknowledge,
    /// The party answers, or answers more.
    Answer,
    /// The office gives feedback.
    FeedBack,
    /// The request is closed.
    Close,
    /// The request is taken back.
    Withdraw,
}

/// A step that its state does not allow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a request that is `{}` cannot `{}`", .state.word(), .step.word())]
pub struct WrongStep {
    /// Where the request stands.
    pub state: State,
    /// What was tried.
    pub step: Step,
}

impl State {
    /// Every state, in the order of a life.
    pub const ALL: [Self; 8] = [
        Self::Draft,
        Self::Approved,
        Self::Sent,
        Self::Acknowledged,
        Self::Answered,
        Self::FedBack,
        Self::Closed,
        Self::Withdrawn,
    ];

    /// The state after a step.
    pub const fn after(self, step: Step) -> Result<Self, WrongStep> {
        use State::*;
        Ok(match (self, step) {
            (Draft, Step::Approve) => Approved,
            (Draft | Approved, Step::Redraft) => Draft,
            (Approved, Step::Send) => Sent,
            (Sent | Acknowledged | Answered, Step::Correct) => self,
            (Sent | Acknowledged, Step::SendAgain) => self,
            (Sent, Step::Acknowledge) => Acknowledged,
            (Sent | Acknowledged | Answered, Step::Answer) => Answered,
            (Answered, Step::FeedBack) => FedBack,
            (FedBack | Answered | Sent | Acknowledged, Step::Close) => Closed,
            (Draft | Approved | Sent | Acknowledged, Step::Withdraw) => Withdrawn,
            (state, step) => return Err(WrongStep { state, step }),
        })
    }

    /// Whether letters have left.
    pub const fn was_sent(self) -> bool {
        matches!(self, Self::Sent | Self::Acknowledged | Self::Answered | Self::FedBack | Self::Closed)
    }

    /// The stable word in SQL and JSON.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Approved => "approved",
            Self::Sent => "sent",
            Self::Acknowledged => "acknowledged",
            Self::Answered => "answered",
            Self::FedBack => "fed-back",
            Self::Closed => "closed",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// The state a word stands for.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.word() == word)
    }
}

impl Step {
    /// Every step.
    pub const ALL: [Self; 10] = [
        Self::Approve,
        Self::Redraft,
        Self::Send,
        Self::SendAgain,
        Self::Correct,
        Self::Acknowledge,
        Self::Answer,
        Self::FeedBack,
        Self::Close,
        Self::Withdraw,
    ];

    /// The stable word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Approve => "approve",
            Self::Redraft => "redraft",
            Self::Send => "send",
            Self::SendAgain => "send again",
            Self::Correct => "correct",
            Self::Acknowledge => "acknowledge",
            Self::Answer => "answer",
            Self::FeedBack => "feed back",
            Self::Close => "close",
            Self::Withdraw => "withdraw",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// S4.13: whatever is tried in whatever order, nothing is sent that was not approved since
        /// its last change.
        #[test]
        fn no_walk_skips_approval(steps in prop::collection::vec(0usize..Step::ALL.len(), 0..40)) {
            let mut state = State::Draft;
            let mut approved = false;
            for step in steps {
                let step = Step::ALL[step];
                let Ok(next) = state.after(step) else { continue };
                match step {
                    Step::Approve => approved = true,
                    Step::Redraft => approved = false,
                    Step::Send => prop_assert!(approved),
                    _ => {}
                }
                prop_assert!(!next.was_sent() || approved);
                state = next;
            }
        }
    }

    #[test]
    fn ended_requests_stay_ended() {
        for state in [State::Closed, State::Withdrawn] {
            for step in Step::ALL {
                assert!(state.after(step).is_err());
            }
        }
    }
}
