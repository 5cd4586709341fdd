//! The sensors from outside: given captures, made ones with their truth, order and batches.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod sense;
