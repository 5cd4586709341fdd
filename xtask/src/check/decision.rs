//! A decision that is quoted is written, listed in the index, and has a number of its own.

use std::collections::BTreeMap;

use crate::finding::Finding;
use crate::tree::Tree;

/// The name of this check.
pub const NAME: &str = "decision";

const FOLDER: &str = "docs/decisions/";
/// Where decisions are planted by tests of this very check.
const PLANTED: &str = "xtask/";
const INDEX: &str = "docs/decisions/README.md";

/// Compares pages, index and quotes (`docs/decisions/0001`).
pub fn check(tree: &Tree) -> Vec<Finding> {
    let mut pages: BTreeMap<&str, &str> = BTreeMap::new();
    let mut found = Vec::new();
    for (path, _) in tree.files().filter(|(path, _)| *path != INDEX) {
        let Some(name) = path.strip_prefix(FOLDER) else { continue };
        let Some(number) = number(name) else {
            found.push(Finding::of(NAME, path, "a decision's name begins with four digits"));
            continue;
        };
        if let Some(other) = pages.insert(number, path) {
            found.push(Finding::of(NAME, path, format!("its number is that of `{other}`")));
        }
        if !tree.text(INDEX).is_some_and(|index| index.contains(&format!("({name})"))) {
            found.push(Finding::of(NAME, path, format!("it is not in {INDEX}")));
        }
    }
    for (path, text) in tree.files().filter(|(path, _)| !path.starts_with(PLANTED)) {
        for (line, words) in (1..).zip(text.lines()) {
            let unknown = words.split(FOLDER).skip(1).filter_map(number).find(|number| !pages.contains_key(number));
            found.extend(unknown.map(|number| Finding::at(NAME, path, line, format!("there is no decision {number}"))));
        }
    }
    found
}

/// The four digits that a name begins with.
fn number(name: &str) -> Option<&str> {
    name.get(..4).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_decision_that_is_not_written_or_listed_is_found() {
        let tree = Tree::planted(&[
            (INDEX, "| [0001](0001-a.md) | a |\n"),
            ("docs/decisions/0001-a.md", ""),
            ("docs/decisions/0002-b.md", ""),
            ("docs/decisions/notes.md", ""),
            ("walls.toml", concat!("# see docs/decisions/0001 and docs/deci", "sions/0009\n")),
        ]);
        let seen: Vec<_> = check(&tree).into_iter().map(|found| (found.path, found.line)).collect();
        let want = [("docs/decisions/0002-b.md", 0), ("docs/decisions/notes.md", 0), ("walls.toml", 1)];
        assert_eq!(seen, want.map(|(path, line)| (path.to_owned(), line)));
    }
}
