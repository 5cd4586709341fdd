//! Mails in: what a mail is, which request it belongs to, and whether its sender is who it says.
//!
//! [`Mail::read`] is pure on bytes and keeps nothing of a mail's words: a kind, tokens, digests,
//! counts and, for the moment, the bytes of one sheet (G20). [`Verifier`] alone asks a name server.

mod fault;
mod addressed;
mod automatic;
mod report;
mod sheet;
mod mail;
mod results;
mod verify;

pub use fault::Fault;
pub use mail::{Content, Mail};
pub use report::{Delivery, StatusCode};
pub use verify::{Names, Standing, Verifier, VerifierError};
