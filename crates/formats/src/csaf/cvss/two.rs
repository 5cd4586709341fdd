//! CVSS 2.0: the equations of section 3.2.

use super::{Scores, Vector};

/// Products of decimals miss a half by less than this.
const MISSED: f64 = 1e-9;

/// The three scores of a whole vector, twice: halves rounded up, and down. The standard says no more than "round to
/// one decimal", and calculators differ in it.
pub(super) fn scores(vector: &Vector<'_>) -> Option<[Scores; 2]> {
    Some([rounded(vector, MISSED)?, rounded(vector, -MISSED)?])
}

fn rounded(vector: &Vector<'_>, missed: f64) -> Option<Scores> {
    // To one decimal, in tenths.
    let round = |score: f64| (score * 10.0 + missed).round().clamp(0.0, 100.0) as u8;
    let of = |name: &str| weight(name, vector.value(name).unwrap_or("ND"));
    let exploitability = 20.0 * of("AV")? * of("AC")? * of("Au")?;
    let base = |impact: f64| {
        let factor = if impact == 0.0 { 0.0 } else { 1.176 };
        round((0.6 * impact + 0.4 * exploitability - 1.5) * factor)
    };
    let later = of("E")? * of("RL")? * of("RC")?;
    let (c, i, a) = (of("C")?, of("I")?, of("A")?);
    let plain = base(10.41 * (1.0 - (1.0 - c) * (1.0 - i) * (1.0 - a)));
    let adjusted = 10.41 * (1.0 - (1.0 - c * of("CR")?) * (1.0 - i * of("IR")?) * (1.0 - a * of("AR")?));
    let temporal = f64::from(round(f64::from(base(adjusted.min(10.0))) / 10.0 * later)) / 10.0;
    Some(Scores {
        base: plain,
        temporal: round(f64::from(plain) / 10.0 * later),
        environmental: round((temporal + (10.0 - temporal) * of("CDP")?) * of("TD")?),
    })
}

/// Section 3.2.1 to 3.2.3.
fn weight(name: &str, value: &str) -> Option<f64> {
    Some(match (name, value) {
        ("AV", "L") => 0.395,
        ("AV", "A") => 0.646,
        ("AV", "N") => 1.0,
        ("AC", "H") => 0.35,
        ("AC", "M") => 0.61,
        ("AC", "L") => 0.71,
        ("Au", "M") => 0.45,
        ("Au", "S") => 0.56,
        ("Au", "N") => 0.704,
        ("C" | "I" | "A", "N") => 0.0,
        ("C" | "I" | "A", "P") => 0.275,
        ("C" | "I" | "A", "C") => 0.660,
        ("E", "U") => 0.85,
        ("E", "POC") => 0.9,
        ("E", "F") => 0.95,
        ("RL", "OF") => 0.87,
        ("RL", "TF") => 0.9,
        ("RL", "W") => 0.95,
        ("RC", "UC") => 0.9,
        ("RC", "UR") => 0.95,
        ("CDP", "L") => 0.1,
        ("CDP", "LM") => 0.3,
        ("CDP", "MH") => 0.4,
        ("CDP", "H") => 0.5,
        ("CDP", _) => 0.0,
        ("TD", "N") => 0.0,
        ("TD", "L") => 0.25,
        ("TD", "M") => 0.75,
        ("CR" | "IR" | "AR", "L") => 0.5,
        ("CR" | "IR" | "AR", "H") => 1.51,
        ("E" | "RL" | "RC" | "TD" | "CR" | "IR" | "AR", _) => 1.0,
        _ => return None,
    })
}
