//! What all objects have in common, and how single members are written and read.

use renkei_core::time::Moment;

use crate::hi1::finding::Code;
use crate::hi1::message::{endpoint, links};
use crate::hi1::name::{Endpoint, Kind, ObjectId};
use crate::hi1::time;
use crate::hi1::tree::{Object, Value};
use crate::hi1::word::{OWNER, Word};

/// What every object has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Base {
    /// Its identifier; whoever creates it makes it unique.
    pub id: ObjectId,
    /// Who created it.
    pub owner: Endpoint,
    /// How often it was changed; `None` in what is created.
    pub generation: Option<u64>,
    /// The objects that it belongs to, in their order.
    pub links: Vec<ObjectId>,
    /// When it was last changed, as the receiver says.
    pub changed: Option<Moment>,
}

/// From one moment until another; HI-1 does not say whether the ends are inside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// The beginning.
    pub from: Moment,
    /// The end.
    pub until: Moment,
}

impl Base {
    /// Of an object that is to be created.
    pub const fn new(id: ObjectId, owner: Endpoint, links: Vec<ObjectId>) -> Self {
        Self { id, owner, generation: None, links, changed: None }
    }

    pub(in crate::hi1) fn write(&self, kind: Kind, external: Option<&str>) -> Object {
        let links: Vec<_> = self.links.iter().map(ToString::to_string).collect();
        let links = (!links.is_empty()).then(|| Object::new().with("AssociatedObject", links));
        Object::new()
            .with("@xsi:type", kind.type_name())
            .with("ObjectIdentifier", self.id.to_string())
            .with("CountryCode", self.owner.country.as_str())
            .with("OwnerIdentifier", self.owner.name.as_str())
            .with_some("Generation", self.generation)
            .with_some("ExternalIdentifier", external)
            .with_some("AssociatedObjects", links)
            .with_some("LastChanged", self.changed.map(time::write))
    }

    pub(super) fn read(object: &Object, kind: Kind) -> Result<Self, Code> {
        if object.text("@xsi:type") != Some(&kind.type_name()) {
            return Err(Code::OtherKind);
        }
        Ok(Self {
            id: needed(object, "ObjectIdentifier")?.parse().map_err(|_| Code::BadUuid)?,
            owner: Endpoint::new(needed(object, "CountryCode")?, needed(object, "OwnerIdentifier")?),
            generation: object.count("Generation"),
            links: links(object),
            changed: moment(object, "LastChanged")?,
        })
    }
}

/// The text of a member that must be there.
pub(super) fn needed<'a>(object: &'a Object, name: &str) -> Result<&'a str, Code> {
    object.text(name).ok_or(Code::MissingMember)
}

/// The text of a member that may be there.
pub(super) fn optional(object: &Object, name: &str) -> Option<String> {
    object.text(name).map(str::to_owned)
}

/// The time of a member that may be there.
pub(super) fn moment(object: &Object, name: &str) -> Result<Option<Moment>, Code> {
    object.text(name).map(|text| time::read(text).ok_or(Code::BadTime)).transpose()
}

/// The time of a member that must be there.
pub(super) fn needed_moment(object: &Object, name: &str) -> Result<Moment, Code> {
    moment(object, name)?.ok_or(Code::MissingMember)
}

/// A window of two members; `None` unless both are there.
pub(super) fn window(object: &Object, from: &str, until: &str) -> Result<Option<Window>, Code> {
    Ok(moment(object, from)?.zip(moment(object, until)?).map(|(from, until)| Window { from, until }))
}

/// An entry of ETSI's dictionaries.
pub(in crate::hi1) fn entry<W: Word>(word: W) -> Object {
    entry_of(OWNER, W::DICTIONARY.name, word.word())
}

/// An entry of any dictionary.
pub(super) fn entry_of(owner: &str, name: &str, value: &str) -> Object {
    Object::new().with("common:Owner", owner).with("common:Name", name).with("common:Value", value)
}

/// The word of a member; `None`: the member is missing, of another dictionary, or not in it.
pub(super) fn word<W: Word>(object: &Object, name: &str, known: &[W]) -> Option<W> {
    let entry = object.object(name)?;
    let is_ours = entry.text("common:Owner") == Some(OWNER) && entry.text("common:Name") == Some(W::DICTIONARY.name);
    let value = entry.text("common:Value").filter(|_| is_ours)?;
    known.iter().copied().find(|word| word.word() == value)
}

/// An end as a member.
pub(in crate::hi1) fn end(endpoint: &Endpoint) -> Object {
    Object::new().with("CountryCode", endpoint.country.as_str()).with("UniqueIdentifier", endpoint.name.as_str())
}

/// The ends of a member.
pub(super) fn ends(values: &[Value]) -> Vec<Endpoint> {
    values.iter().filter_map(|value| endpoint(value.as_object()?)).collect()
}

/// The end of a member that must be there.
pub(super) fn needed_end(object: &Object, name: &str) -> Result<Endpoint, Code> {
    object.object(name).and_then(endpoint).ok_or(Code::MissingMember)
}
