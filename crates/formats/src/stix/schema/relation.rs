//! Relationship objects: STIX 2.1 section 5.

use super::shape::Shape::*;
use super::shape::{Class, Kind, Targets, optional, required};

/// The objects of this group, in the order of the standard.
pub(super) const RELATIONS: &[Kind] = &[
    Kind {
        name: "relationship",
        section: "5.1",
        class: Class::Relation,
        contributing: &[],
        properties: &[
            required("relationship_type", Text),
            optional("description", Text),
            required("source_ref", Ref(Targets::Ends)),
            required("target_ref", Ref(Targets::Ends)),
            optional("start_time", Moment),
            optional("stop_time", Moment),
        ],
    },
    Kind {
        name: "sighting",
        section: "5.2",
        class: Class::Relation,
        contributing: &[],
        properties: &[
            optional("description", Text),
            optional("first_seen", Moment),
            optional("last_seen", Moment),
            optional("count", Whole(0, 999999999)),
            required("sighting_of_ref", Ref(Targets::Domain)),
            optional("observed_data_refs", List(&Ref(Targets::Of(&["observed-data"])))),
            optional("where_sighted_refs", List(&Ref(Targets::Of(&["identity", "location"])))),
            optional("summary", Flag),
        ],
    },
];
