//! What each kind of object says, as far as the hub uses it. A view is there if its required properties are.
//!
//! Everything else stays in the tree: a view never stands for the object.

use super::Object;
use super::id::Id;
use super::moment::Timestamp;
use crate::tree;

/// A value that is read from a property.
trait Read<'a>: Sized {
    fn read(object: Object<'a>, property: &str) -> Option<Self>;
}

impl<'a> Read<'a> for &'a str {
    fn read(object: Object<'a>, property: &str) -> Option<Self> {
        object.text(property)
    }
}

impl<'a> Read<'a> for Timestamp<'a> {
    fn read(object: Object<'a>, property: &str) -> Option<Self> {
        object.moment(property)
    }
}

impl<'a> Read<'a> for Id {
    fn read(object: Object<'a>, property: &str) -> Option<Self> {
        object.reference(property)
    }
}

impl<'a> Read<'a> for bool {
    fn read(object: Object<'a>, property: &str) -> Option<Self> {
        object.tree().flag(property)
    }
}

impl<'a> Read<'a> for u64 {
    fn read(object: Object<'a>, property: &str) -> Option<Self> {
        object.tree().whole(property).and_then(|number| Self::try_from(number).ok())
    }
}

impl<'a> Read<'a> for &'a tree::Object {
    fn read(object: Object<'a>, property: &str) -> Option<Self> {
        object.tree().object(property)
    }
}

impl<'a, T: Read<'a>> Read<'a> for Option<T> {
    fn read(object: Object<'a>, property: &str) -> Option<Self> {
        Some(T::read(object, property))
    }
}

impl<'a> Read<'a> for Vec<&'a str> {
    fn read(object: Object<'a>, property: &str) -> Option<Self> {
        Some(object.texts(property).collect())
    }
}

impl<'a> Read<'a> for Vec<Id> {
    fn read(object: Object<'a>, property: &str) -> Option<Self> {
        Some(object.references(property).collect())
    }
}

