//! Use cases: ask the gate, act, write the ledger.
//!
//! Each use case is a method of [`office::Office`] in the file that bears its name: it loads plain
//! facts, asks the gate for a permit, hands the permit to the registry or the lake, and returns a
//! view that is shown as words or as JSON ([`words::Show`]).
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing))]

pub mod words;
pub mod breached;
pub mod settings;
mod file;
mod parallel;
mod secret;
mod column;
pub mod figures;
pub mod office;
pub mod init;
mod note;
pub mod party;
mod directories;
pub mod routes;
pub mod ingest;
pub mod observations;
pub mod campaign;
pub mod credentials;
pub mod mail;
pub mod key;
pub mod seats;
pub mod signin;
pub mod offer;
pub mod share;
pub mod taxii;
pub mod inquiry;
pub mod line;
pub mod hint;
mod hours;
pub mod minutes;
pub mod warrant;
pub mod work;
pub mod webhook;
pub mod operation;
pub mod publication;
pub mod replay;
pub mod rules;
pub mod audit;
pub mod care;
pub mod backup;
pub mod restore;
pub mod doctor;
pub mod config;
pub mod demo;

pub use directories::{parse_day, parse_moment};
pub use renkei_lake::{Filter, Whose};
pub use renkei_store::replay::{Kept, Replay};
pub use renkei_store::{DbError, WriteError};
