//! Files of at most 600 lines, functions of at most 100.

use crate::finding::Finding;
use crate::source::{blank, functions};
use crate::tree::Tree;

/// The name of the check on files.
pub const FILE: &str = "file-length";
/// The name of the check on functions.
pub const FUNCTION: &str = "function-length";

/// The most lines of a source.
pub const FILE_CAP: usize = 600;
/// The most lines of a function.
pub const FUNCTION_CAP: usize = 100;

/// Finds sources and functions that are too long.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    for (path, text) in tree.sources() {
        let lines = text.lines().count();
        if lines > FILE_CAP {
            found.push(Finding::of(FILE, path, format!("{lines} lines; {FILE_CAP} at most")));
        }
        let long = functions(&blank(text)).into_iter().filter(|function| function.lines > FUNCTION_CAP);
        found.extend(long.map(|function| {
            let message = format!("`{}` has {} lines; {FUNCTION_CAP} at most", function.name, function.lines);
            Finding::at(FUNCTION, path, function.line, message)
        }));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_files_and_functions_are_found() {
        let long =
            format!("//! Long.\nfn short() {{}}\nfn long() {{\n{}}}\n{}", "x();\n".repeat(101), "\n".repeat(500));
        let tree = Tree::planted(&[("a.rs", &long), ("b.rs", "//! Short.\nfn f() {\n}\n"), ("c.md", &long)]);
        let seen: Vec<_> = check(&tree).into_iter().map(|found| (found.path, found.line, found.check)).collect();
        assert_eq!(seen, [("a.rs".to_owned(), 0, FILE), ("a.rs".to_owned(), 3, FUNCTION)]);
    }
}
