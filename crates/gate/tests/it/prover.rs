//! The prover: does a whole rule set imply a theorem, for every question there can be?
//!
//! A theorem is a policy set too. It is proved when whatever the rules allow, it allows: cvc5 finds
//! no question to the contrary, act by act. `unknown`, a time-out, a solver that is missing or dies:
//! each is an error, so nothing passes unproved.

use cedar_policy::{PolicySet, RequestEnv, Schema};
use cedar_policy_symcc::solver::{LocalSolver, Solver, SolverError};
use cedar_policy_symcc::{CedarSymCompiler, CompiledPolicySet, Env, err::Error};
use renkei_core::act::Act;
use renkei_gate::RuleFiles;

use crate::cedar::{rules_of, schema_of, theorem_of};

/// Milliseconds the solver may take for one question; beyond that it says `unknown`.
const LIMIT_MS: u32 = 60_000;

/// A question that the rules allow and the theorem does not.
pub struct Counterexample {
    /// Seat, act, matter and facts.
    pub env: Env,
    /// The rules that were asked.
    pub rules: PolicySet,
    /// The theorem that does not hold.
    pub theorem: PolicySet,
}

/// The solver: `cvc5`, or what the environment variable `CVC5` names.
pub fn cvc5() -> Result<LocalSolver, SolverError> {
    LocalSolver::cvc5_with_args([format!("--tlimit-per={LIMIT_MS}")])
}

/// Proves a theorem over a rule set, or finds the plainest counterexample.
pub async fn prove<S: Solver>(solver: S, files: &RuleFiles, theorem: &str) -> Result<Option<Counterexample>, Error> {
    let schema = schema_of(files);
    let rules = rules_of(files);
    let theorem = theorem_of(theorem);
    let mut compiler = CedarSymCompiler::new(solver)?;
    for act in acts(&schema) {
        if let Some(found) = refute(&mut compiler, &schema, &act, &rules, &theorem).await? {
            let env = plainest(&mut compiler, &schema, &act, &rules, &theorem, found).await?;
            return Ok(Some(Counterexample { env, rules, theorem }));
        }
    }
    Ok(None)
}

/// The acts in core's order, but sending first: it is the one readers know best.
fn acts(schema: &Schema) -> Vec<RequestEnv> {
    let place = |env: &RequestEnv| {
        let act = Act::from_word(env.action().id().unescaped());
        (act != Some(Act::Send), act)
    };
    let mut acts: Vec<_> = schema.request_envs().collect();
    acts.sort_by_key(place);
    acts
}

async fn refute<S: Solver>(
    compiler: &mut CedarSymCompiler<S>,
    schema: &Schema,
    act: &RequestEnv,
    rules: &PolicySet,
    theorem: &PolicySet,
) -> Result<Option<Env>, Error> {
    let rules = CompiledPolicySet::compile(rules, act, schema)?;
    let theorem = CompiledPolicySet::compile(theorem, act, schema)?;
    compiler.check_implies_with_counterexample_opt(&rules, &theorem).await
}

/// What a reader would leave out or take as ordinary. Each wish that still leaves a counterexample is
/// kept, so that what stands in it is what matters, and the same whatever solver found it.
const WISHES: [&str; 28] = [
    r#"!(context has operation)"#,
    r#"!(context has recipient)"#,
    r#"!(context has approval)"#,
    r#"context.at == datetime("2026-04-01T00:00:00+0900")"#,
    r#"!(resource has measure)"#,
    r#"resource has measure && resource.measure == Measure::"notify-user""#,
    r#"resource.class == DataClass::"identification-by-ip""#,
    r#"resource.class == DataClass::"counts""#,
    r#"principal.role == Role::"npa""#,
    r#"!principal.machine"#,
    r#"!principal.duties.contains(Duty::"auditor")"#,
    r#"!principal.duties.contains(Duty::"answerer")"#,
    r#"!principal.duties.contains(Duty::"keeper")"#,
    r#"!principal.duties.contains(Duty::"analyst")"#,
    r#"!principal.duties.contains(Duty::"drafter")"#,
    r#"!principal.duties.contains(Duty::"approver")"#,
    r#"!principal.duties.contains(Duty::"sender")"#,
    r#"!context.one_seat_may_hold_both && context.leaves"#,
    r#"if context has recipient then (context.recipient.role == Role::"isp") else true"#,
    r#"if context has recipient then ((context.recipient.topic == Topic::"none" && context.recipient.release == Release::"counts")) else true"#,
    r#"if context has recipient then (context.recipient.originator_allows) else true"#,
    r#"if context has recipient then (!context.recipient.agreements.contains(Agreement::"joint-response")) else true"#,
    r#"if context has recipient then (!context.recipient.agreements.contains(Agreement::"nda")) else true"#,
    r#"if context has approval then ((context.approval.approver_is_set && context.approval.bytes_match)) else true"#,
    r#"if context has approval then (!context.approval.same_seat_as_drafter) else true"#,
    r#"if context has operation then ((context.operation.place == Place::"japan" && context.operation.own_server && context.operation.blank && !context.operation.jp_domain && context.operation.known && !context.operation.voluntary)) else true"#,
    r#"if context has operation && context.operation has authority && context.operation.authority has until then (context.operation.authority.until == datetime("2026-03-01T00:00:00+0900")) else true"#,
    r#"if context has operation && context.operation has authority && context.operation.authority has from then (context.operation.authority.from == datetime("2026-02-01T00:00:00+0900") || context.operation.authority.from == datetime("2026-05-01T00:00:00+0900")) else true"#,
];

async fn plainest<S: Solver>(
    compiler: &mut CedarSymCompiler<S>,
    schema: &Schema,
    act: &RequestEnv,
    rules: &PolicySet,
    theorem: &PolicySet,
    mut found: Env,
) -> Result<Env, Error> {
    let mut wished = rules.clone();
    for (place, wish) in WISHES.iter().enumerate() {
        let text = format!("forbid (principal, action, resource) unless {{ {wish} }};");
        let wish = cedar_policy::Policy::parse(Some(cedar_policy::PolicyId::new(format!("wish {place}"))), text);
        let mut further = wished.clone();
        further.add(wish.expect("a wish is a policy")).expect("each wish has its own name");
        if let Some(plainer) = refute(compiler, schema, act, &further, theorem).await? {
            (found, wished) = (plainer, further);
        }
    }
    Ok(found)
}
