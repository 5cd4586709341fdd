//! Sealed files, opened by GnuPG, by age and by gzip.

use std::fs;
use std::path::Path;
use std::process::Command;

use pgp::composed::{Deserializable as _, Message, SignedPublicKey, SignedSecretKey};
use proptest::prelude::*;
use renkei_core::party::Seal;
use renkei_core::time::Moment;
use renkei_post::pack::{Attachment, PackError, Plain, Shape, pack, share_out};
use renkei_post::quarantine::OfficeIdentity;
use renkei_post::seal::{KeyError, Recipient};
use tempfile::TempDir;

use crate::{NOW, run};

/// A GnuPG home of its own, with its agent ended at the end.
struct Gpg(TempDir);

impl Gpg {
    fn new() -> Self {
        Self(tempfile::Builder::new().prefix("gpg").tempdir().unwrap())
    }

    fn command(&self) -> Command {
        let mut command = Command::new("gpg");
        command.env("GNUPGHOME", self.0.path()).args([
            "--batch",
            "--quiet",
            "--pinentry-mode",
            "loopback",
            "--passphrase",
            "",
        ]);
        // Keys are made on a day before the letters, whatever the clock of this machine says.
        command.args(["--faked-system-time", "20260101T000000!"]);
        command
    }

    fn make(&self, algorithm: &str, usage: &str, expires: &str) -> String {
        run(self.command().args(["--quick-gen-key", "desk <desk@isp.example>", algorithm, usage, expires]), b"");
        String::from_utf8(run(self.command().args(["--armor", "--export"]), b"")).unwrap()
    }

    fn open(&self, sealed: &[u8]) -> Vec<u8> {
        run(self.command().arg("--decrypt"), sealed)
    }
}

impl Drop for Gpg {
    fn drop(&mut self) {
        Command::new("gpgconf").env("GNUPGHOME", self.0.path()).args(["--kill", "all"]).status().ok();
    }
}

fn check(armored: &str) -> Result<Recipient, KeyError> {
    Recipient::check(&Seal::OpenPgp(armored.to_string()), NOW)
}

fn gunzip(bytes: &[u8]) -> Vec<u8> {
    run(Command::new("gzip").arg("-dc"), bytes)
}

#[test]
fn gnupg_opens_what_was_sealed_to_its_keys() {
    for (algorithm, usage) in [("default", "default"), ("rsa2048", "sign,encrypt")] {
        let gpg = Gpg::new();
        let recipient = check(&gpg.make(algorithm, usage, "2y")).unwrap();
        let plain = "line,status\r\n観測,\r\n".repeat(5000).into_bytes();
        let sealed = recipient.seal(&plain).unwrap();
        assert_ne!(sealed, recipient.seal(&plain).unwrap());
        assert_eq!(gpg.open(&sealed), plain, "{algorithm}");
        assert!(recipient.to_string().starts_with("openpgp "));
    }
}

#[test]
fn keys_that_cannot_be_used_are_refused_by_name() {
    let gpg = Gpg::new();
    let armored = gpg.make("default", "default", "30d");
    assert!(
        matches!(check(&armored), Err(KeyError::Expired { expired, .. }) if expired.to_string() == "2026-01-31T00:00:00Z")
    );
    let recipient = |at| Recipient::check(&Seal::OpenPgp(armored.clone()), Moment(at));
    assert!(recipient(1_768_000_000_000_000).is_ok());
    assert!(matches!(recipient(1_000_000_000_000_000), Err(KeyError::NotYet { .. })));

    let gpg = Gpg::new();
    assert!(matches!(check(&gpg.make("ed25519", "sign", "2y")), Err(KeyError::NoEncryptionKey { .. })));

    let gpg = Gpg::new();
    assert!(matches!(check(&gpg.make("rsa1024", "sign,encrypt", "2y")), Err(KeyError::NoEncryptionKey { .. })));

    let secret = String::from_utf8(run(gpg.command().args(["--armor", "--export-secret-keys"]), b"")).unwrap();
    assert_eq!(check(&secret).unwrap_err(), KeyError::Private);
    assert!(matches!(
        check("-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nAAAA\n-----END PGP PUBLIC KEY BLOCK-----\n"),
        Err(KeyError::NotOpenPgp(_))
    ));
    assert!(matches!(check("hello"), Err(KeyError::NotOpenPgp(_))));
}

