//! Policy zones by zone transfer: a hidden primary that tells configured resolvers what to block, and nobody else.
//!
//! Its rooms are machines: bytes and a moment in, bytes out. Only `serve` has sockets. It is given ready sets of
//! names through [`serve::Source`]; what a recipient may know is decided where they are made.

pub mod name;
pub mod set;
pub mod serial;
pub mod version;
pub mod tsig;
pub mod query;
mod write;
pub mod transfer;
pub mod answer;
pub mod notify;
pub mod settings;
pub mod serve;
