//! One value against the shape that its property has.

use super::walk::Walk;
use crate::stix::finding::Code;
use crate::stix::id;
use crate::stix::moment::{Timestamp, TimestampError};
use crate::stix::schema::{EXTENSIONS, Rule, Section, Shape, Targets, rules};
use crate::tree::{Number, Object, Value};

/// Checks a value.
pub(super) fn check<'t>(value: &'t Value, shape: Shape, kind: &str, walk: &mut Walk<'t, '_>) {
    match (shape, value) {
        (Shape::Text, Value::Text(_)) | (Shape::Flag, Value::Flag(_)) => {}
        (Shape::Moment, Value::Text(text)) => match Timestamp::read(text) {
            Ok(_) => {}
            Err(TimestampError::Zone) => walk.tell(Code::NotUtc),
            Err(TimestampError::Form) => walk.tell(Code::BadTime),
        },
        (Shape::Whole(least, most), Value::Number(number)) => whole(number, least, most, walk),
        (Shape::Number, Value::Number(number)) => tell_if(number.float().is_none(), Code::OutOfRange, walk),
        (Shape::Hex, Value::Text(text)) => tell_if(!is_hex(text), Code::BadHex, walk),
        (Shape::Base64, Value::Text(text)) => tell_if(!is_base64(text), Code::BadBase64, walk),
        (Shape::Open(words), Value::Text(text)) => tell_if(!words.words.contains(&&**text), Code::NotOpen, walk),
        (Shape::Enum(words), Value::Text(text)) => tell_if(!words.words.contains(&&**text), Code::NotEnum, walk),
        (Shape::Ref(targets), Value::Text(text)) => reference(text, targets, walk),
        (Shape::List(_), Value::List(values)) if values.is_empty() => walk.tell(Code::Empty),
        (Shape::List(inner), Value::List(values)) => {
            for (place, value) in values.iter().enumerate() {
                walk.inside_place(place, |walk| check(value, *inner, kind, walk));
            }
        }
        (Shape::Hashes | Shape::Names | Shape::Extensions, Value::Object(object)) if object.is_empty() => {
            walk.tell(Code::Empty);
        }
        (Shape::Hashes, Value::Object(object)) => hashes(object, walk),
        (Shape::Names, Value::Object(object)) => names(object, walk),
        (Shape::Extensions, Value::Object(object)) => extensions(object, kind, walk),
        (Shape::Part(section), Value::Object(object)) => part(object, section, kind, walk),
        _ => walk.tell(Code::WrongShape),
    }
}

fn tell_if(is_wrong: bool, code: Code, walk: &mut Walk<'_, '_>) {
    if is_wrong {
        walk.tell(code);
    }
}

fn whole(number: &Number, least: i64, most: i64, walk: &mut Walk<'_, '_>) {
    match number.whole() {
        Some(number) => tell_if(!(least..=most).contains(&number), Code::OutOfRange, walk),
        None if number.as_str().bytes().all(|byte| byte.is_ascii_digit() || byte == b'-') => {
            walk.tell(Code::OutOfRange);
        }
        None => walk.tell(Code::WrongShape),
    }
}

fn reference(text: &str, targets: Targets, walk: &mut Walk<'_, '_>) {
    match id::parts(text) {
        None => walk.tell(Code::BadReference),
        Some((kind, _)) => tell_if(!targets.allow(kind), Code::WrongTarget, walk),
    }
}

fn hashes<'t>(object: &'t Object, walk: &mut Walk<'t, '_>) {
    for (name, value) in object.members() {
        walk.inside(name, |walk| {
            let digits = match name {
                "MD5" => Some(32),
                "SHA-1" => Some(40),
                "SHA-256" | "SHA3-256" => Some(64),
                "SHA-512" | "SHA3-512" => Some(128),
                "SSDEEP" | "TLSH" => None,
                _ => {
                    walk.tell(Code::NotOpen);
                    None
                }
            };
            match value {
                Value::Text(text) => {
                    let fits = digits.is_none_or(|digits| text.len() == digits && is_hex(text));
                    tell_if(!fits, Code::BadDigest, walk);
                }
                _ => walk.tell(Code::WrongShape),
            }
        });
    }
}

/// The keys of a dictionary (section 2.3).
fn names<'t>(object: &'t Object, walk: &mut Walk<'t, '_>) {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    for (name, _) in object.members() {
        let fits = (1..=250).contains(&name.len()) && name.bytes().all(is_plain);
        walk.inside(name, |walk| tell_if(!fits, Code::BadName, walk));
    }
}

fn extensions<'t>(object: &'t Object, kind: &str, walk: &mut Walk<'t, '_>) {
    for (name, value) in object.members() {
        walk.inside(name, |walk| {
            let predefined = EXTENSIONS.iter().find(|extension| extension.of == kind && extension.part.name == name);
            let is_defined = id::parts(name).is_some_and(|(kind, _)| kind == "extension-definition");
            match value {
                Value::Object(inner) if inner.is_empty() => walk.tell(Code::BadExtension),
                Value::Object(inner) => match predefined {
                    Some(extension) => part(inner, &extension.part, kind, walk),
                    None => tell_if(!is_defined, Code::OldExtension, walk),
                },
                _ => walk.tell(Code::BadExtension),
            }
        });
    }
}

fn part<'t>(object: &'t Object, section: &'static Section, kind: &str, walk: &mut Walk<'t, '_>) {
    for property in section.properties {
        walk.inside(property.name, |walk| match object.get(property.name) {
            Some(value) => check(value, property.shape, kind, walk),
            None => tell_if(property.is_required, Code::Missing, walk),
        });
    }
    together(object, section.name, section.properties.iter().map(|property| property.name), walk);
}

/// What is wanted of several properties together.
pub(super) fn together<'t>(
    object: &'t Object,
    name: &str,
    own: impl Iterator<Item = &'static str> + Clone,
    walk: &mut Walk<'t, '_>,
) {
    let has = |name: &str| object.get(name).is_some();
    let moments = |one: &str, other: &str| {
        let read = |name: &str| Timestamp::read(object.text(name)?).ok();
        Some((read(one)?, read(other)?))
    };
    for rule in rules(name) {
        let (is_wrong, at, code) = match rule {
            Rule::NotBefore(one, other) => {
                (moments(one, other).is_some_and(|(one, other)| other < one), other, Code::Reversed)
            }
            Rule::After(one, other) => {
                (moments(one, other).is_some_and(|(one, other)| other <= one), other, Code::Reversed)
            }
            Rule::OneOf(names) => (!names.iter().any(|name| has(name)), "", Code::NoneOf),
            Rule::Any => (!own.clone().any(has), "", Code::NoneOf),
            Rule::NotBoth(one, other) => (has(one) && has(other), other, Code::Together),
            Rule::Needs(one, other) => (has(one) && !has(other), one, Code::Companion),
            Rule::IfTrue(flag, other) => (object.flag(flag) == Some(true) && !has(other), flag, Code::Companion),
            Rule::NotIf(flag, value, other) => (object.flag(flag) == Some(value) && has(other), other, Code::Together),
        };
        match at {
            _ if !is_wrong => {}
            "" => walk.tell(code),
            _ => walk.inside(at, |walk| walk.tell(code)),
        }
    }
}

fn is_hex(text: &str) -> bool {
    !text.is_empty() && text.len().is_multiple_of(2) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// The alphabet of RFC 4648 section 4, padded to a multiple of four.
fn is_base64(text: &str) -> bool {
    let body = text.trim_end_matches('=');
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/');
    text.len().is_multiple_of(4) && text.len() - body.len() <= 2 && body.bytes().all(is_plain)
}
