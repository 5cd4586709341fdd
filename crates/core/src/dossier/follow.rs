//! Two offices keep one inquiry: what the dossier of one says beyond what the other knows.
//!
//! After an inquiry has left, the provider's office gives steps their places. A step of the organisation that
//! asked is proposed to it, and taken where the provider's office took it; so both have the same steps, whatever
//! was lost on the way and however often it was told.

use alloc::vec::Vec;

use super::{Dossier, Taken};
use crate::inquiry::Step;
use crate::inquiry::paper::Paper;

/// On which side of an inquiry an office stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Side {
    /// It asks.
    Asks,
    /// It is asked.
    IsAsked,
}

/// Why a dossier is not followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub enum Rift {
    /// It is about another paper.
    #[error("the dossier is about another paper")]
    OtherPaper,
    /// Its steps are not a continuation of those that are known.
    #[error("step {0} is another one here")]
    Parted(u64),
    /// The office that tells of it may not take that step.
    #[error("step {0} is not the other side's to take")]
    NotTheirs(u64),
}

impl Step {
    /// On which side it is taken.
    pub const fn side(self) -> Side {
        if self.is_the_providers() { Side::IsAsked } else { Side::Asks }
    }

    /// Whether the other side is told of it: what happens inside an organisation is told with what leaves it.
    pub const fn crosses(self) -> bool {
        matches!(
            self,
            Self::Send
                | Self::Receive
                | Self::AskBack
                | Self::Clarify
                | Self::Answer
                | Self::SendBack
                | Self::Withdraw
                | Self::Close
        )
    }
}

