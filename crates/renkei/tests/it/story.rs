//! The demo, from nothing to the effect, on both databases; a second run repeats nothing (acceptance 2, 4).

use std::process::Command;

use serde_json::Value;

fn play(folder: &std::path::Path, registry: Option<&str>) -> Value {
    let mut command = Command::new(env!("CARGO_BIN_EXE_renkei"));
    command.args(["--json", "demo", "--thin", "40"]).arg(folder);
    if let Some(registry) = registry {
        command.args(["--registry", registry]);
    }
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn mails(folder: &std::path::Path) -> usize {
    std::fs::read_dir(folder.join("office/outbox")).unwrap().count()
}

fn check(registry: Option<&str>) {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path().join("demo");
    let first = play(&home, registry);
    assert_eq!(first["adds_up"], true, "{}", first["sums"]);
    assert_eq!(first["sums"][0]["expected"], 44_000 / 40);
    assert_eq!(first["sums"][1]["expected"], 38_000 / 40);
    let parties = first["effect"]["parties"].as_array().unwrap();
    assert!(parties.iter().any(|party| party["overdue"] == true || party["state"] == "sent"), "one never answers");
    assert!(first["effect"]["lift_points"].as_f64().unwrap() > 0.0, "those told are cleaned more often");
    let sent = mails(&home);
    assert!(sent >= parties.len());
    let network = &first["network"];
    assert_eq!(network["adds_up"], true, "{}", network["sums"]);
    let calls: Vec<u64> =
        network["calls"].as_array().unwrap().iter().map(|day| day["calls"].as_u64().unwrap()).collect();
    assert!(calls.len() == 5 && calls[0] > 100 && calls[4] < calls[0] / 2, "told devices fall silent: {calls:?}");
    assert!(network["effect"]["told"]["devices"].as_u64().unwrap() > 100);
    assert!(network["sensor"]["files"].as_u64().unwrap() >= 3);
    let second = play(&home, registry);
    assert_eq!(second["adds_up"], true);
    assert_eq!(mails(&home), sent, "a second run sends nothing again");
    assert_eq!(second["effect"]["told"], first["effect"]["told"]);
    for language in ["ja", "en"] {
        let svg = std::fs::read_to_string(home.join(format!("reports/effect.{language}.svg"))).unwrap();
        assert!(svg.starts_with("<svg") && svg.contains("stroke-dasharray"));
    }
}

#[test]
fn the_demo_adds_up_and_repeats_nothing_on_sqlite() {
    check(None);
}

#[test]
fn the_demo_adds_up_and_repeats_nothing_on_postgresql() {
    let postgres = renkei_testkit::postgres::shared().unwrap();
    check(Some(&postgres.fresh_database().unwrap()));
}
