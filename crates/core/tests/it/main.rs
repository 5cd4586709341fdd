//! Core as its callers see it: the replay of inquiries with planted errors, and the page that tells its results.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod corpus;
mod inquiries;
mod replay;
