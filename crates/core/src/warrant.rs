//! Warrants (令状): what a court signed about one, and whether the court did (S4.16, G4).
//!
//! A warrant is executed outside of renkei, and nothing that it orders is taken in. What stands here is the check of
//! its authenticity alone: the court's key, the checksum of the document, the time for which it holds. How courts sign
//! is settled by no source; this reads what a court signs that has given its public key.

mod court;
mod statement;
mod check;

pub use check::{Checked, Finding, Outcome, check};
pub use court::{Court, CourtKey};
pub use statement::{MediaType, Reference, Seen, SignedStatement, Statement, StatementError, TextError};

#[cfg(test)]
mod tests;
