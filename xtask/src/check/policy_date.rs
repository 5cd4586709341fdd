//! The dates that a gate tells people (`@from`, `@until`) are the dates that it decides by.

use std::collections::BTreeSet;

use crate::finding::Finding;
use crate::source::line_of;
use crate::tree::Tree;

/// The name of this check.
pub const NAME: &str = "policy-date";

/// Compares annotations with conditions, policy by policy.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    for (path, text) in tree.files().filter(|(path, _)| path.ends_with(".cedar")) {
        let mut start = 0;
        for policy in text.split_inclusive(";\n") {
            let told: BTreeSet<&str> = ["@from(\"", "@until(\""].iter().flat_map(|mark| dates(policy, mark)).collect();
            let decided: BTreeSet<&str> = dates(policy, "datetime(\"").collect();
            if told != decided {
                let message = format!("told {told:?}, decided by {decided:?}: annotations and conditions differ");
                found.push(Finding::at(NAME, path, line_of(text, start + first_word(policy)), message));
            }
            start += policy.len();
        }
    }
    found
}

/// The days (`2026-11-22`) that stand after a mark.
fn dates<'a>(policy: &'a str, mark: &'a str) -> impl Iterator<Item = &'a str> {
    policy.split(mark).skip(1).filter_map(|rest| rest.get(..10))
}

/// Where a policy begins, after blank lines and comments.
fn first_word(policy: &str) -> usize {
    let skipped = policy.split_inclusive('\n').take_while(|line| line.trim().is_empty() || line.starts_with("//"));
    skipped.map(str::len).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_policy(told: &str, decided: &str) -> Vec<usize> {
        let policy = format!(
            "// A gate.\n\n@gate(\"G7\")\nforbid (principal, action, resource);\n\n@gate(\"G7\") @from(\"{told}\")\n\
             forbid (principal, action, resource)\nwhen {{ context.at >= datetime(\"{decided}T00:00:00Z\") }};\n"
        );
        check(&Tree::planted(&[("policies/g07.cedar", &policy)])).into_iter().map(|found| found.line).collect()
    }

    #[test]
    fn a_date_that_is_told_but_not_decided_by_is_found() {
        assert_eq!(check_policy("2015-12-01", "2015-12-01"), [0; 0]);
        assert_eq!(check_policy("2015-12-01", "2016-12-01"), [6]);
    }
}
