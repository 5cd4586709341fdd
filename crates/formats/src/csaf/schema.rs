//! The tables of CSAF 2.0 section 3: what each object of a document has, as data.

use super::shape::Form::*;
use super::shape::Shape::{self, Branches, Cvss, Enum, Form, List, Part, Set, Text, Two};
use super::shape::{Property, Section, one_of, optional, required, section};

const MOMENT: Shape = Form(Moment);
const URI: Shape = Form(Uri);
const TEXTS: Shape = List(&Text, 1);
const IDS: Shape = Set(&Text, 1);

/// The whole document (section 3.2).
pub(super) const ROOT: Section = section(&[
    required("document", Part(&DOCUMENT)),
    optional("product_tree", Part(&TREE)),
    optional("vulnerabilities", List(&Part(&VULNERABILITY), 1)),
]);

/// Section 3.2.1.
const DOCUMENT: Section = section(&[
    optional("acknowledgments", ACKNOWLEDGMENTS),
    optional("aggregate_severity", Part(&section(&[optional("namespace", URI), required("text", Text)]))),
    required("category", Form(Category)),
    required("csaf_version", Two),
    optional("distribution", Part(&one_of(&[optional("text", Text), optional("tlp", Part(&TLP))]))),
    optional("lang", Form(Language)),
    optional("notes", NOTES),
    required("publisher", Part(&PUBLISHER)),
    optional("references", REFERENCES),
    optional("source_lang", Form(Language)),
    required("title", Text),
    required("tracking", Part(&TRACKING)),
]);

/// Section 3.2.1.5.2.
const TLP: Section = section(&[required("label", Enum(&["AMBER", "GREEN", "RED", "WHITE"])), optional("url", URI)]);

/// Section 3.2.1.8.
const PUBLISHER: Section = section(&[
    required("category", Enum(&["coordinator", "discoverer", "other", "translator", "user", "vendor"])),
    optional("contact_details", Text),
    optional("issuing_authority", Text),
    required("name", Text),
    required("namespace", URI),
]);

/// Section 3.2.1.12.
const TRACKING: Section = section(&[
    optional("aliases", Set(&Text, 1)),
    required("current_release_date", MOMENT),
    optional("generator", Part(&GENERATOR)),
    required("id", Form(Id)),
    required("initial_release_date", MOMENT),
    required("revision_history", List(&Part(&REVISION), 1)),
    required("status", Enum(&["draft", "final", "interim"])),
    required("version", Form(Version)),
]);

const GENERATOR: Section = section(&[
    optional("date", MOMENT),
    required("engine", Part(&section(&[required("name", Text), optional("version", Text)]))),
]);

const REVISION: Section = section(&[
    required("date", MOMENT),
    optional("legacy_version", Text),
    required("number", Form(Version)),
    required("summary", Text),
]);

/// Section 3.1.1.
const ACKNOWLEDGMENTS: Shape = List(
    &Part(&one_of(&[
        optional("names", TEXTS),
        optional("organization", Text),
        optional("summary", Text),
        optional("urls", List(&URI, 1)),
    ])),
    1,
);

/// Section 3.1.5.
const NOTES: Shape = List(
    &Part(&section(&[
        optional("audience", Text),
        required(
            "category",
            Enum(&["description", "details", "faq", "general", "legal_disclaimer", "other", "summary"]),
        ),
        required("text", Text),
        optional("title", Text),
    ])),
    1,
);

/// Section 3.1.10.
const REFERENCES: Shape = List(
    &Part(&section(&[
        optional("category", Enum(&["external", "self"])),
        required("summary", Text),
        required("url", URI),
    ])),
    1,
);

/// Section 3.2.2.
const TREE: Section = one_of(&[
    optional("branches", Branches),
    optional("full_product_names", List(&Part(&PRODUCT), 1)),
    optional("product_groups", List(&Part(&GROUP), 1)),
    optional("relationships", List(&Part(&RELATIONSHIP), 1)),
]);

/// One of [`Shape::Branches`] (section 3.1.2): three properties, no more and no less.
pub(super) const BRANCH: Section = Section { properties: BRANCH_PROPERTIES, least: 3, most: 3 };

const BRANCH_PROPERTIES: &[Property] = &[
    optional("branches", Branches),
    required(
        "category",
        Enum(&[
            "architecture",
            "host_name",
            "language",
            "legacy",
            "patch_level",
            "product_family",
            "product_name",
            "product_version",
            "product_version_range",
            "service_pack",
            "specification",
            "vendor",
        ]),
    ),
    required("name", Text),
    optional("product", Part(&PRODUCT)),
];

/// Section 3.1.3.
const PRODUCT: Section = section(&[
    required("name", Text),
    required("product_id", Text),
    optional("product_identification_helper", Part(&HELPER)),
]);

