//! Golden cases: beside each rule file stands one with what it allows and what it refuses.

use std::collections::BTreeSet;

use renkei_gate::Gate;
use serde::Deserialize;

use crate::facts::Facts;
use crate::policies;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Golden {
    base: toml::Table,
    case: Vec<Case>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    #[serde(default)]
    with: toml::Table,
    #[serde(default)]
    without: Vec<String>,
    outcome: String,
    because: Vec<String>,
}

/// Lays what a case changes over the base; tables are laid over tables.
fn lay_over(base: &mut toml::Table, changes: &toml::Table) {
    for (key, value) in changes {
        match (base.get_mut(key).and_then(toml::Value::as_table_mut), value.as_table()) {
            (Some(below), Some(above)) => lay_over(below, above),
            _ => {
                base.insert(key.clone(), value.clone());
            }
        }
    }
}

/// Takes out `approval`, or `authority` of `operation.authority`.
fn take_out(facts: &mut toml::Table, path: &str) {
    match path.split_once('.') {
        Some((table, key)) => take_out(facts[table].as_table_mut().unwrap(), key),
        None => drop(facts.remove(path)),
    }
}

fn golden_files() -> Vec<(String, Golden)> {
    let mut files: Vec<_> = std::fs::read_dir(policies())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.to_string_lossy().ends_with(".golden.toml"))
        .collect();
    files.sort();
    let read = |path: &std::path::PathBuf| {
        let golden = toml::from_str(&std::fs::read_to_string(path).unwrap());
        golden.unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    };
    let name = |path: &std::path::PathBuf| path.file_name().unwrap().to_string_lossy().into_owned();
    files.iter().map(|path| (name(path), read(path))).collect()
}

/// Every case comes out as it says, because of just the rules it names.
#[test]
fn every_case_is_ruled_as_it_says() {
    let gate = Gate::embedded();
    let mut wrong = Vec::new();
    for (file, golden) in golden_files() {
        for case in &golden.case {
            let mut facts = golden.base.clone();
            lay_over(&mut facts, &case.with);
            case.without.iter().for_each(|path| take_out(&mut facts, path));
            let facts: Facts = facts.try_into().unwrap_or_else(|error| panic!("{file}: {}: {error}", case.name));
            let ruling = gate.rule(&facts.question());
            let because: Vec<_> = ruling.deciding().map(|ground| format!("{}/{}", ground.gate, ground.code)).collect();
            if ruling.outcome.word() != case.outcome || because != case.because {
                wrong.push(format!("{file}: {}: {} because {because:?}", case.name, ruling.outcome));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Deny-all cannot pass: each gate has an allowed and a refused case, and each rule is named by one.
#[test]
fn every_gate_allows_and_refuses_and_every_rule_is_seen() {
    let files = golden_files();
    let mut named = BTreeSet::new();
    for (file, golden) in &files {
        let outcomes: BTreeSet<_> = golden.case.iter().map(|case| case.outcome == "allowed").collect();
        assert_eq!(outcomes.len(), 2, "{file} needs a case that is allowed and one that is not");
        named.extend(golden.case.iter().flat_map(|case| case.because.iter().cloned()));
    }
    let gate = Gate::embedded();
    let unseen: Vec<_> = gate.rules().map(|rule| rule.name()).filter(|name| !named.contains(name)).collect();
    assert!(unseen.is_empty(), "no golden case shows {unseen:?}");
    for rule in gate.rules().filter(|rule| !rule.file.contains('/')) {
        let beside = rule.file.replace(".cedar", ".golden.toml");
        assert!(files.iter().any(|(file, _)| *file == beside), "{beside} is missing");
    }
}
