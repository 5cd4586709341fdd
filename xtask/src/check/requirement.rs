//! A requirement id that is quoted is one that exists: `S4.13`, `G20`.

use std::collections::BTreeSet;

use crate::finding::Finding;
use crate::tree::Tree;

/// The name of this check.
pub const NAME: &str = "requirement";

/// The list of ids, one a line.
const LIST: &str = "docs/requirements.txt";

/// Where ids are planted by tests of this very check.
const PLANTED: &str = "xtask/";

/// Finds quoted ids that are not in the list.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let Some(list) = tree.text(LIST) else {
        return vec![Finding::of(NAME, LIST, "there is no such list")];
    };
    let known: BTreeSet<&str> = list.lines().filter(|line| !line.starts_with('#')).map(str::trim).collect();
    let mut found = Vec::new();
    for (path, text) in tree.files().filter(|(path, _)| quotes(path)) {
        for (line, words) in (1..).zip(text.lines()) {
            let unknown = ids(words).filter(|id| !known.contains(id));
            found.extend(unknown.map(|id| Finding::at(NAME, path, line, format!("`{id}` is not in {LIST}"))));
        }
    }
    found
}

/// The ids that the sources and policies quote, each once.
pub fn quoted(tree: &Tree) -> BTreeSet<&str> {
    let is_ours = |path: &str| path.ends_with(".rs") || path.starts_with("policies/");
    let ours = tree.files().filter(|(path, _)| is_ours(path) && !path.starts_with(PLANTED));
    ours.flat_map(|(_, text)| ids(text)).collect()
}

fn quotes(path: &str) -> bool {
    let ending = path.rsplit_once('.').map_or("", |(_, ending)| ending);
    matches!(ending, "rs" | "md" | "cedar" | "cedarschema" | "ftl" | "toml") && !path.starts_with(PLANTED)
}

/// The words of a text that have the form of an id.
fn ids(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '.' || c == '_'))
        .map(|word| word.trim_end_matches('.'))
        .filter(|word| is_id(word))
}

fn is_id(word: &str) -> bool {
    let digits = |part: &str| !part.is_empty() && part.len() < 3 && part.bytes().all(|byte| byte.is_ascii_digit());
    let row = word.strip_prefix('S').and_then(|rest| rest.split_once('.'));
    let row = row.is_some_and(|(seed, row)| seed.len() == 1 && digits(seed) && digits(row));
    row || word.strip_prefix('G').is_some_and(digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_that_does_not_exist_is_found() {
        let tree = Tree::planted(&[
            (LIST, "# ids\nS4.13\nG7\n"),
            ("a.rs", "//! Approval (S4.13, G7).\n// S4.99 and G30; not SHA2.0, S4.13.2, S4, XG9, G7_x\n"),
            ("b.csv", "G99"),
        ]);
        let seen: Vec<_> = check(&tree).into_iter().map(|found| (found.line, found.message)).collect();
        let want = ["`S4.99` is not in docs/requirements.txt", "`G30` is not in docs/requirements.txt"];
        assert_eq!(seen, want.map(|message| (2, message.to_owned())));
        assert_eq!(quoted(&tree).len(), 4);
    }
}
