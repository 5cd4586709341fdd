//! Tidy: what the compiler cannot check about the house, one small file a check.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing))]

use std::path::{Path, PathBuf};

pub mod check;
pub mod figures;
pub mod finding;
pub mod source;
pub mod tidy;
pub mod tree;
pub mod walls;

/// The folder of the workspace that this program was built in.
pub fn house() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_path_buf()
}
