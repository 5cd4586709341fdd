//! What a lake promises, tried on real folders, processes and disks.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod office;
mod once;
mod crash;
mod full;
mod minutes;
mod retention;
mod backup;
mod reading;
mod older;
mod readers;
