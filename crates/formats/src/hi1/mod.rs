//! The wire form of the inquiry exchange: ETSI TS 103 120 (HI-1) in JSON and XML, without IO.
//!
//! A message walks through five rooms: [`Message::read`] makes a tree of bytes, [`check::check`] says what is
//! wrong with it, [`engine::decide`] takes all of it or nothing, [`profile::check`] says what the Japan profile
//! adds before anything is applied, [`build`] makes what goes out. Objects are written and read by the structs of [`part`].
//!
//! Sources: the given transcriptions of V1.23.1. Nothing was run against the official schema.

pub mod tree;
pub mod flaw;
pub mod finding;
pub mod word;
pub mod name;
mod time;
mod schema;
pub mod json;
pub mod xml;
pub mod message;
pub mod check;
pub mod part;
pub mod build;
pub mod engine;
pub mod profile;

pub use finding::{Code, ErrorCode, Finding};
pub use flaw::{Flaw, WriteError};
pub use message::{Action, Encoding, Failure, Header, Message, Outcome, Payload, Reply};
pub use name::{DeliveryId, Endpoint, Kind, ObjectId, TransactionId, Verb};

#[cfg(test)]
mod tests;
