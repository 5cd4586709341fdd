//! A JSON document kept as it came: members in their order, numbers as their text, nothing lost.
//!
//! What others share is kept for years, handed on to others, and compared: so nothing of it may change on
//! the way through. Blanks between tokens and the spelling of escapes are all that is not kept. The reason for
//! a tree of our own stands in docs/decisions/0092.

mod read;
mod write;
mod canonical;
mod select;

use std::fmt;

pub use canonical::{CanonicalError, canonical};
pub use read::{Fault, MOST_DEPTH, read};
pub use write::{write, write_object, write_pretty};

/// A value.
#[derive(Clone, PartialEq, Eq)]
pub enum Value {
    /// Text.
    Text(Box<str>),
    /// A number.
    Number(Number),
    /// `true` or `false`.
    Flag(bool),
    /// `null`.
    Null,
    /// Values in their order.
    List(Vec<Self>),
    /// Members in their order.
    Object(Object),
}

/// A number as its text: `1.0`, `1` and `1e0` stay what they are.
#[derive(Clone, PartialEq, Eq)]
pub struct Number(Box<str>);

/// Members in their order; no name stands twice.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Object(Vec<(Box<str>, Value)>);

impl Number {
    /// The text, which is a number in the grammar of JSON (RFC 8259 section 6).
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The number, if it is written as a whole one.
    pub fn whole(&self) -> Option<i64> {
        self.0.parse().ok()
    }

    /// The nearest number that 64 bits can hold; `None` if it is beyond all of them.
    pub fn float(&self) -> Option<f64> {
        self.0.parse().ok().filter(|float: &f64| float.is_finite())
    }
}

impl Object {
    /// No members.
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// The members in their order.
    pub fn members(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().map(|(name, value)| (&**name, value))
    }

    /// How many members there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is no member.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The value of a member.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.iter().find(|(member, _)| **member == *name).map(|(_, value)| value)
    }

    /// The text of a member.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.get(name)?.as_text()
    }

    /// The flag of a member.
    pub fn flag(&self, name: &str) -> Option<bool> {
        match self.get(name)? {
            Value::Flag(flag) => Some(*flag),
            _ => None,
        }
    }

    /// The whole number of a member.
    pub fn whole(&self, name: &str) -> Option<i64> {
        match self.get(name)? {
            Value::Number(number) => number.whole(),
            _ => None,
        }
    }

    /// The members of a member.
    pub fn object(&self, name: &str) -> Option<&Self> {
        self.get(name)?.as_object()
    }

    /// The values of a member that is a list; none if it is missing or something else.
    pub fn list(&self, name: &str) -> &[Value] {
        self.get(name).and_then(Value::as_list).unwrap_or_default()
    }

    /// The objects in a member that is a list.
    pub fn objects<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a Self> {
        self.list(name).iter().filter_map(Value::as_object)
    }

    /// The texts in a member that is a list.
    pub fn texts<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a str> {
        self.list(name).iter().filter_map(Value::as_text)
    }

    /// Adds a member at the end; an earlier one of this name is replaced where it stands.
    pub fn set(&mut self, name: &str, value: impl Into<Value>) {
        let value = value.into();
        match self.0.iter_mut().find(|(member, _)| **member == *name) {
            Some((_, old)) => *old = value,
            None => self.0.push((name.into(), value)),
        }
    }

    /// Takes a member out.
    pub fn take(&mut self, name: &str) -> Option<Value> {
        let at = self.0.iter().position(|(member, _)| **member == *name)?;
        Some(self.0.remove(at).1)
    }

    /// The same with one member more; for building.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.set(name, value);
        self
    }

    /// The same with one member more, if there is a value for it.
    #[must_use]
    pub fn with_some(self, name: &str, value: Option<impl Into<Value>>) -> Self {
        match value {
            Some(value) => self.with(name, value),
            None => self,
        }
    }
}

impl Value {
    /// The text, if it is one.
    pub const fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The members, if it has them.
    pub const fn as_object(&self) -> Option<&Object> {
        match self {
            Self::Object(object) => Some(object),
            _ => None,
        }
    }

    /// The values, if it is a list.
    pub fn as_list(&self) -> Option<&[Self]> {
        match self {
            Self::List(values) => Some(values),
            _ => None,
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.into())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text.into())
    }
}

impl From<bool> for Value {
    fn from(flag: bool) -> Self {
        Self::Flag(flag)
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Number(Number(number.to_string().into()))
    }
}

impl From<Object> for Value {
    fn from(object: Object) -> Self {
        Self::Object(object)
    }
}

impl<T: Into<Self>> From<Vec<T>> for Value {
    fn from(values: Vec<T>) -> Self {
        Self::List(values.into_iter().map(Into::into).collect())
    }
}

/// Names and shapes, never what stands in them: what is shared may be secret to some.
impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => write!(f, "text of {} bytes", text.len()),
            Self::Number(number) => number.fmt(f),
            Self::Flag(_) => f.write_str("flag"),
            Self::Null => f.write_str("null"),
            Self::List(values) => f.debug_list().entries(values).finish(),
            Self::Object(object) => object.fmt(f),
        }
    }
}

impl fmt::Debug for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("number")
    }
}

impl fmt::Debug for Object {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.members()).finish()
    }
}
