//! The common properties of each group: STIX 2.1 section 3.2.

use super::part;
use super::shape::Shape::*;
use super::shape::{Class, Property, Shape, Targets, optional, required};

const CREATED_BY: Property = optional("created_by_ref", Ref(Targets::Of(&["identity"])));
const CREATED: Property = required("created", Moment);
const MODIFIED: Property = required("modified", Moment);
const REVOKED: Property = optional("revoked", Flag);
const LABELS: Property = optional("labels", List(&Text));
const CONFIDENCE: Property = optional("confidence", Whole(0, 100));
const LANG: Property = optional("lang", Text);
const REFERENCES: Property = optional("external_references", List(&Part(&part::EXTERNAL_REFERENCE)));
const MARKINGS: Property = optional("object_marking_refs", List(&Ref(Targets::Of(&["marking-definition"]))));
const GRANULAR: Property = optional("granular_markings", List(&Part(&part::GRANULAR_MARKING)));
const EXTENSIONS: Property = optional("extensions", Shape::Extensions);

const THINGS: &[Property] =
    &[CREATED_BY, CREATED, MODIFIED, REVOKED, LABELS, CONFIDENCE, LANG, REFERENCES, MARKINGS, GRANULAR, EXTENSIONS];
const OBSERVABLES: &[Property] = &[MARKINGS, GRANULAR, optional("defanged", Flag), EXTENSIONS];
const LANGUAGES: &[Property] =
    &[CREATED_BY, CREATED, MODIFIED, REVOKED, LABELS, CONFIDENCE, REFERENCES, MARKINGS, GRANULAR, EXTENSIONS];
const DEFINITIONS: &[Property] = &[CREATED_BY, CREATED, MODIFIED, REVOKED, LABELS, REFERENCES, MARKINGS, GRANULAR];
/// Marking definitions have no versions.
const UNVERSIONED: &[Property] = &[CREATED_BY, CREATED, REFERENCES, MARKINGS, GRANULAR, EXTENSIONS];

/// The common properties of a kind, besides `type`, `id` and `spec_version`.
pub(crate) fn base(class: Class, kind: &str) -> &'static [Property] {
    match (class, kind) {
        (Class::Domain | Class::Relation, _) => THINGS,
        (Class::Observable, _) => OBSERVABLES,
        (Class::Meta, "marking-definition") => UNVERSIONED,
        (Class::Meta, "extension-definition") => DEFINITIONS,
        (Class::Meta, _) => LANGUAGES,
    }
}
