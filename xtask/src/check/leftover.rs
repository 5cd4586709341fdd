//! Nothing is left for later in the sources: what is missing is written in an issue, not in a comment.

use crate::finding::Finding;
use crate::tree::Tree;

/// The name of this check.
pub const NAME: &str = "leftover";

/// The marks, in two parts so that this file does not hold them.
const MARKS: [(&str, &str); 7] =
    [("TO", "DO"), ("FIX", "ME"), ("XX", "X:"), ("HA", "CK:"), ("todo", "!("), ("unimple", "mented!("), ("dbg", "!(")];

/// Finds marks of unfinished work in sources, policies, scripts and settings.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    for (path, text) in tree.files().filter(|(path, _)| is_ours(path)) {
        for (line, words) in (1..).zip(text.lines()) {
            let mark = MARKS.iter().map(|(a, b)| format!("{a}{b}")).find(|mark| words.contains(mark.as_str()));
            found.extend(mark.map(|mark| Finding::at(NAME, path, line, format!("`{mark}` is left over"))));
        }
    }
    found
}

fn is_ours(path: &str) -> bool {
    let ending = path.rsplit_once('.').map_or("", |(_, ending)| ending);
    matches!(ending, "rs" | "toml" | "cedar" | "cedarschema" | "ftl" | "sql" | "sh") || !path.contains('.')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leftovers_are_found() {
        let tree = Tree::planted(&[
            ("a.rs", concat!("//! A.\n// TO", "DO: later\nfn f() { todo", "!() }\n")),
            ("test", concat!("# FIX", "ME\n")),
            ("notes.csv", concat!("TO", "DO\n")),
        ]);
        let seen: Vec<_> = check(&tree).into_iter().map(|found| (found.path, found.line)).collect();
        assert_eq!(seen, [("a.rs", 2), ("a.rs", 3), ("test", 1)].map(|(path, line)| (path.to_owned(), line)));
    }
}
