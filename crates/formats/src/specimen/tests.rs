//! Mails that the tests make: ordinary ones and bad ones.

use std::io::{Cursor, Write as _};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use proptest::prelude::*;
use zip::write::SimpleFileOptions;
use zip::{AesMode, CompressionMethod, ZipWriter};

use super::*;

fn codes(examined: &Examined) -> Vec<(&str, Code)> {
    examined.findings.iter().map(|one| (one.place.as_str(), one.code)).collect()
}

fn has(examined: &Examined, code: Code) -> bool {
    examined.findings.iter().any(|one| one.code == code)
}

fn look(bytes: &[u8]) -> Examined {
    examine(bytes, &How::default())
}

/// A mail with files attached.
fn mail(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut mail = String::from(
        "Received: from mx.aoba.example (mx.aoba.example [198.18.0.9]) by store.aoba.example for <hanako@aoba.example>;\r\n Mon, 5 Jan 2026 10:00:05 +0900\r\nReceived: from bad.test (bad.test [198.18.0.7]) by mx.aoba.example;\r\n Mon, 5 Jan 2026 10:00:00 +0900\r\nAuthentication-Results: mx.aoba.example; spf=pass smtp.mailfrom=bad.test; dmarc=fail header.from=bank.example\r\nReturn-Path: <x@bad.test>\r\nDelivered-To: hanako@aoba.example\r\nFrom: \"help@bank.example\" <y@bad.test>\r\nReply-To: z@other.test\r\nTo: Hanako <hanako@aoba.example>\r\nSubject: For hanako@aoba.example\r\nDate: Mon, 5 Jan 2026 09:59:00 +0900\r\nMessage-ID: <1@bad.test>\r\nX-Mailer: none\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nDear Hanako, please look at hxxps://evil[.]test/a?u=hanako@aoba.example at once, today.\r\n",
    );
    for (name, bytes) in files {
        mail += &format!(
            "--b\r\nContent-Type: application/octet-stream; name=\"{name}\"\r\nContent-Disposition: attachment; filename=\"{name}\"\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        );
        for line in STANDARD.encode(bytes).as_bytes().chunks(76) {
            mail += std::str::from_utf8(line).unwrap();
            mail += "\r\n";
        }
    }
    (mail + "--b--\r\n").into_bytes()
}

fn zipped(files: &[(&str, &[u8])], options: SimpleFileOptions) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        zip.start_file(*name, options).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn deflated() -> SimpleFileOptions {
    SimpleFileOptions::default().compression_method(CompressionMethod::Deflated)
}

#[test]
fn an_ordinary_attack_is_told() {
    let examined = look(&mail(&[("invoice.pdf.js", b"WScript.Echo(1)")]));
    assert_eq!(examined.form, Form::Eml);
    let hops: Vec<_> = examined.path.iter().map(|hop| (hop.address.as_deref(), hop.by.as_deref())).collect();
    assert_eq!(hops, [(Some("198.18.0.9"), Some("store.aoba.example")), (Some("198.18.0.7"), Some("mx.aoba.example"))]);
    assert_eq!(examined.head.return_path.as_deref(), Some("x@bad.test"));
    assert_eq!(examined.head.date.as_deref(), Some("2026-01-05T09:59:00+09:00"));
    assert_eq!(examined.links[0].url, "https://evil.test/a?u=hanako@aoba.example");
    assert!(examined.links[0].defanged);
    assert_eq!(
        codes(&examined),
        [
            ("attachments[0]", Code::DoubleExtension),
            ("attachments[0]", Code::Script),
            ("head.from", Code::NameShowsAddress),
            ("head.reply_to", Code::ReplyElsewhere),
            ("results[0]", Code::NotProved),
        ]
    );
    let json = serde_json::to_string(&examined).unwrap();
    assert_eq!(serde_json::from_str::<Examined>(&json).unwrap(), examined);
    assert!(!json.contains("please look"), "words of the mail are kept");
    assert!(examined.indicators().iter().any(|one| one.as_str() == "evil.test"));
}

#[test]
fn what_is_shared_does_not_name_who_reported() {
    let examined = look(&mail(&[("hanako.zip", &zipped(&[("for hanako@aoba.example.txt", b"x")], deflated()))]));
    let shared = share(&examined, &["Aoba Works".to_owned()]);
    let json = serde_json::to_string(&shared.examined).unwrap().to_lowercase();
    for word in ["hanako", "aoba", "198.18.0.9\",\"by\":\"store"] {
        assert!(!json.contains(word), "{word} stands in {json}");
    }
    assert!(json.contains("bad.test") && json.contains("evil.test"), "what tells of the attack is left");
    for place in ["head.to", "head.delivered_to", "path", "results", "links", "attachments", "head.subject", "digest"] {
        assert!(shared.stripped.contains_key(place), "{place}: {:?}", shared.stripped);
    }
    assert_eq!(share(&shared.examined, &[]).examined.head, shared.examined.head);
}

#[test]
fn archives_are_opened_with_given_passwords() {
    let locked = deflated().with_aes_encryption(AesMode::Aes256, "infected");
    let zip = zipped(&[("a.exe", b"MZ\x90\x00\x03\x00\x00\x00")], locked);
    let closed = look(&mail(&[("a.zip", &zip)]));
    assert!(has(&closed, Code::EncryptedEntry) && closed.attachments[0].entries[0].sha256.is_none());
    let how = How { passwords: vec!["wrong".to_owned(), "infected".to_owned()], ..How::default() };
    let open = examine(&mail(&[("a.zip", &zip)]), &how);
    assert!(has(&open, Code::PasswordOpened) && has(&open, Code::Program));
    assert_eq!(open.attachments[0].entries[0].seen.as_deref(), Some("program"));
    assert!(!format!("{how:?}").contains("infected"));
}

#[test]
fn bombs_end_at_the_limit() {
    let limits = Limits { unpacked_bytes: 1 << 20, entries: 50, ..Limits::default() };
    let how = How { limits, ..How::default() };
    let big = zipped(&[("zero", &vec![0; 3 << 20])], deflated());
    assert!(has(&examine(&mail(&[("a.zip", &big)]), &how), Code::Bomb));
    // One in the other.
    let mut nested = zipped(&[("a.txt", b"x")], deflated());
    for _ in 0..10 {
        nested = zipped(&[("inner.zip", &nested)], deflated());
    }
    assert!(has(&examine(&mail(&[("a.zip", &nested)]), &how), Code::ArchiveTooDeep));
    // Each ten of the one below.
    let mut wide = zipped(&[("zero", &vec![0; 500_000])], deflated());
    for _ in 0..4 {
        let names: Vec<String> = (0..10).map(|number| format!("{number}.zip")).collect();
        wide = zipped(&names.iter().map(|name| (name.as_str(), wide.as_slice())).collect::<Vec<_>>(), deflated());
    }
    let examined = examine(&mail(&[("a.zip", &wide)]), &how);
    assert!(has(&examined, Code::Bomb) || has(&examined, Code::TooManyEntries));
    let names: Vec<String> = (0..60).map(|number| number.to_string()).collect();
    let many = zipped(&names.iter().map(|name| (name.as_str(), [].as_slice())).collect::<Vec<_>>(), deflated());
    assert!(has(&examine(&mail(&[("a.zip", &many)]), &how), Code::TooManyEntries));
}

/// All entries of the directory point at the same bytes.
fn overlapping(entries: u16) -> Vec<u8> {
    let one = zipped(&[("0000", &vec![0; 100_000])], deflated());
    let directory = one.windows(4).rposition(|at| at == b"PK\x01\x02").unwrap();
    let end = one.windows(4).rposition(|at| at == b"PK\x05\x06").unwrap();
    let mut made = one[..directory].to_vec();
    for number in 0..entries {
        let mut entry = one[directory..end].to_vec();
        entry[46..50].copy_from_slice(format!("{number:04}").as_bytes());
        made.extend(entry);
    }
    let size = (made.len() - directory) as u32;
    let mut tail = one[end..].to_vec();
    tail[8..10].copy_from_slice(&entries.to_le_bytes());
    tail[10..12].copy_from_slice(&entries.to_le_bytes());
    tail[12..16].copy_from_slice(&size.to_le_bytes());
    made.extend(tail);
    made
}

#[test]
fn entries_that_overlap_are_told() {
    let limits = Limits { unpacked_bytes: 1 << 20, ..Limits::default() };
    let examined = examine(&mail(&[("a.zip", &overlapping(500))]), &How { limits, ..How::default() });
    assert!(has(&examined, Code::Overlap) && has(&examined, Code::Bomb), "{:?}", codes(&examined));
}

#[test]
fn documents_are_looked_into() {
    let rels = br#"<Relationships><Relationship Id="a" Type="http://schemas.example/attachedTemplate" Target="https://evil.test/t.dotm" TargetMode="External"/><Relationship Id="b" Type="http://schemas.example/hyperlink" Target="https://ok.example/" TargetMode="External"/></Relationships>"#;
    let files: [(&str, &[u8]); 4] = [
        ("[Content_Types].xml", b"<?xml version='1.0'?><Types/>"),
        ("word/_rels/settings.xml.rels", rels),
        ("word/vbaProject.bin", b"x"),
        ("word/embeddings/oleObject1.bin", b"x"),
    ];
    let examined = look(&mail(&[("a.docm", &zipped(&files, deflated()))]));
    for code in [Code::Macro, Code::ExternalTemplate, Code::EmbeddedObject] {
        assert!(codes(&examined).contains(&("attachments[0]", code)), "{code:?}: {:?}", codes(&examined));
    }
    assert_eq!(examined.attachments[0].loads, ["https://evil.test/t.dotm"]);
    assert_eq!(examined.attachments[0].seen.as_deref(), Some("office"));
    // A document of the old form, its macros as literal bytes of MS-OVBA.
    let source = b"Attribute VB_Name = \"T\"\r\nSub AutoOpen()\r\nEnd Sub\r\n";
    let mut chunk = Vec::new();
    for eight in source.chunks(8) {
        chunk.push(0);
        chunk.extend(eight);
    }
    let mut module = vec![0xaa; 20];
    module.push(1);
    module.extend((0xb000 | (chunk.len() as u16 - 1)).to_le_bytes());
    module.extend(&chunk);
    let mut file = cfb::CompoundFile::create(Cursor::new(Vec::new())).unwrap();
    file.create_storage("/Macros").unwrap();
    file.create_storage("/Macros/VBA").unwrap();
    file.create_stream("/Macros/VBA/T").unwrap().write_all(&module).unwrap();
    file.create_stream("/\u{1}Ole10Native").unwrap().write_all(b"x").unwrap();
    let examined = look(&mail(&[("a.doc", &file.into_inner().into_inner())]));
    for code in [Code::Macro, Code::AutoMacro, Code::EmbeddedObject] {
        assert!(has(&examined, code), "{code:?}: {:?}", codes(&examined));
    }
}

/// A message of Outlook.
fn outlook_message() -> Vec<u8> {
    let mut file = cfb::CompoundFile::create(Cursor::new(Vec::new())).unwrap();
    let wide = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    let mut put = |path: &str, bytes: &[u8]| file.create_stream(path).unwrap().write_all(bytes).unwrap();
    put("/__properties_version1.0", &[0; 32]);
    put("/__substg1.0_0037001F", &wide("件名"));
    put("/__substg1.0_0C1F001F", &wide("y@bad.test"));
    put("/__substg1.0_1000001F", &wide("Look at https://evil.test/b now."));
    put(
        "/__substg1.0_007D001F",
        &wide("From: Bank <y@bad.test>\r\nReply-To: z@other.test\r\nTo: hanako@aoba.example\r\n"),
    );
    for (storage, name, bytes) in [("0", "a.pdf.exe", b"MZ\x90\x00".as_slice()), ("1", "x.lnk", b"L\0\0\0")] {
        file.create_storage(format!("/__attach_version1.0_#0000000{storage}")).unwrap();
        let mut put = |tag: &str, bytes: &[u8]| {
            let path = format!("/__attach_version1.0_#0000000{storage}/__substg1.0_{tag}");
            file.create_stream(path).unwrap().write_all(bytes).unwrap();
        };
        put("3707001F", &wide(name));
        put("37010102", bytes);
    }
    file.into_inner().into_inner()
}

#[test]
fn a_message_of_outlook_is_read_like_any_other() {
    let bytes = outlook_message();
    let examined = look(&bytes);
    assert_eq!((examined.form, examined.head.subject.as_deref()), (Form::Msg, Some("件名")));
    assert_eq!(examined.head.to[0].address.as_deref(), Some("hanako@aoba.example"));
    assert_eq!(examined.links[0].host, "evil.test");
    let names: Vec<_> = examined.attachments.iter().filter_map(|one| one.name.as_deref()).collect();
    assert_eq!(names, ["a.pdf.exe", "x.lnk"]);
    assert!(has(&examined, Code::ReplyElsewhere) && has(&examined, Code::Program) && has(&examined, Code::Shortcut));
    for cut in 0..bytes.len() {
        let _ = look(&bytes[..cut]);
    }
    assert!(!look(&bytes[..bytes.len() / 2]).findings.is_empty());
    // The seed of the fuzz target was made by another writer.
    let seed = look(include_bytes!("../../../../fuzz/corpus/specimen_msg/small.msg"));
    assert_eq!((seed.form, seed.head.subject.as_deref(), seed.links.len()), (Form::Msg, Some("Seed"), 1));
}

#[test]
fn bad_mails_end_with_a_finding() {
    let head = "From: a@bad.test\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n";
    let many = format!("{head}{}--b--\r\n", "--b\r\nContent-Type: text/plain\r\n\r\nx\r\n".repeat(10_000));
    assert!(has(&look(many.as_bytes()), Code::TooManyParts));
    let millions = format!("{head}{}", "--b\n\n".repeat(1_000_000));
    assert!(has(&look(millions.as_bytes()), Code::TooManyParts));
    let mut deep = String::from("From: a@bad.test\r\n");
    for level in 0..20_000 {
        deep += &format!("Content-Type: multipart/mixed; boundary=b{level}\r\n\r\n--b{level}\r\n");
    }
    let _ = look(deep.as_bytes());
    let mails = format!("From: a@bad.test\r\n{}", "Content-Type: message/rfc822\r\n\r\n".repeat(100_000));
    assert!(has(&look(mails.as_bytes()), Code::TooDeep));
    let mut digests = String::from("From: a@bad.test\r\n");
    for level in 0..20_000 {
        digests += &format!("Content-Type: multipart/digest; boundary=b{level}\r\n\r\n--b{level}\r\n\r\n");
    }
    assert!(has(&look(digests.as_bytes()), Code::TooDeep));
    let long = format!("From: a@bad.test\r\nX-Long: {}\r\nSubject: x\r\n\r\nbody\r\n", "y".repeat(10 << 20));
    assert!(has(&look(long.as_bytes()), Code::HeadTooLong));
    let fields = format!("From: a@bad.test\r\n{}\r\nbody\r\n", "To: b@aoba.example\r\n".repeat(500_000));
    let examined = look(fields.as_bytes());
    assert!(has(&examined, Code::HeadTooLong) && examined.head.to.len() == 100);
    let links =
        format!("From: a@bad.test\r\n\r\n{}", (0..5_000).map(|n| format!("http://x{n}.test/ ")).collect::<String>());
    assert!(has(&look(links.as_bytes()), Code::TooManyLinks));
    let text = format!("From: a@bad.test\r\n\r\n{}", "word ".repeat(2 << 20));
    assert!(has(&look(text.as_bytes()), Code::TextCut));
    assert!(has(&look(b""), Code::NotMail) && has(&look(&[0xff; 5_000]), Code::NotMail));
    let rubbish = format!(
        "From: a@bad.test\r\nContent-Type: application/zip\r\nContent-Transfer-Encoding: base64\r\n\r\n{}",
        "!?%&".repeat(50_000)
    );
    let _ = look(rubbish.as_bytes());
    let how = How { limits: Limits { mail_bytes: 10, ..Limits::default() }, ..How::default() };
    assert!(has(&examine(&mail(&[]), &how), Code::TooLarge));
}

#[test]
fn a_large_attachment_is_not_looked_into() {
    let mut large = b"PK\x03\x04".to_vec();
    large.resize(40 << 20, 7);
    let examined = look(&mail(&[("a.zip", &large)]));
    assert!(has(&examined, Code::LargeAttachment));
    assert_eq!(examined.attachments[0].size, 40 << 20);
}

#[test]
fn a_mail_in_a_mail_is_looked_at() {
    let inner = mail(&[("b.scr", b"MZ\x90\x00")]);
    let mut outer =
        b"From: help@aoba.example\r\nContent-Type: multipart/mixed; boundary=o\r\n\r\n--o\r\nContent-Type: message/rfc822\r\n\r\n".to_vec();
    outer.extend(inner);
    outer.extend(b"\r\n--o--\r\n");
    let examined = look(&outer);
    assert_eq!(examined.attachments[0].seen.as_deref(), Some("mail"));
    assert!(codes(&examined).contains(&("attachments[0].attachments[0]", Code::Program)), "{:?}", codes(&examined));
    assert_eq!(examined.attachments[0].entries[0].name.as_deref(), Some("b.scr"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn no_cut_and_no_change_makes_it_fall(cut in 0usize..4_000, changes in prop::collection::vec((0usize..4_000, any::<u8>()), 0..20)) {
        let locked = deflated().with_aes_encryption(AesMode::Aes128, "x");
        let mut bytes = mail(&[("a.zip", &zipped(&[("b", b"c")], deflated())), ("c.zip", &zipped(&[("d", b"e")], locked))]);
        for (place, byte) in changes {
            let place = place % bytes.len();
            bytes[place] = byte;
        }
        let _ = look(&bytes);
        let _ = look(&bytes[..cut.min(bytes.len())]);
        let _ = share(&look(&bytes), &[]);
    }

    #[test]
    fn no_bytes_make_it_fall(bytes in prop::collection::vec(any::<u8>(), 0..2_000)) {
        let examined = look(&bytes);
        prop_assert!(!examined.findings.is_empty());
    }
}
