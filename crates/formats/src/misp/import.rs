//! STIX to an event: the very event that was carried, or a new one of what has a counterpart.

use std::collections::HashMap;

use super::extension::carried;
use super::finding::{Code, Finding};
use super::kind::type_of;
use crate::stix::pattern::{self, Operator};
use crate::stix::{Bundle, Object as Thing, marking, view};
use crate::tree::{Object, Value};

/// Why objects give no event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ImportError {
    /// No report, no grouping, and nothing with a counterpart.
    #[error("nothing in the bundle has a counterpart in misp")]
    Nothing,
}

/// The event of a bundle, and what did not fit into it.
///
/// A report that [`to_stix`](super::to_stix) made gives the event that it was made of, each attribute as the object
/// that carries it has it. Other bundles give an event with an attribute for each value that MISP has a type
/// for; everything else is a finding, [`Code::NoEventForm`], and stays where it is: in STIX.
///
/// # Errors
/// When nothing in the bundle has a counterpart.
pub fn from_stix(bundle: &Bundle) -> Result<(Object, Vec<Finding>), ImportError> {
    let by_id: HashMap<&str, Thing<'_>> =
        bundle.objects().filter_map(|object| Some((object.text("id")?, object))).collect();
    let carried_event = |object: Thing<'_>| {
        let parts = carried(object.tree())?;
        Some(restored(parts.object("event")?, parts.list("places"), &by_id))
    };
    match bundle.objects().find_map(carried_event) {
        Some(found) => Ok(found),
        None => made(bundle, &by_id),
    }
}

/// The event that was carried, with its attributes where they stood.
fn restored(event: &Object, places: &[Value], by_id: &HashMap<&str, Thing<'_>>) -> (Object, Vec<Finding>) {
    let (mut whole, mut findings) = (event.clone(), Vec::new());
    let mut rest = event.list("Attribute").iter();
    let mut attributes = Vec::with_capacity(places.len());
    for (place, value) in places.iter().enumerate() {
        let id = value.as_text();
        let attribute = match id {
            Some(id) => by_id.get(id).and_then(|object| carried(object.tree())?.get("attribute")),
            None => rest.next(),
        };
        match attribute {
            Some(attribute) => attributes.push(attribute.clone()),
            None => findings.push(Finding { path: format!("Attribute.[{place}]"), code: Code::Withdrawn }),
        }
    }
    // What somebody put there besides is not dropped.
    attributes.extend(rest.cloned());
    if !places.is_empty() {
        whole.set("Attribute", Value::List(attributes));
    }
    (whole, findings)
}

/// An event of a bundle that was never one.
fn made(bundle: &Bundle, by_id: &HashMap<&str, Thing<'_>>) -> Result<(Object, Vec<Finding>), ImportError> {
    let (mut attributes, mut findings) = (Vec::new(), Vec::new());
    let mut info = None;
    let mut uuid = None;
    let mut tags: Vec<String> = Vec::new();
    for (place, object) in bundle.entries() {
        let Some(object) = object else { continue };
        if matches!(object.kind_name(), Some("report" | "grouping")) && info.is_none() {
            info = object.text("name");
            uuid = object.id().map(|id| id.uuid());
        }
        let marks = marking::Markings::of(object, |id| by_id.get(id.as_str()).copied());
        let levels = marks.tlp.map(marking::Tlp::tag).into_iter().chain(marks.pap.map(marking::Pap::tag));
        levels.for_each(|tag| {
            if !tags.contains(&tag) {
                tags.push(tag)
            }
        });
        match attributes_of(object) {
            Some(found) => attributes.extend(found),
            None if is_around(object) => {}
            None => findings.push(Finding { path: format!("objects.[{place}]"), code: Code::NoEventForm }),
        }
    }
    if attributes.is_empty() && info.is_none() {
        return Err(ImportError::Nothing);
    }
    let tags: Vec<Object> = tags.into_iter().map(|name| Object::new().with("name", name)).collect();
    // Distribution 0: who may have it is the hub's to say, and MISP must not guess wider.
    let event = Object::new()
        .with("info", info.unwrap_or("STIX"))
        .with_some("uuid", uuid.map(|uuid| uuid.to_string()))
        .with("distribution", "0")
        .with("Attribute", attributes)
        .with_some("Tag", (!tags.is_empty()).then_some(tags));
    Ok((event, findings))
}

/// What stands around and has its place in an event elsewhere.
fn is_around(object: Thing<'_>) -> bool {
    matches!(
        object.kind_name(),
        Some("report" | "grouping" | "marking-definition" | "identity" | "extension-definition")
    )
}

/// The attributes of an object; `None`: it has no counterpart that says all of it.
fn attributes_of(object: Thing<'_>) -> Option<Vec<Object>> {
    if let Some(indicator) = view::Indicator::of(object) {
        let uuid = object.id()?.uuid().to_string();
        let of = |kind: &str, value: &str| attribute(kind, value, true);
        return match indicator.language {
            "yara" | "sigma" | "snort" => Some(vec![of(indicator.language, indicator.pattern).with("uuid", uuid)]),
            "stix" => {
                let pattern = pattern::read(indicator.pattern).ok()?;
                let [simple] = pattern.simple()[..] else { return None };
                // One value that alone makes it true, and nothing else in the pattern.
                let is_whole = simple.is_alone && simple.operator == Operator::Equal && is_one_test(&pattern);
                let text = match simple.value {
                    pattern::Literal::Text(text) | pattern::Literal::Whole(text) => text,
                    _ => return None,
                };
                let path = simple.path.to_string();
                let (kind, path) = path.split_once(':')?;
                is_whole.then(|| Some(vec![of(type_of(kind, path)?, text).with("uuid", uuid)]))?
            }
            _ => None,
        };
    }
    if let Some(vulnerability) = view::Vulnerability::of(object) {
        let cve =
            object.external_references().find(|reference| reference.source == "cve").and_then(|reference| reference.id);
        return Some(vec![attribute("vulnerability", cve.unwrap_or(vulnerability.name), false)]);
    }
    let kind = object.kind_name()?;
    let value = view::observable_value(object).map(|value| (property_of(kind), value.to_owned()));
    let digests = view::digests(object).map(|(algorithm, digest)| (hash_path(algorithm), digest.to_owned()));
    let name = (kind == "file").then(|| object.text("name")).flatten().map(|name| ("name".to_owned(), name.to_owned()));
    let found: Vec<Object> = value
        .into_iter()
        .chain(digests)
        .chain(name)
        .filter_map(|(path, value)| Some(attribute(type_of(kind, &path)?, &value, false)))
        .collect();
    (!found.is_empty()).then_some(found)
}

fn attribute(kind: &str, value: &str, is_sought: bool) -> Object {
    Object::new().with("type", kind).with("value", value).with("to_ids", is_sought)
}

fn is_one_test(pattern: &pattern::Pattern) -> bool {
    matches!(&pattern.observation, pattern::Observation::Test(pattern::Comparison::Test(_)))
}

fn property_of(kind: &str) -> String {
    match kind {
        "mutex" => "name",
        "windows-registry-key" => "key",
        "directory" => "path",
        _ => "value",
    }
    .to_owned()
}

fn hash_path(algorithm: &str) -> String {
    if algorithm.contains('-') { format!("hashes.'{algorithm}'") } else { format!("hashes.{algorithm}") }
}
