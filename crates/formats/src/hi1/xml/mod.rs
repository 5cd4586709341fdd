//! The XML encoding: bytes to a document that keeps every byte, and the document to the tree and back.

mod document;
mod escape;
mod scope;
mod to_tree;
mod from_tree;

pub use document::{Document, Element, Item};
pub(super) use from_tree::declared;
pub use from_tree::write;

use super::flaw::Flaw;
use super::tree::Object;

/// Reads a message: the document, then its tree.
///
/// # Errors
/// When it is not XML in UTF-8, declares entities, is nested too deeply, or mixes text with elements.
pub fn read(text: &str) -> Result<Object, Flaw> {
    to_tree::tree(&Document::read(text)?)
}
