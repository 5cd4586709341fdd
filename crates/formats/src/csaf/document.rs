//! A document as it came, and what it says of itself.

use super::finding::Finding;
use super::{check, text};
use crate::stix::marking::Tlp;
use crate::tree::{self, Fault, Object, Value};
use renkei_core::time::Moment;

/// A document with everything that came in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document(Object);

/// Why bytes hold no document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// The bytes are no tree.
    #[error(transparent)]
    Fault(#[from] Fault),
    /// The root is no object.
    #[error("the document is not an object")]
    Root,
    /// There is no object `document`: it is something else.
    #[error("there is no `document` in it: it is not csaf")]
    NoDocument,
}

impl Document {
    /// Reads a document of at most so many bytes.
    ///
    /// # Errors
    /// When it is none. What is wrong inside is a finding, not an error.
    pub fn read(bytes: &[u8], most_bytes: usize) -> Result<Self, ReadError> {
        let Value::Object(tree) = tree::read(bytes, most_bytes)? else { return Err(ReadError::Root) };
        match tree.object("document") {
            Some(_) => Ok(Self(tree)),
            None => Err(ReadError::NoDocument),
        }
    }

    /// What the writer made.
    pub(super) const fn of(tree: Object) -> Self {
        Self(tree)
    }

    /// The whole tree.
    pub const fn tree(&self) -> &Object {
        &self.0
    }

    /// The document with two spaces a level, members and numbers as they came.
    pub fn write(&self) -> String {
        tree::write_pretty(&Value::Object(self.0.clone()))
    }

    /// Everything that is to be said of it, in the order of the standard. Nothing is changed by looking.
    pub fn check(&self) -> Vec<Finding> {
        check::check(&self.0)
    }

    /// Its title.
    pub fn title(&self) -> Option<&str> {
        self.head()?.text("title")
    }

    /// Its profile or category (section 3.2.1.3).
    pub fn category(&self) -> Option<&str> {
        self.head()?.text("category")
    }

    /// Its id (section 3.2.1.12.4).
    pub fn id(&self) -> Option<&str> {
        self.tracking()?.text("id")
    }

    /// `draft`, `interim` or `final`.
    pub fn status(&self) -> Option<&str> {
        self.tracking()?.text("status")
    }

    /// Its version, as written.
    pub fn version(&self) -> Option<&str> {
        self.tracking()?.text("version")
    }

    /// When it was first released.
    pub fn initial_release(&self) -> Option<Moment> {
        text::moment(self.tracking()?.text("initial_release_date")?)
    }

    /// When this version was released.
    pub fn current_release(&self) -> Option<Moment> {
        text::moment(self.tracking()?.text("current_release_date")?)
    }

    /// Its TLP label in the words of today: `WHITE` is clear. `None`: it has none.
    pub fn tlp(&self) -> Option<Tlp> {
        Tlp::from_word(self.head()?.object("distribution")?.object("tlp")?.text("label")?)
    }

    /// The name that its file must have (section 5.1).
    pub fn file_name(&self) -> Option<String> {
        self.id().map(file_name)
    }

    fn head(&self) -> Option<&Object> {
        self.0.object("document")
    }

    fn tracking(&self) -> Option<&Object> {
        self.head()?.object("tracking")
    }
}

/// The name of the file of a document with this id (section 5.1): in lower case, runs of all but letters, digits,
/// `+` and `-` as one `_`, then `.json`. Names of this form cannot leave their folder.
pub fn file_name(id: &str) -> String {
    let mut name = String::with_capacity(id.len() + 5);
    for one in id.to_lowercase().chars() {
        match one {
            'a'..='z' | '0'..='9' | '+' | '-' => name.push(one),
            _ if name.ends_with('_') => {}
            _ => name.push('_'),
        }
    }
    name + ".json"
}
