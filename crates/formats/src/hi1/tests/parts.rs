//! Each struct reads back what it wrote, in the order of the schema.

use super::sample::*;
use crate::hi1::check::{Side, check};
use crate::hi1::engine::{born, updated};
use crate::hi1::message::{Outcome, Payload};
use crate::hi1::part::{Authorisation, Content, Delivery, Disclosure, Document, Notice, Part, Preservation};
use crate::hi1::schema::{kind_of, table_of};
use crate::hi1::tree::Object;
use crate::hi1::word::{LDTaskDesiredStatus, LDTaskStatus, Word as _};
use crate::hi1::{Code, ErrorCode, Failure, Verb, build};

fn back<P: Part + PartialEq + std::fmt::Debug>(part: &P) {
    let object = part.to_object();
    assert_eq!(&P::from_object(&object).unwrap(), part);
    let table = table_of(kind_of(&object).unwrap());
    let ranks: Vec<_> = object.members().filter_map(|(name, _)| Some(table.field(name)?.0)).collect();
    assert!(ranks.is_sorted(), "{object:?}");
    assert_eq!(ranks.len() + 1, object.len(), "every member but @xsi:type is of the table");
}

#[test]
fn parts_come_back() {
    back(&authorisation(1));
    back(&disclosure(2, 1));
    back(&preservation(3, 1, 10));
    back(&document(4, 1));
    back(&notice(5, 2));
    back(&delivery(6, 2, Content::Existence(true)));
    back(&delivery(7, 2, file()));
    let refused = Disclosure {
        status: Some(LDTaskStatus::Rejected),
        reason: Some(Failure { code: ErrorCode(3007), words: "令状が要る".to_owned() }),
        ..disclosure(8, 1)
    };
    back(&refused);
}

#[test]
fn nothing_is_wrong_with_what_we_make() {
    for (side, message) in all() {
        assert_eq!(check(&message, side), [], "{}", message.to_json());
    }
}

#[test]
fn a_file_that_was_changed_on_the_way_is_not_read() {
    let object = delivery(7, 2, file()).to_object();
    let change = |name: &str, value: &str| {
        let mut object = object.clone();
        let mut content = object.object("delivery:Delivery").unwrap().clone();
        let mut data = content.object("delivery:BinaryData").unwrap().clone();
        data.set(name, value);
        content.set("delivery:BinaryData", data);
        object.set("delivery:Delivery", content);
        Delivery::from_object(&object)
    };
    assert_eq!(change("delivery:Data", "AAAA"), Err(Code::BadChecksum));
    assert_eq!(change("delivery:Data", "*"), Err(Code::BadBase64));
    assert_eq!(change("delivery:Checksum", &"0".repeat(64)), Err(Code::BadChecksum));
    // Another kind of checksum cannot be compared here, and says nothing against the data.
    assert!(change("delivery:ChecksumType", "SHA-512").is_ok());
}

#[test]
fn one_kind_is_not_read_as_another() {
    let object = disclosure(2, 1).to_object();
    assert!(Authorisation::from_object(&object).is_err() && Preservation::from_object(&object).is_err());
    assert!(Document::from_object(&object).is_err() && Notice::from_object(&object).is_err());
    assert_eq!(Disclosure::from_object(&Object::new()), Err(Code::NoClass));
}

#[test]
fn an_update_replaces_members_as_a_whole_and_counts() {
    let kept = born(&disclosure(2, 1).to_object(), &police(), NOW);
    assert_eq!(kept.count("Generation"), Some(0));
    let change = Object::new().with("@xsi:type", kept.text("@xsi:type").unwrap()).with("Generation", 0).with(
        "task:DesiredStatus",
        Disclosure { desired: Some(LDTaskDesiredStatus::Cancelled), ..disclosure(2, 1) }
            .to_object()
            .object("task:DesiredStatus")
            .unwrap()
            .clone(),
    );
    let change = change.with("task:Status", build_status(LDTaskStatus::Cancelled)).with("OwnerIdentifier", "other");
    let new = updated(&kept, &change, NOW.plus_days(1));
    let read = Disclosure::from_object(&new).unwrap();
    assert_eq!((read.base.generation, read.base.changed), (Some(1), Some(NOW.plus_days(1))));
    assert_eq!((read.desired, read.status), (Some(LDTaskDesiredStatus::Cancelled), Some(LDTaskStatus::Cancelled)));
    assert_eq!((read.base.owner, read.values), (police(), disclosure(2, 1).values));
    let names: Vec<_> = new.members().map(|(name, _)| name.to_owned()).collect();
    let table = table_of(kind_of(&new).unwrap());
    assert!(names.iter().filter_map(|name| table.field(name)).map(|(rank, _)| rank).is_sorted(), "{names:?}");
}

fn build_status(status: LDTaskStatus) -> Object {
    Object::new()
        .with("common:Owner", "ETSI")
        .with("common:Name", LDTaskStatus::DICTIONARY.name)
        .with("common:Value", status.word())
}

#[test]
fn answers_are_read() {
    let answers = vec![
        (0, build::Answer::Done(Verb::Create, id(2))),
        (1, build::Answer::Object(disclosure(2, 1).to_object())),
        (2, build::Answer::Refused(Code::Stale.into())),
    ];
    let message = build::response(&to_police(5), answers);
    let Some(Payload::Response(replies)) = message.payload() else { panic!("no response") };
    assert!(matches!(&replies[0].outcome, Outcome::Done { verb: Verb::Create, id: Some(it), .. } if *it == id(2)));
    let Outcome::Done { verb: Verb::Get, id: Some(it), body } = &replies[1].outcome else { panic!("no object") };
    assert_eq!(*it, id(2));
    assert_eq!(Disclosure::from_object(body.object("HI1Object").unwrap()).unwrap(), disclosure(2, 1));
    let Outcome::Refused(failure) = &replies[2].outcome else { panic!("not refused") };
    assert_eq!((failure.code, failure.words.starts_with("H064")), (ErrorCode::STALE, true));
    assert_eq!(message.header().unwrap().transaction, to_provider(5).transaction);
    let whole = build::refusal(&to_police(5), &Code::OtherReceiver.into());
    assert!(matches!(whole.payload(), Some(Payload::Refused(failure)) if failure.code == ErrorCode::IMPROPER));
    assert_eq!(check(&whole, Side::Provider), []);
}
