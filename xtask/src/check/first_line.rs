//! The first line of every source says what the room is for, in one plain sentence.

use crate::finding::Finding;
use crate::tree::Tree;

/// The name of this check.
pub const NAME: &str = "first-line";

/// Finds sources whose first line is no `//! ` sentence.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let wrong = tree.sources().filter(|(_, text)| !is_sentence(text.lines().next().unwrap_or_default()));
    wrong
        .map(|(path, _)| Finding::at(NAME, path, 1, "the first line must be `//! ` and one sentence with a period"))
        .collect()
}

fn is_sentence(line: &str) -> bool {
    line.strip_prefix("//! ").is_some_and(|words| words.len() > 10 && words.ends_with(['.', ':', '?']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_without_a_first_sentence_is_found() {
        let tree = Tree::planted(&[
            ("crates/a/src/lib.rs", "//! What this room is for.\n"),
            ("crates/a/src/b.rs", "use std::fmt;\n"),
            ("crates/a/src/c.rs", "//! todo\n"),
            ("crates/a/src/d.rs", ""),
        ]);
        let paths: Vec<String> = check(&tree).into_iter().map(|found| found.path).collect();
        assert_eq!(paths, ["crates/a/src/b.rs", "crates/a/src/c.rs", "crates/a/src/d.rs"]);
    }
}
