//! Mails, read back by Python's `email`.

use std::process::Command;

use renkei_core::id::LetterId;
use renkei_post::address::ReplyToken;
use renkei_post::letter::{Outgoing, letter_of, message_id};
use renkei_post::pack::Attachment;
use renkei_testkit::smtp::python;
use serde_json::Value;

use crate::{SUBJECT, TEXT, domain, letter, run};

fn parsed(mail: &[u8]) -> Value {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/parse.py");
    serde_json::from_slice(&run(Command::new(python()).arg(script), mail)).unwrap()
}

fn attachments() -> Vec<Attachment> {
    vec![
        Attachment {
            name: "lines.csv.gz.age".into(),
            media_type: "application/octet-stream",
            bytes: (0..=255).cycle().take(9000).collect(),
        },
        Attachment {
            name: "観測の一覧 2026年11月22日（あおぞらネット）とても長い名前でも読める.csv.gz".into(),
            media_type: "application/gzip",
            bytes: b"\r\n.\r\n--".to_vec(),
        },
    ]
}

#[test]
fn another_parser_reads_what_was_written() {
    let mail = letter(7, "abuse@isp.example", attachments(), &[]);
    let seen = parsed(&mail.bytes);
    assert_eq!(seen["defects"], serde_json::json!([]));
    assert_eq!(seen["headers"]["subject"], SUBJECT);
    assert_eq!(seen["from_name"], "連携事務局 窓口");
    assert_eq!(seen["body"].as_str().unwrap().replace("\r\n", "\n").trim_end(), TEXT.trim_end());
    assert_eq!(seen["body_type"], "text/plain");
    assert_eq!(seen["date"], "2026-11-22T01:09:08+00:00");
    assert_eq!(seen["headers"]["auto-submitted"], "auto-generated");
    assert_eq!(seen["headers"]["message-id"], "<ltr-00000000000000000000000007@office.example>");
    assert_eq!(seen["headers"]["to"], "abuse@isp.example");
    assert!(seen["headers"].get("in-reply-to").is_none());
    for (found, given) in seen["attachments"].as_array().unwrap().iter().zip(attachments()) {
        assert_eq!(found["name"], *given.name);
        assert_eq!(found["type"], given.media_type);
        let script = "import base64,sys; sys.stdout.buffer.write(base64.b64decode(sys.stdin.read()))";
        let bytes = run(Command::new(python()).args(["-c", script]), found["bytes"].as_str().unwrap().as_bytes());
        assert_eq!(bytes, given.bytes);
    }
    assert_eq!(seen["attachments"].as_array().unwrap().len(), 2);
}

#[test]
fn lines_of_a_mail_fit_the_limit_and_are_ascii() {
    let mail = letter(7, "abuse@isp.example", attachments(), &[LetterId::from_bits(1), LetterId::from_bits(2)]);
    assert!(mail.bytes.is_ascii());
    let text = String::from_utf8(mail.bytes).unwrap();
    assert!(text.split("\r\n").all(|line| line.len() <= 998 && !line.contains(['\r', '\n'])));
}

#[test]
fn a_letter_built_twice_is_the_same_and_comes_back_from_its_bytes() {
    let mail = letter(9, "abuse@isp.example", attachments(), &[]);
    assert_eq!(mail, letter(9, "abuse@isp.example", attachments(), &[]));
    assert_ne!(mail.bytes, letter(10, "abuse@isp.example", attachments(), &[]).bytes);
    assert_eq!(Outgoing::from_stored(mail.bytes.clone()).unwrap(), mail);
    let token = ReplyToken::in_address(&mail.sender.to_string(), &domain());
    assert_eq!(token, Some(ReplyToken::from_bits(0x1234_5678_9abc)));
    assert_eq!(letter_of(&format!("<{}>", message_id(mail.id, &domain()))), Some(mail.id));
    assert!(Outgoing::from_stored(b"To: x\r\n\r\n".to_vec()).is_err());
}

#[test]
fn later_letters_stand_in_the_thread_of_the_first() {
    let thread = [LetterId::from_bits(1), LetterId::from_bits(2)];
    let seen = parsed(&letter(3, "abuse@isp.example", Vec::new(), &thread).bytes);
    assert_eq!(seen["headers"]["in-reply-to"], "<ltr-00000000000000000000000002@office.example>");
    let references: Vec<&str> = seen["headers"]["references"].as_str().unwrap().split_whitespace().collect();
    assert_eq!(
        references,
        ["<ltr-00000000000000000000000001@office.example>", "<ltr-00000000000000000000000002@office.example>"]
    );
}
