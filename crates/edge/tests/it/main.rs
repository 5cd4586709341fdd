//! What faces hostile traffic from outside: real sockets and clients, a real office's end, given and made captures.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod bed;
mod office;
mod web;
mod names;
mod locked;
mod kill;
mod bots;
mod corpus;
mod sense;
mod zones;
mod mail;
