//! The clock, the environment and the current folder are read at the edge and passed in.

use crate::finding::Finding;
use crate::source::{blank, is_test_file, without_tests};
use crate::tree::Tree;

/// The name of this check.
pub const NAME: &str = "edge";

/// What reads the world around the process.
const READS: [&str; 12] = [
    "SystemTime::now",
    "Instant::now",
    "Timestamp::now",
    "Zoned::now",
    "Utc::now",
    "env::var",
    "env::vars",
    "env::args",
    "env::current_dir",
    "env::set_var",
    "process::exit",
    "TimeZone::system",
];

/// Where the edge is: the two programs, what stands beside the floors, and tests.
const EDGE: [&str; 5] = ["crates/renkei/src/", "crates/verify/src/main.rs", "crates/testkit/", "xtask/", "fuzz/"];

/// Finds reads of the world outside the edge.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    let inner =
        tree.sources().filter(|(path, _)| !EDGE.iter().any(|edge| path.starts_with(edge)) && !is_test_file(path));
    for (path, text) in inner {
        for (line, code) in (1..).zip(without_tests(&blank(text)).lines()) {
            let read = READS.iter().find(|read| code.contains(**read));
            found.extend(
                read.map(|read| Finding::at(NAME, path, line, format!("`{read}` is read at the edge and passed in"))),
            );
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_in_the_depths_is_found() {
        let source = "//! A.\nfn f() { SystemTime::now(); }\n#[cfg(test)]\nmod tests { fn g() { std::env::var(); } }\n";
        let tree = Tree::planted(&[
            ("crates/app/src/a.rs", source),
            ("crates/app/tests/it/main.rs", source),
            ("crates/renkei/src/main.rs", source),
        ]);
        let seen: Vec<_> = check(&tree).into_iter().map(|found| (found.path, found.line)).collect();
        assert_eq!(seen, [("crates/app/src/a.rs".to_owned(), 2)]);
    }
}
