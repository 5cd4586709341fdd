//! Tests of the manifest: one content, one text.

use proptest::prelude::*;

use super::*;

fn sample() -> Manifest {
    let mut manifest = Manifest {
        campaign: CampaignId::from_bits(1),
        request: RequestId::from_bits(2),
        party: "isp-aozora".parse().unwrap(),
        measure: Measure::NotifyUser,
        class: DataClass::IdentificationByIp,
        kind: LetterKind::Notice,
        lines: 412,
        devices: 310,
        due: Day::from_civil(2026, 12, 6),
        policies: Digest::of(b"policies"),
        to: "abuse@isp-aozora.example".parse().unwrap(),
        further: Vec::new(),
        seal: "openpgp 0123".parse().unwrap(),
        payloads: Vec::new(),
    };
    manifest.add(Payload::of("lines.csv".parse().unwrap(), b"lines"));
    manifest.add(Payload::of("letter.txt".parse().unwrap(), b"letter"));
    manifest
}

#[test]
fn a_manifest_is_this_text() {
    expect_test::expect![[r#"
        renkei-manifest 1
        campaign: cmp-00000000000000000000000001
        class: identification-by-ip
        devices: 310
        due: 2026-12-06
        kind: notice
        lines: 412
        measure: notify-user
        party: isp-aozora
        policies: 5b3a02e57af9b55aae545b599baa6a6798a364d8d2798a38536249f77e30fe5f
        request: req-00000000000000000000000002
        seal: openpgp 0123
        to: abuse@isp-aozora.example
        payload letter.txt f80105efab6d863fd8fc243d269094469e2277e8f12e5a0a9f401e88494f7b4b 6
        payload lines.csv 5ea44c3961f16643e614435496b16115aa6d75458b5cc3fd5398aae291f3126b 5
    "#]]
    .assert_eq(&sample().to_string());
}

#[test]
fn the_keys_are_sorted() {
    let mut manifest = sample();
    manifest.kind = LetterKind::Withdrawal(LetterId::from_bits(9));
    let text = manifest.to_string();
    let keys: Vec<&str> = text.lines().skip(1).filter_map(|line| line.split_once(": ")).map(|(key, _)| key).collect();
    assert!(keys.is_sorted(), "{keys:?}");
}

#[test]
fn another_text_of_the_same_content_is_refused() {
    let text = sample().to_string();
    let error = |text: String| text.parse::<Manifest>().unwrap_err();
    assert_eq!(error(text.replace("manifest 1", "manifest 2")), ManifestError::Version);
    assert_eq!(error(text.replace("lines: 412", "lines: 0412")), ManifestError::Form);
    assert_eq!(error(text.replace('\n', "\r\n")), ManifestError::Version);
    assert_eq!(error(text.replace("lines: 412\n", "lines: 412\nlines: 413\n")), ManifestError::Form);
    assert_eq!(error(format!("{text}note: x\n")), ManifestError::Form);
    assert_eq!(error(text.replace("kind: notice", "kind: hint")), ManifestError::Key("kind"));
    assert_eq!(error(text.replace("kind: notice", "kind: correction")), ManifestError::Key("kind"));
    assert_eq!(error(text.replace("notify-user", "watch-user")), ManifestError::Key("measure"));
    assert!(matches!(error(text.replace("payload lines.csv", "payload ../x")), ManifestError::Payload(_)));
    assert_eq!(error(text.trim_end().to_string()), ManifestError::Form);
}

#[test]
fn names_that_could_leave_the_folder_or_the_line_are_refused() {
    for bad in ["", ".hidden", "../x", "a b", "a/b", "名前", &"x".repeat(101)] {
        assert!(bad.parse::<PayloadName>().is_err(), "{bad}");
    }
    for bad in ["", " x", "a\nto: b", "a\r", &"x".repeat(201)] {
        assert!(bad.parse::<OneLine>().is_err(), "{bad}");
    }
}

proptest! {
    #[test]
    fn what_is_written_comes_back(
        bits: (u128, u128), counts: (u64, u64), kind in 0u8..3, first: u128, due in prop::option::of(-10_000i32..100_000),
        measure in 0..Measure::ALL.len(), class in 0..DataClass::ALL.len(), digest: [u8; 32],
        to in "[!-~][ -~あ]{0,20}[!-~]", files in prop::collection::btree_map("[A-Za-z0-9_-][A-Za-z0-9._-]{0,10}", "[a-z]{0,9}", 0..5),
    ) {
        let first = LetterId::from_bits(first);
        let mut manifest = Manifest {
            campaign: CampaignId::from_bits(bits.0),
            request: RequestId::from_bits(bits.1),
            measure: Measure::ALL[measure],
            class: DataClass::ALL[class],
            kind: [LetterKind::Notice, LetterKind::Correction(first), LetterKind::Withdrawal(first)][usize::from(kind)],
            lines: counts.0,
            devices: counts.1,
            due: due.map(Day),
            policies: Digest(digest),
            to: to.parse().unwrap(),
            payloads: Vec::new(),
            ..sample()
        };
        files.iter().for_each(|(name, content)| manifest.add(Payload::of(name.parse().unwrap(), content.as_bytes())));
        let text = manifest.to_string();
        let back: Manifest = text.parse().unwrap();
        prop_assert_eq!(&back, &manifest);
        prop_assert_eq!(back.digest(), Digest::of(text.as_bytes()));
    }

    #[test]
    fn another_content_has_another_digest(lines: u64, more in 1u64..) {
        let mut manifest = Manifest { lines, ..sample() };
        let before = manifest.digest();
        manifest.lines = lines.wrapping_add(more);
        prop_assert_ne!(manifest.digest(), before);
    }
}

#[test]
fn further_addresses_are_approved_in_their_order() {
    let mut manifest = sample();
    let alone = manifest.digest();
    manifest.further = vec!["noc@isp-aozora.example".parse().unwrap(), "desk@isp-aozora.example".parse().unwrap()];
    let text = manifest.to_string();
    assert!(text.contains("\nto: abuse@isp-aozora.example\nto.2: noc@isp-aozora.example\nto.3: desk@"), "{text}");
    assert_eq!(text.parse::<Manifest>().unwrap(), manifest);
    assert_ne!(manifest.digest(), alone);
    // Another order is another approval, and a gap is no manifest.
    let turned = text.replace("to.2: noc", "to.2: xyz").replace("to.3: desk", "to.3: noc").replace("xyz", "desk");
    assert_ne!(turned.parse::<Manifest>().unwrap().digest(), manifest.digest());
    assert_eq!(text.replace("to.2", "to.4").parse::<Manifest>(), Err(ManifestError::Form));
}
