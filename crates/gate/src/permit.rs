//! Permits: a right as a value, which only the gate can make.

use renkei_core::act::Act;
use renkei_core::class::DataClass;
use renkei_core::id::Digest;
use renkei_core::measure::Measure;
use renkei_core::question::{Object, Question};
use renkei_core::ruling::Ruling;
use renkei_core::seat::Seat;
use renkei_core::time::Moment;

/// The right to do one act once. It cannot be copied, stored or made outside this crate; a write
/// takes it by value, checks the versions of its objects in its transaction, and enters it in the
/// ledger (S4.13).
///
/// ```compile_fail
/// fn twice(permit: renkei_gate::Permit) -> (renkei_gate::Permit, renkei_gate::Permit) {
///     (permit.clone(), permit)
/// }
/// ```
#[must_use = "a permit that is dropped was asked for in vain; pass it to the write it is for"]
#[derive(Debug)]
pub struct Permit {
    question: Question,
    ruling: Ruling,
}

impl Permit {
    /// The permit for a question the ruling allows. The ruling comes back where it does not allow, and
    /// for every act that is forbidden for ever, whatever it says.
    pub(crate) fn grant(question: Question, ruling: Ruling) -> Result<Self, Ruling> {
        if ruling.is_allowed() && question.act.is_possible() { Ok(Self { question, ruling }) } else { Err(ruling) }
    }

    /// What may be done.
    pub const fn act(&self) -> Act {
        self.question.act
    }

    /// Who may do it.
    pub const fn seat(&self) -> &Seat {
        &self.question.seat
    }

    /// On what, each in the version that was looked at.
    pub fn objects(&self) -> &[Object] {
        &self.question.objects
    }

    /// The kind of material.
    pub const fn class(&self) -> DataClass {
        self.question.class
    }

    /// What is asked of a party, where something is.
    pub const fn measure(&self) -> Option<Measure> {
        self.question.measure
    }

    /// The moment it was given for.
    pub const fn at(&self) -> Moment {
        self.question.at
    }

    /// SHA-256 over the rule set that allowed it.
    pub const fn policy_set(&self) -> Digest {
        self.ruling.policy_set
    }

    /// Everything that was asked.
    pub const fn question(&self) -> &Question {
        &self.question
    }

    /// Everything that was answered.
    pub const fn ruling(&self) -> &Ruling {
        &self.ruling
    }
}
