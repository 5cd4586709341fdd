//! Tidy: what the compiler cannot check about the house, one small file a check.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing))]

use std::path::{Path, PathBuf};

pub mod finding;
pub mod tree;
pub mod source;
pub mod walls;
pub mod check;
pub mod figures;
pub mod tidy;

/// The folder of the workspace that this program was built in.
pub fn house() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_path_buf()
}
