//! Both encodings: to the byte, value by value, and never a fall.

use proptest::prelude::*;

use super::sample::{all, inquiry};
use crate::hi1::flaw::{Flaw, MOST_DEPTH};
use crate::hi1::tree::{Object, Value};
use crate::hi1::xml::Document;
use crate::hi1::{Encoding, Message, WriteError, json, xml};

const HEAD: &str = r#"<HI1Message xmlns="http://uri.etsi.org/03120/common/2019/10/Core""#;

fn flaw(text: &str) -> Flaw {
    Message::read(text.as_bytes()).unwrap_err()
}

#[test]
fn what_we_make_comes_back_from_both_encodings() {
    for (_, message) in all() {
        for encoding in [Encoding::Json, Encoding::Xml] {
            let text = message.write(encoding).unwrap();
            let (read, seen) = Message::read(text.as_bytes()).unwrap();
            assert_eq!(seen, encoding);
            assert_eq!(read, message, "{text}");
            assert_eq!(read.write(encoding).unwrap(), text);
        }
        // And from one through the other.
        let (through, _) = Message::read(message.to_xml().unwrap().as_bytes()).unwrap();
        assert_eq!(through.to_json(), message.to_json());
    }
}

#[test]
fn a_document_keeps_every_byte() {
    let text = format!(
        "\u{feff}<?xml version='1.0'?>\r\n<!-- before -->\n{HEAD}  xmlns:a='urn:x' >\r\n\t<Header a:b = \"&#10;&lt;\" ><!--in-->\
         <?p i?><X><![CDATA[<&>]]>&amp;é&#x3042;</X ></Header\n><Payload/><Payload ></Payload></HI1Message>\n<!-- after -->\n"
    );
    let document = Document::read(&text).unwrap();
    assert_eq!(document.write(), text);
    let (message, _) = Message::read(text.as_bytes()).unwrap();
    let header = message.root().object("Header").unwrap();
    assert_eq!(header.text("@{urn:x}b"), Some("\n<"));
    assert_eq!(header.text("X"), Some("<&>&éあ"));
    assert_eq!(message.root().all("Payload").len(), 2);
    let again = Message::read(message.to_xml().unwrap().as_bytes()).unwrap().0;
    assert_eq!(again, message);
}

#[test]
fn other_prefixes_mean_the_same() {
    let text = inquiry(1).to_xml().unwrap();
    let other = text.replace("auth:", "a1:").replace("xmlns:auth", "xmlns:a1");
    let (first, second) = (Message::read(text.as_bytes()).unwrap().0, Message::read(other.as_bytes()).unwrap().0);
    assert_eq!(first.root().object("Payload"), second.root().object("Payload"));
    assert_eq!(second.to_xml().unwrap(), other);
}

#[test]
fn what_is_no_message_is_told_apart() {
    assert_eq!(flaw(""), Flaw::Encoding);
    assert_eq!(flaw("hello"), Flaw::Encoding);
    assert_eq!(Message::read(b"\xff\xfe<\0").unwrap_err(), Flaw::Encoding);
    assert_eq!(flaw("{\"a\": 1,, }"), Flaw::IllFormed(9));
    assert_eq!(flaw("{} {}"), Flaw::IllFormed(4));
    assert_eq!(flaw("{\"a\": 1, \"a\": 2}"), Flaw::Twice);
    assert_eq!(flaw(&format!("{{\"a\": {}", "[".repeat(MOST_DEPTH + 1))), Flaw::TooDeep);
    assert_eq!(flaw("<a/>"), Flaw::Root);
    assert_eq!(flaw(&format!("{HEAD}>text</HI1Message>")), Flaw::Mixed);
    assert_eq!(flaw(&format!("{HEAD}><a/>text</HI1Message>")), Flaw::Mixed);
    assert_eq!(flaw(&format!("{HEAD}><x:a/></HI1Message>")), Flaw::Prefix);
    assert_eq!(flaw(&format!("{HEAD}><a b='1' b='2'/></HI1Message>")), Flaw::Twice);
    assert_eq!(flaw(&format!("{HEAD}><a>&nbsp;</a></HI1Message>")), Flaw::Entities);
    assert_eq!(flaw(&format!("<!DOCTYPE a [<!ENTITY b 'c'>]>{HEAD}/>")), Flaw::Entities);
    assert_eq!(flaw(&format!("<?xml version='1.0' encoding='Shift_JIS'?>{HEAD}/>")), Flaw::Encoding);
    assert_eq!(flaw(&format!("{HEAD}>{}", "<a>".repeat(MOST_DEPTH + 1))), Flaw::TooDeep);
    for broken in [
        "><a></b></HI1Message>",
        "><a></HI1Message>",
        ">",
        "><a>\u{1}</a></HI1Message>",
        "></HI1Message><b/>",
        "></HI1Message>text",
        " a='<'/>",
        "><1/></HI1Message>",
        "><a>]]></a></HI1Message>",
        "><!-- -- --></HI1Message>",
    ] {
        let text = format!("{HEAD}{broken}");
        assert!(matches!(flaw(&text), Flaw::IllFormed(_)), "{text}: {:?}", flaw(&text));
    }
}

