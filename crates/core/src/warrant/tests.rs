//! Forgeries that must be found, and every changed byte.

use alloc::string::{String, ToString as _};
use alloc::vec;
use alloc::vec::Vec;

use proptest::prelude::*;

use super::*;
use crate::ledger::Signer;
use crate::text::Bilingual;
use crate::time::{Day, Moment, SECOND, Validity};

const DOCUMENT: &[u8] = b"%PDF-1.7 fictional";

fn signer(name: &str, seed: u8) -> Signer {
    Signer::from_seed(name.parse().unwrap(), &[seed; 32])
}

fn aoba() -> Signer {
    signer("aoba-district-court.example/1", 1)
}

fn court(id: &str, signers: &[&Signer]) -> Court {
    let key = |signer: &&Signer| CourtKey { key: signer.public(), from: None, until: None, revoked: None };
    Court { id: id.parse().unwrap(), name: Bilingual::default(), keys: signers.iter().map(key).collect() }
}

fn register() -> Vec<Court> {
    let other = signer("midori-district-court.example/1", 2);
    vec![court("aoba-district-court", &[&aoba()]), court("midori-district-court", &[&other])]
}

fn statement() -> Statement {
    Statement {
        court: "aoba-district-court".parse().unwrap(),
        reference: "令和8年(る)第12号".parse().unwrap(),
        issued: day("2026-11-20"),
        validity: Validity { from: Some(moment("2026-11-20T00:00:00Z")), until: Some(moment("2026-11-27T00:00:00Z")) },
        media_type: "application/pdf".parse().unwrap(),
        document: Seen::of(DOCUMENT),
    }
}

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

fn moment(text: &str) -> Moment {
    text.parse().unwrap()
}

fn now() -> Moment {
    moment("2026-11-23T03:00:00Z")
}

fn found(signed: &SignedStatement, document: &[u8], courts: &[Court], at: Moment) -> Vec<Finding> {
    check(signed, Seen::of(document), courts, at).findings().to_vec()
}

#[test]
fn what_a_court_signed_is_authentic_and_comes_back_from_its_text() {
    let signed = statement().sign(&aoba());
    let read: SignedStatement = signed.to_string().parse().unwrap();
    assert_eq!(read, signed);
    let checked = check(&read, Seen::of(DOCUMENT), &register(), now());
    assert_eq!((checked.findings(), checked.outcome()), (&[][..], Outcome::Authentic));
    let lines: Vec<_> = signed.to_string().lines().map(String::from).collect();
    assert_eq!(lines[4..7], ["from 2026-11-20T00:00:00Z", "until 2026-11-27T00:00:00Z", "type application/pdf"]);
}

#[test]
fn each_of_ten_forgeries_is_found() {
    let good = statement().sign(&aoba());
    let of = |change: &dyn Fn(&mut Statement)| {
        let mut statement = statement();
        change(&mut statement);
        statement
    };
    let stranger = signer("aoba-district-court.example/1", 9);
    let midori = signer("midori-district-court.example/1", 2);
    let at = |signed: SignedStatement, document: &[u8]| found(&signed, document, &register(), now());
    // 1: signed by who is in no register, under the court's own key name.
    assert_eq!(at(statement().sign(&stranger), DOCUMENT), [Finding::KeyUnknown]);
    // 2: signed by another court of the register.
    assert_eq!(at(statement().sign(&midori), DOCUMENT), [Finding::KeyOfAnother]);
    // 3: a court that is not there.
    let nowhere = of(&|it| it.court = "shiroyama-district-court".parse().unwrap()).sign(&aoba());
    assert_eq!(at(nowhere, DOCUMENT), [Finding::NoCourt, Finding::KeyOfAnother]);
    // 4: another court's name put over it. 5: another number. 6: a longer time. 7: an earlier day.
    let forged = |change: &dyn Fn(&mut Statement)| SignedStatement { statement: of(change), ..good.clone() };
    let renamed = forged(&|it| it.court = "midori-district-court".parse().unwrap());
    assert_eq!(at(renamed, DOCUMENT), [Finding::KeyOfAnother, Finding::SignatureBad]);
    let renumbered = forged(&|it| it.reference = "令和8年(る)第13号".parse().unwrap());
    assert_eq!(at(renumbered, DOCUMENT), [Finding::SignatureBad]);
    assert_eq!(at(forged(&|it| it.validity.until = None), DOCUMENT), [Finding::SignatureBad]);
    assert_eq!(at(forged(&|it| it.issued = day("2026-11-19")), DOCUMENT), [Finding::SignatureBad]);
    // 8: another document. 9: one with bytes behind it.
    assert_eq!(at(good.clone(), b"%PDF-1.7 fictionaI"), [Finding::ChecksumDiffers]);
    let longer = [DOCUMENT, b"\nand the cellar"].concat();
    assert_eq!(at(good.clone(), &longer), [Finding::SizeDiffers, Finding::ChecksumDiffers]);
    // 10: another document whose digest was put into the statement.
    let swapped = forged(&|it| it.document = Seen::of(b"forged"));
    assert_eq!(at(swapped, b"forged"), [Finding::SignatureBad]);
    // And the signature of one warrant under another.
    let second = SignedStatement { signature: of(&|it| it.issued = day("2026-11-21")).sign(&aoba()).signature, ..good };
    assert_eq!(at(second, DOCUMENT), [Finding::SignatureBad]);
}