#[test]
fn a_revoked_key_is_refused() {
    let gpg = Gpg::new();
    gpg.make("default", "default", "2y");
    let folder = gpg.0.path().join("openpgp-revocs.d");
    let revocation = fs::read_dir(folder).unwrap().next().unwrap().unwrap().path();
    let text = fs::read_to_string(revocation).unwrap().replace(":-----BEGIN", "-----BEGIN");
    run(gpg.command().arg("--import"), text.as_bytes());
    let armored = String::from_utf8(run(gpg.command().args(["--armor", "--export"]), b"")).unwrap();
    assert!(matches!(check(&armored), Err(KeyError::Revoked { .. })));
}

/// The key of RFC 9580, annex A.4 (version 6, takes AEAD).
#[test]
fn a_version_6_key_gets_aead() {
    let armored =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/rfc9580-annex-a4.asc")).unwrap();
    assert_eq!(check(&armored).unwrap_err(), KeyError::Private);
    let (secret, _) = SignedSecretKey::from_armor_single(armored.as_bytes()).unwrap();
    let public = SignedPublicKey::from(secret.clone()).to_armored_string(None.into()).unwrap();
    let sealed = check(&public).unwrap().seal(b"plain").unwrap();
    let mut opened = Message::from_bytes(sealed.as_slice()).unwrap().decrypt(&"".into(), &secret).unwrap();
    assert_eq!(opened.as_data_vec().unwrap(), b"plain");
}

#[test]
fn age_opens_what_was_sealed_to_its_keys() {
    let folder = tempfile::tempdir().unwrap();
    let identity = folder.path().join("identity.txt");
    run(Command::new("age-keygen").arg("-o").arg(&identity), b"");
    let text = fs::read_to_string(&identity).unwrap();
    let public = text.lines().find_map(|line| line.strip_prefix("# public key: ")).unwrap();
    let recipient = Recipient::check(&Seal::Age(public.to_string()), NOW).unwrap();
    let plain = vec![b'x'; 200_000];
    let sealed = recipient.seal(&plain).unwrap();
    assert_eq!(run(Command::new("age").arg("-d").arg("-i").arg(&identity), &sealed), plain);
    assert_eq!(OfficeIdentity::read(&text).unwrap().open(&sealed).unwrap().as_slice(), plain);
    assert_eq!(recipient.to_string(), format!("age {public}"));
    let check = |text: &str| Recipient::check(&Seal::Age(text.to_string()), NOW).unwrap_err();
    assert!(matches!(check("age1nothing"), KeyError::NotAge(_)));
    assert_eq!(check(text.lines().last().unwrap()), KeyError::Private);
}

#[test]
fn the_offices_own_identity_file_is_one_that_age_reads() {
    let folder = tempfile::tempdir().unwrap();
    let office = OfficeIdentity::generate();
    let path = folder.path().join("identity.txt");
    fs::write(&path, office.file_text().as_bytes()).unwrap();
    let sealed = office.recipient().seal(b"raw line").unwrap();
    assert_eq!(run(Command::new("age").arg("-d").arg("-i").arg(&path), &sealed), b"raw line");
}

fn sheet(rows: usize) -> Vec<u8> {
    let rows = (0..rows).map(|row| format!("{:032x},\"two\r\nlines, \"\"quoted\"\"\",{}\r\n", row * 7919, row));
    std::iter::once("line,note,number\r\n".to_string()).chain(rows).collect::<String>().into_bytes()
}