#[test]
fn a_tree_that_xml_cannot_have_is_not_written() {
    let write = |object: Object| xml::write(&object);
    assert_eq!(write(Object::new().with("a b", "")), Err(WriteError::Name));
    assert_eq!(write(Object::new().with("x:a", "")), Err(WriteError::Name));
    assert_eq!(write(Object::new().with("a", "\u{0}")), Err(WriteError::Character));
    assert_eq!(write(Object::new().with("a", Value::Null)), Err(WriteError::Shape));
    assert_eq!(write(Object::new().with("a", vec![Value::List(vec![])])), Err(WriteError::Shape));
}

#[test]
fn debugging_shows_no_content() {
    let shown = format!("{:?}", inquiry(1));
    assert!(!shown.contains("taro.test") && shown.contains("task:Value"), "{shown}");
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof!["[ -~あ-ん\n\t]{0,12}", "[&<>\"'\\]\\r]{0,4}"]
}

fn tree() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        text().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<bool>().prop_map(Value::from),
        Just(Value::Null),
    ];
    leaf.prop_recursive(4, 40, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::List),
            prop::collection::btree_map("[a-z@:{}]{1,8}", inner, 0..5).prop_map(object),
        ]
    })
}

fn object(members: std::collections::BTreeMap<String, Value>) -> Value {
    members.iter().fold(Object::new(), |object, (name, value)| object.with(name, value.clone())).into()
}

/// Elements of the core namespace with text or elements inside, as XML has them.
fn element() -> impl Strategy<Value = Value> {
    let leaf = text().prop_map(Value::from);
    leaf.prop_recursive(4, 40, 5, |inner| {
        let members = prop::collection::btree_map("[a-zA-Z_][a-z0-9.-]{0,5}", inner.clone(), 1..5).prop_map(object);
        let lists = (prop::collection::vec(inner, 2..4)).prop_filter_map("no list in a list", |values| {
            let is_flat = values.iter().all(|value| !matches!(value, Value::List(_)));
            is_flat.then(|| Object::new().with("many", Value::List(values)).into())
        });
        prop_oneof![members, lists]
    })
}

proptest! {
    #[test]
    fn any_tree_comes_back_from_json(value in tree()) {
        let root = Object::new().with("root", value);
        prop_assert_eq!(json::read(&json::write(&root)).unwrap(), root);
    }

    #[test]
    fn trees_come_back_from_xml(value in element()) {
        let root = Object::new()
            .with("@xmlns", crate::hi1::name::CORE)
            .with("Elsewhere", Object::new().with("root", value));
        let text = xml::write(&root).unwrap();
        let read = xml::read(&text).unwrap();
        prop_assert_eq!(&read, &root, "{}", text);
        prop_assert_eq!(Document::read(&text).unwrap().write(), text);
    }

    #[test]
    fn any_bytes_are_read_without_a_fall(bytes: Vec<u8>) {
        let _ = Message::read(&bytes);
    }

    #[test]
    fn any_document_keeps_every_byte(inside in "[<>/a-c:&;! =\"'\\-\\[\\]]{0,60}") {
        let text = format!("{HEAD}>{inside}</HI1Message>");
        if let Ok(document) = Document::read(&text) {
            prop_assert_eq!(document.write(), text);
        }
    }

    #[test]
    fn changed_messages_are_read_without_a_fall(at: prop::sample::Index, byte: u8, is_xml: bool) {
        let encoding = if is_xml { Encoding::Xml } else { Encoding::Json };
        let mut bytes = inquiry(1).write(encoding).unwrap().into_bytes();
        let at = at.index(bytes.len());
        bytes[at] = byte;
        if let Ok((message, _)) = Message::read(&bytes) {
            let _ = crate::hi1::check::check(&message, crate::hi1::check::Side::Requester);
            let _ = message.to_xml();
            prop_assert_eq!(Message::read(message.to_json().as_bytes()).unwrap().0, message);
        }
    }
}
