//! The objects that we send and understand, as plain structs: each writes its tree and reads it back.
//!
//! A struct has what the Japan profile uses. Members beyond that stay in the tree that it was read from and
//! are not in what it writes; whoever must hand on an object unchanged hands on the tree.

pub(super) mod shared;
mod approval;
mod authorisation;
mod disclosure;
mod preservation;
mod document;
mod notice;
mod delivery;

pub use approval::{Approval, Role};
pub use authorisation::Authorisation;
pub use delivery::{Content, Delivery};
pub use disclosure::{Disclosure, Identifier};
pub use document::Document;
pub use notice::{Notice, Standing};
pub use preservation::Preservation;
pub use shared::{Base, Window};

use super::finding::Code;
use super::tree::Object;

/// An object that can be written as a tree and read from one.
pub trait Part: Sized {
    /// The tree, with members in the order of the schema.
    fn to_object(&self) -> Object;

    /// Reads a tree that [`super::check`] found nothing wrong with.
    ///
    /// # Errors
    /// What is missing or improper for the Japan profile.
    fn from_object(object: &Object) -> Result<Self, Code>;
}
