//! Rulings: what the gate answers, why, and under which rules.

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;
use core::str::FromStr;

use crate::id::Digest;
use crate::text::{Bilingual, Language};
use crate::time::Moment;

vocabulary! {
    /// What may be done, mildest first: of several that match, the greatest holds.
    Outcome {
        /// May be done now.
        Allowed = "allowed",
        /// May be done once the approver set by the organisation has approved (S4.13), or, where a
        /// provider discloses by necessity, once its legal desk has judged so (S4.6).
        NeedsApproval = "needs-approval",
        /// Only a judge's warrant opens it; renkei only refers to it (S4.6).
        NeedsWarrant = "needs-warrant",
        /// 整理されていない: the sources leave it open, so it stays closed (S2.17).
        Undecided = "undecided",
        /// May not be done.
        Forbidden = "forbidden",
    }
}

/// A text is not a name of a rule's part.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not {what}")]
pub struct RuleNameError {
    text: String,
    what: &'static str,
}

/// Makes a checked name that rule files give.
macro_rules! rule_name {
    ($(#[$doc:meta])* $name:ident, $what:literal, $good:expr) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(String);

        impl $name {
            /// Its text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = RuleNameError;
            fn from_str(text: &str) -> Result<Self, RuleNameError> {
                let good: fn(&str) -> bool = $good;
                if good(text) {
                    Ok(Self(text.to_string()))
                } else {
                    Err(RuleNameError { text: text.to_string(), what: $what })
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

rule_name!(
    /// A gate: `G1` to `G26` of the legal gates, or `H0` … for a rule of the house.
    GateId,
    "a gate: write G or H and a number, such as G7",
    |text| text.strip_prefix(['G', 'H']).is_some_and(is_number)
);
rule_name!(
    /// A requirement of the source documents: `S2.14`.
    RequirementId,
    "a requirement: write S, the document and the row, such as S2.14",
    |text| {
        let parts = text.strip_prefix('S').and_then(|rest| rest.split_once('.'));
        parts.is_some_and(|(document, row)| is_number(document) && is_number(row))
    }
);
rule_name!(
    /// The stable code of a ground: `no-rule`, `no-approval`.
    Code,
    "a code: use a-z, 0-9 and -",
    |text| !text.is_empty() && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
);

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.len() <= 4 && text.bytes().all(|b| b.is_ascii_digit())
}

/// One rule that matched, or the house's default where none did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ground {
    /// The gate the rule belongs to.
    pub gate: GateId,
    /// The requirements it carries out.
    pub requirements: Vec<RequirementId>,
    /// Its stable code.
    pub code: Code,
    /// What it says by itself.
    pub outcome: Outcome,
    /// Why, for people.
    pub reason: Bilingual,
}

/// What the gate answered: complete, so that a refusal can be recorded and replayed years later.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ruling {
    /// The greatest outcome of the grounds.
    pub outcome: Outcome,
    /// Every rule that matched, gravest first.
    pub grounds: Vec<Ground>,
    /// SHA-256 over all files of the rule set that decided.
    pub policy_set: Digest,
    /// The moment the question was asked for.
    pub at: Moment,
}

impl Ruling {
    /// Combines what matched: forbidden > undecided > needs warrant > needs approval > allowed;
    /// nothing at all is forbidden. Grounds are put in order, gravest first, then by gate and code.
    pub fn of(mut grounds: Vec<Ground>, policy_set: Digest, at: Moment) -> Self {
        grounds.sort_by(|a, b| (b.outcome, &a.gate, &a.code).cmp(&(a.outcome, &b.gate, &b.code)));
        let outcome = combine(grounds.iter().map(|ground| ground.outcome));
        Self { outcome, grounds, policy_set, at }
    }

    /// Whether it may be done now.
    pub fn is_allowed(&self) -> bool {
        self.outcome == Outcome::Allowed
    }

    /// The grounds that decide: those as grave as the outcome.
    pub fn deciding(&self) -> impl Iterator<Item = &Ground> {
        self.grounds.iter().filter(|ground| ground.outcome == self.outcome)
    }

    /// The reasons of the deciding grounds, one a line, each with its gate and code.
    pub fn reasons(&self, language: Language) -> String {
        let mut text = String::new();
        for ground in self.deciding() {
            if !text.is_empty() {
                text.push('\n');
            }
            text.push_str(ground.reason.get(language));
            text.push_str(" [");
            text.push_str(ground.gate.as_str());
            text.push(' ');
            text.push_str(ground.code.as_str());
            text.push(']');
        }
        text
    }
}

/// `forbidden: G20 subscriber-name; G7 …`: the outcome and the grounds that decide.
impl fmt::Display for Ruling {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.outcome)?;
        for (place, ground) in self.deciding().enumerate() {
            write!(f, "{}{} {}", if place == 0 { ": " } else { "; " }, ground.gate, ground.code)?;
        }
        Ok(())
    }
}

/// The gravest of some outcomes; none at all is forbidden.
pub fn combine(outcomes: impl IntoIterator<Item = Outcome>) -> Outcome {
    outcomes.into_iter().max().unwrap_or(Outcome::Forbidden)
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;
    use proptest::prelude::*;

    fn outcomes() -> impl Strategy<Value = Vec<Outcome>> {
        prop::collection::vec(prop::sample::select(Outcome::ALL), 1..6)
    }

    proptest! {
        /// A further rule that matches never makes a ruling milder.
        #[test]
        fn combination_is_monotone(a in outcomes(), b in outcomes()) {
            let both = combine(a.iter().chain(&b).copied());
            prop_assert_eq!(both, combine(a.iter().copied()).max(combine(b.iter().copied())));
            prop_assert!(both >= combine(a));
        }
    }

    #[test]
    fn no_ground_is_forbidden() {
        assert_eq!(Ruling::of(vec![], Digest::of(b""), Moment(0)).outcome, Outcome::Forbidden);
    }

    #[test]
    fn names_of_rules_are_checked() {
        for bad in ["", "G", "g7", "G7a", "S2.14"] {
            assert!(bad.parse::<GateId>().is_err(), "{bad}");
        }
        for bad in ["S2", "S.1", "2.14", "S2.14 "] {
            assert!(bad.parse::<RequirementId>().is_err(), "{bad}");
        }
        assert_eq!("S2.14".parse::<RequirementId>().unwrap().as_str(), "S2.14");
    }
}