#[test]
fn time_and_keys_that_end_are_told_apart() {
    let signed = statement().sign(&aoba());
    let (until, early) = (moment("2026-11-27T00:00:00Z"), moment("2026-11-19T23:59:59Z"));
    let at = |at| {
        let checked = check(&signed, Seen::of(DOCUMENT), &register(), at);
        (checked.findings().to_vec(), checked.outcome())
    };
    assert_eq!(at(early), (vec![Finding::NotYetValid], Outcome::NotInForce));
    assert_eq!(at(Moment(until.0 - 1)).1, Outcome::Authentic);
    assert_eq!(at(until), (vec![Finding::Expired], Outcome::NotInForce));
    let with = |change: &dyn Fn(&mut CourtKey)| {
        let mut courts = register();
        change(&mut courts[0].keys[0]);
        check(&signed, Seen::of(DOCUMENT), &courts, now())
    };
    // The day of issue decides which key could sign; from the first day on, not from the last.
    for (from, end, fits) in
        [("2026-11-20", "2026-11-21", true), ("2026-11-21", "2026-12-01", false), ("2026-01-01", "2026-11-20", false)]
    {
        let checked = with(&|key| (key.from, key.until) = (Some(day(from)), Some(day(end))));
        assert_eq!(checked.findings().is_empty(), fits, "{from}–{end}");
        assert!(fits || checked.findings() == [Finding::KeyNotInForce], "{from}–{end}");
    }
    // A key that was taken back vouches for nothing, whenever it signed.
    let revoked = with(&|key| key.revoked = Some(day("2026-11-25")));
    assert_eq!((revoked.findings(), revoked.outcome()), (&[Finding::KeyRevoked][..], Outcome::NotAuthentic));
    // Everything is said at once.
    let mut courts = register();
    courts[0].keys[0] =
        CourtKey { until: Some(day("2026-01-01")), revoked: Some(day("2026-01-02")), ..courts[0].keys[0].clone() };
    let mut changed = signed.clone();
    changed.statement.reference = "x".parse().unwrap();
    let all = found(&changed, b"", &courts, until);
    assert_eq!(
        all,
        [
            Finding::KeyRevoked,
            Finding::KeyNotInForce,
            Finding::SignatureBad,
            Finding::SizeDiffers,
            Finding::ChecksumDiffers,
            Finding::Expired
        ]
    );
    assert_eq!(found(&signed, DOCUMENT, &[], now()), [Finding::NoCourt, Finding::KeyUnknown]);
}

#[test]
fn every_changed_byte_is_found() {
    let text = statement().sign(&aoba()).to_string();
    for at in 0..text.len() {
        for bit in [1, 2, 0x20, 0x80] {
            let mut bytes = text.clone().into_bytes();
            bytes[at] ^= bit;
            let Ok(changed) = String::from_utf8(bytes) else { continue };
            if let Ok(signed) = changed.parse::<SignedStatement>() {
                assert_eq!(signed.to_string(), changed, "byte {at}");
                assert!(!found(&signed, DOCUMENT, &register(), now()).is_empty(), "byte {at} of {changed}");
            }
        }
    }
    for cut in 0..text.len() {
        assert!(text.get(..cut).is_none_or(|text| text.parse::<SignedStatement>().is_err()), "{cut}");
    }
}

