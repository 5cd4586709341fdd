//! Inside a crate, modules import downwards: no circle of more than three files.

use std::collections::{BTreeMap, BTreeSet};

use crate::finding::Finding;
use crate::source::{blank, is_test_file, paths, without_tests};
use crate::tree::Tree;

/// The name of this check.
pub const NAME: &str = "circle";

/// The most files of a circle.
pub const CAP: usize = 3;

/// Who imports whom inside one crate: module path to module paths.
type Imports = BTreeMap<Vec<String>, BTreeSet<Vec<String>>>;

/// Finds circles, crate by crate. Re-exports (`pub use`) are facades and make no circle.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    for (folder, files) in crates(tree) {
        for circle in circles(&imports(&files)).into_iter().filter(|circle| circle.len() > CAP) {
            let names: Vec<String> = circle.iter().map(|module| name(module)).collect();
            let message = format!("{} files import each other in a circle: {}", circle.len(), names.join(", "));
            found.push(Finding::of(NAME, folder, message));
        }
    }
    found
}

/// The size of the largest circle in any crate, in files.
pub fn largest(tree: &Tree) -> usize {
    crates(tree).values().flat_map(|files| circles(&imports(files))).map(|circle| circle.len()).max().unwrap_or(1)
}

fn name(module: &[String]) -> String {
    if module.is_empty() { "the root".to_owned() } else { format!("`{}`", module.join("::")) }
}

/// The sources of each crate, with the path of the module that each file is.
fn crates(tree: &Tree) -> BTreeMap<&str, Vec<(Vec<String>, &str)>> {
    let mut found: BTreeMap<&str, Vec<_>> = BTreeMap::new();
    for (path, text) in tree.sources().filter(|(path, _)| !is_test_file(path)) {
        let Some((folder, inside)) = path.split_once("/src/") else { continue };
        found.entry(folder).or_default().push((module(inside), text));
    }
    found
}

/// `a/b.rs` and `a/b/mod.rs` are `a::b`; `lib.rs` and `main.rs` are the root.
fn module(inside: &str) -> Vec<String> {
    let mut parts: Vec<String> = inside.trim_end_matches(".rs").split('/').map(str::to_owned).collect();
    let last = parts.last().map(String::as_str);
    if last == Some("mod") || (parts.len() == 1 && matches!(last, Some("lib" | "main"))) {
        parts.pop();
    }
    parts
}

fn imports(files: &[(Vec<String>, &str)]) -> Imports {
    let modules: BTreeSet<&[String]> = files.iter().map(|(module, _)| module.as_slice()).collect();
    let mut graph = Imports::new();
    for (module, text) in files {
        let named = paths(&without_tests(&blank(text)));
        let targets =
            named.iter().filter(|path| !path.exported).filter_map(|path| resolve(&modules, module, &path.parts));
        graph.entry(module.clone()).or_default().extend(targets.filter(|target| target != module));
    }
    graph
}

/// The module file that a path leads into, if it stays in the crate.
fn resolve(modules: &BTreeSet<&[String]>, here: &[String], parts: &[String]) -> Option<Vec<String>> {
    let first = parts.first()?.as_str();
    let mut at: Vec<String> = match first {
        "crate" => Vec::new(),
        "self" | "super" => here.to_vec(),
        child => {
            let child = [here, &[child.to_owned()]].concat();
            return modules.contains(child.as_slice()).then_some(child);
        }
    };
    for part in parts.iter().skip(usize::from(first != "super")) {
        if part == "super" {
            at.pop();
            continue;
        }
        at.push(part.clone());
        if !modules.contains(at.as_slice()) {
            at.pop();
            break;
        }
    }
    modules.contains(at.as_slice()).then_some(at)
}

/// The circles: sets of modules that each reach all others of the set.
fn circles(graph: &Imports) -> Vec<Vec<Vec<String>>> {
    let reach: BTreeMap<&Vec<String>, BTreeSet<&Vec<String>>> =
        graph.keys().map(|from| (from, reached(graph, from))).collect();
    let mut seen: BTreeSet<&Vec<String>> = BTreeSet::new();
    let mut found = Vec::new();
    for (from, reachable) in &reach {
        let back = reachable.iter().filter(|to| reach.get(**to).is_some_and(|from_there| from_there.contains(from)));
        let circle: Vec<&Vec<String>> = back.copied().collect();
        if circle.len() > 1 && !seen.contains(from) {
            seen.extend(circle.iter().copied());
            found.push(circle.into_iter().cloned().collect());
        }
    }
    found
}

fn reached<'a>(graph: &'a Imports, from: &'a Vec<String>) -> BTreeSet<&'a Vec<String>> {
    let mut seen = BTreeSet::new();
    let mut open = vec![from];
    while let Some(module) = open.pop() {
        for next in graph.get(module).into_iter().flatten() {
            if seen.insert(next) {
                open.push(next);
            }
        }
    }
    seen
}

#[cfg(test)]
mod tests {
    use super::*;

    fn planted(last: &str) -> Tree {
        Tree::planted(&[
            ("crates/a/src/lib.rs", "//! Root.\npub mod b; pub mod c; pub mod d; pub mod e;\npub use b::B;\n"),
            ("crates/a/src/b.rs", "use crate::c::C;\n"),
            ("crates/a/src/c.rs", "use crate::{d::D};\n"),
            ("crates/a/src/d.rs", "fn f() -> super::e::E { }\n"),
            ("crates/a/src/e.rs", last),
        ])
    }

    #[test]
    fn a_circle_of_four_is_found() {
        let tree = planted("use super::b::B;\n");
        assert_eq!(check(&tree).len(), 1);
        assert_eq!(largest(&tree), 4);
    }

    #[test]
    fn a_line_is_no_circle() {
        assert_eq!(check(&planted("")), []);
        assert_eq!(largest(&planted("#[cfg(test)]\nmod tests { use crate::b::B; }\n")), 1);
    }

    #[test]
    fn a_parent_and_its_children_can_make_one() {
        let tree = Tree::planted(&[
            ("crates/a/src/lib.rs", "//! Root."),
            ("crates/a/src/r.rs", "mod x; mod y; mod z;\nuse x::X; use self::y::Y; fn f() { self::z::z() }"),
            ("crates/a/src/r/x.rs", "use super::R;"),
            ("crates/a/src/r/y.rs", "use super::R;"),
            ("crates/a/src/r/z.rs", "use super::R;"),
        ]);
        assert_eq!(largest(&tree), 4);
    }
}
