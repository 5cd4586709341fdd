//! One rule as people read it: its annotations, checked against its effect and its condition.

use std::collections::BTreeSet;
use std::str::FromStr;

use cedar_policy::{Effect, Policy};
use renkei_core::ruling::{Code, GateId, Ground, Outcome, RequirementId};
use renkei_core::text::Bilingual;
use renkei_core::time::{Day, Moment, SECOND, Validity};
use serde_json::Value;

use crate::error::RulesError;

/// A rule of a gate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// What it says when it matches: gate, requirements, code, outcome, reason.
    pub ground: Ground,
    /// Where in the source documents it comes from (`[004] L357-371`); house rules have none.
    pub source: Option<String>,
    /// When it counts: days of Japan, as its condition says.
    pub validity: Validity,
    /// The file it stands in.
    pub file: String,
    /// Its Cedar text, as it was written.
    pub text: String,
}

impl Rule {
    /// Gate and code: the name a rule is called by (`G7/no-approval`).
    pub fn name(&self) -> String {
        format!("{}/{}", self.ground.gate, self.ground.code)
    }

    /// Reads the annotations of a policy and checks them.
    pub(crate) fn of(file: &str, policy: &Policy) -> Result<Self, RulesError> {
        let said = Annotations { file, policy };
        let gate: GateId = said.parse("gate")?;
        let code: Code = said.parse("code")?;
        let word = said.text("outcome")?;
        let outcome =
            Outcome::from_word(word).ok_or_else(|| said.error("outcome", format!("`{word}` is not an outcome")))?;
        if (policy.effect() == Effect::Permit) != (outcome == Outcome::Allowed) {
            let (file, rule) = (file.to_owned(), format!("{gate}/{code}"));
            return Err(RulesError::Effect { file, rule, outcome: word.to_owned() });
        }
        let requirements = said.text("requirements")?.split(',').map(|id| id.trim().parse::<RequirementId>());
        let requirements =
            requirements.collect::<Result<Vec<_>, _>>().map_err(|error| said.error("requirements", error))?;
        let reason = Bilingual { ja: said.text("reason_ja")?.to_owned(), en: said.text("reason_en")?.to_owned() };
        let validity = said.dates()?;
        Ok(Self {
            ground: Ground { gate, requirements, code, outcome, reason },
            source: policy.annotation("source").map(str::to_owned),
            validity,
            file: file.to_owned(),
            text: policy.to_string(),
        })
    }
}

/// The annotations of one policy.
struct Annotations<'a> {
    file: &'a str,
    policy: &'a Policy,
}

impl Annotations<'_> {
    fn text(&self, key: &'static str) -> Result<&str, RulesError> {
        let text = self.policy.annotation(key).filter(|text| !text.is_empty());
        text.ok_or_else(|| self.error(key, "is missing"))
    }

    fn parse<T: FromStr<Err: std::fmt::Display>>(&self, key: &'static str) -> Result<T, RulesError> {
        self.text(key)?.parse().map_err(|error| self.error(key, error))
    }

    fn rule(&self) -> String {
        let part = |key| self.policy.annotation(key).unwrap_or("?");
        format!("{}/{}", part("gate"), part("code"))
    }

    fn error(&self, annotation: &'static str, problem: impl std::fmt::Display) -> RulesError {
        let (file, rule) = (self.file.to_owned(), self.rule());
        RulesError::Annotation { file, rule, annotation, problem: problem.to_string() }
    }

    /// The days `@from` and `@until` say, if the condition compares `context.at` with just these.
    fn dates(&self) -> Result<Validity, RulesError> {
        let from = self.day("from")?;
        let until = self.day("until")?;
        let mut annotated = BTreeSet::new();
        annotated.extend(from.map(|day| format!(">= {}", literal(day))));
        annotated.extend(until.map(|day| format!("< {}", literal(day))));
        let json = self.policy.to_json().map_err(|error| self.error("from", error))?;
        let mut condition = BTreeSet::new();
        comparisons(&json, &mut condition);
        if annotated == condition {
            return Ok(Validity { from: from.map(midnight), until: until.map(midnight) });
        }
        let say = |set: BTreeSet<String>| match set.is_empty() {
            true => "no date".to_owned(),
            false => set.into_iter().collect::<Vec<_>>().join(" and "),
        };
        let (file, rule) = (self.file.to_owned(), self.rule());
        Err(RulesError::Date { file, rule, annotated: say(annotated), condition: say(condition) })
    }

    fn day(&self, key: &'static str) -> Result<Option<Day>, RulesError> {
        let Some(text) = self.policy.annotation(key) else { return Ok(None) };
        let mut parts = text.splitn(3, '-').map(str::parse::<u32>);
        let day = match (parts.next(), parts.next(), parts.next()) {
            (Some(Ok(year)), Some(Ok(month)), Some(Ok(day))) => Day::from_civil(year as i32, month, day),
            _ => None,
        };
        day.map(Some).ok_or_else(|| self.error(key, format!("`{text}` is not a day: write 2026-04-01")))
    }
}

/// How a condition writes the first moment of a day in Japan.
fn literal(day: Day) -> String {
    format!("{day}T00:00:00+0900")
}

/// The first moment of a day in Japan.
fn midnight(day: Day) -> Moment {
    Moment(day.start().0.saturating_sub(9 * 3600 * SECOND))
}

/// What a policy's dates say: comparisons of `context.at` with a date that every match has to pass,
/// as operator and literal. Any other date comes out as one that no annotation can equal.
fn comparisons(policy: &Value, found: &mut BTreeSet<String>) {
    for condition in policy.get("conditions").and_then(Value::as_array).into_iter().flatten() {
        let Some(body) = condition.get("body") else { continue };
        if condition.get("kind").and_then(Value::as_str) == Some("when") {
            conjuncts(body, found);
        } else {
            other_dates(body, found);
        }
    }
}

/// Splits `a && b && c` and looks at each.
fn conjuncts(expression: &Value, found: &mut BTreeSet<String>) {
    if let Some(both) = expression.get("&&") {
        both.get("left").into_iter().chain(both.get("right")).for_each(|side| conjuncts(side, found));
        return;
    }
    let operator = |(key, value): (&String, &Value)| Some(format!("{key} {}", date_comparison(value)?));
    match expression.as_object().and_then(|map| map.iter().find_map(operator)) {
        Some(comparison) => {
            found.insert(comparison);
        }
        None => other_dates(expression, found),
    }
}

/// Dates that stand where they do not simply bound the time of the rule.
fn other_dates(expression: &Value, found: &mut BTreeSet<String>) {
    match expression {
        Value::Object(map) => map.iter().for_each(|(key, value)| {
            if key == "datetime" {
                found.insert(format!("a date inside the condition, {value}"));
            } else {
                other_dates(value, found);
            }
        }),
        Value::Array(values) => values.iter().for_each(|value| other_dates(value, found)),
        _ => {}
    }
}

/// The literal of a comparison of `context.at` with a date.
fn date_comparison(value: &Value) -> Option<&str> {
    let access = value.get("left")?.get(".")?;
    let variable = access.get("left")?.get("Var")?.as_str()?;
    let at = variable == "context" && access.get("attr")?.as_str()? == "at";
    at.then(|| value.get("right")?.get("datetime")?.get(0)?.get("Value")?.as_str()).flatten()
}
