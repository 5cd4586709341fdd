//! Stolen passwords: a list beside the office, asked when a seat is taken, and never passed over in silence.

use std::io::Write as _;
use std::process::{Command, Stdio};

use renkei_app::signin::code;
use serde_json::Value;

use crate::desk::Desk;
use crate::served::{PASSWORD, Served, between, now};

const STOLEN: &str = "correct horse battery staple";

/// SHA-1 as another program has it, in capitals.
fn sha1(text: &str) -> String {
    let mut program = Command::new("sha1sum").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    program.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    let told = String::from_utf8(program.wait_with_output().unwrap().stdout).unwrap();
    told.split_whitespace().next().unwrap().to_uppercase()
}

/// A list of some thousand passwords, this one among them.
fn list() -> Vec<String> {
    let mut lines: Vec<String> =
        (0..300).map(|number| format!("{}:{number}", sha1(&format!("password {number}")))).collect();
    lines.push(format!("{}:112", sha1(STOLEN)));
    lines.sort_unstable();
    lines
}

/// An office whose settings name a list.
fn office() -> Desk {
    let desk = Desk::new(None);
    desk.open();
    let path = desk.office().join("office.toml");
    let settings = std::fs::read_to_string(&path).unwrap();
    let named = settings.replace("[passwords]\n", "[passwords]\nbreached_file = \"stolen.txt\"\n");
    assert_ne!(named, settings);
    std::fs::write(&path, named).unwrap();
    desk
}

fn check_of(desk: &Desk) -> Value {
    let health: Value = serde_json::from_slice(&desk.run(&["doctor"]).stdout).unwrap();
    let checks = health["checks"].as_array().unwrap();
    checks.iter().find(|check| check["code"] == "breached-passwords").unwrap().clone()
}

#[test]
fn a_stolen_password_takes_no_seat() {
    let desk = office();
    let lines = list();
    std::fs::write(desk.office().join("stolen.txt"), lines.join("\r\n")).unwrap();
    assert_eq!(check_of(&desk)["well"], true);
    let served = Served::over(desk);
    let link = served.invite("night-desk", "auditor", None);
    let page = served.get(&link, "");
    let totp = between(&page.body, "name=\"totp\" value=\"", "\"").to_owned();
    let take = |password: &str| {
        let code = code::now(&totp, now()).unwrap();
        served.post(&link, "", &[("password", password), ("again", password), ("totp", &totp), ("code", &code)])
    };
    let refused = take(STOLEN);
    assert_eq!(refused.status, 422, "{}", refused.body);
    assert!(
        refused.body.contains("This password was stolen somewhere") && refused.body.contains("nowhere else"),
        "{}",
        refused.body
    );
    assert!(!refused.body.contains(STOLEN));
    assert_eq!(take("password 299 ").status, 200, "only the password itself is looked for");
    // The list is asked while the office is served: what is wrong with it then is told, not passed over.
    let other = served.invite("day-desk", "auditor", None);
    let page = served.get(&other, "");
    let totp = between(&page.body, "name=\"totp\" value=\"", "\"").to_owned();
    std::fs::remove_file(served.desk.office().join("stolen.txt")).unwrap();
    let code = code::now(&totp, now()).unwrap();
    let fields = [("password", PASSWORD), ("again", PASSWORD), ("totp", totp.as_str()), ("code", code.as_str())];
    assert_eq!(served.post(&other, "", &fields).status, 500);
}

#[test]
fn an_office_is_not_served_with_a_list_that_cannot_be_asked() {
    let desk = office();
    let path = desk.office().join("stolen.txt");
    let refuses = |why: &str| {
        let (code, error) = desk.fails(&["serve", "--listen", "127.0.0.1:0"]);
        let told = error.to_string();
        assert!(code == 1 && told.contains("stolen.txt") && told.contains(why), "{code} {told}");
        assert_eq!(check_of(&desk)["well"], false, "{why}");
    };
    refuses("breached_file");
    let mut lines = list();
    lines.reverse();
    std::fs::write(&path, lines.join("\n")).unwrap();
    refuses("comes before that of an earlier line");
    std::fs::write(&path, "").unwrap();
    refuses("the file is empty");
    std::fs::write(&path, "correct horse battery staple\n123456\n").unwrap();
    refuses("at byte 0");
    lines.reverse();
    std::fs::write(&path, lines.join("\n")).unwrap();
    assert_eq!(check_of(&desk)["well"], true);
    let served = Served::over(desk);
    assert_eq!(served.get("/healthz", "").status, 200);
}
