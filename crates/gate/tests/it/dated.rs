//! Dates: what people read and what the condition says are the same, and the day of Japan counts.

use expect_test::{Expect, expect};
use renkei_core::ruling::Ruling;
use renkei_gate::{Gate, RuleFiles};

use crate::facts::{Facts, moment};

const HEAD: &str = r#"@gate("G12") @code("planted") @requirements("S2.11") @outcome("undecided")
@reason_ja("試験のための規則。") @reason_en("A rule for a test.")
"#;

fn with_rule(dates: &str, condition: &str) -> Result<Gate, renkei_gate::RulesError> {
    let rule = format!("{HEAD}{dates}\nforbid (principal, action == Action::\"count\", resource) {condition};");
    Gate::from_files(&RuleFiles::embedded().with("g12-planted.cedar", rule))
}

fn counting(gate: &Gate, at: &str) -> Ruling {
    let facts = format!("act = \"count\"\nat = \"{at}\"\nseat = {{ role = \"npa\", duties = [\"analyst\"] }}");
    gate.rule(&toml::from_str::<Facts>(&facts).unwrap().question())
}

#[test]
fn a_dated_rule_counts_on_its_days_and_not_before_or_after() {
    let dates = r#"@from("2026-04-01") @until("2027-04-01")"#;
    let condition = r#"when { context.at >= datetime("2026-04-01T00:00:00+0900") && context.at < datetime("2027-04-01T00:00:00+0900") }"#;
    let gate = with_rule(dates, condition).unwrap();
    for (at, outcome) in [
        ("2026-03-31T23:59:59", "allowed"),
        ("2026-04-01", "undecided"),
        ("2027-03-31T23:59:59.999", "undecided"),
        ("2027-04-01", "allowed"),
    ] {
        assert_eq!(counting(&gate, at).outcome.word(), outcome, "{at}");
    }
    let rule = gate.rules().find(|rule| rule.name() == "G12/planted").unwrap();
    assert_eq!(rule.validity.from, Some(moment("2026-04-01")));
    assert_eq!(rule.validity.until, Some(moment("2027-04-01")));
}

fn refused(dates: &str, condition: &str, expected: Expect) {
    expected.assert_eq(&with_rule(dates, condition).unwrap_err().to_string());
}

#[test]
fn annotation_and_condition_have_to_say_the_same() {
    refused(
        r#"@from("2026-04-01")"#,
        r#"when { context.at >= datetime("2026-04-11T00:00:00+0900") }"#,
        expect![
            "rule `G12/planted` in `g12-planted.cedar`: its annotation says >= 2026-04-01T00:00:00+0900, its condition >= 2026-04-11T00:00:00+0900"
        ],
    );
    refused(
        r#"@from("2026-04-01")"#,
        "",
        expect![
            "rule `G12/planted` in `g12-planted.cedar`: its annotation says >= 2026-04-01T00:00:00+0900, its condition no date"
        ],
    );
    refused(
        "",
        r#"when { context.leaves || context.at >= datetime("2026-04-01T00:00:00+0900") }"#,
        expect![[
            r#"rule `G12/planted` in `g12-planted.cedar`: its annotation says no date, its condition a date inside the condition, [{"Value":"2026-04-01T00:00:00+0900"}]"#
        ]],
    );
    refused(
        r#"@until("2026-04-01")"#,
        r#"unless { context.at < datetime("2026-04-01T00:00:00+0900") }"#,
        expect![[
            r#"rule `G12/planted` in `g12-planted.cedar`: its annotation says < 2026-04-01T00:00:00+0900, its condition a date inside the condition, [{"Value":"2026-04-01T00:00:00+0900"}]"#
        ]],
    );
    refused(
        r#"@from("2026-02-30")"#,
        "",
        expect![
            "rule `G12/planted` in `g12-planted.cedar`: annotation `from` `2026-02-30` is not a day: write 2026-04-01"
        ],
    );
}

#[test]
fn a_rule_with_a_fault_is_refused_with_the_whole_set() {
    let planted =
        |text: &str| Gate::from_files(&RuleFiles::embedded().with("g12-planted.cedar", text)).unwrap_err().to_string();
    expect!["rule `?/?` in `g12-planted.cedar`: annotation `gate` is missing"]
        .assert_eq(&planted("permit (principal, action, resource);"));
    expect!["rule `G12/planted` in `g12-planted.cedar`: outcome `undecided` does not go with its effect"]
        .assert_eq(&planted(&format!("{HEAD}permit (principal, action, resource);")));
    expect!["two rules are called `G10/remote-disinfection`"]
        .assert_eq(&planted(RuleFiles::embedded().text("g10-remote-disinfection.cedar")));
    let unknown = format!("{HEAD}forbid (principal, action == Action::\"hack-back\", resource);");
    assert!(planted(&unknown).starts_with("the rules do not fit the schema: "), "{}", planted(&unknown));
}
