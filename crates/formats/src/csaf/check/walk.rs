//! Where the check stands in the tree, so that a finding can say so.

use std::fmt::Write;

use crate::csaf::finding::{Code, Finding};
use crate::tree::{Object, Value};

/// The most findings that are told; one [`Code::More`] stands for the rest.
pub const MOST_FINDINGS: usize = 10_000;

/// The way from the document to the value that is looked at.
pub(super) struct Walk<'t, 'f> {
    steps: Vec<Step<'t>>,
    found: &'f mut Vec<Finding>,
    /// How often products were looked up in groups; what is beyond the bound is not looked at.
    spent: usize,
}

#[derive(Clone, Copy)]
enum Step<'t> {
    Name(&'t str),
    Place(usize),
}

/// The most look-ups of products in groups: a document can make them many times its size.
const MOST_SPENT: usize = 20_000_000;

impl<'t, 'f> Walk<'t, 'f> {
    pub(super) const fn new(found: &'f mut Vec<Finding>) -> Self {
        Self { steps: Vec::new(), found, spent: 0 }
    }

    /// Looks into a member.
    pub(super) fn inside(&mut self, name: &'t str, look: impl FnOnce(&mut Self)) {
        self.at(Step::Name(name), look);
    }

    /// Looks into a place of a list.
    pub(super) fn inside_place(&mut self, place: usize, look: impl FnOnce(&mut Self)) {
        self.at(Step::Place(place), look);
    }

    /// Looks into each object of a list that is a member.
    pub(super) fn each(&mut self, of: &'t Object, name: &'t str, mut look: impl FnMut(&'t Object, &mut Self)) {
        self.inside(name, |walk| {
            for (place, value) in of.list(name).iter().enumerate() {
                if let Some(object) = value.as_object() {
                    walk.inside_place(place, |walk| look(object, walk));
                }
            }
        });
    }

    /// Looks into each text of a list that is a member.
    pub(super) fn each_text(&mut self, of: &'t Object, name: &'t str, mut look: impl FnMut(&'t str, &mut Self)) {
        self.inside(name, |walk| {
            for (place, value) in of.list(name).iter().enumerate() {
                if let Value::Text(text) = value {
                    walk.inside_place(place, |walk| look(text, walk));
                }
            }
        });
    }

    fn at(&mut self, step: Step<'t>, look: impl FnOnce(&mut Self)) {
        self.steps.push(step);
        look(self);
        self.steps.pop();
    }

    /// Adds a finding of the schema about where the walk stands.
    pub(super) fn tell(&mut self, code: Code) {
        self.add(code, None);
    }

    /// Adds what a mandatory test found.
    pub(super) fn fail(&mut self, code: Code, test: &'static str) {
        self.add(code, Some(test));
    }

    /// Counts look-ups; `false`: enough was looked at, which is told once.
    pub(super) fn spend(&mut self, count: usize) -> bool {
        let before = self.spent;
        self.spent = before.saturating_add(count);
        if before <= MOST_SPENT && self.spent > MOST_SPENT {
            self.add(Code::More, None);
        }
        self.spent <= MOST_SPENT
    }

    fn add(&mut self, code: Code, test: Option<&'static str>) {
        match self.found.len() {
            MOST_FINDINGS.. => {}
            count if count + 1 == MOST_FINDINGS => {
                self.found.push(Finding { place: String::new(), code: Code::More, test: None });
            }
            _ => self.found.push(Finding { place: self.place(), code, test }),
        }
    }

    fn place(&self) -> String {
        let mut place = String::new();
        for step in &self.steps {
            // Writing to a text cannot fail.
            _ = match step {
                Step::Name(name) if is_name(name) => write!(place, "/{name}"),
                Step::Name(_) => write!(place, "/?"),
                Step::Place(at) => write!(place, "/{at}"),
            };
        }
        place
    }
}

/// Whether a name can be shown: anybody can write anything into it.
fn is_name(name: &str) -> bool {
    (1..=64).contains(&name.len())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
}
