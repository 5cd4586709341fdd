//! The metrics of CVSS 2.0 and 3.x with their words in vectors and in JSON (FIRST's schemas).

/// A metric.
#[derive(Debug)]
pub(in crate::csaf) struct Metric {
    /// Its property in JSON.
    pub property: &'static str,
    /// Its name in vectors.
    pub name: &'static str,
    /// Whether every vector must have it to give a score.
    pub is_base: bool,
    /// Its values: in vectors, in JSON.
    pub values: &'static [(&'static str, &'static str)],
}

/// The properties that hold scores.
pub(in crate::csaf) const SCORES: [&str; 3] = ["baseScore", "temporalScore", "environmentalScore"];
/// The properties that hold severities, in the same order; 3.x alone has them.
pub(in crate::csaf) const SEVERITIES: [&str; 3] = ["baseSeverity", "temporalSeverity", "environmentalSeverity"];

type Values = &'static [(&'static str, &'static str)];

const fn base(property: &'static str, name: &'static str, values: Values) -> Metric {
    Metric { property, name, is_base: true, values }
}

const fn more(property: &'static str, name: &'static str, values: Values) -> Metric {
    Metric { property, name, is_base: false, values }
}

/// CVSS 3.0 and 3.1.
pub(in crate::csaf) const THREE: &[Metric] = &[
    base("attackVector", "AV", &[("N", "NETWORK"), ("A", "ADJACENT_NETWORK"), ("L", "LOCAL"), ("P", "PHYSICAL")]),
    base("attackComplexity", "AC", &[("H", "HIGH"), ("L", "LOW")]),
    base("privilegesRequired", "PR", &[("N", "NONE"), ("L", "LOW"), ("H", "HIGH")]),
    base("userInteraction", "UI", &[("N", "NONE"), ("R", "REQUIRED")]),
    base("scope", "S", &[("U", "UNCHANGED"), ("C", "CHANGED")]),
    base("confidentialityImpact", "C", &[("N", "NONE"), ("L", "LOW"), ("H", "HIGH")]),
    base("integrityImpact", "I", &[("N", "NONE"), ("L", "LOW"), ("H", "HIGH")]),
    base("availabilityImpact", "A", &[("N", "NONE"), ("L", "LOW"), ("H", "HIGH")]),
    more(
        "exploitCodeMaturity",
        "E",
        &[("U", "UNPROVEN"), ("P", "PROOF_OF_CONCEPT"), ("F", "FUNCTIONAL"), ("H", "HIGH"), ("X", "NOT_DEFINED")],
    ),
    more(
        "remediationLevel",
        "RL",
        &[
            ("O", "OFFICIAL_FIX"),
            ("T", "TEMPORARY_FIX"),
            ("W", "WORKAROUND"),
            ("U", "UNAVAILABLE"),
            ("X", "NOT_DEFINED"),
        ],
    ),
    more("reportConfidence", "RC", &[("U", "UNKNOWN"), ("R", "REASONABLE"), ("C", "CONFIRMED"), ("X", "NOT_DEFINED")]),
    more("confidentialityRequirement", "CR", &[("L", "LOW"), ("M", "MEDIUM"), ("H", "HIGH"), ("X", "NOT_DEFINED")]),
    more("integrityRequirement", "IR", &[("L", "LOW"), ("M", "MEDIUM"), ("H", "HIGH"), ("X", "NOT_DEFINED")]),
    more("availabilityRequirement", "AR", &[("L", "LOW"), ("M", "MEDIUM"), ("H", "HIGH"), ("X", "NOT_DEFINED")]),
    more(
        "modifiedAttackVector",
        "MAV",
        &[("N", "NETWORK"), ("A", "ADJACENT_NETWORK"), ("L", "LOCAL"), ("P", "PHYSICAL"), ("X", "NOT_DEFINED")],
    ),
    more("modifiedAttackComplexity", "MAC", &[("H", "HIGH"), ("L", "LOW"), ("X", "NOT_DEFINED")]),
    more("modifiedPrivilegesRequired", "MPR", &[("N", "NONE"), ("L", "LOW"), ("H", "HIGH"), ("X", "NOT_DEFINED")]),
    more("modifiedUserInteraction", "MUI", &[("N", "NONE"), ("R", "REQUIRED"), ("X", "NOT_DEFINED")]),
    more("modifiedScope", "MS", &[("U", "UNCHANGED"), ("C", "CHANGED"), ("X", "NOT_DEFINED")]),
    more("modifiedConfidentialityImpact", "MC", &[("N", "NONE"), ("L", "LOW"), ("H", "HIGH"), ("X", "NOT_DEFINED")]),
    more("modifiedIntegrityImpact", "MI", &[("N", "NONE"), ("L", "LOW"), ("H", "HIGH"), ("X", "NOT_DEFINED")]),
    more("modifiedAvailabilityImpact", "MA", &[("N", "NONE"), ("L", "LOW"), ("H", "HIGH"), ("X", "NOT_DEFINED")]),
];

