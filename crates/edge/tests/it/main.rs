//! The sinkhole from outside: real sockets, real clients, a real office's end.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod bed;
mod office;
mod web;
mod names;
mod locked;
mod kill;
mod bots;
mod corpus;
