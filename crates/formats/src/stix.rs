//! STIX 2.1 (OASIS Standard of 10 June 2021): objects in and out without loss, with views and findings beside.
//!
//! A [`Bundle`] keeps the whole tree that came; [`Object`] looks at one object in it; [`check`] says what is
//! not as the standard wants it, and removes nothing. [`marking`] reads TLP and PAP, [`scoid`] makes the ids
//! that two observers of the same thing both come to, [`pattern`] reads what indicators look for.

pub mod finding;
pub mod id;
pub mod moment;
pub mod schema;
mod object;
mod bundle;
pub mod view;
pub mod marking;
pub mod scoid;
pub mod pattern;
pub mod check;
pub mod build;
#[cfg(test)]
mod tests;

pub use bundle::{Bundle, Form, ReadError};
pub use check::check;
pub use finding::{Code, Finding, Weight};
pub use id::Id;
pub use moment::Timestamp;
pub use object::{ExternalReference, KillChainPhase, Object, SpecVersion};
