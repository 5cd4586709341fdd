//! Values against the tables of the schema.

use std::collections::HashSet;

use super::walk::Walk;
use crate::csaf::finding::Code;
use crate::csaf::schema::BRANCH;
use crate::csaf::shape::{Section, Shape};
use crate::csaf::text;
use crate::tree::{self, Object, Value};

/// Checks an object and everything in it.
pub(super) fn check<'t>(object: &'t Object, section: &'static Section, walk: &mut Walk<'t, '_>) {
    if object.len() < section.least {
        walk.tell(Code::Empty);
    } else if object.len() > section.most {
        walk.tell(Code::WrongShape);
    }
    for property in section.properties.iter().filter(|property| property.is_required) {
        if object.get(property.name).is_none() {
            walk.inside(property.name, |walk| walk.tell(Code::Missing));
        }
    }
    for (name, inner) in object.members() {
        let known = section.properties.iter().find(|property| property.name == name);
        walk.inside(name, |walk| match known {
            Some(property) => value(inner, property.shape, walk),
            // A document may name the schema that it is written by.
            None if name == "$schema" => {}
            None => walk.tell(Code::Unknown),
        });
    }
}

fn value<'t>(found: &'t Value, shape: Shape, walk: &mut Walk<'t, '_>) {
    match (shape, found) {
        (Shape::Text | Shape::Form(_), Value::Text(text)) if text.is_empty() => walk.tell(Code::Empty),
        (Shape::Text, Value::Text(_)) => {}
        (Shape::Form(form), Value::Text(text)) => tell_if(!text::fits(form, text), Code::BadText, walk),
        (Shape::Enum(words), Value::Text(text)) => tell_if(!words.contains(&&**text), Code::NotEnum, walk),
        (Shape::Two, Value::Text(text)) => tell_if(&**text != "2.0", Code::OtherVersion, walk),
        (Shape::List(inner, least), Value::List(values)) => list(values, *inner, least, walk),
        (Shape::Set(inner, least), Value::List(values)) => {
            list(values, *inner, least, walk);
            let mut seen = HashSet::new();
            for (place, value) in values.iter().enumerate() {
                if !seen.insert(form(value)) {
                    walk.inside_place(place, |walk| walk.tell(Code::Repeated));
                }
            }
        }
        (Shape::Branches, Value::List(values)) => list(values, Shape::Part(&BRANCH), 1, walk),
        (Shape::Part(section), Value::Object(object)) => check(object, section, walk),
        (Shape::Cvss, Value::Object(_)) => {}
        _ => walk.tell(Code::WrongShape),
    }
}

fn list<'t>(values: &'t [Value], inner: Shape, least: usize, walk: &mut Walk<'t, '_>) {
    if values.len() < least {
        walk.tell(Code::Empty);
    }
    for (place, inside) in values.iter().enumerate() {
        walk.inside_place(place, |walk| value(inside, inner, walk));
    }
}

/// The form by which values are compared: in JSON the order of members says nothing.
fn form(value: &Value) -> String {
    tree::canonical(value).unwrap_or_else(|_| tree::write(value))
}

fn tell_if(is_wrong: bool, code: Code, walk: &mut Walk<'_, '_>) {
    if is_wrong {
        walk.tell(code);
    }
}
