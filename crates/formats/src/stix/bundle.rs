//! Bundles (STIX 2.1 section 8), and the other covers under which objects come.

use super::Object;
use crate::tree::{self, Fault, Value};

/// Objects with what stood around them, as they came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bundle {
    tree: tree::Object,
    form: Form,
}

/// What stood around the objects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Form {
    /// A bundle: `type` is `bundle`.
    Bundle,
    /// An envelope of TAXII 2.1 (section 3.7): `objects` without a type.
    Envelope,
    /// One object alone.
    Single,
}

/// Why bytes hold no objects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// The bytes are no tree.
    #[error(transparent)]
    Fault(#[from] Fault),
    /// The root is no object.
    #[error("the document is not an object")]
    Root,
    /// Neither a list `objects` nor a type.
    #[error("the document has neither objects nor a type")]
    NoObjects,
}

impl Bundle {
    /// Reads a bundle, an envelope or one object, of at most so many bytes.
    ///
    /// # Errors
    /// When it is none of them. What is wrong with single objects is a finding, not an error.
    pub fn read(bytes: &[u8], most_bytes: usize) -> Result<Self, ReadError> {
        let Value::Object(tree) = tree::read(bytes, most_bytes)? else { return Err(ReadError::Root) };
        let form = match (tree.text("type"), tree.get("objects")) {
            (Some("bundle"), None | Some(Value::List(_))) => Form::Bundle,
            // Observed data of version 2.0 have `objects` too, but as members and not as a list.
            (None, Some(Value::List(_))) => Form::Envelope,
            (None, None) if tree.is_empty() => Form::Envelope,
            (None, _) | (Some("bundle"), _) => return Err(ReadError::NoObjects),
            (Some(_), _) => Form::Single,
        };
        Ok(Self { tree, form })
    }

    /// A bundle of objects (section 8.1); the id is the caller's.
    pub fn new(id: &super::Id, objects: Vec<tree::Object>) -> Self {
        let tree = tree::Object::new().with("type", "bundle").with("id", id.as_str());
        // An empty list is forbidden (section 2.10); a bundle without objects is not.
        let objects = (!objects.is_empty()).then_some(objects);
        Self { tree: tree.with_some("objects", objects), form: Form::Bundle }
    }

    /// What stood around the objects.
    pub const fn form(&self) -> Form {
        self.form
    }

    /// The whole tree.
    pub const fn tree(&self) -> &tree::Object {
        &self.tree
    }

    /// How many entries there are, whatever they are.
    pub fn len(&self) -> usize {
        self.entries().count()
    }

    /// Whether there is no entry.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The entries with their places: objects, or `None` for what is no object.
    pub fn entries(&self) -> impl Iterator<Item = (usize, Option<Object<'_>>)> {
        let single = (self.form == Form::Single).then(|| Some(Object::of(&self.tree)));
        let list = if self.form == Form::Single { &[] } else { self.tree.list("objects") };
        let listed = list.iter().map(|value| value.as_object().map(Object::of));
        single.into_iter().chain(listed).enumerate()
    }

    /// The objects.
    pub fn objects(&self) -> impl Iterator<Item = Object<'_>> {
        self.entries().filter_map(|(_, object)| object)
    }

    /// The objects, each on its own.
    pub fn into_objects(mut self) -> Vec<tree::Object> {
        if self.form == Form::Single {
            return vec![self.tree];
        }
        let objects = match self.tree.take("objects") {
            Some(Value::List(values)) => values,
            _ => Vec::new(),
        };
        objects
            .into_iter()
            .filter_map(|value| match value {
                Value::Object(object) => Some(object),
                _ => None,
            })
            .collect()
    }

    /// The document on one line, as it came.
    pub fn write(&self) -> String {
        tree::write_object(&self.tree)
    }
}
