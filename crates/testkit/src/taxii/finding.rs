//! What the suite tells.

use std::collections::BTreeSet;

/// One place where a server says other than it must.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The clause, row or trap.
    pub clause: &'static str,
    /// What was asked.
    pub what: String,
    /// What must come.
    pub expected: String,
    /// What came.
    pub seen: String,
}

/// What was played.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// Where the server is wrong.
    pub findings: Vec<Finding>,
    /// How many checks were made.
    pub checks: usize,
    /// The clauses that were played.
    pub clauses: BTreeSet<&'static str>,
    /// What could not be played, and why.
    pub skipped: Vec<(&'static str, &'static str)>,
}

impl Report {
    /// Notes a check.
    pub(super) fn check(&mut self, clause: &'static str, what: &str, is_met: bool, expected: &str, seen: &str) {
        self.checks += 1;
        self.clauses.insert(clause);
        if !is_met {
            let seen = seen.chars().take(600).collect();
            self.findings.push(Finding { clause, what: what.to_owned(), expected: expected.to_owned(), seen });
        }
    }
}
