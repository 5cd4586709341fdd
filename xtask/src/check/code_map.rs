//! ARCHITECTURE.md names every crate and only these, and every room it points at exists.

use std::collections::BTreeSet;

use crate::finding::Finding;
use crate::tree::Tree;
use crate::walls::Member;

/// The name of this check.
pub const NAME: &str = "code-map";

const PAGE: &str = "ARCHITECTURE.md";

/// Compares the headings of the code map with the workspace, and every `room::path` with the files.
pub fn check(tree: &Tree, members: &[Member]) -> Vec<Finding> {
    let Some(page) = tree.text(PAGE) else {
        return vec![Finding::of(NAME, PAGE, "there is no such page")];
    };
    let mapped: BTreeSet<&str> = page.lines().filter_map(heading).collect();
    let there: BTreeSet<&str> = members.iter().map(|member| member.folder.as_str()).collect();
    let mut found: Vec<Finding> = there
        .difference(&mapped)
        .map(|folder| Finding::of(NAME, PAGE, format!("`{folder}` is not in the code map")))
        .collect();
    found.extend(mapped.difference(&there).map(|folder| Finding::of(NAME, PAGE, format!("`{folder}` is no crate"))));
    for (line, words) in (1..).zip(page.lines()).filter(|(_, words)| heading(words).is_none()) {
        let rooms = words.split('`').skip(1).step_by(2).filter(|span| !stands(tree, span));
        found.extend(rooms.map(|room| Finding::at(NAME, PAGE, line, format!("there is no room `{room}`"))));
    }
    found
}

/// The folder of a code map heading: ``### `crates/core` — words``.
fn heading(line: &str) -> Option<&str> {
    let folder = line.strip_prefix("### `")?.split('`').next()?;
    (folder.starts_with("crates/") || folder == "xtask").then_some(folder)
}

/// Whether a span that looks like `core::request` or `crates/core/src/net.rs` leads to a file or a folder.
fn stands(tree: &Tree, span: &str) -> bool {
    if span.starts_with("crates/") || span.starts_with("policies/") || span.starts_with("docs/") {
        return span.contains(['<', '*', ' ']) || tree.holds(span);
    }
    let Some((first, rest)) = span.split_once("::") else { return true };
    let folder = format!("crates/{first}");
    if !tree.holds(&folder) || span.contains(char::is_whitespace) {
        return true;
    }
    let modules: Vec<&str> =
        rest.split("::").take_while(|part| part.starts_with(|c: char| c.is_ascii_lowercase())).collect();
    let path = format!("{folder}/src/{}", modules.join("/"));
    modules.is_empty() || tree.holds(&format!("{path}.rs")) || tree.holds(&path)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_page(page: &str) -> Vec<String> {
        let tree = Tree::planted(&[(PAGE, page), ("crates/core/src/net.rs", ""), ("crates/core/src/a/b.rs", "")]);
        let member = Member { name: "renkei-core".to_owned(), folder: "crates/core".to_owned(), asks: Vec::new() };
        check(&tree, &[member]).into_iter().map(|found| found.message).collect()
    }

    #[test]
    fn a_true_map_passes() {
        assert_eq!(
            check_page("### `crates/core` words\n`core::net`, `core::net::Prefix`, `core::a::b`, `std::fmt`"),
            [""; 0]
        );
    }

    #[test]
    fn a_missing_crate_and_one_that_is_gone_are_found() {
        assert_eq!(
            check_page("### `crates/old`"),
            ["`crates/core` is not in the code map", "`crates/old` is no crate"]
        );
    }

    #[test]
    fn a_room_that_is_gone_is_found() {
        let page = "### `crates/core`\nfirst `core::nett`, then `crates/core/src/x.rs`";
        assert_eq!(check_page(page), ["there is no room `core::nett`", "there is no room `crates/core/src/x.rs`"]);
    }
}