impl Dossier {
    /// The steps that the other side tells of and that are not known yet; none: it tells nothing new.
    ///
    /// `known` are the steps that are kept here; `proposed` is a step of our own that the other side may have
    /// taken by now. That signatures hold and that states allow the steps is the check's to say.
    pub fn follow(
        &self,
        (paper, known): (&Paper, &[Taken]),
        proposed: Option<&Taken>,
        theirs: Side,
    ) -> Result<Vec<Taken>, Rift> {
        if self.paper != *paper {
            return Err(Rift::OtherPaper);
        }
        if let Some((told, _)) = self.steps.iter().zip(known).find(|(told, known)| told != known) {
            return Err(Rift::Parted(told.number));
        }
        let new: Vec<Taken> = self.steps.iter().skip(known.len()).cloned().collect();
        let is_theirs = |taken: &&Taken| taken.step.side() == theirs || proposed == Some(taken);
        match new.iter().find(|taken| !is_theirs(taken)) {
            Some(taken) => Err(Rift::NotTheirs(taken.number)),
            None => Ok(new),
        }
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec;

    use proptest::prelude::*;

    use super::*;
    use crate::dossier::tests::{dossier, kept};
    use crate::id::Digest;
    use crate::inquiry::State;
    use crate::time::Moment;

    #[test]
    fn what_is_told_twice_is_new_once() {
        let whole = dossier();
        let known = &whole.steps[..8];
        let new = whole.follow((&whole.paper, known), Some(&whole.steps[9]), Side::IsAsked).unwrap();
        assert_eq!(new, whole.steps[8..]);
        assert_eq!(whole.follow((&whole.paper, &whole.steps), None, Side::IsAsked), Ok(vec![]));
        let before = kept(&whole, 8);
        assert_eq!(before.follow((&whole.paper, &whole.steps), None, Side::IsAsked), Ok(vec![]), "an old one");
    }

    #[test]
    fn a_step_of_ours_that_we_did_not_propose_is_refused() {
        let whole = dossier();
        let known = &whole.steps[..9];
        let other = Taken { at: Moment(1), ..whole.steps[9].clone() };
        for proposed in [None, Some(&other)] {
            assert_eq!(whole.follow((&whole.paper, known), proposed, Side::IsAsked), Err(Rift::NotTheirs(10)));
        }
        let mut changed = whole.clone();
        changed.steps[3].policy_set = Digest([1; 32]);
        assert_eq!(changed.follow((&whole.paper, known), None, Side::IsAsked), Err(Rift::Parted(4)));
        let mut paper = whole.paper.clone();
        paper.days = 1;
        assert_eq!(whole.follow((&paper, known), None, Side::IsAsked), Err(Rift::OtherPaper));
    }

    #[derive(Debug, Clone, Copy)]
    enum Event {
        /// The side that asks proposes a step.
        Propose(Step),
        /// The provider takes a step of its own.
        Take(Step),
        /// The proposal arrives; the answer may be lost.
        Carry { lost: bool },
        /// The provider tells what it has; the telling may be lost.
        Tell { lost: bool },
    }

    fn events() -> impl Strategy<Value = Vec<Event>> {
        let ours = prop::sample::select(vec![Step::Clarify, Step::Withdraw, Step::Close]).prop_map(Event::Propose);
        let theirs = vec![Step::Receive, Step::AskBack, Step::Judge, Step::Answer, Step::SendBack];
        let theirs = prop::sample::select(theirs).prop_map(Event::Take);
        let carry = any::<bool>().prop_map(|lost| Event::Carry { lost });
        let tell = any::<bool>().prop_map(|lost| Event::Tell { lost });
        prop::collection::vec(prop_oneof![ours, theirs, carry, tell], 0..60)
    }

    fn state(steps: &[Taken]) -> State {
        steps.iter().fold(State::Draft, |state, taken| state.after(taken.step).unwrap())
    }

    fn next(whole: &Dossier, steps: &[Taken], step: Step, at: i64) -> Taken {
        Taken { number: steps.len() as u64 + 1, at: Moment(at), step, signed: None, ..whole.steps[0].clone() }
    }

    proptest! {
        /// Whatever is proposed, taken, lost and told again: the side that asks never has another step than the
        /// provider in the same place, and once all is told both have the same.
        #[test]
        fn both_sides_agree(events in events()) {
            let whole = dossier();
            let paper = &whole.paper;
            let (mut asks, mut asked) = (whole.steps[..7].to_vec(), whole.steps[..7].to_vec());
            let mut proposed: Option<Taken> = None;
            let tell = |asks: &mut Vec<Taken>, asked: &[Taken], proposed: &mut Option<Taken>| {
                let told = Dossier { steps: asked.to_vec(), ..whole.clone() };
                let new = told.follow((paper, asks), proposed.as_ref(), Side::IsAsked).unwrap();
                // Its place was taken by another step: it has to be thought over.
                if !new.is_empty() {
                    *proposed = None;
                }
                asks.extend(new);
            };
            let carry = |asks: &mut Vec<Taken>, asked: &mut Vec<Taken>, proposed: &mut Option<Taken>, lost: bool| {
                let Some(step) = proposed.clone() else { return };
                let told = Dossier { steps: asks.iter().cloned().chain([step.clone()]).collect(), ..whole.clone() };
                let taken = match told.follow((paper, asked), None, Side::Asks) {
                    Ok(new) => new.iter().try_fold(state(asked), |state, taken| state.after(taken.step)).map(|_| new),
                    Err(_) => return if !lost { *proposed = None },
                };
                match taken {
                    Ok(new) => {
                        asked.extend(new);
                        if !lost {
                            asks.push(step);
                            *proposed = None;
                        }
                    }
                    Err(_) if !lost => *proposed = None,
                    Err(_) => {}
                }
            };
            for (at, event) in events.into_iter().enumerate() {
                let at = 100_000 + at as i64;
                match event {
                    Event::Propose(step) if proposed.is_none() && state(&asks).after(step).is_ok() => {
                        proposed = Some(next(&whole, &asks, step, at));
                    }
                    Event::Take(step) if state(&asked).after(step).is_ok() => {
                        let taken = next(&whole, &asked, step, at);
                        asked.push(taken);
                    }
                    Event::Carry { lost } => carry(&mut asks, &mut asked, &mut proposed, lost),
                    Event::Tell { lost: false } => tell(&mut asks, &asked, &mut proposed),
                    _ => {}
                }
                prop_assert!(asked.starts_with(&asks), "{asks:?} is no beginning of {asked:?}");
            }
            carry(&mut asks, &mut asked, &mut proposed, false);
            tell(&mut asks, &asked, &mut proposed);
            prop_assert_eq!(&asks, &asked);
            prop_assert_eq!(proposed, None);
        }
    }
}
