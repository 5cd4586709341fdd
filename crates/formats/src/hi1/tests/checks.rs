//! What the check finds, one wrong thing at a time.

use std::collections::BTreeSet;

use renkei_core::text::Language;

use super::sample::*;
use crate::hi1::build::{self, Ask};
use crate::hi1::check::{Side, check};
use crate::hi1::part::{Content, Disclosure, Part};
use crate::hi1::tree::Object;
use crate::hi1::word::LDTaskStatus;
use crate::hi1::{Code, ErrorCode, Message};

/// Changes the JSON of an inquiry by replacing a text once, and says what is found: code, error, action, path.
fn found(from: &str, to: &str) -> Vec<(Code, Option<usize>, String)> {
    let text = inquiry(1).to_json();
    assert_eq!(text.matches(from).count(), 1, "`{from}` in {text}");
    let (message, _) = Message::read(text.replacen(from, to, 1).as_bytes()).unwrap();
    check(&message, Side::Requester).into_iter().map(|f| (f.code, f.action, f.path)).collect()
}

fn one(from: &str, to: &str) -> (Code, Option<usize>, String) {
    let found = found(from, to);
    assert_eq!(found.len(), 1, "{found:?}");
    found.into_iter().next().unwrap()
}

fn code(from: &str, to: &str) -> Code {
    one(from, to).0
}

const ITEM: &str = "Payload/RequestPayload/ActionRequests/ActionRequest[1]/CREATE/HI1Object";

#[test]
fn the_header_is_whole() {
    assert_eq!(
        one("\"Timestamp\": \"2026-11-20T01:00:00.000000Z\"", "\"Timestamp\": \"2026-11-20T01:00:00Z\""),
        (Code::BadMicroseconds, None, "Header/Timestamp".to_owned())
    );
    assert_eq!(code("00.000000Z", "00.000000"), Code::BadTime);
    assert_eq!(code("V1.23.1", "V1.12.1"), Code::BadVersion);
    assert_eq!(code("V1.23.1", "1.23.1"), Code::BadVersion);
    assert_eq!(code("V1.23.1", "V2.23.1"), Code::BadVersion);
    assert_eq!(code("\"TransactionIdentifier\": \"00000000-0000", "\"TransactionIdentifier\": \"0000"), Code::BadUuid);
    assert_eq!(code("\"ETSIVersion\": \"V1.23.1\",", ""), Code::MissingMember);
    assert_eq!(found("\"SenderIdentifier\"", "\"Sender\"").len(), 2);
}

#[test]
fn objects_are_closed_and_typed() {
    assert_eq!(one("\"task:Reference\"", "\"task:Nonsense\""), (Code::UnknownMember, Some(1), format!("{ITEM}/?")));
    assert_eq!(code("\"task:Reference\"", "\"auth:Reference\""), Code::UnknownMember);
    assert_eq!(
        one("\"task:Reference\": \"JP-police-hinode-2\"", "\"task:Reference\": 2"),
        (Code::WrongShape, Some(1), format!("{ITEM}/task:Reference"))
    );
    assert_eq!(code("\"task:Value\": \"taro.test\"", "\"task:Value\": null"), Code::WrongShape);
    assert_eq!(code("Task}LDTaskObject", "Task}LITaskObject"), Code::UnknownKind);
    assert_eq!(Code::UnknownKind.error(), ErrorCode::UNSUPPORTED);
    assert_eq!(code("\"task:Reference\"", "\"@xsi:schemaLocation\": \"x\", \"task:Reference\""), Code::UnknownMember);
    assert_eq!(code("taro.test", &"あ".repeat(65_536)), Code::TooLong);
    assert_eq!(code("2026-11-17T01:00:00Z", "2026-11-17T01:00:00"), Code::BadTime);
    assert_eq!(code("2026-11-17T01:00:00Z", "2026-02-30T01:00:00Z"), Code::BadTime);
    assert_eq!(found("2026-11-17T01:00:00Z", "2026-11-17T10:00:00+09:00"), []);
    let generation =
        |value: &str| code("\"AssociatedObjects\"", &format!("\"Generation\": {value}, \"AssociatedObjects\""));
    assert_eq!(generation("-1"), Code::BadCount);
    assert_eq!(generation("1.5"), Code::BadCount);
    assert_eq!(generation("\"1\""), Code::BadCount);
}

