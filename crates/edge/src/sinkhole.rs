//! The sinkhole: answers the bots of an operation with blank data and keeps who called.
//!
//! Its rooms are machines: bytes and a moment in, bytes and lines out. Only `serve` has sockets, only
//! the spool a disk, only the hand-over a connection that it opens itself: to the one configured office.

pub mod profile;
pub mod table;
pub mod hit;
pub mod http;
pub mod dns;
pub mod rate;
pub mod proxy;
pub mod hello;
pub mod spool;
pub mod mailbox;
pub mod handover;
pub mod talk;
pub mod settings;
pub mod counters;
pub mod serve;
pub mod bots;
