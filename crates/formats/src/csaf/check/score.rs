//! Scores: tests 6.1.7 to 6.1.10.

use std::collections::HashSet;

use super::walk::Walk;
use crate::csaf::cvss::{Edition, SCORES, SEVERITIES, Severity, Vector};
use crate::csaf::finding::Code;
use crate::tree::{Object, Value};

const KINDS: [&str; 2] = ["cvss_v2", "cvss_v3"];
const WORDS: [&str; 5] = ["NONE", "LOW", "MEDIUM", "HIGH", "CRITICAL"];

/// Checks the scores of a vulnerability.
pub(super) fn check<'t>(vulnerability: &'t Object, walk: &mut Walk<'t, '_>) {
    let mut seen = HashSet::new();
    walk.each(vulnerability, "scores", |score, walk| {
        for kind in KINDS {
            if let Some(cvss) = score.object(kind) {
                walk.inside(kind, |walk| one(cvss, kind, walk));
            }
        }
        let versions: Vec<&str> = KINDS.iter().filter_map(|kind| score.object(kind)?.text("version")).collect();
        walk.each_text(score, "products", |product, walk| {
            if versions.iter().filter(|version| !seen.insert((product, **version))).count() > 0 {
                walk.fail(Code::ScoreTwice, "6.1.7");
            }
        });
    });
}

/// One CVSS.
fn one<'t>(cvss: &'t Object, kind: &str, walk: &mut Walk<'t, '_>) {
    let edition =
        cvss.text("version").and_then(Edition::of).filter(|edition| (*edition == Edition::V2) == (kind == "cvss_v2"));
    let Some(edition) = edition else {
        walk.inside("version", |walk| walk.fail(Code::BadCvss, "6.1.8"));
        return;
    };
    for name in ["vectorString", "baseScore", "baseSeverity"] {
        if cvss.get(name).is_none() && (edition != Edition::V2 || name != "baseSeverity") {
            walk.inside(name, |walk| walk.fail(Code::BadCvss, "6.1.8"));
        }
    }
    for (name, value) in cvss.members() {
        if !is_sound(edition, name, value) {
            walk.inside(name, |walk| walk.fail(Code::BadCvss, "6.1.8"));
        }
    }
    let Some(vector) = cvss.text("vectorString").and_then(|text| Vector::read(edition, text)) else { return };
    computed(cvss, &vector, walk);
    for metric in edition.metrics() {
        let told = vector.value(metric.name).and_then(|value| metric.values.iter().find(|(short, _)| *short == value));
        if let (Some((_, word)), Some(stated)) = (told, cvss.text(metric.property))
            && stated != *word
        {
            walk.inside(metric.property, |walk| walk.fail(Code::OtherMetric, "6.1.10"));
        }
    }
}

/// Whether a member is as the schema of its edition wants it; unknown ones may stand.
fn is_sound(edition: Edition, name: &str, value: &Value) -> bool {
    if name == "vectorString" {
        return value.as_text().is_some_and(|text| Vector::read(edition, text).is_some());
    }
    if SCORES.contains(&name) {
        return matches!(value, Value::Number(number) if number.float().is_some_and(|score| (0.0..=10.0).contains(&score)));
    }
    if edition != Edition::V2 && SEVERITIES.contains(&name) {
        return value.as_text().is_some_and(|word| WORDS.contains(&word));
    }
    match edition.metrics().iter().find(|metric| metric.property == name) {
        Some(metric) => value.as_text().is_some_and(|text| metric.values.iter().any(|(_, word)| *word == text)),
        None => true,
    }
}

/// Test 6.1.9: scores and severities as the vector gives them.
fn computed<'t>(cvss: &'t Object, vector: &Vector<'_>, walk: &mut Walk<'t, '_>) {
    let Some([one, other]) = vector.scores() else { return };
    let all = [[one.base, other.base], [one.temporal, other.temporal], [one.environmental, other.environmental]];
    for ((score, severity), given) in SCORES.into_iter().zip(SEVERITIES).zip(all) {
        let is_given = |stated: f64| given.iter().any(|tenths| (stated * 10.0 - f64::from(*tenths)).abs() < 1e-6);
        if let Some(Value::Number(stated)) = cvss.get(score)
            && !stated.float().is_some_and(is_given)
        {
            walk.inside(score, |walk| walk.fail(Code::OtherScore, "6.1.9"));
        }
        let is_severe = |word: &str| given.iter().any(|tenths| word == Severity::of(*tenths).word());
        if vector.has_severity() && cvss.text(severity).is_some_and(|word| !is_severe(word)) {
            walk.inside(severity, |walk| walk.fail(Code::OtherScore, "6.1.9"));
        }
    }
}
