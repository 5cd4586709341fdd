//! Letters out and mails in: seals attachments, builds mails, hands them to a server or writes them as
//! files; reads what comes back ([`inbound`]).
//!
//! The walk of a letter: payloads are [`pack`]ed (gzip, split, [`seal`]ed), a [`letter::Letter`]
//! is built into an [`letter::Outgoing`], whose bytes the caller stores, and a
//! [`carrier::Carrier`] carries precisely those bytes, once or again, with the same Message-ID.
//! Nothing here decides whether something may be sent, and nothing here asks a clock.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing))]

pub mod address;
pub mod carrier;
pub mod inbound;
pub mod letter;
pub mod pack;
pub mod quarantine;
pub mod seal;
pub mod names;
pub mod https;
pub mod webhook;
pub mod hub;
pub mod line;
pub mod oidc;
