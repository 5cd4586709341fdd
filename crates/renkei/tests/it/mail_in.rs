//! Mail in: replies signed by another implementation, proved over a real name server; bounces.

use std::fs;

use renkei_testkit::dkim::SigningDomain;
use renkei_testkit::dns::{NameServer, Record};
use serde_json::Value;

use crate::desk::{Desk, PLAN, text};
use crate::feed::log;

const AT: &str = "2026-06-02";

/// An office whose letters left as files, and the domain of one of its parties.
struct Scene {
    desk: Desk,
    domain: SigningDomain,
    _names: NameServer,
    campaign: String,
}

/// What a party finds in its mailbox.
pub struct Letter {
    pub reply_to: String,
    pub message_id: String,
}

impl Scene {
    fn sent() -> Self {
        let desk = Desk::new(None);
        desk.open();
        let domain = SigningDomain::new("isp-a.example").unwrap();
        let (name, key) = domain.record();
        let names = [(name.as_str(), "TXT", key.as_str()), ("_dmarc.isp-a.example.", "TXT", "v=DMARC1; p=reject")];
        let names = ask_of(&desk, &names);
        let feed = desk.write("2026-06-01-sinkhole.jsonl", &log(300, "2026-06-01"));
        desk.ok(&["--at", AT, "ingest", text(&feed)]);
        let planned = desk.ok(&[&["--at", AT], &PLAN[..]].concat());
        let campaign = planned["campaign"].as_str().unwrap().to_owned();
        desk.ok(&["--at", AT, "campaign", "approve", &campaign]);
        desk.ok(&["--at", AT, "campaign", "send", &campaign]);
        Self { desk, domain, _names: names, campaign }
    }

    fn letter_to(&self, party: &str) -> Letter {
        letter_to(&self.desk, party)
    }

    fn sheet(&self, party: &str, lines: usize, status: &str) -> String {
        sheet(&self.desk, &["--at", AT], party, lines, status)
    }

    fn deliver(&self, name: &str, mail: &[u8]) {
        SigningDomain::deliver(&self.desk.folder.path().join("Maildir"), name, mail).unwrap();
    }

    fn read(&self) -> Value {
        self.desk.ok(&["--at", "2026-06-04", "mail", "read", text(&self.desk.folder.path().join("Maildir"))])
    }

    fn new_mails(&self) -> usize {
        fs::read_dir(self.desk.folder.path().join("Maildir/new")).unwrap().count()
    }

    fn request(&self, party: &str) -> Value {
        let shown = self.desk.ok(&["--at", "2026-06-04", "campaign", "show", &self.campaign]);
        shown["list"].as_array().unwrap().iter().find(|row| row["party"] == party).unwrap().clone()
    }

    /// What the doctor says needs a person, retention aside.
    fn unwell(&self) -> Vec<String> {
        let output = self.desk.run(&["--at", "2026-06-05", "doctor"]);
        let health: Value = serde_json::from_slice(&output.stdout).unwrap();
        let bad = health["checks"].as_array().unwrap().iter().filter(|check| check["well"] == false);
        let codes = bad.map(|check| check["code"].as_str().unwrap().to_owned());
        codes.filter(|code| code != "retention").collect()
    }

    fn nothing_of_a_name_is_kept(&self) {
        let grep = std::process::Command::new("grep")
            .args(["-ra", "-e", "SECRET SUBSCRIBER", "-e", "U0VDUkVUIFNVQlNDUklCRVI"])
            .arg(self.desk.office())
            .output()
            .unwrap();
        assert!(grep.stdout.is_empty(), "G20: {}", String::from_utf8_lossy(&grep.stdout));
    }
}

