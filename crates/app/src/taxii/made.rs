//! Objects of an item: as they were given, or one indicator for each value where nobody gave any.

use renkei_core::time::Moment;
use renkei_formats::indicator::Kind;
use renkei_formats::stix::marking::{Pap, Tlp};
use renkei_formats::stix::{Id, build};
use renkei_formats::tree::{Value, write_object};
use renkei_store::item::Item;
use uuid::Uuid;

/// The version of an item that was posted and not changed since.
const POSTED: u64 = 2;

/// Objects as they were given.
pub(super) fn given(objects: &[(String, String)]) -> Vec<Vec<u8>> {
    objects.iter().map(|(_, body)| body.clone().into_bytes()).collect()
}

/// One indicator a value, in their order. Nobody is named in them.
pub(super) fn indicators(item: &Item, values: &[(String, String)]) -> Vec<Vec<u8>> {
    values.iter().filter_map(|(kind, value)| indicator(item, kind, value)).collect()
}

fn indicator(item: &Item, kind: &str, value: &str) -> Option<Vec<u8>> {
    let kind = Kind::ALL.iter().copied().find(|known| known.word() == kind)?;
    let pattern = kind.pattern(value)?;
    let since = item.posted_at.or(item.added_at).unwrap_or(Moment(0));
    // Under other conditions it is another version, which clients take for the newer.
    let changed = if item.version > POSTED { item.added_at.unwrap_or(since).max(since) } else { since };
    let id = Id::new("indicator", uuid(&format!("renkei:{}:{}:{value}", item.id, kind.word()))).ok()?;
    let markings = [Tlp::from_word(item.conditions.tlp.word())?.id(), Pap::from_word(item.conditions.pap.word())?.id()];
    let mut object = build::thing(&id, since, changed)
        .with("name", item.title.as_str())
        .with("pattern", pattern)
        .with("pattern_type", "stix")
        .with("valid_from", build::timestamp(since));
    if !item.text.is_empty() {
        object = object.with("description", item.text.as_str());
    }
    if let Some(ends) = item.conditions.ends.filter(|ends| *ends > since) {
        object = object.with("valid_until", build::timestamp(ends));
    }
    let markings: Vec<Value> = markings.into_iter().map(Value::from).collect();
    Some(write_object(&object.with("object_marking_refs", markings)).into_bytes())
}

/// The same text always has the same UUID: of version 5, which validators of STIX know.
fn uuid(text: &str) -> Uuid {
    Uuid::new_v5(&Uuid::NAMESPACE_URL, text.as_bytes())
}
