//! What is not as the standard wants it. Nothing is changed or removed by looking.

mod walk;
mod shape;
mod object;

use std::collections::HashMap;

use super::bundle::{Bundle, Form};
use super::finding::{Code, Finding};
use super::{Object, Timestamp};
pub use walk::MOST_FINDINGS;
use walk::Walk;

/// Everything that is to be said of a bundle, object by object.
pub fn check(bundle: &Bundle) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut seen: HashMap<(&str, Option<Timestamp<'_>>), Object<'_>> = HashMap::new();
    if bundle.form() == Form::Bundle {
        let mut walk = Walk::new(None, None, &mut found);
        let id = bundle.tree().text("id").and_then(super::id::parts);
        if id.is_none_or(|(kind, _)| kind != "bundle") {
            walk.inside("id", |walk| walk.tell(Code::BadId));
        }
    }
    for (place, object) in bundle.entries() {
        let mut walk = Walk::new(Some(place), object, &mut found);
        let Some(object) = object else {
            walk.tell(Code::NoObject);
            continue;
        };
        object::check(object, &mut walk);
        let Some(id) = object.text("id") else { continue };
        match seen.insert((id, object.version()), object) {
            Some(before) if before.tree() == object.tree() => walk.tell(Code::Repeated),
            Some(_) => walk.tell(Code::Conflict),
            None => {}
        }
    }
    found
}

/// The same for one object that came at a place among others.
pub fn check_object(place: usize, object: Object<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    object::check(object, &mut Walk::new(Some(place), Some(object), &mut found));
    found
}
