//! What the tables of the standard are made of: kinds, properties, shapes, vocabularies.

/// An object inside an object.
#[derive(Debug)]
pub struct Section {
    /// The name of its type.
    pub name: &'static str,
    /// The section of STIX 2.1 in which it stands.
    pub section: &'static str,
    /// Its properties.
    pub properties: &'static [Property],
}

/// A kind of object.
#[derive(Debug)]
pub struct Kind {
    /// The word of `type`.
    pub name: &'static str,
    /// The section of STIX 2.1 in which it stands.
    pub section: &'static str,
    /// To which group it belongs.
    pub class: Class,
    /// The properties that its deterministic id is made of (section 2.9); empty: none is defined.
    pub contributing: &'static [&'static str],
    /// Its own properties; the common ones stand in section 3.2.
    pub properties: &'static [Property],
}

/// An extension of an observable that the standard defines itself.
#[derive(Debug)]
pub(crate) struct Extension {
    /// The kind that it extends.
    pub of: &'static str,
    pub part: Section,
}

/// The groups of objects, which differ in their common properties (section 3.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// Domain objects (section 4).
    Domain,
    /// Relationship objects (section 5).
    Relation,
    /// Cyber-observable objects (section 6).
    Observable,
    /// Meta objects (section 7).
    Meta,
}

/// One property.
#[derive(Debug)]
pub struct Property {
    pub(crate) name: &'static str,
    pub(crate) shape: Shape,
    pub(crate) is_required: bool,
}

/// What a value must look like.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Shape {
    /// Text.
    Text,
    /// A timestamp (section 2.16).
    Moment,
    /// `true` or `false`.
    Flag,
    /// A whole number in a range.
    Whole(i64, i64),
    /// A number.
    Number,
    /// An even count of hexadecimal digits (section 2.7).
    Hex,
    /// Base 64 (section 2.1).
    Base64,
    /// Algorithms and digests (section 2.6).
    Hashes,
    /// A word that should be of an open vocabulary (section 2.12).
    Open(&'static Vocabulary),
    /// A word of a closed vocabulary (section 2.4).
    Enum(&'static Vocabulary),
    /// The id of another object (section 2.9).
    Ref(Targets),
    /// A list, which is never empty (section 2.10).
    List(&'static Self),
    /// An object with properties of its own.
    Part(&'static Section),
    /// Names that the sender chooses (section 2.3).
    Names,
    /// Extensions by their names (section 7.3).
    Extensions,
}

/// Any whole number.
pub(super) const ANY_WHOLE: Shape = Shape::Whole(i64::MIN, i64::MAX);

/// What a reference may lead to. Kinds that are not of the standard may be of any group.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Targets {
    /// One of these kinds.
    Of(&'static [&'static str]),
    /// A domain object.
    Domain,
    /// An observable.
    Observables,
    /// An observable or a relationship (section 4.14).
    Observed,
    /// A domain object, an observable or a relationship.
    Things,
    /// An end of a relationship: a domain object or an observable (section 5.1).
    Ends,
}

/// A vocabulary of section 10.
#[derive(Debug)]
pub struct Vocabulary {
    /// Its name in the standard.
    pub name: &'static str,
    /// Its words.
    pub words: &'static [&'static str],
}

/// A property that must be there.
pub(super) const fn required(name: &'static str, shape: Shape) -> Property {
    Property { name, shape, is_required: true }
}

/// A property that may be there.
pub(super) const fn optional(name: &'static str, shape: Shape) -> Property {
    Property { name, shape, is_required: false }
}
