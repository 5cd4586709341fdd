//! What the standard wants of several properties together, with the section that says it.

/// A rule about properties of one object.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Rule {
    /// The second moment is not before the first.
    NotBefore(&'static str, &'static str),
    /// The second moment is later than the first.
    After(&'static str, &'static str),
    /// One of them at least is there.
    OneOf(&'static [&'static str]),
    /// They are not there both.
    NotBoth(&'static str, &'static str),
    /// Where the first is, the second is too.
    Needs(&'static str, &'static str),
    /// Where the flag is true, the property is there.
    IfTrue(&'static str, &'static str),
    /// Where the flag has this value, the property is not there.
    NotIf(&'static str, bool, &'static str),
    /// One of its own properties at least is there.
    Any,
}

use Rule::*;

/// The rules of a kind or of an object inside an object.
pub(crate) fn rules(name: &str) -> impl Iterator<Item = Rule> {
    let own = RULES.iter().filter(move |(kinds, _, _)| kinds.contains(&name));
    own.flat_map(|(_, _, rules)| rules.iter().copied())
}

/// Whom they concern, where they stand, and what they are.
const RULES: &[(&[&str], &str, &[Rule])] = &[
    (&["external-reference"], "2.5", &[OneOf(&["description", "url", "external_id"])]),
    (&["granular-marking"], "7.2.3", &[OneOf(&["lang", "marking_ref"]), NotBoth("lang", "marking_ref")]),
    (
        &["campaign", "infrastructure", "intrusion-set", "malware", "threat-actor", "sighting"],
        "4.2, 4.8, 4.9, 4.11, 4.17, 5.2",
        &[NotBefore("first_seen", "last_seen")],
    ),
    (&["indicator"], "4.7", &[After("valid_from", "valid_until")]),
    (
        &["location"],
        "4.10",
        &[
            OneOf(&["region", "country", "latitude"]),
            Needs("latitude", "longitude"),
            Needs("longitude", "latitude"),
            Needs("precision", "latitude"),
        ],
    ),
    (&["malware"], "4.11", &[IfTrue("is_family", "name")]),
    (&["malware-analysis"], "4.12", &[OneOf(&["result", "analysis_sco_refs"])]),
    (
        &["observed-data"],
        "4.14",
        &[
            NotBefore("first_observed", "last_observed"),
            OneOf(&["objects", "object_refs"]),
            NotBoth("objects", "object_refs"),
        ],
    ),
    (&["relationship"], "5.1", &[After("start_time", "stop_time")]),
    (
        &["artifact"],
        "6.1",
        &[
            OneOf(&["payload_bin", "url"]),
            NotBoth("payload_bin", "url"),
            Needs("url", "hashes"),
            Needs("decryption_key", "encryption_algorithm"),
        ],
    ),
    (&["email-message"], "6.6", &[NotIf("is_multipart", true, "body"), NotIf("is_multipart", false, "body_multipart")]),
    (&["file"], "6.7", &[OneOf(&["hashes", "name"])]),
    (
        &["network-traffic"],
        "6.12",
        &[OneOf(&["src_ref", "dst_ref"]), NotBefore("start", "end"), NotIf("is_active", true, "end")],
    ),
    (&["process", "user-account", "windows-registry-key", "x509-certificate"], "6.13, 6.16, 6.17, 6.18", &[Any]),
    (&["marking-definition"], "7.2.1", &[OneOf(&["definition", "extensions"]), Needs("definition", "definition_type")]),
];
