//! Given data: the examples come back to the byte; our words and members are those of the transcriptions.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

use serde_json::Value as Json;

use super::sample::all;
use crate::hi1::check::{Side, check};
use crate::hi1::schema::table_of;
use crate::hi1::tree::{Object, Value};
use crate::hi1::word::{DICTIONARIES, OWNER};
use crate::hi1::xml::Document;
use crate::hi1::{Encoding, Kind, Message, Verb};

fn data() -> Option<PathBuf> {
    let data = std::env::var_os("RENKEI_TESTDATA").map(|data| PathBuf::from(data).join("cases/etsi103120"));
    if data.is_none() {
        println!("not run: no RENKEI_TESTDATA");
    }
    data
}

fn json(name: &str) -> Option<Json> {
    Some(serde_json::from_slice(&fs::read(data()?.join(name)).unwrap()).unwrap())
}

#[test]
fn the_examples_come_back_to_the_byte() {
    let Some(data) = data() else { return };
    let mut seen = Vec::new();
    for entry in fs::read_dir(data.join("examples")).unwrap() {
        let bytes = fs::read(entry.unwrap().path()).unwrap();
        let (message, encoding) = Message::read(&bytes).unwrap();
        let text = std::str::from_utf8(&bytes).unwrap();
        let written = message.write(encoding).unwrap();
        // Equal in every byte, spaces too, through the tree.
        assert_eq!(written, text);
        match encoding {
            Encoding::Json => {
                let [ours, theirs] = [&written, text].map(|text| serde_json::from_str::<Json>(text).unwrap());
                assert_eq!(ours, theirs);
            }
            Encoding::Xml => assert_eq!(Document::read(text).unwrap().write(), text),
        }
        assert_eq!(check(&message, Side::Requester), []);
        let json = Message::read(message.to_json().as_bytes()).unwrap().0;
        let xml = Message::read(message.to_xml().unwrap().as_bytes()).unwrap().0;
        assert_eq!((json.root().object("Payload"), &xml.to_json()), (message.root().object("Payload"), &xml.to_json()));
        assert_eq!(xml.root().object("Payload"), message.root().object("Payload"));
        assert!(message.header().is_some() && message.payload().is_some());
        seen.push(encoding);
    }
    seen.sort_by_key(|encoding| *encoding as u8);
    assert_eq!(seen, [Encoding::Json, Encoding::Json, Encoding::Json, Encoding::Xml]);
}

#[test]
fn our_dictionaries_are_the_given_ones() {
    let Some(given) = json("dictionaries-states.json") else { return };
    let given: BTreeMap<&str, BTreeSet<&str>> = given
        .as_object()
        .unwrap()
        .iter()
        .filter(|(name, _)| *name != "_about")
        .map(|(name, one)| {
            (name.as_str(), one["values"].as_array().unwrap().iter().map(|word| word.as_str().unwrap()).collect())
        })
        .collect();
    let verbs = ("ActionVerbs", Verb::ALL.iter().map(|verb| verb.word()).collect());
    let ours: BTreeMap<&str, BTreeSet<&str>> = DICTIONARIES
        .iter()
        .map(|dictionary| (dictionary.name, dictionary.words.iter().copied().collect()))
        .chain([verbs])
        .collect();
    assert_eq!(ours, given);
}

/// The members of a line of the transcription, with what it says about their own members.
fn members(text: &str) -> BTreeMap<String, Option<Fields>> {
    let (mut found, mut depth, mut from) = (BTreeMap::new(), 0, 0);
    let cut = |c: char| matches!(c, ',' | '|');
    let ends = text.char_indices().chain([(text.len(), ',')]).collect::<Vec<_>>();
    for (at, character) in ends {
        match character {
            '{' => depth += 1,
            '}' => depth -= 1,
            c if cut(c) && depth == 0 => {
                let part = text[from..at].trim().trim_end_matches('?');
                from = at + 1;
                let (name, inside) = match part.split_once('{') {
                    Some((name, inside)) => (name, Some(inside.rsplit_once('}').unwrap().0)),
                    None => (part, None),
                };
                let is_either = name.contains("(s)");
                let name = name.split(['[', '(']).next().unwrap().trim();
                let inside = inside.filter(|inside| !inside.contains("..")).map(|inside| Fields(members(inside)));
                if is_either {
                    found.insert(format!("{name}s"), None);
                }
                found.insert(name.to_owned(), inside);
            }
            _ => {}
        }
    }
    found
}

#[derive(Debug, Clone)]
struct Fields(BTreeMap<String, Option<Fields>>);

