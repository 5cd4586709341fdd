//! Where the check stands in the tree, so that a finding can say so.

use std::fmt::Write;

use crate::stix::Object;
use crate::stix::finding::{Code, Finding};

/// The most findings that are told; one [`Code::More`] stands for the rest.
pub const MOST_FINDINGS: usize = 10_000;

/// The way from the object to the value that is looked at.
pub(super) struct Walk<'t, 'f> {
    place: Option<usize>,
    object: Option<Object<'t>>,
    steps: Vec<Step<'t>>,
    found: &'f mut Vec<Finding>,
}

#[derive(Clone, Copy)]
enum Step<'t> {
    Name(&'t str),
    Place(usize),
}

impl<'t, 'f> Walk<'t, 'f> {
    pub(super) fn new(place: Option<usize>, object: Option<Object<'t>>, found: &'f mut Vec<Finding>) -> Self {
        Self { place, object, steps: Vec::new(), found }
    }

    /// Looks into a member.
    pub(super) fn inside(&mut self, name: &'t str, look: impl FnOnce(&mut Self)) {
        self.at(Step::Name(name), look);
    }

    /// Looks into a place of a list.
    pub(super) fn inside_place(&mut self, place: usize, look: impl FnOnce(&mut Self)) {
        self.at(Step::Place(place), look);
    }

    fn at(&mut self, step: Step<'t>, look: impl FnOnce(&mut Self)) {
        self.steps.push(step);
        look(self);
        self.steps.pop();
    }

    /// Adds a finding about where the walk stands.
    pub(super) fn tell(&mut self, code: Code) {
        let id = self.object.and_then(Object::id);
        match self.found.len() {
            MOST_FINDINGS.. => {}
            count if count + 1 == MOST_FINDINGS => {
                self.found.push(Finding { object: self.place, id, path: String::new(), code: Code::More });
            }
            _ => self.found.push(Finding { object: self.place, id, path: self.path(), code }),
        }
    }

    fn path(&self) -> String {
        let mut path = String::new();
        for step in &self.steps {
            if !path.is_empty() {
                path.push('.');
            }
            match step {
                Step::Name(name) if is_name(name) => path.push_str(name),
                Step::Name(_) => path.push('?'),
                // Writing to a text cannot fail.
                Step::Place(place) => _ = write!(path, "[{place}]"),
            }
        }
        path
    }
}

/// Whether a name can be shown: anybody can write anything into it.
fn is_name(name: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    (1..=64).contains(&name.len()) && name.bytes().all(is_plain)
}
