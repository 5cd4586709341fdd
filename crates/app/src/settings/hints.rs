//! `[hints]`: duplicate hints (S4.10). Left out, they are off (gate G6); every term is the office's own, none has a default.

use std::collections::BTreeMap;

use renkei_core::hint::{Desk, Terms};
use renkei_core::id::PartyId;
use serde::{Deserialize, Serialize};

use super::SettingsError;

/// What this office does about duplicate hints.
#[derive(Debug, Clone, Default)]
pub struct Hints {
    /// Its organisations ask.
    pub asks: Option<HintAsks>,
    /// It evaluates for others: how many points a force may have evaluated on one day.
    pub evaluates: Option<u32>,
    /// It keeps the register.
    pub registers: Option<HintRegisters>,
}

/// Whom the office asks, and whom others are to call.
#[derive(Debug, Clone)]
pub struct HintAsks {
    /// Whose office evaluates.
    pub evaluator: PartyId,
    /// Whose office keeps the register; may be this one.
    pub register: PartyId,
    /// The desk of each organisation that takes part.
    pub desks: BTreeMap<PartyId, Desk>,
}

/// The register.
#[derive(Debug, Clone)]
pub struct HintRegisters {
    /// Whose office evaluates, so that it is known which epoch runs.
    pub evaluator: PartyId,
    /// For how long, and how often.
    pub terms: Terms,
}

impl std::fmt::Display for Hints {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { asks, evaluates, registers } = self;
        if asks.is_none() && evaluates.is_none() && registers.is_none() {
            return f.write_str("off");
        }
        let asks = asks.iter().map(|it| format!("asks `{}` and `{}`", it.evaluator, it.register));
        let evaluates = evaluates.iter().map(|points| format!("evaluates {points} points a day for each"));
        let registers = registers.iter().map(|it| {
            format!("keeps the register: {} days, {} looks a day for each", it.terms.kept_days, it.terms.asks_per_day)
        });
        f.write_str(&asks.chain(evaluates).chain(registers).collect::<Vec<_>>().join("; "))
    }
}

/// `[hints]` as typed.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RawHints {
    /// `[hints.asks]`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub asks: Option<RawAsks>,
    /// `[hints.evaluates]`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub evaluates: Option<RawEvaluates>,
    /// `[hints.registers]`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub registers: Option<RawRegisters>,
}

/// `[hints.asks]` as typed.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawAsks {
    /// Party id.
    pub evaluator: String,
    /// Party id.
    pub register: String,
    /// Party id = desk to call.
    pub desks: BTreeMap<String, String>,
}

/// `[hints.evaluates]` as typed.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawEvaluates {
    /// Points a force may have evaluated on one day (UTC).
    pub points_per_day: u32,
}

/// `[hints.registers]` as typed.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawRegisters {
    /// Party id.
    pub evaluator: String,
    /// Days after the sending of an inquiry for which its tokens are kept.
    pub kept_days: u32,
    /// How often a force may look on one day (UTC).
    pub looks_per_day: u32,
}

impl RawHints {
    pub(super) fn check(self, own: &PartyId) -> Result<Hints, SettingsError> {
        let Self { asks, evaluates, registers } = self;
        let apart = "nobody who asks or keeps the register: who has key and tokens could try subjects out";
        let value = |key, value: &str, expected| SettingsError::Value { key, value: value.to_owned(), expected };
        if evaluates.is_some() && (asks.is_some() || registers.is_some()) {
            return Err(value("hints.evaluates", own.as_str(), apart));
        }
        let asks = asks.map(|typed| typed.check()).transpose()?;
        let registers = registers.map(|typed| typed.check()).transpose()?;
        let evaluators = asks.iter().map(|asks| (&asks.evaluator, Some(&asks.register)));
        let evaluators = evaluators.chain(registers.iter().map(|registers| (&registers.evaluator, None)));
        for (evaluator, register) in evaluators {
            if evaluator == own || Some(evaluator) == register {
                return Err(value("hints.evaluator", evaluator.as_str(), apart));
            }
        }
        if let Some(asks) = asks.as_ref().filter(|asks| asks.register == *own && registers.is_none()) {
            return Err(value("hints.asks.register", asks.register.as_str(), "an office with [hints.registers]"));
        }
        Ok(Hints { asks, evaluates: evaluates.map(|typed| typed.points_per_day), registers })
    }
}

impl RawAsks {
    fn check(self) -> Result<HintAsks, SettingsError> {
        let mut desks = BTreeMap::new();
        for (party, desk) in self.desks {
            let read: Desk = desk.parse().map_err(|_| SettingsError::Value {
                key: "hints.asks.desks",
                value: desk.clone(),
                expected: "an office, a section, a telephone number on one line of 1 to 200 characters",
            })?;
            desks.insert(party.parse()?, read);
        }
        Ok(HintAsks { evaluator: self.evaluator.parse()?, register: self.register.parse()?, desks })
    }
}

impl RawRegisters {
    fn check(self) -> Result<HintRegisters, SettingsError> {
        let Self { evaluator, kept_days, looks_per_day } = self;
        let terms = Terms { kept_days, asks_per_day: looks_per_day };
        Ok(HintRegisters { evaluator: evaluator.parse()?, terms })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str) -> Result<Hints, SettingsError> {
        toml::from_str::<RawHints>(text).unwrap().check(&"centre".parse().unwrap())
    }

    #[test]
    fn left_out_they_are_off() {
        let hints = check("").unwrap();
        assert!(hints.asks.is_none() && hints.evaluates.is_none() && hints.registers.is_none());
    }

    #[test]
    fn the_evaluator_is_apart_from_who_asks_and_from_the_register() {
        let asks = |evaluator: &str, register: &str| {
            format!("[asks]\nevaluator = \"{evaluator}\"\nregister = \"{register}\"\ndesks = {{ aoba = \"Aoba\" }}\n")
        };
        let registers = |evaluator: &str| {
            format!("[registers]\nevaluator = \"{evaluator}\"\nkept_days = 30\nlooks_per_day = 100\n")
        };
        assert!(check(&asks("far", "hub")).is_ok());
        assert!(check(&format!("{}{}", asks("far", "centre"), registers("far"))).is_ok());
        for bad in [
            asks("centre", "hub"),
            asks("hub", "hub"),
            asks("far", "centre"),
            registers("centre"),
            format!("[evaluates]\npoints_per_day = 5\n{}", registers("far")),
            format!("[evaluates]\npoints_per_day = 5\n{}", asks("far", "hub")),
        ] {
            assert!(check(&bad).is_err(), "{bad}");
        }
        assert_eq!(check("[evaluates]\npoints_per_day = 5\n").unwrap().evaluates, Some(5));
    }
}
