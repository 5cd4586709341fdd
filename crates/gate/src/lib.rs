//! Rulings and permits: the only crate that links Cedar.
//!
//! A [`Question`] of plain facts goes in, a [`Ruling`] comes out, and where it allows, a [`Permit`].
//! Rules are data (`policies/`): `permit` policies open, `forbid` policies close, and what is neither
//! opened nor closed is forbidden with the code `no-rule`. How a rule is written, proved and replayed
//! stands in `docs/gates.md`; why it is built so in `docs/decisions/0010-gate.md`.
//!
//! **Invariant:** a permit exists only where Cedar's own decision over all rules is *allow*, and never
//! for an act that is forbidden for ever.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing))]

mod catalogue;
mod error;
mod facts;
mod fields;
mod files;
mod permit;
mod rule;
mod rules;
mod words;

pub use catalogue::CatalogueEntry;
pub use error::RulesError;
pub use fields::Field;
pub use files::RuleFiles;
pub use permit::Permit;
pub use rule::Rule;
pub use words::Words;

use std::path::Path;

use cedar_policy::{Authorizer, Entities, PolicySet, Request};
use renkei_core::id::Digest;
use renkei_core::question::Question;
use renkei_core::ruling::{Ground, Outcome, Ruling};

use facts::Types;
use rules::{Rules, Sets};

/// A rule set, ready to be asked. It has no state: share it behind an `Arc`.
#[derive(Debug)]
pub struct Gate {
    rules: Rules,
    types: Types,
    authorizer: Authorizer,
    catalogue: Vec<CatalogueEntry>,
    fields: Vec<Field>,
    digest: Digest,
}

impl Gate {
    /// The rule set that was compiled in.
    #[expect(clippy::expect_used, reason = "the rules are compiled in, and tests load them")]
    pub fn embedded() -> Self {
        Self::from_files(&RuleFiles::embedded()).expect("the rules that were compiled in are whole")
    }

    /// A rule set from a folder shaped like `policies/`, for rehearsals with changed rules.
    pub fn from_dir(folder: &Path) -> Result<Self, RulesError> {
        Self::from_files(&RuleFiles::read(folder)?)
    }

    /// A rule set from its texts.
    pub fn from_files(files: &RuleFiles) -> Result<Self, RulesError> {
        let rules = Rules::load(files)?;
        Ok(Self {
            types: Types::new().map_err(|error| RulesError::Schema(error.to_string()))?,
            authorizer: Authorizer::new(),
            catalogue: catalogue::read(files.text(files::MEASURES))?,
            fields: fields::read(files.text(files::FIELDS))?,
            digest: files.digest(),
            rules,
        })
    }

    /// What may be done, why, and under which rules. Every rule that matches is named.
    pub fn rule(&self, question: &Question) -> Ruling {
        let grounds = self.rules.by_act.get(&question.act).and_then(|rules| {
            let (request, entities) = self.types.ask(question, &rules.act).ok()?;
            Some(self.grounds(&rules.sets, &request, &entities))
        });
        let grounds = grounds.unwrap_or_else(|| vec![self.rules.rule_error.clone()]);
        Ruling::of(grounds, self.digest, question.at)
    }

    /// The permit for what is asked, or the ruling that refuses it, which the caller records.
    pub fn permit(&self, question: Question) -> Result<Permit, Ruling> {
        let ruling = self.rule(&question);
        Permit::grant(question, ruling)
    }

    /// SHA-256 over every file that decides: kept with each ruling, so that it can be replayed.
    pub const fn policy_set(&self) -> Digest {
        self.digest
    }

    /// The catalogue of measures, in the order pages list them.
    pub fn catalogue(&self) -> &[CatalogueEntry] {
        &self.catalogue
    }

    /// The fields that inquiries ask for, in the order forms list them.
    pub fn fields(&self) -> &[Field] {
        &self.fields
    }

    /// Every rule and note, by gate and code.
    pub fn rules(&self) -> impl Iterator<Item = &Rule> {
        self.rules.by_id.values()
    }

    fn grounds(&self, sets: &Sets, request: &Request, entities: &Entities) -> Vec<Ground> {
        let mut grounds = Vec::new();
        let opened = self.collect(&sets.permits, request, entities, &mut grounds);
        self.collect(&sets.forbids, request, entities, &mut grounds);
        // An approval only helps where a rule opens: else it would be promised in vain.
        let closed = grounds.iter().any(|ground| ground.outcome > Outcome::NeedsApproval);
        if !opened && !closed {
            grounds.push(self.rules.no_rule.clone());
        }
        self.collect(&sets.notes, request, entities, &mut grounds);
        grounds
    }

    /// Adds the ground of every policy of a set that matches; says whether there was any. A policy
    /// that fails on the facts would be skipped by Cedar, so it becomes a ground that forbids.
    fn collect(&self, set: &PolicySet, request: &Request, entities: &Entities, grounds: &mut Vec<Ground>) -> bool {
        let response = self.authorizer.is_authorized(request, set, entities);
        if response.diagnostics().errors().next().is_some() {
            grounds.push(self.rules.rule_error.clone());
        }
        let before = grounds.len();
        let matched = response.diagnostics().reason().filter_map(|id| self.rules.by_id.get(id));
        grounds.extend(matched.map(|rule| rule.ground.clone()));
        grounds.len() > before
    }
}
