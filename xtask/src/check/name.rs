//! Drawers have no names here: no `utils`, `common`, `helpers`, `manager`; and checks that forget are refused.

use crate::finding::Finding;
use crate::source::blank;
use crate::tree::Tree;

/// The name of this check.
pub const NAME: &str = "name";

/// What no file, folder or module may be called.
const BANNED: [&str; 8] = ["util", "utils", "common", "commons", "helper", "helpers", "manager", "misc"];

/// Finds banned names of files, folders and types, and `validate` functions that return nothing.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    for (path, _) in tree.files() {
        let parts = path.split('/').map(|part| part.split('.').next().unwrap_or_default());
        let banned = parts.flat_map(|part| part.split(['_', '-'])).find(|word| BANNED.contains(word));
        found.extend(banned.map(|word| Finding::of(NAME, path, format!("`{word}` names a drawer; name the thing"))));
    }
    for (path, text) in tree.sources() {
        for (line, code) in (1..).zip(blank(text).lines()) {
            found.extend(
                drawer(code)
                    .map(|word| Finding::at(NAME, path, line, format!("`{word}` names a drawer; name the thing"))),
            );
            if code.contains("pub fn validate") && code.contains("Result<(),") {
                found.push(Finding::at(NAME, path, line, "parse, do not validate: return the checked value"));
            }
        }
    }
    found
}

/// A banned word that a line declares as a module or a type.
fn drawer(code: &str) -> Option<&str> {
    let mut words = code.split(|c: char| !(c.is_alphanumeric() || c == '_')).filter(|word| !word.is_empty());
    while let Some(word) = words.next() {
        if matches!(word, "mod" | "struct" | "enum" | "trait") {
            let name = words.next()?;
            return (BANNED.contains(&name) || name.ends_with("Manager") || name.ends_with("Helper")).then_some(name);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drawers_are_found() {
        let tree = Tree::planted(&[
            ("crates/a/src/net_utils.rs", ""),
            ("crates/common/Cargo.toml", ""),
            ("crates/a/src/b.rs", "mod helpers { }\npub struct KeyManager;\nstruct Common;\n"),
            ("crates/a/src/c.rs", "pub fn validate(x: &str) -> Result<(), Error> {}\n// the manager of keys\n"),
        ]);
        let seen: Vec<_> = check(&tree).into_iter().map(|found| (found.path, found.line)).collect();
        let want = [
            ("crates/a/src/net_utils.rs", 0),
            ("crates/common/Cargo.toml", 0),
            ("crates/a/src/b.rs", 1),
            ("crates/a/src/b.rs", 2),
            ("crates/a/src/c.rs", 1),
        ];
        assert_eq!(seen, want.map(|(path, line)| (path.to_owned(), line)));
    }
}
