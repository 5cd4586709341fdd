//! Mails that came in: samples as Postfix, Exim, Exchange, Gmail and qmail shape them, and any bytes.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use proptest::prelude::*;
use renkei_post::inbound::{Content, Mail};

use crate::domain;

#[path = "../../../../fuzz/src/mails.rs"]
mod target;

fn samples(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let mut paths: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    assert!(!paths.is_empty());
    paths
}

fn shown(mail: &Mail) -> String {
    let mut text = mail.content.kind().to_string();
    match &mail.content {
        Content::Reply(Some(sheet)) => write!(text, " {:?}", String::from_utf8_lossy(sheet)).unwrap(),
        Content::Report(deliveries) => {
            for one in deliveries {
                let status = one.status.map(|code| code.to_string()).unwrap_or_default();
                let recipients: Vec<String> = one.recipients.iter().map(ToString::to_string).collect();
                write!(text, " {} {status} {}", one.action, recipients.join(" ")).unwrap();
            }
        }
        Content::Reply(None) | Content::AutoReply | Content::Nothing => {}
    }
    for token in &mail.tokens {
        write!(text, " token {}", token.bits()).unwrap();
    }
    for letter in &mail.letters {
        write!(text, " letter {}", letter.bits()).unwrap();
    }
    for fault in &mail.faults {
        write!(text, " {}", fault.code()).unwrap();
    }
    text
}

#[test]
fn each_sample_is_what_it_is() {
    let mut text = String::new();
    for path in samples("tests/mails") {
        let mail = Mail::read(&fs::read(&path).unwrap(), &domain());
        writeln!(text, "{}: {}", path.file_stem().unwrap().to_str().unwrap(), shown(&mail)).unwrap();
    }
    expect_test::expect![[r#"
        auto-absence-exchange: auto-reply token 1 letter 7
        auto-vacation-gmail: auto-reply token 1 letter 7
        auto-with-a-sheet: auto-reply token 1
        bounce-exchange: report failed 5.1.10 abuse@isp-a.example token 1 letter 7
        bounce-exim-old: report failed  abuse@isp-a.example token 1
        bounce-exim: report failed 5.0.0 abuse@isp-a.example token 1 letter 7
        bounce-gmail: report failed 4.4.1 abuse@isp-a.example token 1 letter 7
        bounce-postfix: report failed 5.1.1 abuse@isp-a.example abuse@isp-a.example token 1 letter 7
        bounce-qmail: report token 1 M011
        delayed-postfix: report delayed 4.4.1 abuse@isp-a.example token 1 letter 7
        delivered-postfix: report delivered 2.0.0 abuse@isp-a.example team@isp-a.example token 1 letter 7
        nonsense: unreadable M001
        reply-bcc: reply token 1 M005
        reply-sheet: reply "line,status\n0123456789abcdef0123456789abcdef,customer-told\n" token 1 letter 7
        reply-shift-jis: reply "行キー,状態\r\n0123456789abcdef0123456789abcdef,連絡済み\r\n" token 1
        reply-spreadsheet: reply token 1 token 2 M007
        reply-ticket-system: reply "line,status\r\n0123456789abcdef0123456789abcdef,customer-told\r\n" token 1
        reply-two-sheets: reply token 1 M006
        reply-words: reply token 1 letter 7 M005
    "#]]
    .assert_eq(&text);
}

#[test]
fn a_mail_to_another_office_belongs_to_none_here() {
    let bytes = fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/mails/bounce-postfix.eml")).unwrap();
    let mail = Mail::read(&bytes, &"other.example".parse().unwrap());
    assert!(mail.tokens.is_empty() && mail.letters.is_empty());
}

#[test]
fn no_seed_and_no_cut_of_one_makes_the_reader_fall() {
    for path in samples("tests/mails").into_iter().chain(samples("../../fuzz/corpus/mail")) {
        let bytes = fs::read(&path).unwrap();
        for cut in (0..=bytes.len()).step_by(bytes.len() / 64 + 1) {
            target::mail(&bytes[..cut]);
            target::mail(&bytes[cut..]);
        }
    }
}

proptest! {
    #[test]
    fn any_bytes_are_some_mail(bytes in proptest::collection::vec(any::<u8>(), 0..2048)) {
        target::mail(&bytes);
        target::mail(&[b"From: a@isp-a.example\r\n", bytes.as_slice()].concat());
    }

    #[test]
    fn a_damaged_sample_is_some_mail(at in any::<prop::sample::Index>(), byte in any::<u8>(), which in 0usize..19) {
        let paths = samples("tests/mails");
        let mut bytes = fs::read(&paths[which % paths.len()]).unwrap();
        let at = at.index(bytes.len());
        bytes[at] = byte;
        target::mail(&bytes);
    }
}
