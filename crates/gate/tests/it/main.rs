//! The gate's tests: golden cases, theorems, planted mistakes, catalogue, and what never gets a permit.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod catalogue;
mod cedar;
mod dated;
mod embedded;
mod explain;
mod facts;
mod golden;
mod mistakes;
mod permits;
mod prover;
mod theorems;

use std::path::PathBuf;

/// The folder of the rules.
fn policies() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../policies")
}
