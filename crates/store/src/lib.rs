//! The registry and the ledger in SQL: the only crate that holds SQL.
//!
//! One set of queries and one set of migrations serve SQLite and PostgreSQL (`sea-query`); what only
//! one engine does stands in `sqlite.rs` and `postgres.rs`. A write takes a [`renkei_gate::Permit`] by
//! value, checks in its transaction the versions of the objects the permit names, takes a request only
//! along the edges of `core::request`, and appends its ledger entry in the same transaction (S4.13).
//! The store has no clock: a write happens at the moment its permit was given for.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing))]

mod error;
mod db;
mod sqlite;
mod postgres;
mod schema;
mod open;
mod chain;
pub mod ledger;
pub mod backup;
pub mod setting;
pub mod party;
pub mod seat;
pub mod account;
pub mod passkey;
pub mod ceremony;
pub mod identity;
pub mod invitation;
pub mod session;
pub mod token;
pub mod replay;
pub mod key;
pub mod feed;
pub mod campaign;
pub mod remark;
pub mod mandate;
pub mod manifest;
pub mod request;
pub mod letter;
pub mod thread;
pub mod answer;
pub mod offer;
pub mod group;
pub mod item;
pub mod inquiry;
pub mod line;
pub mod hint;
pub mod warrant;
pub mod question;
pub mod channel;
pub mod note;
pub mod cost;
pub mod mail;
pub mod intent;
pub mod webhook;
pub mod operation;
pub mod hours;
pub mod publication;
pub mod figures;

pub use error::{ApprovalError, DbError, OpenError, StaleObject, WriteError};
pub use open::Store;
