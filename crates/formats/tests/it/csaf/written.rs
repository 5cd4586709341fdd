//! What is written is sound, says what was given, and refuses what it cannot say.

use proptest::prelude::*;

use crate::csaf::sample::{day, note, product, reference, whole};
use renkei_formats::csaf::*;
use renkei_formats::stix::marking::Tlp;

fn refused(advisory: &Advisory) -> Vec<(String, &'static str)> {
    match advisory.document() {
        Err(Refusal::Unsound(found)) => found.into_iter().map(|one| (one.place, one.code.as_str())).collect(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn everything_is_written_and_comes_back() {
    let document = whole().document().unwrap();
    assert_eq!(document.check(), []);
    let read = Document::read(document.write().as_bytes(), 1 << 20).unwrap();
    assert_eq!(read, document);
    assert_eq!((read.id(), read.version(), read.status()), (Some("RENKEI-2026:0001"), Some("2"), Some("final")));
    assert_eq!((read.category(), read.title()), (Some("csaf_security_advisory"), Some("ルータの脆弱性")));
    assert_eq!((read.initial_release(), read.current_release()), (Some(day(0)), Some(day(1))));
    assert_eq!((read.tlp(), read.file_name().as_deref()), (Some(Tlp::Clear), Some("renkei-2026_0001.json")));
    let tree = read.tree().select("product_tree.branches.[0].branches.[0].branches.[1].product.name").unwrap();
    assert_eq!(tree.as_text(), Some("Example Works Router X vers:generic/<1.0.0"));
    let score = read.tree().select("vulnerabilities.[0].scores.[0].cvss_v3").unwrap();
    let text = renkei_formats::tree::write(score);
    assert!(text.contains("\"baseScore\":6.1,\"baseSeverity\":\"MEDIUM\""), "{text}");
}

#[test]
fn labels_are_those_of_tlp_one() {
    for (tlp, label) in [(Tlp::Clear, "WHITE"), (Tlp::Green, "GREEN"), (Tlp::Amber, "AMBER"), (Tlp::Red, "RED")] {
        let document = Advisory { tlp: Some(tlp), ..whole() }.document().unwrap();
        let found = document.tree().select("document.distribution.tlp.label").unwrap();
        assert_eq!((found.as_text(), document.tlp()), (Some(label), Some(tlp)));
    }
    assert_eq!(Advisory { tlp: Some(Tlp::AmberStrict), ..whole() }.document(), Err(Refusal::AmberStrict));
    let bare = Advisory { tlp: None, distribution: None, ..whole() }.document().unwrap();
    assert!(bare.tree().select("document.distribution").is_none() && bare.tlp().is_none());
}

#[test]
fn what_does_not_fit_is_refused_with_its_place() {
    let mut advisory = whole();
    advisory.vulnerabilities[0].status.push((ProductStatus::Fixed, "P9".to_owned()));
    assert_eq!(refused(&advisory), [("/vulnerabilities/0/product_status/fixed/1".to_owned(), "R118")]);
    let informing = Advisory { profile: Profile::InformationalAdvisory, ..whole() };
    assert_eq!(refused(&informing), [("/vulnerabilities".to_owned(), "R136")]);
    let mut translated = Advisory { source_language: None, ..whole() };
    translated.publisher.kind = PublisherKind::Translator;
    assert_eq!(refused(&translated), [("/document/source_lang".to_owned(), "R133")]);
    let mut draft = whole();
    draft.tracking.revisions[0].number = "0".to_owned();
    assert_eq!(refused(&draft)[0].1, "R132");
    let mut empty = whole();
    empty.tracking.revisions.clear();
    assert!(refused(&empty).contains(&("/document/tracking/version".to_owned(), "R111")));
    let bad = Advisory { references: vec![Reference { url: "例".to_owned(), ..reference() }], ..whole() };
    assert_eq!(refused(&bad), [("/document/references/0/url".to_owned(), "R114")]);
}

#[test]
fn file_names_stay_in_their_folder() {
    for (id, name) in [
        ("Example Company - 2019-YH3234", "example_company_-_2019-yh3234.json"),
        ("RHBA-2019:0024", "rhba-2019_0024.json"),
        ("2022 #01-A", "2022_01-a.json"),
        ("../../etc/passwd", "_etc_passwd.json"),
        ("a__b", "a_b.json"),
        ("連携1+", "_1+.json"),
        ("", ".json"),
    ] {
        assert_eq!(file_name(id), name);
    }
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof!["[ -~ぁ-ん\n\t\u{0}\u{2028}]{1,12}", Just("𠮷".to_owned()), Just("\u{FEFF}".to_owned())]
}

/// Every part of the base vector, and some of the rest.
pub fn vector() -> impl Strategy<Value = Cvss31> {
    let of = |name: &'static str, values: &'static str| {
        prop::sample::select(values.chars().collect::<Vec<_>>()).prop_map(move |value| format!("/{name}:{value}"))
    };
    let base = [
        ("AV", "NALP"),
        ("AC", "LH"),
        ("PR", "NLH"),
        ("UI", "NR"),
        ("S", "UC"),
        ("C", "NLH"),
        ("I", "NLH"),
        ("A", "NLH"),
    ];
    let more = [
        ("E", "XUPFH"),
        ("RL", "XOTWU"),
        ("RC", "XURC"),
        ("CR", "XLMH"),
        ("MAV", "XNALP"),
        ("MS", "XUC"),
        ("MPR", "XNLH"),
        ("MC", "XNLH"),
    ];
    let base: Vec<_> = base.into_iter().map(|(name, values)| of(name, values)).collect();
    let more: Vec<_> = more.into_iter().map(|(name, values)| prop::option::of(of(name, values))).collect();
    (base, more).prop_map(|(base, more)| {
        let rest: String = base.into_iter().chain(more.into_iter().flatten()).collect();
        format!("CVSS:3.1{rest}").parse().unwrap()
    })
}

/// Advisories of any profile with any number of products and vulnerabilities.
pub fn advisories() -> impl Strategy<Value = Advisory> {
    let release = prop_oneof![
        Just(Release::Any),
        "[0-9]\\.[0-9]".prop_map(Release::Version),
        "vers:generic/[<>]=?[0-9]".prop_map(Release::Range)
    ];
    let one = (prop::option::of(text()), text(), release).prop_map(|(vendor, name, release)| (vendor, name, release));
    let scored = prop::collection::vec(
        (vector(), prop::collection::vec(prop::sample::select(ProductStatus::ALL), 1..5), text()),
        1..4,
    );
    let profile = prop::sample::select(Profile::ALL);
    let tlp = prop::option::of(prop::sample::select(&[Tlp::Clear, Tlp::Green, Tlp::Amber, Tlp::Red][..]));
    let status = prop::sample::select(Status::ALL);
    (profile, text(), tlp, status, 1..5u8, prop::collection::vec(one, 1..6), scored).prop_map(
        |(profile, words, tlp, status, revisions, products, scored)| {
            let products: Vec<Product> = (0..)
                .zip(products)
                .map(|(place, (vendor, name, release)): (usize, _)| Product {
                    vendor,
                    name,
                    ..product(&format!("P{place}"), release)
                })
                .collect();
            let mut advisory = Advisory { profile, title: words.clone(), tlp, ..whole() };
            advisory.notes.push(note(NoteKind::Description, &words));
            advisory.tracking.status = status;
            advisory.tracking.revisions = (1..=revisions)
                .map(|number| Revision {
                    number: number.to_string(),
                    at: day(i64::from(number)),
                    summary: words.clone(),
                })
                .collect();
            advisory.vulnerabilities.truncate(usize::from(profile != Profile::InformationalAdvisory));
            if let Some(sample) = advisory.vulnerabilities.pop() {
                advisory.vulnerabilities = (0..)
                    .zip(scored)
                    .map(|(place, (vector, statuses, words))| {
                        one_of(place, vector, &statuses, words, &products, &sample)
                    })
                    .collect();
            }
            Advisory { products, ..advisory }
        },
    )
}

fn one_of(
    place: usize,
    vector: Cvss31,
    statuses: &[ProductStatus],
    words: String,
    products: &[Product],
    sample: &Vulnerability,
) -> Vulnerability {
    let ids = || products.iter().map(|one| one.id.clone());
    let status: Vec<_> = statuses.iter().cycle().copied().zip(ids()).collect();
    let remediations =
        vec![Remediation { products: ids().collect(), details: words.clone(), ..sample.remediations[0].clone() }];
    Vulnerability {
        cve: Some(format!("CVE-2026-{place:04}")),
        notes: vec![note(NoteKind::Details, &words)],
        scores: vec![Score { vector, products: ids().collect() }],
        status,
        remediations,
        threats: vec![Threat { products: vec![], details: words, ..sample.threats[0].clone() }],
        ..sample.clone()
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn what_fits_is_written_soundly(advisory in advisories()) {
        let document = advisory.document().unwrap();
        prop_assert_eq!(document.check(), vec![]);
        let read = Document::read(document.write().as_bytes(), 1 << 20).unwrap();
        prop_assert_eq!(read, document);
    }
}
