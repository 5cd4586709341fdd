//! MISP events in JSON (core format 2.4): kept whole, looked at, and turned into STIX and back.
//!
//! A [`File`] keeps the tree that came. [`to_stix`] makes objects of what has an exact counterpart; each carries
//! what it was made of in an extension of our own, and the report carries the rest, so that [`from_stix`] gives
//! the same event again. What has no counterpart is said.

pub mod finding;
mod file;
mod event;
pub mod condition;
mod kind;
mod extension;
mod export;
mod import;
#[cfg(test)]
mod tests;

pub use event::{Attribute, Event, Sighting};
pub use export::{Converted, to_stix};
pub use extension::{EXTENSION, definition};
pub use file::{File, ReadError};
pub use finding::{Code, Finding, Weight};
pub use import::{ImportError, from_stix};