fn lines(given: &Json, name: &str) -> BTreeMap<String, Option<Fields>> {
    given[name].as_array().unwrap().iter().flat_map(|line| members(line.as_str().unwrap())).collect()
}

fn local(name: &str) -> &str {
    name.split_once(':').map_or(name, |(_, local)| local)
}

#[test]
fn our_tables_have_the_given_members() {
    let Some(given) = json("object-fields.json") else { return };
    let base = lines(&given, "HI1Object_base");
    for kind in Kind::ALL {
        let all: BTreeSet<String> = base.keys().cloned().chain(lines(&given, kind.word()).into_keys()).collect();
        let ours: BTreeSet<String> = table_of(*kind).all().map(|field| local(field.name).to_owned()).collect();
        assert_eq!(ours, all, "{kind:?}");
    }
}

/// Every member stands in the transcription, as deep as it goes.
fn within(object: &Object, fields: &BTreeMap<String, Option<Fields>>, path: &str) {
    for (name, value) in object.members().filter(|(name, _)| !name.starts_with('@')) {
        let path = format!("{path}/{name}");
        let Some(inside) = fields.get(local(name)) else { panic!("`{path}` is not in the transcription") };
        let Some(Fields(inside)) = inside else { continue };
        // `AuthorisationCSPID{CSPID[1..]}` names the list, `RequestValues[]{..}` the members of its items.
        let values = if let Value::List(values) = value { values.as_slice() } else { std::slice::from_ref(value) };
        for object in values.iter().filter_map(Value::as_object) {
            let only = object.members().next().filter(|_| object.len() == 1);
            match only {
                Some((name, Value::List(items))) if !inside.contains_key(local(name)) => {
                    items.iter().filter_map(Value::as_object).for_each(|item| within(item, inside, &path));
                }
                _ => within(object, inside, &path),
            }
        }
    }
}

fn things<'a>(value: &'a Value, found: &mut Vec<&'a Object>) {
    match value {
        Value::List(values) => values.iter().for_each(|value| things(value, found)),
        Value::Object(object) if object.get("@xsi:type").is_some() => found.push(object),
        Value::Object(object) => object.members().for_each(|(_, value)| things(value, found)),
        _ => {}
    }
}

fn entries<'a>(value: &'a Value, found: &mut Vec<&'a Object>) {
    match value {
        Value::List(values) => values.iter().for_each(|value| entries(value, found)),
        Value::Object(object) if object.get("common:Owner").is_some() => found.push(object),
        Value::Object(object) => object.members().for_each(|(_, value)| entries(value, found)),
        _ => {}
    }
}

#[test]
fn what_we_emit_has_given_members_and_given_words_alone() {
    let (Some(fields), Some(words)) = (json("object-fields.json"), json("dictionaries-states.json")) else { return };
    let (mut objects, mut kinds, mut seen) = (0, BTreeSet::new(), 0);
    for (_, message) in all() {
        let root = Value::from(message.root().clone());
        let mut found = Vec::new();
        things(&root, &mut found);
        for object in found {
            let kind = Kind::from_type_name(object.text("@xsi:type").unwrap()).unwrap();
            let mut known = lines(&fields, "HI1Object_base");
            known.extend(lines(&fields, kind.word()));
            for list in ["AuthorisationApprovalDetails", "ApprovalDetails"] {
                known.entry(list.to_owned()).and_modify(|is| *is = Some(Fields(lines(&fields, "ApprovalDetails"))));
            }
            within(object, &known, kind.word());
            objects += 1;
            kinds.insert(kind);
        }
        let mut found = Vec::new();
        entries(&root, &mut found);
        for entry in found {
            if entry.text("common:Owner") == Some(OWNER) {
                let known = &words[entry.text("common:Name").unwrap()]["values"];
                let word = Json::from(entry.text("common:Value").unwrap());
                assert!(known.as_array().unwrap().contains(&word), "{entry:?}");
                seen += 1;
            } else {
                assert_eq!(entry.text("common:Owner"), Some("JP"));
            }
        }
        let header = message.root().object("Header").unwrap();
        let names: BTreeSet<_> = header.members().map(|(name, _)| name.to_owned()).collect();
        assert_eq!(names, lines(&fields, "MessageHeader_required").into_keys().collect());
    }
    println!("{objects} objects of {} kinds, {seen} entries of ETSI's dictionaries", kinds.len());
    assert!(objects >= 11 && seen >= 20);
    assert_eq!(kinds.len(), 6, "takedowns are read, not sent: {kinds:?}");
}
