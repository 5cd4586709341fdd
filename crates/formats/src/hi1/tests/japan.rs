//! The Japan profile: what it asks for and what it refuses.

use super::sample::*;
use crate::hi1::build::{self, Ask};
use crate::hi1::check::{Side, check};
use crate::hi1::name::PROFILE_VERSION;
use crate::hi1::part::{Authorisation, Content, Disclosure, Part, Preservation, Role};
use crate::hi1::profile;
use crate::hi1::tree::Object;
use crate::hi1::word::RequestType;
use crate::hi1::{Code, ErrorCode, Kind, Message};

fn codes(message: &Message) -> Vec<Code> {
    let findings = profile::check(message, Side::Requester, NOW, &Memory::default());
    findings.into_iter().map(|finding| finding.code).collect()
}

fn asked(change: impl Fn(&mut Authorisation, &mut Disclosure)) -> Vec<Code> {
    let (mut authorisation, mut disclosure) = (authorisation(1), disclosure(2, 1));
    change(&mut authorisation, &mut disclosure);
    let message = build::inquiry(&to_provider(5), &authorisation, &[disclosure]);
    assert_eq!(check(&message, Side::Requester), []);
    codes(&message)
}

fn kept(change: impl Fn(&mut Preservation)) -> Vec<Code> {
    let mut preservation = preservation(2, 1, 30);
    change(&mut preservation);
    codes(&build::preservation(&to_provider(5), &authorisation(1), &[preservation]))
}

#[test]
fn what_we_make_follows_the_profile() {
    let memory = Memory::after(&inquiry(3));
    for (side, message) in all() {
        assert_eq!(profile::check(&message, side, NOW, &memory), [], "{}", message.to_json());
    }
}

#[test]
fn number_serial_and_approvals_are_mandatory() {
    assert_eq!(asked(|authorisation, _| authorisation.document_number = " ".to_owned()), [Code::NoDocumentNumber]);
    assert_eq!(asked(|authorisation, _| authorisation.form_serial.clear()), [Code::NoFormSerial]);
    assert_eq!(asked(|authorisation, _| authorisation.approvals.clear()), [Code::NoApproval]);
    let without_head = asked(|authorisation, _| {
        authorisation.approvals.pop();
    });
    assert_eq!(without_head, [Code::NoSectionHead]);
    let head_first = asked(|authorisation, _| {
        authorisation.approvals.rotate_right(1);
    });
    assert_eq!(head_first, [Code::NoSectionHead, Code::ApprovalOrder]);
    let early = |authorisation: &mut Authorisation, _: &mut Disclosure| {
        authorisation.approvals = vec![approval(Role::SectionHead, 10), approval(Role::SectionHead, 0)];
    };
    assert_eq!(asked(early), [Code::ApprovalOrder]);
    // An approval of tomorrow is none.
    assert_eq!(
        asked(|authorisation, _| authorisation.approvals[3] = approval(Role::SectionHead, 61)),
        [Code::ApprovalOrder]
    );
}

