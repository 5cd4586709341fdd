//! An event and what is in it, looked at in its tree.

use renkei_core::time::{Moment, SECOND};
use uuid::Uuid;

use crate::tree::{Object, Value};

/// An event.
#[derive(Debug, Clone, Copy)]
pub struct Event<'a>(&'a Object);

/// An attribute, or a proposal of one.
#[derive(Debug, Clone, Copy)]
pub struct Attribute<'a>(&'a Object);

/// That somebody saw an attribute, or not.
#[derive(Debug, Clone, Copy)]
pub struct Sighting<'a>(&'a Object);

impl<'a> Event<'a> {
    /// Looks at a tree.
    pub const fn of(tree: &'a Object) -> Self {
        Self(tree)
    }

    /// The whole tree.
    pub const fn tree(self) -> &'a Object {
        self.0
    }

    /// Its UUID.
    pub fn uuid(self) -> Option<Uuid> {
        uuid(self.0)
    }

    /// What it is about.
    pub fn info(self) -> Option<&'a str> {
        self.0.text("info")
    }

    /// When it was changed last.
    pub fn changed(self) -> Option<Moment> {
        moment(self.0, "timestamp")
    }

    /// When it was published last.
    pub fn published(self) -> Option<Moment> {
        moment(self.0, "publish_timestamp").filter(|at| at.0 > 0)
    }

    /// Who made it: name and UUID.
    pub fn maker(self) -> Option<(&'a str, Uuid)> {
        let organisation = self.0.object("Orgc")?;
        Some((organisation.text("name")?, uuid(organisation)?))
    }

    /// Its own attributes, not those of its objects.
    pub fn attributes(self) -> impl Iterator<Item = Attribute<'a>> {
        self.0.objects("Attribute").map(Attribute)
    }

    /// Its objects: their names, and their attributes.
    pub fn objects(self) -> impl Iterator<Item = (Option<&'a str>, Vec<Attribute<'a>>)> {
        self.0
            .objects("Object")
            .map(|object| (object.text("name"), object.objects("Attribute").map(Attribute).collect()))
    }

    /// Its tags.
    pub fn tags(self) -> impl Iterator<Item = &'a str> {
        tags(self.0)
    }
}

impl<'a> Attribute<'a> {
    /// Looks at a tree.
    pub const fn of(tree: &'a Object) -> Self {
        Self(tree)
    }

    /// The whole tree.
    pub const fn tree(self) -> &'a Object {
        self.0
    }

    /// Its UUID.
    pub fn uuid(self) -> Option<Uuid> {
        uuid(self.0)
    }

    /// Its type (`ip-dst`, `filename|sha256` …).
    pub fn kind(self) -> Option<&'a str> {
        self.0.text("type")
    }

    /// Its value.
    pub fn value(self) -> Option<&'a str> {
        self.0.text("value")
    }

    /// Whether it is meant to be looked for.
    pub fn is_sought(self) -> bool {
        flag(self.0, "to_ids")
    }

    /// Whether it was deleted and is only there so that others learn of it.
    pub fn is_deleted(self) -> bool {
        flag(self.0, "deleted")
    }

    /// When it was changed last.
    pub fn changed(self) -> Option<Moment> {
        moment(self.0, "timestamp")
    }

    /// What its maker says about it.
    pub fn comment(self) -> Option<&'a str> {
        self.0.text("comment").filter(|comment| !comment.is_empty())
    }

    /// Its tags.
    pub fn tags(self) -> impl Iterator<Item = &'a str> {
        tags(self.0)
    }

    /// Who saw it.
    pub fn sightings(self) -> impl Iterator<Item = Sighting<'a>> {
        self.0.objects("Sighting").map(Sighting)
    }
}

impl Sighting<'_> {
    /// Its UUID.
    pub fn uuid(self) -> Option<Uuid> {
        uuid(self.0)
    }

    /// When.
    pub fn at(self) -> Option<Moment> {
        moment(self.0, "date_sighting")
    }

    /// Whether it was seen; else it is a false positive (1) or an expiry (2).
    pub fn was_seen(self) -> bool {
        number(self.0, "type") == Some(0)
    }
}

/// A whole number, which MISP writes as text in some versions and as a number in others.
pub(super) fn number(tree: &Object, name: &str) -> Option<i64> {
    match tree.get(name)? {
        Value::Text(text) => text.parse().ok(),
        Value::Number(number) => number.whole(),
        _ => None,
    }
}

fn flag(tree: &Object, name: &str) -> bool {
    tree.flag(name) == Some(true) || number(tree, name) == Some(1)
}

/// Seconds since 1970.
fn moment(tree: &Object, name: &str) -> Option<Moment> {
    let seconds = number(tree, name)?;
    // Up to the year 9999, as everywhere.
    (0..253_402_300_800).contains(&seconds).then(|| Moment(seconds * SECOND))
}

fn uuid(tree: &Object) -> Option<Uuid> {
    let text = tree.text("uuid")?;
    (text.len() == 36).then(|| Uuid::try_parse(text).ok())?
}

fn tags(tree: &Object) -> impl Iterator<Item = &str> {
    tree.objects("Tag").filter_map(|tag| tag.text("name"))
}
