//! What faces hostile traffic: the sinkhole, the sensors, and the primary of policy zones; it receives, records, and
//! answers with nothing harmful.
//!
//! It never asks the gate and never stores: what it saw goes out through a trait of its own, which `app` implements.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing))]

pub mod handover;
pub mod sense;
pub mod sinkhole;
pub mod zone;
pub mod mail;
