//! Post as its users see it: real GnuPG, real age, a real mail server, another mail parser.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod carry;
mod inbound;
mod letters;
mod sealing;
mod verify;

use std::io::Write as _;
use std::process::{Command, Stdio};

use renkei_core::id::LetterId;
use renkei_core::time::Moment;
use renkei_post::address::{MailAddress, MailDomain, ReplyToken};
use renkei_post::letter::{Letter, Outgoing};
use renkei_post::pack::Attachment;

/// 2026-11-22T01:09:08Z.
const NOW: Moment = Moment(1_795_309_748_000_000);

const SUBJECT: &str =
    "【依頼】感染端末の注意喚起について、長い件名は折り返されても元のまま読める（req-00000000000000000000000002）";
const TEXT: &str =
    "あおぞらネット ご担当窓口 御中\n\n・一行目\n.点で始まる行\nFrom the beginning\n\n=====\nEnglish text.\n";

fn domain() -> MailDomain {
    "office.example".parse().unwrap()
}

fn address(text: &str) -> MailAddress {
    text.parse().unwrap()
}

/// Builds a letter to a desk.
fn letter(number: u128, to: &str, attachments: Vec<Attachment>, thread: &[LetterId]) -> Outgoing {
    let letter = Letter {
        id: LetterId::from_bits(number),
        office: &domain(),
        office_name: "連携事務局 窓口",
        from: &address("office@office.example"),
        to: &address(to),
        reply: ReplyToken::from_bits(0x1234_5678_9abc),
        thread,
        date: NOW,
        subject: SUBJECT,
        text: TEXT,
        attachments,
    };
    letter.build().unwrap()
}

/// Runs a program with these bytes on its stdin and gives what it printed; it must succeed.
fn run(program: &mut Command, stdin: &[u8]) -> Vec<u8> {
    let spawned = program.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let mut child =
        spawned.unwrap_or_else(|error| panic!("{program:?} cannot be run ({error}); run ./test, which installs it"));
    let mut pipe = child.stdin.take().unwrap();
    let bytes = stdin.to_vec();
    let feeder = std::thread::spawn(move || pipe.write_all(&bytes));
    let output = child.wait_with_output().unwrap();
    feeder.join().unwrap().ok();
    assert!(output.status.success(), "{program:?}: {}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}