/// CVSS 2.0.
pub(in crate::csaf) const TWO: &[Metric] = &[
    base("accessVector", "AV", &[("L", "LOCAL"), ("A", "ADJACENT_NETWORK"), ("N", "NETWORK")]),
    base("accessComplexity", "AC", &[("H", "HIGH"), ("M", "MEDIUM"), ("L", "LOW")]),
    base("authentication", "Au", &[("M", "MULTIPLE"), ("S", "SINGLE"), ("N", "NONE")]),
    base("confidentialityImpact", "C", &[("N", "NONE"), ("P", "PARTIAL"), ("C", "COMPLETE")]),
    base("integrityImpact", "I", &[("N", "NONE"), ("P", "PARTIAL"), ("C", "COMPLETE")]),
    base("availabilityImpact", "A", &[("N", "NONE"), ("P", "PARTIAL"), ("C", "COMPLETE")]),
    more(
        "exploitability",
        "E",
        &[("U", "UNPROVEN"), ("POC", "PROOF_OF_CONCEPT"), ("F", "FUNCTIONAL"), ("H", "HIGH"), ("ND", "NOT_DEFINED")],
    ),
    more(
        "remediationLevel",
        "RL",
        &[
            ("OF", "OFFICIAL_FIX"),
            ("TF", "TEMPORARY_FIX"),
            ("W", "WORKAROUND"),
            ("U", "UNAVAILABLE"),
            ("ND", "NOT_DEFINED"),
        ],
    ),
    more(
        "reportConfidence",
        "RC",
        &[("UC", "UNCONFIRMED"), ("UR", "UNCORROBORATED"), ("C", "CONFIRMED"), ("ND", "NOT_DEFINED")],
    ),
    more(
        "collateralDamagePotential",
        "CDP",
        &[
            ("N", "NONE"),
            ("L", "LOW"),
            ("LM", "LOW_MEDIUM"),
            ("MH", "MEDIUM_HIGH"),
            ("H", "HIGH"),
            ("ND", "NOT_DEFINED"),
        ],
    ),
    more(
        "targetDistribution",
        "TD",
        &[("N", "NONE"), ("L", "LOW"), ("M", "MEDIUM"), ("H", "HIGH"), ("ND", "NOT_DEFINED")],
    ),
    more("confidentialityRequirement", "CR", &[("L", "LOW"), ("M", "MEDIUM"), ("H", "HIGH"), ("ND", "NOT_DEFINED")]),
    more("integrityRequirement", "IR", &[("L", "LOW"), ("M", "MEDIUM"), ("H", "HIGH"), ("ND", "NOT_DEFINED")]),
    more("availabilityRequirement", "AR", &[("L", "LOW"), ("M", "MEDIUM"), ("H", "HIGH"), ("ND", "NOT_DEFINED")]),
];