/// Makes a view a kind: the struct, and how it is read.
macro_rules! views {
    ($($(#[$doc:meta])* $view:ident $kind:literal { $($(#[$field_doc:meta])* $field:ident $property:literal: $type:ty,)+ })+) => {
        $(
            $(#[$doc])*
            #[derive(Debug, Clone, PartialEq, Eq)]
            pub struct $view<'a> {
                $($(#[$field_doc])* pub $field: $type,)+
                /// The object itself.
                pub object: Same<'a>,
            }

            impl<'a> $view<'a> {
                /// Looks at an object; `None`: of another kind, or a required property is missing or broken.
                pub fn of(object: Object<'a>) -> Option<Self> {
                    (object.kind_name() == Some($kind)).then_some(())?;
                    Some(Self { $($field: Read::read(object, $property)?,)+ object: Same(object) })
                }
            }
        )+
    };
}

/// The object under a view. Two are equal if their trees are.
#[derive(Debug, Clone, Copy)]
pub struct Same<'a>(pub Object<'a>);

impl PartialEq for Same<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.0.tree() == other.0.tree()
    }
}

impl Eq for Same<'_> {}

views! {
    /// A method of attack (section 4.1).
    AttackPattern "attack-pattern" {
        /// Its name.
        name "name": &'a str,
        /// Other names.
        aliases "aliases": Vec<&'a str>,
    }
    /// Activity over time with one aim (section 4.2).
    Campaign "campaign" {
        /// Its name.
        name "name": &'a str,
        /// Other names.
        aliases "aliases": Vec<&'a str>,
        /// First seen.
        first_seen "first_seen": Option<Timestamp<'a>>,
        /// Last seen.
        last_seen "last_seen": Option<Timestamp<'a>>,
        /// What it is after.
        objective "objective": Option<&'a str>,
    }
    /// Somebody, or a group (section 4.5).
    Identity "identity" {
        /// Its name.
        name "name": &'a str,
        /// Of which class it is.
        class "identity_class": Option<&'a str>,
        /// Its sectors.
        sectors "sectors": Vec<&'a str>,
    }
    /// What to look for (section 4.7).
    Indicator "indicator" {
        /// The pattern, in the language of `language`.
        pattern "pattern": &'a str,
        /// `stix`, `yara`, `sigma` …
        language "pattern_type": &'a str,
        /// From when on it holds.
        valid_from "valid_from": Timestamp<'a>,
        /// Until when it holds.
        valid_until "valid_until": Option<Timestamp<'a>>,
        /// Its name.
        name "name": Option<&'a str>,
        /// What it indicates.
        types "indicator_types": Vec<&'a str>,
    }
    /// What attackers use (section 4.8).
    Infrastructure "infrastructure" {
        /// Its name.
        name "name": &'a str,
        /// Of which types it is.
        types "infrastructure_types": Vec<&'a str>,
        /// First seen.
        first_seen "first_seen": Option<Timestamp<'a>>,
        /// Last seen.
        last_seen "last_seen": Option<Timestamp<'a>>,
    }
    /// Malware, or a family of it (section 4.11).
    Malware "malware" {
        /// Whether it is a family.
        is_family "is_family": bool,
        /// Its name.
        name "name": Option<&'a str>,
        /// Other names.
        aliases "aliases": Vec<&'a str>,
        /// Of which types it is.
        types "malware_types": Vec<&'a str>,
        /// Files and artifacts of it.
        samples "sample_refs": Vec<Id>,
    }
    /// Words about objects (section 4.13).
    Note "note" {
        /// The words.
        content "content": &'a str,
        /// In short.
        short "abstract": Option<&'a str>,
        /// What they are about.
        about "object_refs": Vec<Id>,
    }
    /// What was seen (section 4.14).
    ObservedData "observed-data" {
        /// The beginning.
        first "first_observed": Timestamp<'a>,
        /// The end.
        last "last_observed": Timestamp<'a>,
        /// How often.
        count "number_observed": u64,
        /// What was seen.
        seen "object_refs": Vec<Id>,
        /// What was seen, written inside, as version 2.0 had it.
        inside "objects": Option<&'a tree::Object>,
    }
    /// What somebody thinks of objects of others (section 4.15).
    Opinion "opinion" {
        /// From `strongly-disagree` to `strongly-agree`.
        opinion "opinion": &'a str,
        /// Why.
        explanation "explanation": Option<&'a str>,
        /// What it is about.
        about "object_refs": Vec<Id>,
    }
    /// A report (section 4.16).
    Report "report" {
        /// Its title.
        name "name": &'a str,
        /// When it was published.
        published "published": Timestamp<'a>,
        /// Of which types it is.
        types "report_types": Vec<&'a str>,
        /// What it tells of.
        about "object_refs": Vec<Id>,
        /// In words.
        description "description": Option<&'a str>,
    }
    /// Who attacks (section 4.17).
    ThreatActor "threat-actor" {
        /// The name; often a handle.
        name "name": &'a str,
        /// Other names.
        aliases "aliases": Vec<&'a str>,
        /// Of which types.
        types "threat_actor_types": Vec<&'a str>,
        /// In which roles.
        roles "roles": Vec<&'a str>,
    }
    /// A vulnerability (section 4.19); its CVE is among the external references.
    Vulnerability "vulnerability" {
        /// Its name.
        name "name": &'a str,
        /// In words.
        description "description": Option<&'a str>,
    }
    /// That one thing has to do with another (section 5.1).
    Relationship "relationship" {
        /// In which way.
        way "relationship_type": &'a str,
        /// From where.
        source "source_ref": Id,
        /// To where.
        target "target_ref": Id,
        /// From when on.
        start "start_time": Option<Timestamp<'a>>,
        /// Until when.
        stop "stop_time": Option<Timestamp<'a>>,
    }
    /// That something was seen somewhere (section 5.2).
    Sighting "sighting" {
        /// What.
        of "sighting_of_ref": Id,
        /// First.
        first_seen "first_seen": Option<Timestamp<'a>>,
        /// Last.
        last_seen "last_seen": Option<Timestamp<'a>>,
        /// How often.
        count "count": Option<u64>,
        /// The data.
        observed "observed_data_refs": Vec<Id>,
        /// By whom or where.
        by "where_sighted_refs": Vec<Id>,
    }
}

/// The one value by which an observable is looked for, if its kind has one (sections 6.2 to 6.15).
pub fn observable_value(object: Object<'_>) -> Option<&str> {
    let property = match object.kind_name()? {
        "domain-name" | "email-addr" | "ipv4-addr" | "ipv6-addr" | "mac-addr" | "url" => "value",
        "directory" => "path",
        "mutex" => "name",
        "windows-registry-key" => "key",
        _ => return None,
    };
    object.text(property)
}

/// The digests of a file, an artifact or a certificate: algorithm and digest.
pub fn digests(object: Object<'_>) -> impl Iterator<Item = (&str, &str)> {
    let members = object.tree().object("hashes").into_iter().flat_map(tree::Object::members);
    members.filter_map(|(name, value)| Some((name, value.as_text()?)))
}
