//! Meta objects: STIX 2.1 section 7.

use super::shape::Shape::*;
use super::shape::{Class, Kind, Targets, optional, required};
use super::vocabulary;

/// The objects of this group, in the order of the standard.
pub(super) const META: &[Kind] = &[
    Kind {
        name: "language-content",
        section: "7.1",
        class: Class::Meta,
        contributing: &[],
        properties: &[
            required("object_ref", Ref(Targets::Things)),
            optional("object_modified", Moment),
            required("contents", Names),
        ],
    },
    Kind {
        name: "marking-definition",
        section: "7.2.1",
        class: Class::Meta,
        contributing: &[],
        properties: &[optional("definition_type", Text), optional("name", Text), optional("definition", Names)],
    },
    Kind {
        name: "extension-definition",
        section: "7.3",
        class: Class::Meta,
        contributing: &[],
        properties: &[
            required("name", Text),
            optional("description", Text),
            required("schema", Text),
            required("version", Text),
            required("extension_types", List(&Enum(&vocabulary::EXTENSION_TYPE))),
            optional("extension_properties", List(&Text)),
        ],
    },
];