#[test]
fn no_second_form_is_read() {
    let text = statement().sign(&aoba()).to_string();
    for (from, to) in [
        ("2026-11-20\n", "2026-11-20 \n"),
        ("issued 2026", "issued +2026"),
        ("00:00:00Z\n", "00:00:00.0Z\n"),
        ("00:00:00Z\n", "00:00:00+00:00\n"),
        ("size 18", "size 018"),
        ("size 18", "size +18"),
        ("application/pdf", "Application/PDF"),
        ("reference ", "reference  "),
        ("\n\n", "\n\n\n"),
        ("renkei warrant v1", "renkei warrant v2"),
        ("type ", "kind "),
    ] {
        let changed = text.replacen(from, to, 1);
        assert_ne!(changed, text, "{from}");
        assert!(changed.parse::<SignedStatement>().is_err(), "{changed}");
    }
    let line = text.lines().next_back().unwrap();
    for more in [line, "— x AAAA", "", " "] {
        assert!(alloc::format!("{text}{more}\n").parse::<SignedStatement>().is_err(), "{more}");
    }
    assert!(text.trim_end().parse::<SignedStatement>().is_err());
    assert!(text.replace('\n', "\r\n").parse::<SignedStatement>().is_err());
    for bad in ["", " x", "x ", "a\nb", "a\u{202e}b", &"x".repeat(201)] {
        assert!(bad.parse::<Reference>().is_err(), "{bad}");
    }
    for bad in ["", "pdf", "/", "a/", "/b", "a/b/c", "a/b;c=d", "A/b", "a /b"] {
        assert!(bad.parse::<MediaType>().is_err(), "{bad}");
    }
}

fn statements() -> impl Strategy<Value = Statement> {
    let moments = || prop::option::of((0i64..4_000_000_000).prop_map(|seconds| Moment(seconds * SECOND)));
    let all = ("[a-z][a-z0-9-]{0,20}[a-z]", "[!-~あ-ん一-龠]{1,40}", 0i32..40_000, (moments(), moments()));
    (all, "[a-z]{1,9}/[a-z0-9.+-]{0,9}[a-z]", any::<(u64, [u8; 32])>()).prop_map(
        |((court, reference, issued, (from, until)), media_type, (size, digest))| Statement {
            court: court.parse().unwrap(),
            reference: reference.parse().unwrap(),
            issued: Day(issued),
            validity: Validity { from, until },
            media_type: media_type.trim_start_matches(['.', '+', '-']).parse().unwrap_or("a/b".parse().unwrap()),
            document: Seen { size, digest: crate::id::Digest(digest) },
        },
    )
}

proptest! {
    /// Whatever a court states is read as it was written, and signed for that alone.
    #[test]
    fn what_is_written_is_read(statement in statements(), seed in 1u8..200) {
        let signer = signer("court.example/1", seed);
        let signed = statement.clone().sign(&signer);
        let read: SignedStatement = signed.to_string().parse().unwrap();
        prop_assert_eq!(&read, &signed);
        prop_assert!(read.is_signed_by(&signer.public()));
        let courts = [court(statement.court.as_str(), &[&signer])];
        let checked = check(&read, statement.document, &courts, Moment(0));
        prop_assert!(checked.findings().iter().all(|finding| finding.is_of_time()));
    }

    /// No text makes the reader fall, and what is read has one form.
    #[test]
    fn there_is_one_form_of_each_statement(text in "\\PC{0,200}", at in 0usize..400, with in any::<char>()) {
        let _ = text.parse::<SignedStatement>();
        let mut changed: Vec<char> = statement().sign(&aoba()).to_string().chars().collect();
        let Some(slot) = changed.get_mut(at) else { return Ok(()) };
        let same = *slot == with;
        *slot = with;
        let changed: String = changed.into_iter().collect();
        if let Ok(signed) = changed.parse::<SignedStatement>() {
            prop_assert_eq!(signed.to_string(), changed);
            prop_assert!(same || !found(&signed, DOCUMENT, &register(), now()).is_empty());
        }
    }
}

#[test]
fn fingerprints_are_of_the_key() {
    let [aoba, midori] = [&register()[0].keys[0], &register()[1].keys[0]].map(CourtKey::fingerprint);
    assert_eq!((aoba.len(), aoba.split(' ').count()), (39, 8));
    assert_ne!(aoba, midori);
}
