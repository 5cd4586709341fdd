//! The registry and the ledger on real databases: one suite, run on SQLite and on PostgreSQL.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod desk;
mod suite;
mod life;
mod passkey;
mod webhook;
mod offer;
mod warrant;
mod publication;
mod note;
mod mail;
mod tamper;
mod walk;
mod survive;
mod upgrade;
mod backup;
