//! Rulings and permits: the only crate that links Cedar.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing))]

mod permit;

pub use permit::Permit;

use std::path::Path;

use renkei_core::question::Question;
use renkei_core::ruling::Ruling;

/// The rule set, ready to be asked. Cheap to share behind an `Arc`.
#[derive(Debug)]
pub struct Gate;

/// Why a rule set cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("rule set")]
pub struct RulesError;

impl Gate {
    /// The rule set that was compiled in.
    pub fn embedded() -> Self {
        Self
    }

    /// A rule set from a folder shaped like `policies/`, for rehearsals with changed rules.
    pub fn from_dir(_path: &Path) -> Result<Self, RulesError> {
        Ok(Self)
    }

    /// What may be done, why, and under which rules.
    pub fn rule(&self, _question: &Question) -> Ruling {
        unimplemented!()
    }

    /// The permit for what is asked, or the ruling that refuses it.
    pub fn permit(&self, question: Question) -> Result<Permit, Ruling> {
        let ruling = self.rule(&question);
        Permit::grant(question, ruling)
    }
}
