//! Every theorem in `policies/theorems` holds over the rules that are compiled in.

use std::collections::BTreeSet;

use cedar_policy::{ActionConstraint, Entities, EntityUid, Policy, RequestEnv, ValidationMode, Validator};
use cedar_policy_symcc::err::Error;
use cedar_policy_symcc::solver::LocalSolver;
use cedar_policy_symcc::{CedarSymCompiler, CompiledPolicy};
use renkei_gate::RuleFiles;
use tokio::process::Command;

use crate::cedar::{rules_of, schema, theorem_of};
use crate::explain::explain;
use crate::policies;
use crate::prover::{cvc5, prove};

/// The theorems by file name.
pub fn theorems() -> Vec<(String, String)> {
    let mut found: Vec<_> = std::fs::read_dir(policies().join("theorems"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            (name, std::fs::read_to_string(&path).unwrap())
        })
        .collect();
    found.sort();
    found
}

/// The theorem of a gate.
pub fn theorem(gate: &str) -> String {
    let named = |(name, _): &(String, String)| name.starts_with(&format!("{gate}-"));
    theorems().into_iter().find(named).unwrap_or_else(|| panic!("no theorem for {gate}")).1
}

#[tokio::test]
async fn every_theorem_is_proved() {
    let gates: BTreeSet<_> = theorems().iter().map(|(name, _)| name.split('-').next().unwrap().to_owned()).collect();
    for gate in [
        "g01", "g02", "g03", "g04", "g05", "g06", "g07", "g08", "g09", "g10", "g16", "g20", "g22", "g26", "h03", "h05",
        "h06",
    ] {
        assert!(gates.contains(gate), "{gate} has no theorem");
    }
    for (name, text) in theorems() {
        let begun = std::time::Instant::now();
        let found = prove(cvc5().expect("cvc5 is installed"), &RuleFiles::embedded(), &text).await;
        match found.unwrap_or_else(|error| panic!("{name} is not proved: {error}")) {
            None => println!("{name}: proved in {} ms", begun.elapsed().as_millis()),
            Some(found) => panic!("{name}\n{}", explain(&found)),
        }
    }
}

/// A theorem that allows all, or that the schema does not fit, would promise nothing.
#[test]
fn theorems_fit_the_schema_and_say_why_in_both_languages() {
    let validator = Validator::new(schema());
    for (name, text) in theorems() {
        let clauses = theorem_of(&text);
        let errors: Vec<_> =
            validator.validate(&clauses, ValidationMode::Strict).validation_errors().map(ToString::to_string).collect();
        assert!(errors.is_empty(), "{name}: {errors:?}");
        let mut forbids = 0;
        for clause in clauses.policies().filter(|clause| clause.effect() == cedar_policy::Effect::Forbid) {
            forbids += 1;
            for key in ["broken_ja", "broken_en"] {
                assert!(clause.annotation(key).is_some(), "{name}: {} has no @{key}", clause.id());
            }
        }
        assert!(forbids > 0, "{name} promises nothing");
    }
}

/// Cedar skips a rule that fails on the facts; proved here: none ever does.
#[tokio::test]
async fn no_rule_ever_fails_on_the_facts() {
    let schema = schema();
    let acts = schema.action_entities().unwrap();
    let mut compiler = CedarSymCompiler::new(cvc5().expect("cvc5 is installed")).unwrap();
    for policy in rules_of(&RuleFiles::embedded()).policies() {
        for act in schema.request_envs().filter(|act| speaks_of(policy, act, &acts)) {
            let compiled = CompiledPolicy::compile(policy, &act, &schema).unwrap();
            assert!(compiler.check_never_errors_opt(&compiled).await.unwrap(), "{}", policy.id());
        }
    }
}

/// Whether a policy's scope takes an act in: one that it leaves out cannot fail on it.
fn speaks_of(policy: &Policy, act: &RequestEnv, acts: &Entities) -> bool {
    let uid = act.action();
    let among = |group: &EntityUid| group == uid || acts.is_ancestor_of(group, uid);
    match policy.action_constraint() {
        ActionConstraint::Any => true,
        ActionConstraint::In(groups) => groups.iter().any(among),
        ActionConstraint::Eq(one) => one == *uid,
    }
}

/// A solver that does not know, says nothing or is not there never passes as a proof.
#[tokio::test]
async fn unknown_silence_and_absence_are_failures() {
    let files = RuleFiles::embedded();
    let theorem = theorem("g07");
    let says = |script: &str| LocalSolver::from_command(Command::new("sh").args(["-c", script])).unwrap();
    let unknown = says("while read -r line; do case $line in *check-sat*) echo unknown;; esac; done");
    let answer = prove(unknown, &files, &theorem).await.map(|found| found.is_some());
    assert!(matches!(answer, Err(Error::SolverUnknown)), "{answer:?}");
    let dead = says("exit 0");
    assert!(prove(dead, &files, &theorem).await.is_err());
    assert!(LocalSolver::from_command(&mut Command::new("/nonexistent/cvc5")).is_err());
    // cvc5 itself, when its time is up.
    let hasty = LocalSolver::cvc5_with_args(["--rlimit-per=1"]).unwrap();
    let answer = prove(hasty, &files, &theorem).await.map(|found| found.is_some());
    println!("cvc5 out of resources: {answer:?}");
    assert!(!matches!(answer, Ok(true)));
}
