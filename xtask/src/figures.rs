//! The house in figures, beside what it aims at: printed, never enforced here.

use std::fmt;

use crate::check::{circles, requirement};
use crate::source::{blank, functions, is_test_file};
use crate::tree::Tree;

/// What the sources measure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Figures {
    /// Rust sources.
    pub sources: usize,
    /// Lines of the median source.
    pub file_median: usize,
    /// Lines that nine sources of ten do not pass.
    pub file_p90: usize,
    /// Lines of the longest source.
    pub file_most: usize,
    /// Lines that nine functions of ten do not pass.
    pub function_p90: usize,
    /// Lines of the longest function.
    pub function_most: usize,
    /// Doc lines for a hundred lines of code, tests left out.
    pub doc_share: usize,
    /// Files of the largest circle inside a crate; 1 is none.
    pub largest_circle: usize,
    /// Different requirement ids that code and policies quote.
    pub requirements: usize,
}

impl Figures {
    /// Measures a tree.
    pub fn of(tree: &Tree) -> Self {
        let mut files: Vec<usize> = tree.sources().map(|(_, text)| text.lines().count()).collect();
        let mut lengths: Vec<usize> =
            tree.sources().flat_map(|(_, text)| functions(&blank(text))).map(|function| function.lines).collect();
        files.sort_unstable();
        lengths.sort_unstable();
        let ours = tree.sources().filter(|(path, _)| !is_test_file(path));
        let (docs, code) =
            ours.map(|(_, text)| doc_and_code(text)).fold((0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
        Self {
            sources: files.len(),
            file_median: share(&files, 50),
            file_p90: share(&files, 90),
            file_most: share(&files, 100),
            function_p90: share(&lengths, 90),
            function_most: share(&lengths, 100),
            doc_share: docs * 100 / code.max(1),
            largest_circle: circles::largest(tree),
            requirements: requirement::quoted(tree).len(),
        }
    }
}

/// The value that `percent` of the sorted values do not pass.
fn share(sorted: &[usize], percent: usize) -> usize {
    let at = (sorted.len().saturating_sub(1)) * percent / 100;
    sorted.get(at).copied().unwrap_or_default()
}

fn doc_and_code(text: &str) -> (usize, usize) {
    let docs = text.lines().map(str::trim_start).filter(|line| line.starts_with("///") || line.starts_with("//!"));
    (docs.count(), blank(text).lines().filter(|line| !line.trim().is_empty()).count())
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{:<34}{:>7}   aim", format!("{} sources", self.sources), "here")?;
        let rows = [
            ("lines of a file, median", self.file_median, "<= 150"),
            ("lines of a file, p90", self.file_p90, "<= 400"),
            ("lines of a file, most", self.file_most, "<= 600, refused above"),
            ("lines of a function, p90", self.function_p90, "<= 30"),
            ("lines of a function, most", self.function_most, "<= 100, refused above"),
            ("doc lines per 100 lines of code", self.doc_share, ">= 15"),
            ("largest circle in a crate, files", self.largest_circle, "<= 3, refused above"),
            ("requirement ids quoted", self.requirements, ""),
        ];
        rows.iter().try_for_each(|(what, here, aim)| writeln!(f, "{what:<34}{here:>7}   {aim}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_counted() {
        let tree = Tree::planted(&[("crates/a/src/lib.rs", "//! A.\n/// F.\nfn f() {\n}\n\nfn g() {}\n")]);
        let seen = Figures::of(&tree);
        assert_eq!((seen.sources, seen.file_most, seen.function_most, seen.doc_share), (1, 6, 2, 66));
    }
}
