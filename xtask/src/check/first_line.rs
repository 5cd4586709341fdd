//! The first line of every source says what the room is for, in one plain sentence.

use crate::finding::Finding;
use crate::tree::Tree;

/// The name of this check.
pub const NAME: &str = "first-line";

/// Finds sources that do not begin with a `//! ` sentence; a long one may go on in the next line.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let wrong = tree.sources().filter(|(_, text)| !is_sentence(&paragraph(text)));
    let message = "the first line must be `//! ` and one plain sentence";
    wrong.map(|(path, _)| Finding::at(NAME, path, 1, message)).collect()
}

/// The first paragraph of the file's own documentation.
fn paragraph(text: &str) -> String {
    text.lines().map_while(|line| line.strip_prefix("//! ")).collect::<Vec<_>>().join(" ")
}

fn is_sentence(words: &str) -> bool {
    words.len() > 10 && words.ends_with(['.', ':', '?', ')'])
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
            ("crates/a/src/e.rs", "//! A sentence that does not fit on one line, because it has\n//! much to say.\n"),
            ("crates/a/src/f.rs", "\n//! Too late by one line.\n"),
        ]);
        let paths: Vec<String> = check(&tree).into_iter().map(|found| found.path).collect();
        assert_eq!(paths, ["b", "c", "d", "f"].map(|name| format!("crates/a/src/{name}.rs")));
    }
}
