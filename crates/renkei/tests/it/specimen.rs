//! Mails that were handed in, at the shell: what they show, without who reported, and in waves.

use std::process::Command;

use serde_json::{Value, json};

use crate::desk::text;

/// A mail that claims to be a bill: another answer address, a link that shows another host, a program with two ends.
fn bill(to: &str) -> String {
    format!(
        "Return-Path: <bounce@mailer.example>\r\n\
         Received: from mx.evil.example (mx.evil.example [198.18.7.7]) by mx.member.example for <{to}>; Mon, 1 Jun 2026 09:00:00 +0900\r\n\
         From: \"Accounts\" <accounts@trader.example>\r\nReply-To: <pay@evil.example>\r\nTo: <{to}>\r\n\
         Subject: bill for {to}\r\nDate: Mon, 1 Jun 2026 08:59:00 +0900\r\nMessage-ID: <1@mailer.example>\r\n\
         MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n\
         --b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n\
         <p>Please pay what is due by the end of this week at our new bank, as shown on the page below.</p>\
         <a href=\"http://evil.example/x\">https://www.bank.example/</a>\r\n\
         --b\r\nContent-Type: application/pdf; name=bill.pdf.exe\r\nContent-Transfer-Encoding: base64\r\n\
         Content-Disposition: attachment; filename=bill.pdf.exe\r\n\r\nTVqQAAMAAAAEAAAA//8AALgAAAA=\r\n--b--\r\n"
    )
}

fn run(args: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_renkei")).args(args).output().unwrap();
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn json_of(args: &[&str]) -> Value {
    serde_json::from_str(&run(&[&["--json", "specimen"], args].concat())).unwrap()
}

#[test]
fn a_mail_tells_what_it_shows_and_not_who_reported_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("reported-by-member.eml");
    std::fs::write(&path, bill("hanako@member.example")).unwrap();
    let told = json_of(&["look", text(&path)]);
    let mail = &told[0];
    assert_eq!((&mail["form"], &mail["head"]["subject"]), (&json!("eml"), &json!("bill for hanako@member.example")));
    let codes: Vec<&str> =
        mail["findings"].as_array().unwrap().iter().map(|one| one["code"].as_str().unwrap()).collect();
    for code in ["E020", "E021", "E030"] {
        assert!(codes.contains(&code), "{code}: {codes:?}");
    }
    assert_eq!(mail["attachments"][0]["name"], "bill.pdf.exe");
    let indicators = mail["indicators"].as_array().unwrap();
    for indicator in [json!(["mail", "pay@evil.example"]), json!(["domain", "evil.example"])] {
        assert!(indicators.contains(&indicator), "{indicators:?}");
    }
    for (language, word) in [("ja", "差出人"), ("en", "from: Accounts <accounts@trader.example>")] {
        let said = run(&["--lang", language, "specimen", "look", text(&path)]);
        assert!(said.contains(word) && said.contains("E030"), "{said}");
    }
    // Passed on, nothing tells who reported it.
    for said in [
        run(&["--json", "specimen", "look", text(&path), "--pass-on"]),
        run(&["specimen", "look", text(&path), "--pass-on"]),
    ] {
        assert!(said.contains("evil.example") && !said.contains("member") && !said.contains("hanako"), "{said}");
    }
    let missing = Command::new(env!("CARGO_BIN_EXE_renkei")).args(["specimen", "look", "none.eml"]).output().unwrap();
    assert!(!missing.status.success() && String::from_utf8_lossy(&missing.stderr).contains("none.eml"));
}

#[test]
fn the_same_mail_at_ten_organisations_is_scattered_and_at_two_is_targeted() {
    let folder = tempfile::tempdir().unwrap();
    assert!(run(&["specimen", "waves", text(folder.path())]).contains("メール") || !folder.path().exists());
    for (number, subject) in (0..12).map(|number| (number, if number < 10 { "bill" } else { "minutes" })) {
        let to = format!("desk@member-{number}.example");
        let organisation = folder.path().join(format!("member-{number:02}"));
        std::fs::create_dir(&organisation).unwrap();
        let mail = match subject {
            "bill" => bill(&to),
            _ => bill(&to)
                .replace(
                    "Please pay what is due by the end of this week",
                    "The minutes of our last meeting with you are here",
                )
                .replace("TVqQAAMAAAAEAAAA", "TVqQAAMAAAAFAAAA"),
        };
        std::fs::write(organisation.join("mail.eml"), mail).unwrap();
    }
    let waves = json_of(&["waves", text(folder.path())]);
    let told: Vec<_> = waves.as_array().unwrap().iter().map(|wave| (&wave["manner"], &wave["organisations"])).collect();
    assert_eq!(told, [(&json!("scattered"), &json!(10)), (&json!("targeted"), &json!(2))], "{waves}");
}
