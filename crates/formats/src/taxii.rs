//! The server's side of TAXII 2.1 (OASIS Standard of 10 June 2021) as a machine: no IO, no clock, no store.
//!
//! A [`Door`] turns the plain parts of a request into a typed question, or into a [`Refusal`] that is ready to be
//! sent. A [`Shelf`] holds the objects of one collection in the order in which they were added and cuts pages out
//! of it. [`posting`] reads what is added, [`Status`] tells what became of it, and [`answer`] writes every answer.
//! Who may see what is not decided here: the caller brings [`Rights`] and says which entries are visible (S4.1).
//! What is answered, and why, stands in docs/taxii.md and docs/decisions/0098.

mod stamp;
mod name;
mod version;
pub mod media;
mod answer_form;
mod refusal;
mod limits;
mod rights;
mod filter;
mod cursor;
mod query;
mod door;
mod shelf;
mod status;
pub mod posting;
pub mod pulled;
pub mod answer;
#[cfg(test)]
mod tests;

pub use answer_form::Answer;
pub use cursor::Search;
pub use door::{Asked, Door, Request};
pub use filter::{Filter, VersionMatch, Versions};
pub use limits::Limits;
pub use name::{CollectionName, RootUrl, RootUrlError};
pub use posting::{Item, Posting};
pub use refusal::{Flaw, Refusal, Unprocessable};
pub use rights::Rights;
pub use shelf::{Entry, Page, Place, PushError, Pushed, Shelf};
pub use stamp::stamp;
pub use status::{Detail, Outcome, Status};
pub use version::{Spec, SpecError, UNVERSIONED, Version};
