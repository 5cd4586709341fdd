//! The JSON encoding: bytes to the tree and back, member by member.

use std::cell::Cell;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use super::flaw::{Flaw, MOST_DEPTH};
use super::tree::{Object, Value};

/// Reads an object. Members that stand twice are refused: two readers could see two messages.
///
/// # Errors
/// When it is not JSON, or not an object, or nested too deeply.
pub fn read(text: &str) -> Result<Object, Flaw> {
    let flaw = Cell::new(None);
    let mut reader = serde_json::Deserializer::from_str(text);
    let value = Seed { depth: 0, is_in_list: false, flaw: &flaw }
        .deserialize(&mut reader)
        .and_then(|value| reader.end().map(|()| value))
        .map_err(|error| flaw.take().unwrap_or_else(|| Flaw::IllFormed(offset(text, error.line(), error.column()))))?;
    match value {
        Value::Object(object) => Ok(object),
        _ => Err(Flaw::Root),
    }
}

/// Writes an object: members in their order, two spaces a level, a line feed at the end.
pub fn write(object: &Object) -> String {
    // A tree has text keys and finite numbers, so that this cannot fail.
    serde_json::to_string_pretty(object).unwrap_or_default() + "\n"
}

fn offset(text: &str, line: usize, column: usize) -> u64 {
    let before: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    (before + column).min(text.len()) as u64
}

#[derive(Clone, Copy)]
struct Seed<'a> {
    depth: usize,
    is_in_list: bool,
    flaw: &'a Cell<Option<Flaw>>,
}

impl Seed<'_> {
    /// Inside a list or an object. A list of an object is no level of its own, as it is none in XML.
    fn inside<E: Error>(self, is_in_list: bool) -> Result<Self, E> {
        let depth = self.depth + usize::from(!is_in_list || self.is_in_list);
        if depth > MOST_DEPTH {
            return Err(self.refuse(Flaw::TooDeep));
        }
        Ok(Self { depth, is_in_list, ..self })
    }

    fn refuse<E: Error>(self, flaw: Flaw) -> E {
        let error = E::custom(&flaw);
        self.flaw.set(Some(flaw));
        error
    }
}

impl<'de> DeserializeSeed<'de> for Seed<'_> {
    type Value = Value;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Seed<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_bool<E: Error>(self, flag: bool) -> Result<Value, E> {
        Ok(Value::Flag(flag))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Value, E> {
        Ok(Value::Number(number.into()))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Value, E> {
        Ok(Value::Number(number.into()))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Value, E> {
        serde_json::Number::from_f64(number).map(Value::Number).ok_or_else(|| E::custom("no number"))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Value, E> {
        Ok(Value::Text(text.to_owned()))
    }

    fn visit_string<E: Error>(self, text: String) -> Result<Value, E> {
        Ok(Value::Text(text))
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<Value, A::Error> {
        let inside = self.inside(true)?;
        let mut values = Vec::new();
        while let Some(value) = sequence.next_element_seed(inside)? {
            values.push(value);
        }
        Ok(Value::List(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let inside = self.inside(false)?;
        let mut object = Object::new();
        let mut seen = std::collections::HashSet::new();
        while let Some(name) = map.next_key::<String>()? {
            if !seen.insert(name.clone()) {
                return Err(self.refuse(Flaw::Twice));
            }
            object.push(name, map.next_value_seed(inside)?);
        }
        Ok(Value::Object(object))
    }
}
