//! Bytes to a tree: one pass, bounded depth, no name twice in one object.

use std::collections::HashSet;

use json_event_parser::{JsonEvent, JsonSyntaxError, SliceJsonParser};

use super::{Number, Object, Value};

/// The most levels of lists and objects inside each other. STIX needs 8, MISP 9.
pub const MOST_DEPTH: usize = 64;

/// Up to so many members, names are compared with each other; beyond, by their hashes.
const FEW: usize = 16;

/// Why bytes are no tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// More bytes than the caller takes.
    #[error("the document is larger than `{0}` bytes")]
    TooLarge(usize),
    /// Not in UTF-8 (RFC 8259 section 8.1).
    #[error("the document is not utf-8 from byte `{0}`")]
    Encoding(usize),
    /// The grammar of JSON is broken.
    #[error("the document breaks the grammar of json at byte `{0}`")]
    IllFormed(u64),
    /// More than [`MOST_DEPTH`] levels.
    #[error("the document is nested deeper than {MOST_DEPTH} levels")]
    TooDeep,
    /// A name stands twice in one object: two readers could see two documents (RFC 7493 section 2.3).
    #[error("a name stands twice in one object")]
    Twice,
}

/// Reads a document of at most so many bytes. A byte order mark before it is left out.
///
/// # Errors
/// When it is not JSON as RFC 7493 (I-JSON) has it, too large, or nested too deeply.
pub fn read(bytes: &[u8], most_bytes: usize) -> Result<Value, Fault> {
    if bytes.len() > most_bytes {
        return Err(Fault::TooLarge(most_bytes));
    }
    if let Err(error) = std::str::from_utf8(bytes) {
        return Err(Fault::Encoding(error.valid_up_to()));
    }
    let mark = b"\xEF\xBB\xBF";
    let skipped = if bytes.starts_with(mark) { mark.len() } else { 0 };
    let mut parser = SliceJsonParser::new(bytes.get(skipped..).unwrap_or_default());
    let mut next = || parser.parse_next().map_err(|error| ill_formed(&error, skipped));
    let mut open = Vec::new();
    loop {
        let value = match next()? {
            JsonEvent::StartObject => {
                deeper(&mut open, Open::Object(Vec::new(), None))?;
                continue;
            }
            JsonEvent::StartArray => {
                deeper(&mut open, Open::List(Vec::new()))?;
                continue;
            }
            JsonEvent::ObjectKey(name) => {
                if let Some(Open::Object(_, waiting)) = open.last_mut() {
                    *waiting = Some(name.into());
                }
                continue;
            }
            JsonEvent::EndObject | JsonEvent::EndArray => match open.pop() {
                Some(done) => done.close()?,
                None => return Err(Fault::IllFormed(0)),
            },
            JsonEvent::String(text) => Value::Text(text.into()),
            JsonEvent::Number(text) => Value::Number(Number(text.into())),
            JsonEvent::Boolean(flag) => Value::Flag(flag),
            JsonEvent::Null => Value::Null,
            // The end comes after a whole value only, and that one was given back.
            JsonEvent::Eof => return Err(Fault::IllFormed(bytes.len() as u64)),
        };
        match open.last_mut() {
            Some(inside) => inside.add(value),
            None => return end(next()?, value, bytes.len()),
        }
    }
}

/// Nothing may stand behind the value.
fn end(event: JsonEvent<'_>, value: Value, length: usize) -> Result<Value, Fault> {
    match event {
        JsonEvent::Eof => Ok(value),
        _ => Err(Fault::IllFormed(length as u64)),
    }
}

fn ill_formed(error: &JsonSyntaxError, skipped: usize) -> Fault {
    Fault::IllFormed(error.location().start.offset + skipped as u64)
}

/// A list or object that is not closed yet, and the name that waits for its value.
enum Open {
    List(Vec<Value>),
    Object(Vec<(Box<str>, Value)>, Option<Box<str>>),
}

