//! The words, states and ledger bytes of renkei: no IO, no clock, no serde.
//!
//! Everything here is pure: a value goes in, a value comes out. Time is always given, never asked
//! for; nothing is read or written. Modules are declared in reading order and import upwards only
//! from those above them.
#![no_std]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing))]

extern crate alloc;
#[cfg(test)]
extern crate std;

#[macro_use]
mod word;
mod base64;
pub mod id;
pub mod time;
pub mod net;
pub mod text;
pub mod party;
pub mod seat;
pub mod receipt;
pub mod request;
pub mod answer;
pub mod mail;
pub mod class;
pub mod act;
pub mod offer;
pub mod publication;
pub mod inquiry;
pub mod hint;
pub mod measure;
pub mod material;
pub mod ruling;
pub mod operation;
pub mod question;
pub mod share;
pub mod directory;
pub mod effect;
pub mod passkey;
pub mod ledger;
pub mod dossier;
pub mod warrant;
pub mod exchange;
