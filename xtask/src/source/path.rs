//! Paths that a source names: `use` trees flattened, and `crate::a::b` in bodies.

use super::{in_word, line_of};

/// One path as it is written, with `use` braces resolved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// Its parts: `crate`, `a`, `B`.
    pub parts: Vec<String>,
    /// The line it stands on.
    pub line: usize,
    /// Whether it is a re-export: `pub use`.
    pub exported: bool,
}

/// The paths in a blanked source: every `use`, and every bare path that begins with a module word.
pub fn paths(blanked: &str) -> Vec<Named> {
    let mut found = Vec::new();
    let mut rest = blanked.to_owned();
    for (at, _) in blanked.match_indices("use ") {
        let before = blanked.get(..at).unwrap_or_default();
        if before.chars().next_back().is_some_and(in_word) {
            continue;
        }
        let after = blanked.get(at + 4..).unwrap_or_default();
        let Some(end) = after.find(';') else { continue };
        let line = line_of(blanked, at);
        let visible = before.rsplit([';', '}', '\n']).next().unwrap_or_default();
        let exported = visible.trim_start().starts_with("pub");
        for parts in flatten(after.get(..end).unwrap_or_default()) {
            found.push(Named { parts, line, exported });
        }
        let blanks: String = " ".repeat(end + 4);
        rest.replace_range(at..at + 4 + end, &blanks);
    }
    found.extend(bare(&rest));
    found
}

/// Paths outside `use`, such as `crate::net::Prefix::new(..)`.
fn bare(rest: &str) -> Vec<Named> {
    let mut found = Vec::new();
    for word in ["crate", "super", "self"] {
        for (at, _) in rest.match_indices(&format!("{word}::")) {
            let before = rest.get(..at).and_then(|b| b.chars().next_back());
            if before.is_some_and(|c| in_word(c) || c == ':' || c == '$') {
                continue;
            }
            let path: String =
                rest.get(at..).unwrap_or_default().chars().take_while(|c| in_word(*c) || *c == ':').collect();
            let parts = path.split("::").filter(|part| !part.is_empty()).map(str::to_owned).collect();
            found.push(Named { parts, line: line_of(rest, at), exported: false });
        }
    }
    found
}

/// `a::{b, c::{d, self}}` as a list of whole paths.
fn flatten(tree: &str) -> Vec<Vec<String>> {
    let tree = tree.trim();
    let Some(open) = tree.find('{') else {
        let plain = tree.split(" as ").next().unwrap_or_default();
        let parts = plain.split("::").map(str::trim).filter(|part| !part.is_empty() && *part != "*");
        return vec![parts.map(str::to_owned).collect()];
    };
    let head: Vec<String> = tree
        .get(..open)
        .unwrap_or_default()
        .split("::")
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .map(str::to_owned)
        .collect();
    let close = tree.rfind('}').unwrap_or(tree.len());
    let mut found = Vec::new();
    for branch in branches(tree.get(open + 1..close).unwrap_or_default()) {
        for tail in flatten(branch) {
            let tail = tail.into_iter().filter(|part| part != "self");
            found.push(head.iter().cloned().chain(tail).collect());
        }
    }
    found
}

/// The branches of a `use` group, split at commas outside inner braces.
fn branches(inside: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let (mut depth, mut start) = (0_usize, 0);
    for (at, c) in inside.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                found.extend(inside.get(start..at));
                start = at + 1;
            }
            _ => {}
        }
    }
    found.extend(inside.get(start..));
    found.retain(|branch| !branch.trim().is_empty());
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, want: &[&str]) {
        let seen: Vec<String> = paths(text).into_iter().map(|named| named.parts.join("::")).collect();
        assert_eq!(seen, want);
    }

    #[test]
    fn use_trees_are_flattened() {
        check("use a::{b, c::{d, self}};", &["a::b", "a::c::d", "a::c"]);
        check("use crate::net::Prefix as P;\nuse super::*;", &["crate::net::Prefix", "super"]);
    }

    #[test]
    fn bare_paths_are_seen() {
        check("fn f() { crate::net::new(); $crate::x(); a::super_x(); }", &["crate::net::new"]);
    }

    #[test]
    fn reexports_are_marked() {
        let seen = paths("mod a;\npub use a::B;\nuse a::C;");
        assert_eq!(seen.iter().map(|named| named.exported).collect::<Vec<_>>(), [true, false]);
    }
}