#[test]
fn words_are_those_of_their_dictionary() {
    assert_eq!(
        one("\"SubscriberData\"", "\"Everything\""),
        (Code::BadWord, Some(1), format!("{ITEM}/task:RequestDetails/task:Type"))
    );
    assert_eq!(Code::BadWord.error(), ErrorCode::IMPROPER);
    assert_eq!(code("\"LDTaskDesiredStatus\"", "\"LPTaskDesiredStatus\""), Code::OtherDictionary);
    // DisclosureNotAvailable is a status, not a desired one.
    assert_eq!(code("\"AwaitingDisclosure\"", "\"DisclosureNotAvailable\""), Code::BadWord);
    assert_eq!(code("\"common:Value\": \"AwaitingDisclosure\"", "\"common:Word\": \"x\"").error(), ErrorCode::SCHEMA);
}

#[test]
fn actions_are_numbered_and_have_one_verb() {
    assert_eq!(code("\"ActionIdentifier\": 1", "\"ActionIdentifier\": 2"), Code::ActionOrder);
    assert_eq!(code("\"ActionIdentifier\": 1", "\"ActionIdentifier\": 0"), Code::ActionTwice);
    assert_eq!(Code::ActionTwice.error(), ErrorCode::ACTION_TWICE);
    let twice = one("\"ActionIdentifier\": 1,", "\"ActionIdentifier\": 1, \"GETCSPCONFIG\": {},");
    assert_eq!((twice.0, twice.1), (Code::Choice, Some(1)));
    let none = found("\"RequestPayload\"", "\"Nothing\"");
    assert!(none.iter().any(|(code, ..)| *code == Code::Choice));
    let empty = Message::read(build::request(&to_provider(1), vec![]).to_json().as_bytes()).unwrap().0;
    assert_eq!(check(&empty, Side::Requester)[0].code, Code::MissingMember);
}

#[test]
fn each_side_sets_its_own_status() {
    let with_status = Disclosure { status: Some(LDTaskStatus::Disclosed), desired: None, ..disclosure(2, 1) };
    let message = build::request(&to_provider(1), vec![Ask::Update(with_status.to_object())]);
    let codes = |side| check(&message, side).into_iter().map(|finding| finding.code).collect::<Vec<_>>();
    assert_eq!(codes(Side::Requester), [Code::StatusBySender]);
    assert_eq!(codes(Side::Provider), []);
    assert_eq!(Code::StatusBySender.error(), ErrorCode::WRONG_SIDE);
    let desired = build::request(&to_police(1), vec![Ask::Update(disclosure(2, 1).to_object())]);
    assert_eq!(check(&desired, Side::Provider)[0].code, Code::DesiredByReceiver);
    assert_eq!(Code::DesiredByReceiver.error(), ErrorCode::WRONG_SIDE);
    // A delivery goes the other way.
    let delivery = build::delivery(&to_police(1), &[delivery(3, 2, Content::Existence(true))]);
    assert_eq!(check(&delivery, Side::Provider), []);
    assert_eq!(check(&delivery, Side::Requester)[0].code, Code::DesiredByReceiver);
}

