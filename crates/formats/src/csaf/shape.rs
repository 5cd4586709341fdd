//! What the tables of the standard are made of: properties, shapes, sections.

/// An object with properties.
#[derive(Debug)]
pub(super) struct Section {
    /// Its properties.
    pub properties: &'static [Property],
    /// How many members there are at least, known or not.
    pub least: usize,
    /// How many members there are at most.
    pub most: usize,
}

/// One property.
#[derive(Debug)]
pub(super) struct Property {
    pub name: &'static str,
    pub shape: Shape,
    pub is_required: bool,
}

/// What a value must look like.
#[derive(Debug, Clone, Copy)]
pub(super) enum Shape {
    /// Text that is not empty.
    Text,
    /// A text in a form.
    Form(Form),
    /// A word of a closed vocabulary.
    Enum(&'static [&'static str]),
    /// The version of the standard.
    Two,
    /// A list with so many entries at least.
    List(&'static Self, usize),
    /// The same, and no entry stands twice.
    Set(&'static Self, usize),
    /// An object with properties of its own.
    Part(&'static Section),
    /// A list of branches, in which there are branches: a constant cannot name itself.
    Branches,
    /// A CVSS, which test 6.1.8 looks at.
    Cvss,
}

/// The form of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// A moment with its offset (RFC 3339).
    Moment,
    /// A URI (RFC 3986).
    Uri,
    /// A language (RFC 5646), by its form alone.
    Language,
    /// A version: a whole number or a semantic one (section 3.1.11).
    Version,
    /// A document category (section 3.2.1.3).
    Category,
    /// The id of a document (section 3.2.1.12.4).
    Id,
    /// A CVE id.
    Cve,
    /// A CWE id.
    Cwe,
    /// A CPE, 2.2 or 2.3 (section 3.1.3.3.1).
    Cpe,
    /// A digest in hexadecimal.
    Digest,
    /// A package URL, by the pattern of the schema; test 6.1.13 looks further.
    Purl,
}

/// A property that must be there.
pub(super) const fn required(name: &'static str, shape: Shape) -> Property {
    Property { name, shape, is_required: true }
}

/// A property that may be there.
pub(super) const fn optional(name: &'static str, shape: Shape) -> Property {
    Property { name, shape, is_required: false }
}

/// An object of these properties; none needs to be there that is not required.
pub(super) const fn section(properties: &'static [Property]) -> Section {
    Section { properties, least: 0, most: usize::MAX }
}

/// The same, and one at least is there.
pub(super) const fn one_of(properties: &'static [Property]) -> Section {
    Section { properties, least: 1, most: usize::MAX }
}
