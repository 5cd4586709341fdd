//! A `main.rs` parses, matches once and returns an exit code; the program is elsewhere.

use crate::finding::Finding;
use crate::tree::Tree;

/// The name of this check.
pub const NAME: &str = "front-door";

/// The most lines of a `src/main.rs`.
const CAP: usize = 50;

/// Finds front doors that are the program.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let doors = tree.sources().filter(|(path, _)| path.ends_with("src/main.rs"));
    let long = doors.map(|(path, text)| (path, text.lines().count())).filter(|(_, lines)| *lines > CAP);
    long.map(|(path, lines)| Finding::of(NAME, path, format!("{lines} lines; {CAP} at most"))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_main_that_is_the_program_is_found() {
        let long = "x();\n".repeat(51);
        let tree = Tree::planted(&[("crates/a/src/main.rs", &long), ("crates/b/tests/it/main.rs", &long)]);
        assert_eq!(check(&tree).len(), 1);
    }
}
