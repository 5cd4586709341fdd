//! The advisory that the tests write.

use renkei_core::time::{DAY, Moment};

use renkei_formats::csaf::*;
use renkei_formats::stix::marking::Tlp;

/// A moment in November 2026, so many days on.
pub fn day(days: i64) -> Moment {
    "2026-11-20T00:00:00Z".parse::<Moment>().map(|at| Moment(at.0 + days * DAY)).unwrap()
}

/// A note without title.
pub fn note(kind: NoteKind, text: &str) -> Note {
    Note { kind, text: text.to_owned(), title: None, audience: None }
}

/// A reference to somewhere else.
pub fn reference() -> Reference {
    Reference { summary: "告知".to_owned(), url: "https://vendor.example/a?b=c#d".to_owned(), is_self: false }
}

/// A product of a version.
pub fn product(id: &str, release: Release) -> Product {
    Product {
        id: id.to_owned(),
        vendor: Some("Example Works".to_owned()),
        name: "Router X".to_owned(),
        release,
        cpe: Some("cpe:2.3:h:example:router_x:1.0:*:*:*:*:*:*:*".to_owned()),
        purl: Some("pkg:generic/router-x@1.0".to_owned()),
    }
}

/// An advisory in which everything that can be written stands.
pub fn whole() -> Advisory {
    let one = "1.0.0".to_owned();
    let products = vec![
        product("P1", Release::Version(one.clone())),
        product("P2", Release::Range("vers:generic/<1.0.0".to_owned())),
        product("P3", Release::Any),
        Product { vendor: None, ..product("P4", Release::Any) },
    ];
    Advisory {
        profile: Profile::SecurityAdvisory,
        title: "ルータの脆弱性".to_owned(),
        language: Some("ja".to_owned()),
        source_language: Some("en".to_owned()),
        publisher: Publisher {
            kind: PublisherKind::Coordinator,
            name: "Renkei Office".to_owned(),
            namespace: "https://office.example".to_owned(),
            contact: Some("csirt@office.example".to_owned()),
            authority: Some("協定による".to_owned()),
        },
        tracking: Tracking {
            id: "RENKEI-2026:0001".to_owned(),
            status: Status::Final,
            revisions: vec![
                Revision { number: "1".to_owned(), at: day(0), summary: "初版".to_owned() },
                Revision { number: "2".to_owned(), at: day(1), summary: "対策を追加".to_owned() },
            ],
            aliases: vec!["R1".to_owned()],
            generator: Some(Generator {
                name: "renkei".to_owned(),
                version: Some("0.1.0".to_owned()),
                at: Some(day(1)),
            }),
        },
        tlp: Some(Tlp::Clear),
        distribution: Some("誰でも読める".to_owned()),
        severity: Some(Aggregate {
            text: "緊急".to_owned(),
            namespace: Some("https://office.example/severity".to_owned()),
        }),
        notes: vec![note(NoteKind::Summary, "要約"), note(NoteKind::LegalDisclaimer, "無保証")],
        references: vec![reference(), Reference { is_self: true, ..reference() }],
        acknowledgments: vec![Acknowledgment { organization: Some("Finders".to_owned()), ..Acknowledgment::default() }],
        products,
        vulnerabilities: vec![vulnerability()],
    }
}

fn vulnerability() -> Vulnerability {
    let to = |ids: &[&str]| ids.iter().map(|id| (*id).to_owned()).collect::<Vec<_>>();
    Vulnerability {
        cve: Some("CVE-2026-0001".to_owned()),
        ids: vec![("Example Works".to_owned(), "EW-1".to_owned())],
        title: Some("格納型 XSS".to_owned()),
        weakness: Some(Weakness {
            id: "CWE-79".to_owned(),
            name: "Improper Neutralization of Input During Web Page Generation ('Cross-site Scripting')".to_owned(),
        }),
        notes: vec![Note {
            title: Some("概要".to_owned()),
            audience: Some("all".to_owned()),
            ..note(NoteKind::Description, "説明")
        }],
        scores: vec![Score {
            vector: "CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N/E:F".parse().unwrap(),
            products: to(&["P1", "P2"]),
        }],
        status: vec![
            (ProductStatus::KnownAffected, "P1".to_owned()),
            (ProductStatus::KnownAffected, "P2".to_owned()),
            (ProductStatus::Fixed, "P3".to_owned()),
            (ProductStatus::Recommended, "P3".to_owned()),
            (ProductStatus::UnderInvestigation, "P4".to_owned()),
        ],
        remediations: vec![Remediation {
            kind: RemediationKind::VendorFix,
            details: "更新する".to_owned(),
            products: to(&["P1", "P2"]),
            at: Some(day(1)),
            url: Some("https://vendor.example/fix".to_owned()),
        }],
        threats: vec![Threat {
            kind: ThreatKind::ExploitStatus,
            details: "悪用あり".to_owned(),
            products: to(&["P1"]),
            at: None,
        }],
        references: vec![reference()],
        involvements: vec![Involvement {
            party: Party::Vendor,
            status: InvolvementStatus::Completed,
            summary: Some("修正した".to_owned()),
            at: Some(day(1)),
        }],
        acknowledgments: vec![Acknowledgment {
            names: to(&["A"]),
            urls: to(&["https://finder.example/"]),
            summary: Some("発見".to_owned()),
            organization: None,
        }],
        discovered: Some(day(-9)),
        released: Some(day(0)),
    }
}
