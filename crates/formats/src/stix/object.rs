//! One object, looked at in its tree: what every kind has (STIX 2.1 section 3.2).

use super::id::Id;
use super::moment::Timestamp;
use super::schema::{Kind, kind};
use crate::tree;

/// An object, looked at in the tree that holds it. What is missing or has another shape is `None`;
/// [`check`](super::check) says so.
#[derive(Debug, Clone, Copy)]
pub struct Object<'a>(&'a tree::Object);

/// The versions of STIX in which objects are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SpecVersion {
    /// 2.0, which objects do not state themselves.
    V20,
    /// 2.1.
    V21,
}

/// Where else something is told (section 2.5).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ExternalReference<'a> {
    /// Who tells it.
    pub source: &'a str,
    /// Under which id (`CVE-2026-0001`, `T1566`).
    pub id: Option<&'a str>,
    /// Under which address.
    pub url: Option<&'a str>,
    /// In words.
    pub description: Option<&'a str>,
}

/// A step of an attack (section 2.11).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KillChainPhase<'a> {
    /// Whose model it is.
    pub chain: &'a str,
    /// The step in it.
    pub phase: &'a str,
}

impl<'a> Object<'a> {
    /// Looks at a tree.
    pub const fn of(tree: &'a tree::Object) -> Self {
        Self(tree)
    }

    /// The whole tree.
    pub const fn tree(self) -> &'a tree::Object {
        self.0
    }

    /// Its identifier.
    pub fn id(self) -> Option<Id> {
        self.0.text("id")?.parse().ok()
    }

    /// Its type as written; custom ones too.
    pub fn kind_name(self) -> Option<&'a str> {
        self.0.text("type")
    }

    /// Its kind, if it is one of the standard.
    pub fn kind(self) -> Option<&'static Kind> {
        kind(self.kind_name()?)
    }

    /// In which version it is written; `None`: in none that is known. Observables need not say it
    /// (section 3.2), older objects could not.
    pub fn spec_version(self) -> Option<SpecVersion> {
        match self.0.get("spec_version").map(|value| value.as_text()) {
            None if self.kind().is_some_and(|kind| kind.class == super::schema::Class::Observable) => {
                Some(SpecVersion::V21)
            }
            None | Some(Some("2.0")) => Some(SpecVersion::V20),
            Some(Some("2.1")) => Some(SpecVersion::V21),
            Some(_) => None,
        }
    }

    /// When it was made.
    pub fn created(self) -> Option<Timestamp<'a>> {
        self.moment("created")
    }

    /// Which version of it this is.
    pub fn modified(self) -> Option<Timestamp<'a>> {
        self.moment("modified")
    }

    /// The version as TAXII has it: `modified`, else `created` (TAXII 2.1 section 3.3). Observables have none.
    pub fn version(self) -> Option<Timestamp<'a>> {
        self.modified().or_else(|| self.created())
    }

    /// Whether its maker took it back.
    pub fn is_revoked(self) -> bool {
        self.0.flag("revoked").unwrap_or(false)
    }

    /// Who made it.
    pub fn created_by(self) -> Option<Id> {
        self.reference("created_by_ref")
    }

    /// How sure its maker is, from 0 to 100 (appendix A).
    pub fn confidence(self) -> Option<u8> {
        self.0.whole("confidence").and_then(|number| u8::try_from(number).ok()).filter(|number| *number <= 100)
    }

    /// Free words of its maker.
    pub fn labels(self) -> impl Iterator<Item = &'a str> {
        self.0.texts("labels")
    }

    /// The markings of the whole object; those of parts of it are in [`marking`](super::marking).
    pub fn marking_refs(self) -> impl Iterator<Item = Id> {
        self.references("object_marking_refs")
    }

    /// Where else it is told.
    pub fn external_references(self) -> impl Iterator<Item = ExternalReference<'a>> {
        self.0.objects("external_references").filter_map(|tree| {
            Some(ExternalReference {
                source: tree.text("source_name")?,
                id: tree.text("external_id"),
                url: tree.text("url"),
                description: tree.text("description"),
            })
        })
    }

    /// The steps of an attack to which it belongs.
    pub fn kill_chain_phases(self) -> impl Iterator<Item = KillChainPhase<'a>> {
        self.0.objects("kill_chain_phases").filter_map(|tree| {
            Some(KillChainPhase { chain: tree.text("kill_chain_name")?, phase: tree.text("phase_name")? })
        })
    }

    /// The text of a property.
    pub fn text(self, property: &str) -> Option<&'a str> {
        self.0.text(property)
    }

    /// The texts of a property.
    pub fn texts(self, property: &str) -> impl Iterator<Item = &'a str> {
        self.0.texts(property)
    }

    /// The timestamp of a property.
    pub fn moment(self, property: &str) -> Option<Timestamp<'a>> {
        Timestamp::read(self.0.text(property)?).ok()
    }

    /// The reference of a property.
    pub fn reference(self, property: &str) -> Option<Id> {
        self.0.text(property)?.parse().ok()
    }

    /// The references of a property.
    pub fn references(self, property: &str) -> impl Iterator<Item = Id> {
        self.0.texts(property).filter_map(|text| text.parse().ok())
    }

    /// Every object that this one refers to: all properties that end with `_ref` or `_refs`, at any depth,
    /// in their order (section 3.1 keeps these names for references).
    pub fn all_references(self) -> Vec<Id> {
        let mut found = Vec::new();
        collect(self.0, &mut found);
        found
    }
}

fn collect(tree: &tree::Object, found: &mut Vec<Id>) {
    for (name, value) in tree.members() {
        let is_reference = name.ends_with("_ref") || name.ends_with("_refs");
        match value {
            tree::Value::Text(text) if is_reference => found.extend(text.parse().ok()),
            tree::Value::List(values) => {
                for value in values {
                    match value {
                        tree::Value::Text(text) if is_reference => found.extend(text.parse().ok()),
                        tree::Value::Object(inner) => collect(inner, found),
                        _ => {}
                    }
                }
            }
            tree::Value::Object(inner) => collect(inner, found),
            _ => {}
        }
    }
}