fn deeper(open: &mut Vec<Open>, inside: Open) -> Result<(), Fault> {
    if open.len() >= MOST_DEPTH {
        return Err(Fault::TooDeep);
    }
    open.push(inside);
    Ok(())
}

impl Open {
    fn add(&mut self, value: Value) {
        match self {
            Self::List(values) => values.push(value),
            Self::Object(members, waiting) => members.extend(waiting.take().map(|name| (name, value))),
        }
    }

    fn close(self) -> Result<Value, Fault> {
        match self {
            Self::List(values) => Ok(Value::List(values)),
            Self::Object(members, _) if has_twice(&members) => Err(Fault::Twice),
            Self::Object(members, _) => Ok(Value::Object(Object(members))),
        }
    }
}

fn has_twice(members: &[(Box<str>, Value)]) -> bool {
    if members.len() <= FEW {
        let mut rest = members;
        while let Some(((name, _), others)) = rest.split_first() {
            if others.iter().any(|(other, _)| other == name) {
                return true;
            }
            rest = others;
        }
        return false;
    }
    let mut seen = HashSet::with_capacity(members.len());
    !members.iter().all(|(name, _)| seen.insert(&**name))
}

#[cfg(test)]
mod tests {
    use super::super::write;
    use super::*;

    fn fault(text: &str) -> Fault {
        read(text.as_bytes(), 1 << 20).unwrap_err()
    }

    #[test]
    fn nothing_changes_on_the_way_through() {
        for text in [
            r#"{"b":1,"a":[1.0,1e3,-0,0.10,12345678901234567890123],"𠮷":"\u0001\n\"\\/é𠮷","c":{},"d":[],"e":null}"#,
            "[true,false,null,\"\"]",
            "-0.0E+10",
            "\"\"",
        ] {
            let value = read(text.as_bytes(), 1 << 20).unwrap();
            assert_eq!(write(&value), text);
            assert_eq!(read(super::super::write_pretty(&value).as_bytes(), 1 << 20).unwrap(), value);
        }
        assert_eq!(write(&read(br#" { "a" : "\u00e9\ud842\udfb7\/" } "#, 99).unwrap()), r#"{"a":"é𠮷/"}"#);
        assert_eq!(write(&read(b"\xEF\xBB\xBF{}", 99).unwrap()), "{}");
    }

    #[test]
    fn what_is_no_json_is_told() {
        assert_eq!(fault(""), Fault::IllFormed(0));
        for text in ["{", "[1,]", "{\"a\":1,}", "[1 2]", "{} {}", "[01]", "[1.]", "[.5]", "[+1]", "[NaN]", "nul", "'a'"]
        {
            assert!(matches!(fault(text), Fault::IllFormed(_)), "{text}");
        }
        for text in [r#""\ud842""#, r#""\udfb7""#, "\"\u{1}\"", "\"\n\"", r#""\x""#, "{1:2}", "{\"a\"}", "]"] {
            assert!(matches!(fault(text), Fault::IllFormed(_)), "{text}");
        }
        assert_eq!(read(b"\"\xFF\"", 9), Err(Fault::Encoding(1)));
        assert_eq!(read(b"[1]", 2), Err(Fault::TooLarge(2)));
    }

    #[test]
    fn a_name_stands_once() {
        assert_eq!(fault(r#"{"a":1,"\u0061":2}"#), Fault::Twice);
        assert_eq!(fault(r#"[{"b":{"a":1,"c":2,"a":2}}]"#), Fault::Twice);
        let many: Vec<_> = (0..40).map(|place| format!("\"m{}\":0", place % 39)).collect();
        assert_eq!(fault(&format!("{{{}}}", many.join(","))), Fault::Twice);
    }

    #[test]
    fn depth_is_bounded() {
        let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        assert!(read(nested(MOST_DEPTH).as_bytes(), 1 << 20).is_ok());
        assert_eq!(fault(&nested(MOST_DEPTH + 1)), Fault::TooDeep);
        assert_eq!(fault(&"[".repeat(1 << 19)), Fault::TooDeep);
    }
}
