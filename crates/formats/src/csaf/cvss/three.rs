//! CVSS 3.0 and 3.1: the equations of section 7.

use super::{Scores, Vector};

/// Rounds up to one decimal, in tenths (3.1 appendix A).
pub(super) fn round_up_31(score: f64) -> u8 {
    let whole = (score * 100_000.0).round() as i64;
    let tenths = if whole % 10_000 == 0 { whole / 10_000 } else { whole / 10_000 + 1 };
    tenths.clamp(0, 100) as u8
}

/// The same as 3.0 had it, in the arithmetic of most calculators: what a product of decimals misses a tenth by is
/// rounded up too, for which reason 3.1 rounds otherwise.
pub(super) fn round_up_30(score: f64) -> u8 {
    (score * 10.0).ceil().clamp(0.0, 100.0) as u8
}

/// The same in the arithmetic of decimals.
pub(super) fn round_up_30_decimal(score: f64) -> u8 {
    (score * 10.0 - 1e-9).ceil().clamp(0.0, 100.0) as u8
}

/// The three scores of a whole vector.
pub(super) fn scores(vector: &Vector<'_>, round_up: fn(f64) -> u8) -> Option<Scores> {
    let plain = |name: &str| vector.value(name);
    let changed = |name: &str| match vector.value(&format!("M{name}")) {
        None | Some("X") => vector.value(name),
        modified => modified,
    };
    let required = |name: &str| weight(name, plain(name).unwrap_or("X"), false);
    let later = required("E")? * required("RL")? * required("RC")?;

    let sub = impact_sub(plain, |_| Some(1.0))?;
    let is_changed = plain("S") == Some("C");
    let impact = match is_changed {
        true => 7.52 * (sub - 0.029) - 3.25 * (sub - 0.02).powi(15),
        false => 6.42 * sub,
    };
    let base = round_up(total(impact, exploitability(plain, is_changed)?, is_changed));

    let sub = impact_sub(changed, required)?.min(0.915);
    let is_changed = changed("S") == Some("C");
    let impact = match (is_changed, vector.edition) {
        (false, _) => 6.42 * sub,
        (true, super::Edition::V31) => 7.52 * (sub - 0.029) - 3.25 * (sub * 0.9731 - 0.02).powi(13),
        (true, _) => 7.52 * (sub - 0.029) - 3.25 * (sub - 0.02).powi(15),
    };
    let inner = round_up(total(impact, exploitability(changed, is_changed)?, is_changed));
    Some(Scores {
        base,
        temporal: round_up(f64::from(base) / 10.0 * later),
        environmental: round_up(f64::from(inner) / 10.0 * later),
    })
}

fn total(impact: f64, exploitability: f64, is_changed: bool) -> f64 {
    match (impact <= 0.0, is_changed) {
        (true, _) => 0.0,
        (false, false) => (impact + exploitability).min(10.0),
        (false, true) => (1.08 * (impact + exploitability)).min(10.0),
    }
}

fn impact_sub<'v>(value: impl Fn(&str) -> Option<&'v str>, required: impl Fn(&str) -> Option<f64>) -> Option<f64> {
    let left = |name: &str, requirement: &str| Some(1.0 - weight(name, value(name)?, false)? * required(requirement)?);
    Some(1.0 - left("C", "CR")? * left("I", "IR")? * left("A", "AR")?)
}

fn exploitability<'v>(value: impl Fn(&str) -> Option<&'v str>, is_changed: bool) -> Option<f64> {
    let of = |name: &str| weight(name, value(name)?, is_changed);
    Some(8.22 * of("AV")? * of("AC")? * of("PR")? * of("UI")?)
}

/// Section 7.4.
fn weight(name: &str, value: &str, is_changed: bool) -> Option<f64> {
    Some(match (name, value) {
        ("AV", "N") | ("PR" | "UI", "N") => 0.85,
        ("AV", "A") => 0.62,
        ("AV", "L") => 0.55,
        ("AV", "P") => 0.2,
        ("AC", "L") => 0.77,
        ("AC", "H") => 0.44,
        ("PR", "L") if is_changed => 0.68,
        ("PR", "H") if is_changed => 0.5,
        ("PR", "L") => 0.62,
        ("PR", "H") => 0.27,
        ("UI", "R") => 0.62,
        ("C" | "I" | "A", "H") => 0.56,
        ("C" | "I" | "A", "L") => 0.22,
        ("C" | "I" | "A", "N") => 0.0,
        ("E", "F") => 0.97,
        ("E", "P") => 0.94,
        ("E", "U") => 0.91,
        ("RL", "W") => 0.97,
        ("RL", "T") => 0.96,
        ("RL", "O") => 0.95,
        ("RC", "R") => 0.96,
        ("RC", "U") => 0.92,
        ("CR" | "IR" | "AR", "H") => 1.5,
        ("CR" | "IR" | "AR", "L") => 0.5,
        ("E" | "RL" | "RC" | "CR" | "IR" | "AR", _) => 1.0,
        _ => return None,
    })
}
