//! Foreign bytes to values and back: feed readers, route tables, notices. No IO.
//!
//! A feed file walks through four rooms: [`detect`] says what it is, [`Chunks`] cuts it at the
//! borders of records, [`Reader::parse`] turns a chunk into a batch, findings and quarantined
//! lines, and the caller puts them where they belong. Bad input is a finding, never a failure.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing))]

#[macro_use]
mod catalogue;
mod finding;
mod value;
mod compression;
mod secret;
mod target;
mod line;
mod mapping;
mod csv;
mod json;
mod shadowserver;
mod source;
mod split;
mod reader;
pub mod routes;
pub mod answers;
pub mod credentials;
mod site;
pub mod notice;
pub mod order;
pub mod capture;
pub mod packet;
pub mod flow;
pub mod flowtuple;
pub mod hours;
pub mod minutes;
pub mod publication;
pub mod countries;
pub mod hi1;
pub mod paper;
pub mod tree;
pub mod stix;
pub mod taxii;
pub mod indicator;
pub mod warning;
pub mod rpz;
pub mod hint;
pub mod subjects;
pub mod misp;
pub mod upload;
pub mod specimen;
pub mod csaf;

pub use compression::Compression;
pub use finding::{Code, Finding, Weight};
pub use mapping::{Mapping, MappingError};
pub use reader::{Options, Parsed, Quarantined, Reader};
pub use site::Site;
pub use source::{DetectError, HEAD_BYTES, Source, detect};
pub use split::{Chunk, Chunks, Limits, ReadError};
