//! Just enough of Rust's grammar to count: comments and strings blanked, functions, paths, tests.

mod blank;
mod function;
mod path;

pub use blank::{blank, without_tests};
pub use function::{Function, functions};
pub use path::{Named, paths};

/// Whether a source is test code as a whole: an integration test, a bench, or `src/**/tests.rs`.
pub fn is_test_file(path: &str) -> bool {
    path.contains("/tests/")
        || path.contains("/benches/")
        || path.contains("/examples/")
        || path.ends_with("/tests.rs")
        || path.ends_with("_tests.rs")
}

/// The line of a place in a text, counted from 1.
pub fn line_of(text: &str, at: usize) -> usize {
    text.bytes().take(at).filter(|byte| *byte == b'\n').count() + 1
}

/// Whether a character can stand in a Rust word.
fn in_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}
