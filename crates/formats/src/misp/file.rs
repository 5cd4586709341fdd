//! The covers under which events come: `Event`, `response`, lists, and events bare.

use super::event::Event;
use crate::tree::{self, Fault, Object, Value};

/// A file of events, as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File(Value);

/// Why bytes hold no events.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// The bytes are no tree.
    #[error(transparent)]
    Fault(#[from] Fault),
    /// No event is in it.
    #[error("the document holds no event")]
    NoEvent,
}

impl File {
    /// Reads a file of at most so many bytes.
    ///
    /// # Errors
    /// When it is not JSON, or holds no event.
    pub fn read(bytes: &[u8], most_bytes: usize) -> Result<Self, ReadError> {
        let file = Self(tree::read(bytes, most_bytes)?);
        let is_some = file.events().next().is_some();
        if is_some { Ok(file) } else { Err(ReadError::NoEvent) }
    }

    /// The whole tree.
    pub const fn tree(&self) -> &Value {
        &self.0
    }

    /// The events.
    pub fn events(&self) -> impl Iterator<Item = Event<'_>> {
        let mut found = Vec::new();
        collect(&self.0, &mut found);
        found.into_iter()
    }

    /// The document on one line, as it came.
    pub fn write(&self) -> String {
        tree::write(&self.0)
    }
}

fn collect<'a>(value: &'a Value, found: &mut Vec<Event<'a>>) {
    match value {
        Value::List(values) => values.iter().for_each(|value| collect(value, found)),
        Value::Object(object) => match (object.get("response"), object.object("Event")) {
            (Some(response), _) => collect(response, found),
            (None, Some(event)) => found.push(Event::of(event)),
            (None, None) if is_event(object) => found.push(Event::of(object)),
            (None, None) => {}
        },
        _ => {}
    }
}

/// Whether it is an event without its cover: what the core format requires of one.
fn is_event(object: &Object) -> bool {
    object.text("info").is_some()
        && ["Attribute", "Object", "analysis", "date"].iter().any(|name| object.get(name).is_some())
}