/// Section 3.1.3.3.
const HELPER: Section = one_of(&[
    optional("cpe", Form(Cpe)),
    optional("hashes", List(&Part(&HASHES), 1)),
    optional("model_numbers", Set(&Text, 1)),
    optional("purl", Form(Purl)),
    optional("sbom_urls", List(&URI, 1)),
    optional("serial_numbers", Set(&Text, 1)),
    optional("skus", TEXTS),
    optional("x_generic_uris", List(&Part(&section(&[required("namespace", URI), required("uri", URI)])), 1)),
]);

const HASHES: Section = section(&[
    required("file_hashes", List(&Part(&section(&[required("algorithm", Text), required("value", Form(Digest))])), 1)),
    required("filename", Text),
]);

const GROUP: Section =
    section(&[required("group_id", Text), required("product_ids", Set(&Text, 2)), optional("summary", Text)]);

const RELATIONSHIP: Section = section(&[
    required(
        "category",
        Enum(&[
            "default_component_of",
            "external_component_of",
            "installed_on",
            "installed_with",
            "optional_component_of",
        ]),
    ),
    required("full_product_name", Part(&PRODUCT)),
    required("product_reference", Text),
    required("relates_to_product_reference", Text),
]);

/// Section 3.2.3.
const VULNERABILITY: Section = one_of(&[
    optional("acknowledgments", ACKNOWLEDGMENTS),
    optional("cve", Form(Cve)),
    optional("cwe", Part(&section(&[required("id", Form(Cwe)), required("name", Text)]))),
    optional("discovery_date", MOMENT),
    optional("flags", Set(&Part(&FLAG), 1)),
    optional("ids", Set(&Part(&section(&[required("system_name", Text), required("text", Text)])), 1)),
    optional("involvements", Set(&Part(&INVOLVEMENT), 1)),
    optional("notes", NOTES),
    optional("product_status", Part(&STATUS)),
    optional("references", REFERENCES),
    optional("release_date", MOMENT),
    optional("remediations", List(&Part(&REMEDIATION), 1)),
    optional("scores", List(&Part(&SCORE), 1)),
    optional("threats", List(&Part(&THREAT), 1)),
    optional("title", Text),
]);

/// Section 3.2.3.5.
const FLAG: Section = section(&[
    optional("date", MOMENT),
    optional("group_ids", IDS),
    required(
        "label",
        Enum(&[
            "component_not_present",
            "inline_mitigations_already_exist",
            "vulnerable_code_cannot_be_controlled_by_adversary",
            "vulnerable_code_not_in_execute_path",
            "vulnerable_code_not_present",
        ]),
    ),
    optional("product_ids", IDS),
]);

/// Section 3.2.3.7.
const INVOLVEMENT: Section = section(&[
    optional("date", MOMENT),
    required("party", Enum(&["coordinator", "discoverer", "other", "user", "vendor"])),
    required("status", Enum(&["completed", "contact_attempted", "disputed", "in_progress", "not_contacted", "open"])),
    optional("summary", Text),
]);

/// Section 3.2.3.9.
const STATUS: Section = one_of(&[
    optional("first_affected", IDS),
    optional("first_fixed", IDS),
    optional("fixed", IDS),
    optional("known_affected", IDS),
    optional("known_not_affected", IDS),
    optional("last_affected", IDS),
    optional("recommended", IDS),
    optional("under_investigation", IDS),
]);

/// Section 3.2.3.12.
const REMEDIATION: Section = section(&[
    required("category", Enum(&["mitigation", "no_fix_planned", "none_available", "vendor_fix", "workaround"])),
    optional("date", MOMENT),
    required("details", Text),
    optional("entitlements", TEXTS),
    optional("group_ids", IDS),
    optional("product_ids", IDS),
    optional("restart_required", Part(&RESTART)),
    optional("url", URI),
]);

const RESTART: Section = section(&[
    required(
        "category",
        Enum(&[
            "connected",
            "dependencies",
            "machine",
            "none",
            "parent",
            "service",
            "system",
            "vulnerable_component",
            "zone",
        ]),
    ),
    optional("details", Text),
]);

/// Section 3.2.3.13.
const SCORE: Section = Section {
    properties: &[optional("cvss_v2", Cvss), optional("cvss_v3", Cvss), required("products", IDS)],
    least: 2,
    most: usize::MAX,
};

/// Section 3.2.3.14.
const THREAT: Section = section(&[
    required("category", Enum(&["exploit_status", "impact", "target_set"])),
    optional("date", MOMENT),
    required("details", Text),
    optional("group_ids", IDS),
    optional("product_ids", IDS),
]);
