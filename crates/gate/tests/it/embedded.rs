//! What is compiled in is what stands in the folder, and its words are core's words.

use std::collections::BTreeSet;

use renkei_core::act::Act;
use renkei_core::class::DataClass;
use renkei_core::inquiry::Instrument;
use renkei_core::measure::Measure;
use renkei_core::party::Role;
use renkei_core::question::{Place, Release, Standing, Topic};
use renkei_core::ruling::Outcome;
use renkei_core::seat::Duty;
use renkei_gate::{Gate, RuleFiles, Words};

use crate::cedar::schema;
use crate::policies;

#[test]
fn compiled_in_is_what_stands_in_the_folder() {
    assert_eq!(RuleFiles::embedded(), RuleFiles::read(&policies()).unwrap());
    assert_eq!(Gate::embedded().policy_set(), Gate::from_dir(&policies()).unwrap().policy_set());
}

#[test]
fn any_changed_byte_of_a_file_that_decides_changes_the_hash() {
    let files = RuleFiles::embedded();
    let mut seen = BTreeSet::from([files.digest()]);
    for (path, text) in files.iter() {
        assert!(seen.insert(files.clone().with(path, format!("{text} ")).digest()), "{path}");
    }
}

/// The vocabularies of core that rules ask about, by the name of their type in the schema.
fn vocabularies() -> Vec<(&'static str, &'static str, Vec<&'static str>)> {
    vec![
        ("Role", "role", Role::ALL.iter().map(|it| it.word()).collect()),
        ("Standing", "standing", Standing::ALL.iter().map(|it| it.word()).collect()),
        ("Duty", "duty", Duty::ALL.iter().map(|it| it.word()).collect()),
        ("DataClass", "class", DataClass::ALL.iter().map(|it| it.word()).collect()),
        ("Measure", "", Measure::ALL.iter().map(|it| it.word()).collect()),
        ("Agreement", "agreement", vec!["nda", "joint-response"]),
        ("Topic", "topic", Topic::ALL.iter().map(|it| it.word()).collect()),
        ("Release", "release", Release::ALL.iter().map(|it| it.word()).collect()),
        ("Instrument", "instrument", Instrument::ALL.iter().map(|it| it.word()).collect()),
        ("Place", "place", Place::ALL.iter().map(|it| it.word()).collect()),
    ]
}

#[test]
fn the_schema_has_cores_words_and_no_others() {
    let fragment: serde_json::Value = crate::cedar::schema_json();
    let types = fragment[""]["entityTypes"].as_object().unwrap();
    for (name, _, words) in vocabularies() {
        let listed = types[name]["enum"].as_array().unwrap_or_else(|| panic!("{name} is no list"));
        let listed: Vec<_> = listed.iter().map(|word| word.as_str().unwrap()).collect();
        assert_eq!(listed, words, "{name}");
    }
    let acts: BTreeSet<_> = schema().request_envs().map(|env| env.action().id().unescaped().to_owned()).collect();
    assert_eq!(acts, Act::ALL.iter().map(|act| act.word().to_owned()).collect());
}

#[test]
fn every_word_has_a_label_in_both_languages() {
    let words = Words::embedded();
    let acts = ("", "act", Act::ALL.iter().map(|it| it.word()).collect());
    let outcomes = ("", "outcome", Outcome::ALL.iter().map(|it| it.word()).collect());
    for (_, vocabulary, list) in vocabularies().into_iter().chain([acts, outcomes]) {
        for word in list.iter().filter(|_| !vocabulary.is_empty()) {
            assert!(words.has(vocabulary, word), "{vocabulary}.{word}");
            let label = words.of(vocabulary, word);
            assert!(!label.ja.is_empty() && !label.en.is_empty(), "{vocabulary}.{word}");
        }
    }
}

/// G9, G10, G20: asking is answered, and the answer is no by a rule of its own.
#[test]
fn acts_forbidden_for_ever_are_in_the_schema_and_no_rule_opens_them() {
    let gate = Gate::embedded();
    for act in Act::ALL.iter().filter(|act| !act.is_possible()) {
        let named = format!("Action::\"{act}\"");
        let opens = |rule: &&renkei_gate::Rule| rule.ground.outcome == Outcome::Allowed && rule.text.contains(&named);
        assert!(gate.rules().find(opens).is_none(), "{act}");
        let closes =
            |rule: &&renkei_gate::Rule| rule.ground.outcome >= Outcome::Undecided && rule.text.contains(&named);
        assert!(gate.rules().find(closes).is_some(), "{act}");
    }
}