/// Has an office ask a name server that knows some records.
pub fn ask_of(desk: &Desk, records: &[Record<'_>]) -> NameServer {
    let names = NameServer::start(records).unwrap_or_else(|error| panic!("{error}"));
    let path = desk.office().join("office.toml");
    let settings = fs::read_to_string(&path).unwrap();
    assert!(settings.contains("resolver = \"system\""));
    let resolver = format!("resolver = \"{}\"", names.address());
    fs::write(&path, settings.replace("resolver = \"system\"", &resolver)).unwrap();
    names
}

/// The letter that a party got.
pub fn letter_to(desk: &Desk, party: &str) -> Letter {
    let outbox = fs::read_dir(desk.office().join("outbox")).unwrap();
    let mails = outbox.map(|entry| fs::read_to_string(entry.unwrap().path()).unwrap());
    let to = format!("To: abuse@{party}.example\r\n");
    let mail = mails.into_iter().find(|mail| mail.contains(&to)).unwrap();
    let header = |name: &str| {
        let line = mail.lines().find_map(|line| line.strip_prefix(name)).unwrap();
        line.trim().trim_matches(['<', '>']).to_owned()
    };
    Letter { reply_to: header("Reply-To:"), message_id: header("Message-ID:") }
}

/// A sheet with some of a party's lines, each with a name that must not stay.
pub fn sheet(desk: &Desk, at: &[&str], party: &str, lines: usize, status: &str) -> String {
    let limit = lines.to_string();
    let rows = desk.ok(&[at, &["observations", "--party", party, "--limit", &limit]].concat());
    let mut sheet = String::from("line,status,name\r\n");
    for row in rows["rows"].as_array().unwrap() {
        let key = format!("{:016x}{:016x}", row["line_hi"].as_i64().unwrap(), row["line_lo"].as_i64().unwrap());
        sheet.push_str(&format!("{key},{status},SECRET SUBSCRIBER\r\n"));
    }
    sheet
}

pub fn reply(letter: &Letter, from: &str, id: &str, sheet: &str) -> Vec<u8> {
    let Letter { reply_to, message_id } = letter;
    format!(
        "From: =?UTF-8?B?56qT5Y+j?= <{from}>\r\nTo: {reply_to}\r\nSubject: Re: notice\r\nMessage-ID: <{id}>\r\n\
         In-Reply-To: <{message_id}>\r\nDate: Wed, 03 Jun 2026 10:00:00 +0900\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain; charset=UTF-8\r\n\r\n\
         SECRET SUBSCRIBER\r\n--b\r\nContent-Type: text/csv\r\nContent-Disposition: attachment; filename=lines.csv\r\n\r\n\
         {sheet}\r\n--b--\r\n"
    )
    .into_bytes()
}

pub fn bounce(letter: &Letter, to: &str) -> Vec<u8> {
    let Letter { reply_to, message_id } = letter;
    format!(
        "Return-Path: <>\r\nFrom: MAILER-DAEMON@mx.example (Mail Delivery System)\r\nTo: {reply_to}\r\n\
         Subject: Undelivered Mail Returned to Sender\r\nMessage-ID: <dsn-{to}>\r\nAuto-Submitted: auto-replied\r\n\
         MIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=r\r\n\r\n--r\r\n\
         Content-Type: text/plain\r\n\r\nunknown user\r\n--r\r\nContent-Type: message/delivery-status\r\n\r\n\
         Reporting-MTA: dns; mx.example\r\n\r\nFinal-Recipient: rfc822; {to}\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n\
         --r\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: <{message_id}>\r\nReply-To: {reply_to}\r\n\r\n--r--\r\n"
    )
    .into_bytes()
}

#[test]
fn a_signed_reply_is_counted_once_and_a_forged_one_waits() {
    let scene = Scene::sent();
    let letter = scene.letter_to("isp-a");
    let mail = reply(&letter, "desk@isp-a.example", "1@isp-a.example", &scene.sheet("isp-a", 5, "customer-told"));
    let signed = scene.domain.sign(&mail, &["From", "To", "Subject", "Message-ID"]).unwrap();
    scene.deliver("1", &signed);
    let read = scene.read();
    assert_eq!((read["mails"].as_u64(), read["replies"].as_u64()), (Some(1), Some(1)), "{read}");
    assert_eq!((read["list"][0]["proof"].as_str(), read["list"][0]["state"].as_str()), (Some("signed"), Some("filed")));
    assert_eq!(read["list"][0]["counts"]["customer-told"], 5);
    let row = scene.request("isp-a");
    assert_eq!((row["state"].as_str(), row["answered"].as_u64()), (Some("answered"), Some(5)));
    assert_eq!(scene.new_mails(), 0, "what is filed leaves new/");

    // The same bytes again, and the same mail by another way.
    scene.deliver("2", &signed);
    scene.deliver("3", &[b"Received: by mx2.office.example\r\n".as_slice(), &signed].concat());
    let again = scene.read();
    assert_eq!((again["before"].as_u64(), again["replies"].as_u64()), (Some(2), Some(0)), "{again}");

    // Somebody who has the token, and not the domain.
    let forged = reply(&letter, "desk@isp-a.example", "9@isp-a.example", &scene.sheet("isp-a", 7, "cleaned"));
    scene.deliver("4", &forged);
    let waits = scene.read();
    assert_eq!(waits["unconfirmed"], 1, "{waits}");
    assert_eq!(waits["list"][0]["faults"][0], "M009");
    assert_eq!(scene.request("isp-a")["answered"], 5, "it does not count");
    let list = scene.desk.ok(&["mail", "list"]);
    let id = list[0]["mail"].as_str().unwrap();
    assert_eq!(scene.unwell(), ["mails"]);
    scene.nothing_of_a_name_is_kept();
    scene.desk.ok(&["--at", "2026-06-05", "mail", "drop", id]);
    assert!(scene.desk.ok(&["mail", "list"]).as_array().unwrap().is_empty());
    assert_eq!(scene.desk.fails(&["mail", "drop", id]).0, 1, "it is dropped once");
    assert_eq!(scene.request("isp-a")["answered"], 5);

    // One that a person confirms.
    let unsigned = reply(&letter, "desk@isp-a.example", "10@isp-a.example", &scene.sheet("isp-a", 6, "cleaned"));
    scene.deliver("5", &unsigned);
    let id = scene.read()["list"][0]["mail"].as_str().unwrap().to_owned();
    let confirmed = scene.desk.ok(&["--at", "2026-06-05", "mail", "confirm", &id]);
    assert_eq!((confirmed["state"].as_str(), confirmed["counts"]["cleaned"].as_u64()), (Some("confirmed"), Some(6)));
    assert_eq!(scene.request("isp-a")["answered"], 6);
    let held = fs::read_dir(scene.desk.office().join("quarantine/mail")).unwrap().count();
    assert_eq!(held, 0, "what was held is removed when it was decided");
    scene.nothing_of_a_name_is_kept();
    assert_eq!(scene.desk.ok(&["audit", "verify"])["intact"], true);
    assert_eq!(scene.desk.ok(&["mail", "list", "--all"]).as_array().unwrap().len(), 3);
}

#[test]
fn a_proved_sender_of_another_domain_waits() {
    let scene = Scene::sent();
    // isp-a answers in the name of isp-b, with isp-b's token.
    let letter = scene.letter_to("isp-b");
    let mail = reply(&letter, "desk@isp-a.example", "1@isp-a.example", &scene.sheet("isp-b", 3, "cleaned"));
    scene.deliver("1", &scene.domain.sign(&mail, &["From", "To"]).unwrap());
    let read = scene.read();
    assert_eq!(
        (read["unconfirmed"].as_u64(), read["list"][0]["faults"][0].as_str()),
        (Some(1), Some("M010")),
        "{read}"
    );
    assert_eq!(scene.request("isp-b")["answered"], 0);
}

#[test]
fn words_acknowledge_and_wait_and_programs_are_filed() {
    let scene = Scene::sent();
    let Letter { reply_to, message_id } = scene.letter_to("isp-a");
    let words = format!(
        "From: desk@isp-a.example\r\nTo: {reply_to}\r\nSubject: Re\r\nMessage-ID: <w@isp-a.example>\r\n\r\nSECRET SUBSCRIBER\r\n"
    );
    scene.deliver("1", &scene.domain.sign(words.as_bytes(), &["From", "To"]).unwrap());
    let absent = format!(
        "From: desk@isp-a.example\r\nTo: desk@office.example\r\nIn-Reply-To: <{message_id}>\r\n\
         Auto-Submitted: auto-replied\r\nMessage-ID: <v@isp-a.example>\r\n\r\nSECRET SUBSCRIBER\r\n"
    );
    scene.deliver("2", absent.as_bytes());
    scene.deliver("3", b"From: spam@evil.example\r\nTo: desk@office.example\r\n\r\nbuy\r\n");
    scene.deliver("4", b"\xff\xfe nothing");
    let before = fs::read_dir(scene.desk.office().join("outbox")).unwrap().count();
    let read = scene.read();
    assert_eq!((read["waiting"].as_u64(), read["auto_replies"].as_u64()), (Some(3), Some(1)), "{read}");
    let faults: Vec<_> = read["list"].as_array().unwrap().iter().map(|mail| mail["faults"].to_string()).collect();
    assert_eq!(faults, ["[\"M005\"]", "[]", "[\"M005\",\"M003\"]", "[\"M001\"]"]);
    assert_eq!(scene.request("isp-a")["state"], "acknowledged");
    let party = scene.desk.ok(&["party", "show", "isp-a"]);
    assert!(party["health"]["auto_reply_at"].is_string() && party["health"]["failing_since"].is_null(), "{party}");
    for mail in scene.desk.ok(&["mail", "list"]).as_array().unwrap() {
        scene.desk.ok(&["--at", "2026-06-05", "mail", "confirm", mail["mail"].as_str().unwrap()]);
    }
    scene.nothing_of_a_name_is_kept();
    scene.desk.ok(&["campaign", "send"]);
    let after = fs::read_dir(scene.desk.office().join("outbox")).unwrap().count();
    assert_eq!(before, after, "nothing is answered");
}

#[test]
fn a_bounce_marks_channel_and_request_and_the_effect_does_not_count_it_as_told() {
    let scene = Scene::sent();
    let at = |day: &'static str, args: &[&str]| scene.desk.ok(&[&["--at", day], args].concat());
    let told = at("2026-06-30", &["effect", &scene.campaign]);
    let devices = scene.request("isp-b")["devices"].as_u64().unwrap();
    let letter = scene.letter_to("isp-b");
    scene.deliver("1", &bounce(&letter, "abuse@isp-b.example"));
    // A report on somebody else, and one that only knows the letter.
    scene.deliver("2", &bounce(&scene.letter_to("isp-c"), "person@forward.example"));
    let read = scene.read();
    assert_eq!((read["reports"].as_u64(), read["waiting"].as_u64()), (Some(1), Some(1)), "{read}");
    let row = scene.request("isp-b");
    assert_eq!((row["undelivered"].as_bool(), row["delivery"]["failed"].as_u64()), (Some(true), Some(1)));
    assert_eq!(scene.request("isp-c")["undelivered"], false);
    let party = scene.desk.ok(&["party", "show", "isp-b"]);
    assert_eq!(
        (party["health"]["action"].as_str(), party["health"]["status"].as_str()),
        (Some("failed"), Some("5.1.1"))
    );
    assert!(party["health"]["failing_since"].as_str().unwrap().starts_with("2026-06-04"));
    let parties = scene.desk.ok(&["party", "list"]);
    let failing = parties.as_array().unwrap().iter().filter(|one| one["health"]["failing_since"].is_string());
    assert_eq!(failing.count(), 1);
    assert_eq!(scene.unwell(), ["failing-channels", "undelivered", "mails"]);

    let effect = at("2026-06-30", &["effect", &scene.campaign]);
    assert_eq!(effect["undelivered"]["devices"].as_u64().unwrap(), devices);
    assert_eq!(effect["told"]["devices"].as_u64().unwrap() + devices, told["told"]["devices"].as_u64().unwrap());
    assert_eq!(effect["not_told"], told["not_told"]);

    // Its devices were told to nobody, so that a new plan has them again.
    let again = at("2026-06-05", &[&["campaign", "rehearse"], &PLAN[2..]].concat());
    let told = again["parties"].as_array().unwrap().iter().filter(|one| one["lines"].as_u64() > Some(0));
    assert_eq!(told.map(|one| one["party"].as_str().unwrap()).collect::<Vec<_>>(), ["isp-b"], "{again}");

    // A person says that the other one is about the letter as well.
    let id = scene.desk.ok(&["mail", "list"])[0]["mail"].as_str().unwrap().to_owned();
    at("2026-06-05", &["mail", "confirm", &id]);
    assert_eq!(scene.request("isp-c")["undelivered"], true);
}

#[test]
fn a_mail_stays_where_it_is_until_its_sender_can_be_looked_up() {
    let scene = Scene::sent();
    let path = scene.desk.office().join("office.toml");
    let settings = fs::read_to_string(&path).unwrap();
    let down =
        settings.lines().map(|line| if line.starts_with("resolver") { "resolver = \"127.0.0.1:9\"" } else { line });
    fs::write(&path, down.collect::<Vec<_>>().join("\n")).unwrap();
    let letter = scene.letter_to("isp-a");
    let mail = reply(&letter, "desk@isp-a.example", "1@isp-a.example", &scene.sheet("isp-a", 5, "cleaned"));
    scene.deliver("1", &scene.domain.sign(&mail, &["From", "To"]).unwrap());
    assert_eq!(scene.read()["put_off"], 1);
    assert_eq!(scene.new_mails(), 1);
    fs::write(&path, settings).unwrap();
    assert_eq!(scene.read()["replies"], 1);
    let folder = scene.desk.folder.path().join("nowhere");
    assert_eq!(scene.desk.fails(&["mail", "read", text(&folder)]).0, 1);
}
