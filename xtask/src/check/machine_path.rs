//! No path of somebody's own machine stands in the tree, so that it works on everybody's.

use crate::finding::Finding;
use crate::tree::Tree;

/// The name of this check.
pub const NAME: &str = "machine-path";

/// The beginnings of such paths, in two parts so that this file does not hold them.
const PATHS: [(&str, &str); 5] = [("/wo", "rk/"), ("/ro", "ot/"), (".lib", "rary/"), ("/ho", "me/"), ("/Us", "ers/")];

/// Finds paths of a machine in any file.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    for (path, text) in tree.files() {
        for (line, words) in (1..).zip(text.lines()) {
            let seen = PATHS.iter().map(|(a, b)| format!("{a}{b}")).find(|start| holds(words, start));
            found
                .extend(seen.map(|start| Finding::at(NAME, path, line, format!("`{start}` is a path of one machine"))));
        }
    }
    found
}

/// Whether the path begins here, and is not the middle of another (such as a web address).
fn holds(words: &str, start: &str) -> bool {
    words.match_indices(start).any(|(at, _)| {
        let before = words.get(..at).and_then(|before| before.chars().next_back());
        !before.is_some_and(|c| c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | '}'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_of_a_machine_is_found() {
        let own = concat!("data = \"/ro", "ot/data\"\n");
        let tree = Tree::planted(&[
            ("a.toml", own),
            ("b.md", concat!("https://a.example/wo", "rk/x and crates/ho", "me/x\n")),
        ]);
        let seen: Vec<_> = check(&tree).into_iter().map(|found| (found.path, found.line)).collect();
        assert_eq!(seen, [("a.toml".to_owned(), 1)]);
    }
}