#[test]
fn subscriber_data_and_nothing_else() {
    for class in RequestType::ALL.iter().copied().filter(|class| *class != RequestType::SubscriberData) {
        assert_eq!(asked(|_, item| item.class = Some(class)), [Code::ClassNotByInquiry], "{class:?}");
    }
    assert_eq!(asked(|_, item| item.class = None), [Code::NoClass]);
    // A word that looks right in a dictionary of somebody's own.
    let text = serde_json::to_string(inquiry(1).root()).unwrap();
    let (from, to) = (r#""ETSI","common:Name":"RequestType""#, r#""XX","common:Name":"RequestType""#);
    assert_eq!(text.matches(from).count(), 1);
    let text = text.replace(from, to);
    let (message, _) = Message::read(text.as_bytes()).unwrap();
    assert_eq!(check(&message, Side::Requester), []);
    assert_eq!(codes(&message), [Code::ClassNotByInquiry]);
    assert_eq!(Code::ClassNotByInquiry.error(), ErrorCode::IMPROPER);
}

#[test]
fn an_update_cannot_widen_an_inquiry() {
    let wide = Disclosure { class: Some(RequestType::TrafficData), ..disclosure(2, 1) };
    let message = build::request(&to_provider(6), vec![Ask::Update(wide.to_object())]);
    let memory = Memory::after(&inquiry(1));
    let findings = profile::check(&message, Side::Requester, NOW, &memory);
    assert_eq!(findings.iter().map(|finding| finding.code).collect::<Vec<_>>(), [Code::ClassNotByInquiry]);
}

#[test]
fn the_provider_and_the_value_are_named() {
    assert_eq!(asked(|authorisation, _| authorisation.providers.clear()), [Code::NoProvider]);
    assert_eq!(asked(|authorisation, _| authorisation.providers[0].name = "x".to_owned()), [Code::OtherProvider]);
    assert_eq!(asked(|_, item| item.provider.country = "XX".to_owned()), [Code::OtherProvider]);
    assert_eq!(asked(|_, item| item.values.clear()), [Code::NoValue]);
    let reversed = |_: &mut Authorisation, item: &mut Disclosure| {
        let window = item.window.unwrap();
        item.window = Some(crate::hi1::part::Window { from: window.until, until: window.from });
    };
    assert_eq!(asked(reversed), [Code::Reversed]);
}

#[test]
fn a_task_belongs_to_an_authorisation() {
    let lone = build::request(&to_provider(6), vec![Ask::Create(disclosure(2, 1).to_object())]);
    assert_eq!(codes(&lone), [Code::NoAuthorisation]);
    // One that is known will do, a task will not.
    let memory = Memory::after(&inquiry(1));
    let with = |to| {
        let message = build::request(&to_provider(6), vec![Ask::Create(disclosure(8, to).to_object())]);
        profile::check(&message, Side::Requester, NOW, &memory).len()
    };
    assert_eq!((with(1), with(2)), (0, 1));
}

#[test]
fn preservation_lasts_thirty_days_and_not_one_more() {
    assert_eq!(kept(|_| {}), []);
    assert_eq!(kept(|it| it.until.0 += 1), [Code::LongPreservation]);
    assert_eq!(kept(|it| it.until = NOW.plus_days(31)), [Code::LongPreservation]);
    assert_eq!(kept(|it| it.until = NOW), [Code::PastExpiration]);
    // A header dated ahead prolongs nothing.
    let mut envelope = to_provider(5);
    envelope.at = NOW.plus_days(5);
    let late = build::preservation(&envelope, &authorisation(1), &[preservation(2, 1, 32)]);
    assert_eq!(codes(&late), [Code::LongPreservation]);
    let object = preservation(2, 1, 30).to_object();
    let mut without = Object::new();
    let is_kept = |name: &str| name != "task:DesiredPreservationExpiration";
    object.members().filter(|(name, _)| is_kept(name)).for_each(|(name, value)| without.set(name, value.clone()));
    let asks = vec![Ask::Create(authorisation(1).to_object()), Ask::Create(without)];
    assert_eq!(codes(&build::request(&to_provider(5), asks)), [Code::NoExpiration]);
}

#[test]
fn an_extension_is_undecided_and_content_is_not_preserved() {
    let message = build::request(&to_provider(6), vec![Ask::Update(preservation(2, 1, 10).to_object())]);
    assert!(codes(&message).contains(&Code::ExtensionUndecided));
    assert_eq!(Code::ExtensionUndecided.error(), ErrorCode::UNSUPPORTED);
    for class in [RequestType::StoredContentData, RequestType::TrafficDataAndStoredContentData, RequestType::Other] {
        assert_eq!(kept(|it| it.class = Some(class)), [Code::ContentPreservation]);
    }
}

#[test]
fn nothing_comes_back_for_another_class() {
    let mut memory = Memory::after(&inquiry(1));
    let answer = |memory: &Memory, content| {
        let message = build::delivery(&to_police(7), &[delivery(30, 2, content)]);
        let findings = profile::check(&message, Side::Provider, NOW, memory);
        findings.into_iter().map(|finding| finding.code).collect::<Vec<_>>()
    };
    assert_eq!(answer(&memory, file()), []);
    let classes = RequestType::ALL.iter().copied().filter(|class| *class != RequestType::SubscriberData).map(Some);
    for class in classes.chain([None]) {
        memory.objects.get_mut(&id(2)).unwrap().0.class = class;
        // The same whether data exist or not.
        for content in [file(), Content::Existence(true), Content::Existence(false)] {
            assert_eq!(answer(&memory, content), [Code::SecrecyAnswered]);
        }
    }
    assert_eq!(answer(&Memory::default(), file()), [Code::NoTask]);
    let change = build::request(&to_police(8), vec![Ask::Update(delivery(30, 2, file()).to_object())]);
    assert_eq!(profile::check(&change, Side::Provider, NOW, &memory)[0].code, Code::ContentChanged);
}

#[test]
fn each_side_sends_its_own_kinds() {
    let code = |side, ask| {
        let message = build::request(&to_provider(7), vec![ask]);
        profile::check(&message, side, NOW, &Memory::default()).iter().any(|f| f.code == Code::KindNotHere)
    };
    assert!(!code(Side::Provider, Ask::Create(document(9, 1).to_object())), "its dossier");
    assert!(code(Side::Provider, Ask::Create(authorisation(9).to_object())));
    assert!(!code(Side::Provider, Ask::Create(notice(9, 1).to_object())));
    assert!(code(Side::Requester, Ask::Deliver(delivery(9, 2, file()).to_object())));
    let takedown =
        Object::new().with("@xsi:type", Kind::Takedown.type_name()).with("ObjectIdentifier", id(9).to_string());
    assert!(code(Side::Requester, Ask::Create(takedown)));
}

#[test]
fn there_is_no_emergency_route() {
    let change = |from: &str, to: &str| {
        let text = inquiry(1).to_json();
        assert!(text.contains(from));
        let (message, _) = Message::read(text.replacen(from, to, 1).as_bytes()).unwrap();
        assert_eq!(check(&message, Side::Requester), []);
        codes(&message)
    };
    assert_eq!(change("\"IsTest\"", "\"IsEmergency\""), [Code::EmergencyNotHere]);
    assert_eq!(
        change("\"common:ApprovalIsEmergency\": false", "\"common:ApprovalIsEmergency\": true"),
        [Code::EmergencyNotHere]
    );
    assert_eq!(change("\"SubmittedToCSP\"", "\"EmergencyApproval\""), [Code::EmergencyNotHere]);
}

#[test]
fn other_profiles_are_told_apart() {
    let text = inquiry(1).to_json().replace(PROFILE_VERSION, "v9");
    let (message, _) = Message::read(text.as_bytes()).unwrap();
    assert_eq!(codes(&message), [Code::OtherProfile]);
    assert_eq!(Code::OtherProfile.error(), ErrorCode::VERSION);
}
