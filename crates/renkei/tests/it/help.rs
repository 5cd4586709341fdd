//! Help and exit codes.

use std::process::Command;

use crate::desk::Desk;

#[test]
fn every_verb_has_help_worth_reading() {
    let verbs: &[&[&str]] = &[
        &[],
        &["demo"],
        &["init"],
        &["party", "import"],
        &["routes", "import"],
        &["ingest"],
        &["observations"],
        &["campaign", "plan"],
        &["campaign", "rehearse"],
        &["campaign", "send"],
        &["campaign", "correct"],
        &["offer", "review"],
        &["answer", "import"],
        &["effect"],
        &["key", "rotate"],
        &["audit", "verify"],
        &["lake", "care"],
        &["doctor"],
    ];
    for verb in verbs {
        let output = Command::new(env!("CARGO_BIN_EXE_renkei")).args(*verb).arg("--help").output().unwrap();
        let help = String::from_utf8(output.stdout).unwrap();
        assert!(output.status.success() && help.contains("Usage: renkei") && help.len() > 200, "{verb:?}: {help}");
    }
}

#[test]
fn a_folder_without_office_says_what_to_do() {
    let desk = Desk::new(None);
    let (code, error) = desk.fails(&["party", "list"]);
    assert_eq!(code, 7);
    assert!(error["error"].as_str().unwrap().contains("renkei init"), "{error}");
}
