//! The public folder.

use sha2::{Digest as _, Sha256};

use crate::csaf::sample::{day, whole};
use renkei_formats::csaf::*;
use renkei_formats::stix::marking::Tlp;

fn provider() -> Provider {
    Provider {
        url: "https://office.example/.well-known/csaf/provider-metadata.json".to_owned(),
        publisher: whole().publisher,
        is_listed: true,
        is_mirrored: false,
        keys: vec![Key { fingerprint: "0".repeat(40), url: "https://office.example/key.asc".to_owned() }],
        updated: day(3),
    }
}

fn document(id: &str, days: i64) -> Document {
    let mut advisory = whole();
    advisory.tracking.id = id.to_owned();
    advisory.tracking.revisions.truncate(1);
    advisory.tracking.revisions[0].at = day(days);
    advisory.document().unwrap()
}

#[test]
fn a_folder_is_laid_out() {
    let all = [document("B", 0), document("A", 50), document("C", 1)];
    let files = provider().files(&all).unwrap();
    let text = |path: &str| {
        let file = files.iter().find(|file| file.path == path).unwrap_or_else(|| panic!("no {path}"));
        std::str::from_utf8(&file.bytes).unwrap()
    };
    assert_eq!(files.len(), 3 + 3 * 3);
    assert!(files.is_sorted_by(|one, other| one.path < other.path));
    assert_eq!(text("white/index.txt"), "2026/b.json\n2026/c.json\n2027/a.json\n");
    let changes = "\"2027/a.json\",\"2027-01-09T00:00:00Z\"\n\"2026/c.json\",\"2026-11-21T00:00:00Z\"\n\"2026/b.json\",\"2026-11-20T00:00:00Z\"\n";
    assert_eq!(text("white/changes.csv"), changes);
    let written = text("white/2026/b.json");
    assert_eq!(Document::read(written.as_bytes(), 1 << 20).unwrap(), all[0]);
    let digest: String = Sha256::digest(written.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(text("white/2026/b.json.sha256"), format!("{digest}  b.json\n"));
    assert_eq!(text("white/2026/b.json.sha512").split("  ").next().unwrap().len(), 128);
    let metadata = text("provider-metadata.json");
    for line in [
        r#""directory_url": "https://office.example/.well-known/csaf/white/""#,
        r#""metadata_version": "2.0""#,
        r#""role": "csaf_provider""#,
        r#""mirror_on_CSAF_aggregators": false"#,
        r#""last_updated": "2026-11-23T00:00:00Z""#,
    ] {
        assert!(metadata.contains(line), "{line} is not in {metadata}");
    }
    assert_eq!(provider().security_txt(), "CSAF: https://office.example/.well-known/csaf/provider-metadata.json\n");
}

#[test]
fn what_is_not_for_everybody_stays_out() {
    let of = |advisory: Advisory| provider().files(&[advisory.document().unwrap()]).unwrap_err();
    let name = "renkei-2026_0001.json".to_owned();
    for tlp in [None, Some(Tlp::Green), Some(Tlp::Amber), Some(Tlp::Red)] {
        assert_eq!(of(Advisory { tlp, ..whole() }), LayoutError::NotPublic(name.clone()));
    }
    let twice = [document("a b", 0), document("a_b", 1)];
    assert_eq!(provider().files(&twice), Err(LayoutError::Twice("2026/a_b.json".to_owned())));
    let text = document("A", 0).write().replace("\"2.0\"", "\"2.1\"");
    let other = Document::read(text.as_bytes(), 1 << 20).unwrap();
    let unsound = LayoutError::Unsound { id: "a.json".to_owned(), code: Code::OtherVersion };
    assert_eq!(provider().files(&[other]), Err(unsound));
    for url in [
        "http://office.example/provider-metadata.json",
        "https://office.example/x.json",
        "https://office.example/a b/provider-metadata.json",
    ] {
        assert!(matches!(Provider { url: url.to_owned(), ..provider() }.files(&[]), Err(LayoutError::Url(_))), "{url}");
    }
    let keys = vec![Key { fingerprint: "x".to_owned(), url: "https://office.example/".to_owned() }];
    assert_eq!(Provider { keys, ..provider() }.files(&[]), Err(LayoutError::Provider("key")));
}