/// Opens parts and joins them: the header of each is the same and is taken once.
fn joined(parts: &[Attachment], header: &str) -> Vec<u8> {
    let mut whole = header.as_bytes().to_vec();
    for part in parts {
        let bytes = gunzip(&part.bytes);
        whole.extend_from_slice(bytes.strip_prefix(header.as_bytes()).unwrap());
    }
    whole
}

#[test]
fn a_large_sheet_is_cut_between_records_and_joins_again() {
    let bytes = sheet(4000);
    let plain = Plain::new("lines.csv", Shape::Sheet, bytes.clone());
    let parts = pack(&plain, &Recipient::Clear, 12_000).unwrap();
    assert!(parts.len() > 2 && parts.iter().all(|part| part.bytes.len() <= 12_000));
    assert_eq!(parts[0].name, format!("lines.1of{}.csv.gz", parts.len()));
    assert_eq!(joined(&parts, "line,note,number\r\n"), bytes);
    assert_eq!(pack(&plain, &Recipient::Clear, 12_000).unwrap(), parts);
    let whole = pack(&plain, &Recipient::Clear, 10_000_000).unwrap();
    assert_eq!((whole.len(), whole[0].name.as_str()), (1, "lines.csv.gz"));
    assert_eq!(gunzip(&whole[0].bytes), bytes);
}

#[test]
fn sealed_parts_keep_to_the_limit() {
    let office = OfficeIdentity::generate();
    let recipient = Recipient::Age(office.recipient());
    let plain = Plain::new("reports.xarf.jsonl", Shape::Lines, sheet(4000));
    let parts = pack(&plain, &recipient, 16_000).unwrap();
    assert!(parts.len() > 1 && parts.iter().all(|part| part.bytes.len() <= 16_000));
    assert!(parts[0].name.ends_with(".jsonl.gz.age"), "{}", parts[0].name);
    let opened: Vec<u8> = parts.iter().flat_map(|part| gunzip(&office.open(&part.bytes).unwrap())).collect();
    assert_eq!(opened, sheet(4000));
}

#[test]
fn what_cannot_be_cut_is_an_error() {
    let mut state = 88_172_645_463_325_252u64;
    let mut xorshift = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state as u8
    };
    let noise: Vec<u8> = (0..50_000).map(|_| xorshift()).collect();
    let plain = Plain::new("note.pdf", Shape::Whole, noise);
    assert!(matches!(pack(&plain, &Recipient::Clear, 10_000), Err(PackError::TooLarge { limit: 10_000, .. })));
    assert!(matches!(pack(&plain, &Recipient::Clear, 100), Err(PackError::TooLarge { .. })));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]
    #[test]
    fn parts_never_lose_or_repeat_a_record(rows in prop::collection::vec("[ -~]{0,60}", 0..200), limit in 2_200usize..5_000) {
        let quoted = |row: &String| format!("\"{}\"\r\n", row.replace('"', "\"\""));
        let bytes: Vec<u8> = std::iter::once("h\r\n".to_string()).chain(rows.iter().map(quoted)).collect::<String>().into_bytes();
        let parts = pack(&Plain::new("s.csv", Shape::Sheet, bytes.clone()), &Recipient::Clear, limit).unwrap();
        prop_assert_eq!(joined(&parts, "h\r\n"), bytes);
    }

    #[test]
    fn sharing_out_keeps_order_and_limit(sizes in prop::collection::vec(0usize..50, 0..20)) {
        let attachment = |size: &usize| Attachment { name: size.to_string(), media_type: "a/b", bytes: vec![0; *size] };
        let all: Vec<Attachment> = sizes.iter().map(attachment).collect();
        let mails = share_out(all.clone(), 60);
        prop_assert!(mails.iter().all(|mail| mail.iter().map(|one| one.bytes.len()).sum::<usize>() <= 60));
        prop_assert_eq!(mails.concat(), all);
    }
}
