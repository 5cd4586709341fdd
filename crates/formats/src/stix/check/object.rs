//! One object as a whole: who it is, its properties, its markings, its pattern.

use super::shape;
use super::walk::Walk;
use crate::stix::finding::Code;
use crate::stix::schema::{Class, base};
use crate::stix::{Object, SpecVersion, id, pattern, scoid};

/// Checks an object.
pub(super) fn check<'t>(object: Object<'t>, walk: &mut Walk<'t, '_>) {
    let Some(name) = identity(object, walk) else { return };
    let version = object.spec_version();
    match version {
        Some(SpecVersion::V21) => {}
        Some(SpecVersion::V20) => walk.inside("spec_version", |walk| walk.tell(Code::Older)),
        None => walk.inside("spec_version", |walk| walk.tell(Code::WrongVersion)),
    }
    if object.kind().is_none() {
        walk.inside("type", |walk| walk.tell(Code::Custom));
    }
    properties(object, name, version == Some(SpecVersion::V20), walk);
    for (name, _) in object.tree().members() {
        let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
        if !(1..=250).contains(&name.len()) || !name.bytes().all(is_plain) {
            walk.inside(name, |walk| walk.tell(Code::BadName));
        }
    }
    if let (Some(created), Some(modified)) = (object.created(), object.modified())
        && modified < created
    {
        walk.inside("modified", |walk| walk.tell(Code::ModifiedBefore));
    }
    selectors(object, walk);
    if object.text("pattern_type") == Some("stix")
        && object.text("pattern").is_some_and(|text| pattern::read(text).is_err())
    {
        walk.inside("pattern", |walk| walk.tell(Code::BadPattern));
    }
    let uuid = object.text("id").and_then(id::parts).map(|(_, uuid)| uuid);
    if uuid.is_some_and(|uuid| uuid.get_version().is_none() || uuid.get_variant() != uuid::Variant::RFC4122) {
        walk.inside("id", |walk| walk.tell(Code::OddUuid));
    }
    if let Some(uuid) = uuid
        && uuid.get_version_num() == 5
        && scoid::id(object.tree()).is_some_and(|id| id.uuid() != uuid)
    {
        walk.inside("id", |walk| walk.tell(Code::OtherScoId));
    }
}

/// The type, if type and id are sound and belong together.
fn identity<'t>(object: Object<'t>, walk: &mut Walk<'t, '_>) -> Option<&'t str> {
    let name = object.kind_name().filter(|name| id::is_kind(name));
    if name.is_none() {
        walk.inside("type", |walk| walk.tell(Code::NoType));
    }
    let found = object.text("id").and_then(id::parts);
    match (name, found) {
        (_, None) => walk.inside("id", |walk| walk.tell(Code::BadId)),
        (Some(name), Some((kind, _))) if kind != name => walk.inside("id", |walk| walk.tell(Code::OtherType)),
        _ => {}
    }
    name.filter(|name| found.is_some_and(|(kind, _)| kind == *name))
}

/// The properties of its kind. Of custom objects and of older ones only those are looked at that are there.
fn properties<'t>(object: Object<'t>, name: &'t str, is_older: bool, walk: &mut Walk<'t, '_>) {
    let kind = object.kind();
    let class = kind.map_or(Class::Domain, |kind| kind.class);
    let own = kind.map_or(&[][..], |kind| kind.properties);
    let all = base(class, name).iter().map(|property| (property, kind.is_some()));
    for (property, is_bound) in all.chain(own.iter().map(|property| (property, !is_older))) {
        match object.tree().get(property.name) {
            Some(value) => walk.inside(property.name, |walk| shape::check(value, property.shape, name, walk)),
            None if property.is_required && is_bound => walk.inside(property.name, |walk| walk.tell(Code::Missing)),
            None => {}
        }
    }
    if !is_older {
        shape::together(object.tree(), name, own.iter().map(|property| property.name), walk);
    }
}

/// What the granular markings point at must be there (section 7.2.3.1).
fn selectors<'t>(object: Object<'t>, walk: &mut Walk<'t, '_>) {
    for (place, marking) in object.tree().list("granular_markings").iter().enumerate() {
        let Some(marking) = marking.as_object() else { continue };
        for (at, selector) in marking.list("selectors").iter().enumerate() {
            if selector.as_text().is_some_and(|selector| object.tree().select(selector).is_none()) {
                walk.inside("granular_markings", |walk| {
                    walk.inside_place(place, |walk| {
                        walk.inside("selectors", |walk| walk.inside_place(at, |walk| walk.tell(Code::NoSuchPlace)));
                    });
                });
            }
        }
    }
}
