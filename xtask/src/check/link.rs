//! A link from one page to another leads somewhere.

use crate::finding::Finding;
use crate::tree::Tree;

/// The name of this check.
pub const NAME: &str = "link";

/// Finds relative links in Markdown pages whose target does not exist.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    for (path, text) in tree.files().filter(|(path, _)| path.ends_with(".md")) {
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        for (line, words) in (1..).zip(text.lines()) {
            for target in words.split("](").skip(1).filter_map(|rest| rest.split([')', '#', ' ']).next()) {
                let outside = target.is_empty() || target.contains("://") || target.starts_with("mailto:");
                if !outside && !tree.holds(&joined(folder, target)) {
                    found.push(Finding::at(NAME, path, line, format!("the link to `{target}` leads nowhere")));
                }
            }
        }
    }
    found
}

fn joined(folder: &str, target: &str) -> String {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => _ = parts.pop(),
            _ => parts.push(part),
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_that_leads_nowhere_is_found() {
        let page =
            "[a](../README.md) [b](keys.md#where) [c](decisions/) [d](https://x.example/) [e](gone.md)\n[f](#here)";
        let tree =
            Tree::planted(&[("docs/a.md", page), ("docs/keys.md", ""), ("docs/decisions/1.md", ""), ("README.md", "")]);
        let seen: Vec<_> = check(&tree).into_iter().map(|found| found.message).collect();
        assert_eq!(seen, ["the link to `gone.md` leads nowhere"]);
    }
}