#[test]
fn verbs_take_their_objects() {
    let ask = |ask| check(&build::request(&to_provider(1), vec![ask]), Side::Requester);
    assert_eq!(
        ask(Ask::Deliver(Disclosure { desired: None, ..disclosure(2, 1) }.to_object()))[0].code,
        Code::KindNotHere
    );
    let handed = delivery(3, 2, Content::Existence(true)).to_object();
    let codes: Vec<_> = ask(Ask::Create(handed.clone())).into_iter().map(|finding| finding.code).collect();
    assert!(codes.contains(&Code::KindNotHere));
    let body = Object::new().with("Identifier", id(9).to_string()).with("HI1Object", handed);
    let action = Object::new().with("ActionIdentifier", 0).with("DELIVER", body);
    let mut root = inquiry(1).root().clone();
    let requests = Object::new().with("ActionRequest", vec![action]);
    root.set("Payload", Object::new().with("RequestPayload", Object::new().with("ActionRequests", requests)));
    assert_eq!(check(&Message::of(root), Side::Provider)[0].code, Code::OtherIdentifier);
}

#[test]
fn national_members_need_a_type_of_their_own() {
    let national = |inside: &str| {
        let (from, to) = (
            "\"auth:AuthorisationTypeOfCase\"",
            format!("\"auth:NationalAuthorisationParameters\": {{{inside}}}, \"auth:AuthorisationTypeOfCase\""),
        );
        found(from, &to)
    };
    assert_eq!(national("\"auth:CountryCode\": \"JP\""), []);
    assert_eq!(national("\"auth:CountryCode\": \"JP\", \"auth:More\": 1")[0].0, Code::UnknownMember);
    assert_eq!(national("\"@xsi:type\": \"{urn:jp}P\", \"auth:CountryCode\": \"JP\", \"{urn:jp}More\": 1"), []);
    assert_eq!(national("\"auth:CountryCode\": \"jp\"")[0].0, Code::BadCountry);
}

#[test]
fn codes_have_one_meaning_and_both_languages() {
    let words: BTreeSet<_> = Code::ALL.iter().map(|code| code.as_str()).collect();
    assert_eq!(words.len(), Code::ALL.len());
    assert!(Code::ALL.is_sorted_by_key(|code| code.as_str()));
    for code in Code::ALL {
        assert!(!code.label(Language::Ja).is_ascii() && code.label(Language::En).is_ascii(), "{code:?}");
        assert!((3000..=3022).contains(&code.error().0));
    }
}

#[test]
fn findings_never_hold_content() {
    let text = inquiry(1).to_json().replace("task:Value", "taro.test");
    let findings = check(&Message::read(text.as_bytes()).unwrap().0, Side::Requester);
    assert!(!findings.is_empty() && findings.iter().all(|finding| !finding.path.contains("taro")), "{findings:?}");
}

/// The codes that a page lists, with their error codes: ranges are spelled out.
fn listed(page: &str) -> Vec<(String, u32)> {
    let rows = page.lines().filter(|line| line.starts_with("| H"));
    let cells = rows.map(|row| row.split('|').map(str::trim).collect::<Vec<_>>());
    let mut found = Vec::new();
    for cells in cells {
        let split = |text: &str| text.split([',', '、']).map(|part| part.trim().to_owned()).collect::<Vec<_>>();
        let (codes, errors) = (split(cells[1]), split(cells[2]));
        for (at, part) in codes.iter().enumerate() {
            let error = errors[if errors.len() == codes.len() { at } else { 0 }].parse().unwrap();
            let (first, last) = part.split_once('–').unwrap_or((part, part));
            let all = Code::ALL.iter().map(|code| code.as_str());
            found.extend(all.filter(|code| (first..=last).contains(code)).map(|code| (code.to_owned(), error)));
        }
    }
    found.sort();
    found
}

#[test]
fn the_pages_of_the_profile_list_every_code() {
    let all: Vec<_> = Code::ALL.iter().map(|code| (code.as_str().to_owned(), code.error().0)).collect();
    assert_eq!(listed(include_str!("../../../../../docs/profile-jp/README.md")), all);
    assert_eq!(listed(include_str!("../../../../../docs/profile-jp/README.ja.md")), all);
}
