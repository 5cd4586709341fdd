//! A rule set in Cedar's hands: what opens, what closes, what is only said beside.

use std::collections::BTreeMap;

use cedar_policy::{Effect, PolicyId, PolicySet, Schema, ValidationMode, Validator};
use renkei_core::ruling::{Code, GateId, Ground, Outcome};
use renkei_core::text::Bilingual;
use serde::Deserialize;

use crate::error::RulesError;
use crate::files::{DEFAULTS, RuleFiles, SCHEMA};
use crate::rule::Rule;

/// The rules, parsed and checked against the schema.
#[derive(Debug)]
pub(crate) struct Rules {
    /// The schema they are written in.
    pub schema: Schema,
    /// `permit` policies: only these open.
    pub permits: PolicySet,
    /// `forbid` policies: each closes, whatever opens.
    pub forbids: PolicySet,
    /// Notes: their matching is said, and decides nothing.
    pub notes: PolicySet,
    /// Every rule and note by its policy id.
    pub by_id: BTreeMap<PolicyId, Rule>,
    /// What is said where no rule opens.
    pub no_rule: Ground,
    /// What is said where a rule could not be applied.
    pub rule_error: Ground,
}

impl Rules {
    /// Reads the files of a rule set; a set with any fault is refused as a whole.
    pub fn load(files: &RuleFiles) -> Result<Self, RulesError> {
        let (schema, _) = Schema::from_cedarschema_str(files.text(SCHEMA)).map_err(|error| cedar(SCHEMA, error))?;
        let (no_rule, rule_error) = defaults(files.text(DEFAULTS))?;
        let mut rules = Self {
            schema,
            permits: PolicySet::new(),
            forbids: PolicySet::new(),
            notes: PolicySet::new(),
            by_id: BTreeMap::new(),
            no_rule,
            rule_error,
        };
        for (file, text) in files.rules() {
            rules.add(file, text, false)?;
        }
        for (file, text) in files.notes() {
            rules.add(file, text, true)?;
        }
        rules.validate()?;
        Ok(rules)
    }

    fn add(&mut self, file: &str, text: &str, note: bool) -> Result<(), RulesError> {
        let set: PolicySet = text.parse().map_err(|error| cedar(file, error))?;
        if set.templates().next().is_some() {
            return Err(cedar(file, "rules have no slots"));
        }
        for policy in set.policies() {
            let rule = Rule::of(file, policy)?;
            let id = PolicyId::new(rule.name());
            let policy = policy.new_id(id.clone());
            let into = match (note, policy.effect()) {
                (true, _) => &mut self.notes,
                (false, Effect::Permit) => &mut self.permits,
                (false, Effect::Forbid) => &mut self.forbids,
            };
            into.add(policy).map_err(|_| RulesError::Twice(rule.name()))?;
            if let Some(known) = self.by_id.insert(id, rule) {
                return Err(RulesError::Twice(known.name()));
            }
        }
        Ok(())
    }

    /// Cedar's strict validation: no typing slip, no act, class or measure that does not exist.
    fn validate(&self) -> Result<(), RulesError> {
        let validator = Validator::new(self.schema.clone());
        for set in [&self.permits, &self.forbids, &self.notes] {
            let result = validator.validate(set, ValidationMode::Strict);
            let mut found = result.validation_errors().map(ToString::to_string);
            if let Some(first) = found.next() {
                return Err(RulesError::Schema(found.fold(first, |all, next| format!("{all}; {next}"))));
            }
        }
        Ok(())
    }
}

fn cedar(file: &str, reason: impl std::fmt::Display) -> RulesError {
    RulesError::Cedar { file: file.to_owned(), reason: reason.to_string() }
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Defaults {
    no_rule: Default,
    rule_error: Default,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Default {
    gate: String,
    requirements: Vec<String>,
    reason_ja: String,
    reason_en: String,
}

fn defaults(text: &str) -> Result<(Ground, Ground), RulesError> {
    let error = |reason: String| RulesError::Data { file: DEFAULTS, reason };
    let Defaults { no_rule, rule_error } = toml::from_str(text).map_err(|fault| error(fault.to_string()))?;
    let ground = |code: &str, said: Default| {
        let Default { gate, requirements, reason_ja, reason_en } = said;
        Ok::<_, renkei_core::ruling::RuleNameError>(Ground {
            gate: gate.parse::<GateId>()?,
            requirements: requirements.iter().map(|id| id.parse()).collect::<Result<_, _>>()?,
            code: code.parse::<Code>()?,
            outcome: Outcome::Forbidden,
            reason: Bilingual { ja: reason_ja, en: reason_en },
        })
    };
    let no_rule = ground("no-rule", no_rule).map_err(|fault| error(fault.to_string()))?;
    let rule_error = ground("rule-error", rule_error).map_err(|fault| error(fault.to_string()))?;
    Ok((no_rule, rule_error))
}
