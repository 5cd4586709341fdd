//! A rule set in Cedar's hands: what opens, what closes, what is only said beside.

use std::collections::BTreeMap;

use cedar_policy::{
    ActionConstraint, Effect, Entities, EntityId, EntityUid, ParseErrors, Policy, PolicyId, PolicySet, Schema,
    ValidationMode, Validator,
};
use renkei_core::act::Act;
use renkei_core::ruling::{Code, GateId, Ground, Outcome};
use renkei_core::text::Bilingual;
use serde::Deserialize;

use crate::error::RulesError;
use crate::files::{DEFAULTS, RuleFiles, SCHEMA};
use crate::rule::Rule;

/// Policies by what they do.
#[derive(Debug, Default)]
pub(crate) struct Sets {
    /// `permit` policies: only these open.
    pub permits: PolicySet,
    /// `forbid` policies: each closes, whatever opens.
    pub forbids: PolicySet,
    /// Notes: their matching is said, and decides nothing.
    pub notes: PolicySet,
}

/// What can speak of one act: the policies whose scope takes it in, and the act with its groups.
/// A policy whose scope leaves the act out cannot match, so it need not be tried.
#[derive(Debug)]
pub(crate) struct ActRules {
    /// Its policies.
    pub sets: Sets,
    /// The act as an entity.
    pub act: Entities,
}

/// The rules, parsed and checked against the schema.
#[derive(Debug)]
pub(crate) struct Rules {
    /// The policies by act.
    pub by_act: BTreeMap<Act, ActRules>,
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
        let mut rules = Self { by_act: BTreeMap::new(), by_id: BTreeMap::new(), no_rule, rule_error };
        let mut sets = Sets::default();
        for (file, text) in files.rules() {
            rules.add(&mut sets, file, text, false)?;
        }
        for (file, text) in files.notes() {
            rules.add(&mut sets, file, text, true)?;
        }
        sets.validate(&schema)?;
        for act in Act::ALL {
            rules.by_act.insert(*act, sets.of(*act, &schema)?);
        }
        Ok(rules)
    }

    fn add(&mut self, sets: &mut Sets, file: &str, text: &str, note: bool) -> Result<(), RulesError> {
        let set: PolicySet = text.parse().map_err(|error| cedar(file, error))?;
        if set.templates().next().is_some() {
            return Err(cedar(file, "rules have no slots"));
        }
        for policy in set.policies() {
            let rule = Rule::of(file, policy)?;
            let id = PolicyId::new(rule.name());
            let policy = policy.new_id(id.clone());
            let into = match (note, policy.effect()) {
                (true, _) => &mut sets.notes,
                (false, Effect::Permit) => &mut sets.permits,
                (false, Effect::Forbid) => &mut sets.forbids,
            };
            into.add(policy).map_err(|_| RulesError::Twice(rule.name()))?;
            if let Some(known) = self.by_id.insert(id, rule) {
                return Err(RulesError::Twice(known.name()));
            }
        }
        Ok(())
    }
}

impl Sets {
    /// Cedar's strict validation: no typing slip, no act, class or measure that does not exist.
    fn validate(&self, schema: &Schema) -> Result<(), RulesError> {
        let validator = Validator::new(schema.clone());
        for set in [&self.permits, &self.forbids, &self.notes] {
            let result = validator.validate(set, ValidationMode::Strict);
            let mut found = result.validation_errors().map(ToString::to_string);
            if let Some(first) = found.next() {
                return Err(RulesError::Schema(found.fold(first, |all, next| format!("{all}; {next}"))));
            }
        }
        Ok(())
    }

    /// The policies that can match an act.
    fn of(&self, act: Act, schema: &Schema) -> Result<ActRules, RulesError> {
        let fault = |error: String| RulesError::Schema(error);
        let acts = schema.action_entities().map_err(|error| fault(error.to_string()))?;
        let uid = EntityUid::from_type_name_and_id(
            "Action".parse().map_err(|error: ParseErrors| fault(error.to_string()))?,
            EntityId::new(act.word()),
        );
        let entity = acts.get(&uid).ok_or_else(|| fault(format!("the schema has no act `{act}`")))?.clone();
        let among = |group: &EntityUid| *group == uid || acts.is_ancestor_of(group, &uid);
        let speaks = |policy: &&Policy| match policy.action_constraint() {
            ActionConstraint::Any => true,
            ActionConstraint::In(groups) => groups.iter().any(among),
            ActionConstraint::Eq(one) => one == uid,
        };
        let part = |set: &PolicySet| {
            PolicySet::from_policies(set.policies().filter(speaks).cloned()).map_err(|error| fault(error.to_string()))
        };
        Ok(ActRules {
            sets: Sets { permits: part(&self.permits)?, forbids: part(&self.forbids)?, notes: part(&self.notes)? },
            act: Entities::from_entities([entity], None).map_err(|error| fault(error.to_string()))?,
        })
    }
}

fn cedar(file: &str, reason: impl std::fmt::Display) -> RulesError {
    RulesError::Cedar { file: file.to_owned(), reason: reason.to_string() }
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Defaults {
    no_rule: Said,
    rule_error: Said,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Said {
    gate: String,
    requirements: Vec<String>,
    reason_ja: String,
    reason_en: String,
}

fn defaults(text: &str) -> Result<(Ground, Ground), RulesError> {
    let error = |reason: String| RulesError::Data { file: DEFAULTS, reason };
    let Defaults { no_rule, rule_error } = toml::from_str(text).map_err(|fault| error(fault.to_string()))?;
    let ground = |code: &str, said: Said| {
        let Said { gate, requirements, reason_ja, reason_en } = said;
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
