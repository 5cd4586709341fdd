//! Objects of our own: the beginning that each kind has, ids of observables, timestamps.

use renkei_core::time::{Moment, SECOND};

use super::id::Id;
use super::scoid;
use crate::tree::Object;

/// A timestamp to the millisecond, as section 3.2 wants versions (at least).
pub fn timestamp(at: Moment) -> String {
    let (year, month, day) = at.day().civil();
    let within = at.0 - at.day().start().0;
    let (seconds, micros) = (within.div_euclid(SECOND), within.rem_euclid(SECOND));
    let fraction = match micros % 1_000 {
        0 => format!("{:03}", micros / 1_000),
        _ => format!("{micros:06}"),
    };
    let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{fraction}Z")
}

/// The beginning of a domain or relationship object: type, version, id, both timestamps.
pub fn thing(id: &Id, created: Moment, modified: Moment) -> Object {
    Object::new()
        .with("type", id.kind())
        .with("spec_version", "2.1")
        .with("id", id.as_str())
        .with("created", timestamp(created))
        .with("modified", timestamp(modified))
}

/// An observable with the id that its properties give it; `None`: none of them contributes to one.
pub fn observable(kind: &str, properties: &Object) -> Option<Object> {
    let whole = properties
        .members()
        .fold(Object::new().with("type", kind), |object, (name, value)| object.with(name, value.clone()));
    let id = scoid::id(&whole)?;
    let head = Object::new().with("type", kind).with("spec_version", "2.1").with("id", id.as_str());
    Some(properties.members().fold(head, |object, (name, value)| object.with(name, value.clone())))
}

/// A relationship: from one thing to another, in some way.
pub fn relationship(id: &Id, at: Moment, source: &Id, way: &str, target: &Id) -> Object {
    thing(id, at, at)
        .with("relationship_type", way)
        .with("source_ref", source.as_str())
        .with("target_ref", target.as_str())
}
