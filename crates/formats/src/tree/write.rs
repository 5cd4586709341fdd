//! A tree to bytes: on one line, or two spaces a level.

use super::{Object, Value};

/// The document on one line.
pub fn write(value: &Value) -> String {
    let mut out = String::new();
    put(&mut out, value, None);
    out
}

/// An object on one line.
pub fn write_object(object: &Object) -> String {
    let mut out = String::new();
    put_object(&mut out, object, None);
    out
}

/// The document with two spaces a level and a line feed at the end.
pub fn write_pretty(value: &Value) -> String {
    let mut out = String::new();
    put(&mut out, value, Some(0));
    out.push('\n');
    out
}

fn put(out: &mut String, value: &Value, level: Option<usize>) {
    let inside = level.map(|level| level + 1);
    match value {
        Value::Text(text) => put_text(out, text),
        Value::Number(number) => out.push_str(number.as_str()),
        Value::Flag(true) => out.push_str("true"),
        Value::Flag(false) => out.push_str("false"),
        Value::Null => out.push_str("null"),
        Value::List(values) => {
            out.push('[');
            for (place, value) in values.iter().enumerate() {
                separate(out, place, inside);
                put(out, value, inside);
            }
            close(out, ']', values.is_empty(), level);
        }
        Value::Object(object) => put_object(out, object, level),
    }
}

fn put_object(out: &mut String, object: &Object, level: Option<usize>) {
    let inside = level.map(|level| level + 1);
    out.push('{');
    for (place, (name, value)) in object.members().enumerate() {
        separate(out, place, inside);
        put_text(out, name);
        out.push_str(if level.is_some() { ": " } else { ":" });
        put(out, value, inside);
    }
    close(out, '}', object.is_empty(), level);
}

fn separate(out: &mut String, place: usize, inside: Option<usize>) {
    if place > 0 {
        out.push(',');
    }
    if let Some(level) = inside {
        new_line(out, level);
    }
}

fn close(out: &mut String, bracket: char, is_empty: bool, level: Option<usize>) {
    if let Some(level) = level
        && !is_empty
    {
        new_line(out, level);
    }
    out.push(bracket);
}

fn new_line(out: &mut String, level: usize) {
    out.push('\n');
    (0..level).for_each(|_| out.push_str("  "));
}

/// Text in quotes; only what must be escaped is, and in one way (RFC 8785 section 3.2.2.2).
pub(super) fn put_text(out: &mut String, text: &str) {
    out.push('"');
    let mut rest = text;
    while let Some(at) = rest.bytes().position(|byte| byte < 0x20 || matches!(byte, b'"' | b'\\')) {
        let (plain, after) = rest.split_at(at);
        out.push_str(plain);
        let mut characters = after.chars();
        match characters.next() {
            Some('"') => out.push_str("\\\""),
            Some('\\') => out.push_str("\\\\"),
            Some('\u{8}') => out.push_str("\\b"),
            Some('\t') => out.push_str("\\t"),
            Some('\n') => out.push_str("\\n"),
            Some('\u{c}') => out.push_str("\\f"),
            Some('\r') => out.push_str("\\r"),
            control => out.push_str(&format!("\\u{:04x}", control.map_or(0, u32::from))),
        }
        rest = characters.as_str();
    }
    out.push_str(rest);
    out.push('"');
}
