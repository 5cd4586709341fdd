//! The values of a pattern that can be looked up: `[ipv4-addr:value = '198.18.0.1']`.

use super::{Comparison, Join, Literal, Logic, Observation, Operator, Path, Pattern, Qualifier, Test};

/// A value that a pattern looks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Simple<'p> {
    /// Where it looks.
    pub path: &'p Path,
    /// `=`, `IN`, or `ISSUBSET` for the addresses of a block.
    pub operator: Operator,
    /// For what.
    pub value: &'p Literal,
    /// Whether this value alone makes the pattern true, at any time. Where it is not, to block on it would be
    /// more than the pattern says.
    pub is_alone: bool,
}

impl Pattern {
    /// The values that are looked for by equality or as a block, none of those that are excluded.
    pub fn simple(&self) -> Vec<Simple<'_>> {
        let mut found = Vec::new();
        observation(&self.observation, true, &mut found);
        found
    }
}

fn observation<'p>(tree: &'p Observation, is_alone: bool, found: &mut Vec<Simple<'p>>) {
    match tree {
        Observation::Test(inner) => comparison(inner, is_alone, found),
        Observation::Join(join, all) => {
            all.iter().for_each(|inner| observation(inner, is_alone && *join == Join::Or, found));
        }
        Observation::Bound(inner, Qualifier::Repeats(1) | Qualifier::Within(_)) => observation(inner, is_alone, found),
        Observation::Bound(inner, _) => observation(inner, false, found),
    }
}

fn comparison<'p>(tree: &'p Comparison, is_alone: bool, found: &mut Vec<Simple<'p>>) {
    match tree {
        Comparison::Test(test) => found.extend(values(test, is_alone)),
        Comparison::Exists(_) => {}
        Comparison::Join(logic, all) => {
            all.iter().for_each(|inner| comparison(inner, is_alone && *logic == Logic::Or, found));
        }
    }
}

fn values(test: &Test, is_alone: bool) -> impl Iterator<Item = Simple<'_>> {
    let is_sought = matches!(test.operator, Operator::Equal | Operator::In | Operator::Subset) && !test.is_negated;
    let values = if is_sought { test.values.as_slice() } else { &[] };
    values.iter().map(move |value| Simple { path: &test.path, operator: test.operator, value, is_alone })
}
