//! Any bytes through each reader: nothing may fall, and every line must be accounted for.

use renkei_core::id::Digest;
use renkei_core::passkey::{Assertion, PasskeyKey, Registration, RelyingParty, challenge_of, to_text};
use renkei_core::time::Day;
use renkei_formats::capture::Capture;
use renkei_formats::countries::Countries;
use renkei_formats::credentials::{Credentials, site};
use renkei_formats::flow::{Collector, Exports, Ports, dshield as log};
use renkei_formats::hi1::check::{Side, check};
use renkei_formats::hi1::{Encoding, Message, xml};
use renkei_formats::hours::Hours;
use renkei_formats::minutes;
use renkei_formats::packet::Packet;
use renkei_formats::paper::code::{self, Limits as Scan};
use renkei_formats::paper::{Mark, pictures};
use renkei_formats::{Chunks, Limits, Mapping, Options, Reader, answers, detect, routes, upload as form};

/// A target: its name (also of its corpus folder) and what it does with bytes.
pub type Target = (&'static str, fn(&[u8]));

/// Every target.
pub const ALL: [Target; 21] = [
    ("shadowserver", shadowserver),
    ("mapped", mapped),
    ("intelmq", intelmq),
    ("sinkhole_log", sinkhole_log),
    ("gz", gz),
    ("routes_csv", routes_csv),
    ("pyasn", pyasn),
    ("mmdb", mmdb),
    ("hours", hours),
    ("minutes", read_minutes),
    ("answers", answers),
    ("credentials", credentials),
    ("passkey", passkey),
    ("capture", capture),
    ("packet", packet),
    ("hi1_json", hi1_json),
    ("hi1_xml", hi1_xml),
    ("paper_code", paper_code),
    ("upload", upload),
    ("netflow", netflow),
    ("dshield", dshield),
];

const MAPPING: &str = "name = \"fuzz\"\ndelimiter = \";\"\n[time]\ncolumn = \"t\"\nformat = \"%d.%m.%Y %H:%M:%S %z\"\n\
                       [columns]\nip = \"src_ip\"\nport = \"src_port\"\ntlp = \"tlp\"\nbot = \"bot_id\"\n";

/// Shadowserver CSV: the header is part of the bytes.
pub fn shadowserver(data: &[u8]) {
    feed("2026-11-20-event4_sinkhole-x.csv", data, None);
}

/// Plain CSV by a mapping; the first half of longer inputs that are text is tried as a mapping too.
pub fn mapped(data: &[u8]) {
    let mapping = MAPPING.parse::<Mapping>().ok();
    feed("x.csv", data, mapping.as_ref());
    if let Ok(text) = std::str::from_utf8(data) {
        let _ = text.parse::<Mapping>();
    }
}

/// IntelMQ events.
pub fn intelmq(data: &[u8]) {
    feed("x.json", &[b"{\"source.ip\":\"198.18.0.1\"}\n", data].concat(), None);
}

/// Sinkhole logs.
pub fn sinkhole_log(data: &[u8]) {
    feed("x.jsonl", &[b"{\"ts\":1,\"src\":\"198.18.0.1\"}\n", data].concat(), None);
}

/// What a browser says of a passkey: as a registration, as client data, as a key, as an answer.
pub fn passkey(data: &[u8]) {
    // The address is a constant, so that this cannot fail.
    let Ok(site) = "https://office.example".parse::<RelyingParty>() else { return };
    let challenge = [0; 32];
    let text = to_text(&challenge);
    let asked = format!(r#"{{"type":"webauthn.create","challenge":"{text}","origin":"{site}"}}"#);
    let made = Registration { client_data: asked.into(), attestation: data.to_vec() }.made(&site, &challenge);
    let _ = challenge_of(data);
    for key in [PasskeyKey::from_cose(data), made.map(|made| made.key)].into_iter().flatten() {
        let all = data.to_vec();
        let answer = Assertion { authenticator_data: all.clone(), client_data: all.clone(), signature: all };
        assert!(answer.holds(&key, &site, &challenge).is_err());
    }
}

/// Compressed streams of any kind.
pub fn gz(data: &[u8]) {
    feed("event4_sinkhole.csv.gz", data, None);
    feed("event4_sinkhole.csv.gz", &[b"\x1f\x8b", data].concat(), None);
    feed("event4_sinkhole.csv.zst", &[b"\x28\xb5\x2f\xfd", data].concat(), None);
}

/// CSV of ranges.
pub fn routes_csv(data: &[u8]) {
    let _ = routes::read([b"198.18.0.0,198.18.0.255,64496,x\n", data].concat().as_slice());
}

/// pyasn data.
pub fn pyasn(data: &[u8]) {
    let _ = routes::read([b"198.18.0.0/15\t64496\n", data].concat().as_slice());
}

/// Hours of a sensor, and the table of countries that it was given.
pub fn hours(data: &[u8]) {
    if let Ok(read) = Hours::read(data) {
        let again = read.to_bytes().ok().map(|bytes| Hours::read(&bytes));
        assert!(matches!(again, Some(Ok(_))), "what was read can be written and read again");
    }
    let _ = Countries::read(&String::from_utf8_lossy(data));
}

/// Minutes of a sensor: every line is a row or kept out, and what is a row comes back from its own text.
pub fn read_minutes(data: &[u8]) {
    let Ok(mut chunks) = minutes::chunks(data, data, Limits { max_line: 1 << 12, chunk: 1 << 10 }) else { return };
    while let Ok(Some(chunk)) = chunks.next_chunk() {
        let Ok(parsed) = minutes::parse(&chunk) else { return };
        let rows: usize = parsed.batches.iter().map(|batch| batch.num_rows()).sum();
        assert_eq!(rows + parsed.quarantined.len(), parsed.lines as usize);
        for batch in parsed.batches {
            let mut text = minutes::header();
            assert!(minutes::write(&batch, &mut text).is_ok());
            let bytes = text.as_bytes();
            let again = minutes::chunks(bytes, bytes, Limits::default())
                .ok()
                .and_then(|mut chunks| chunks.next_chunk().ok()?);
            let again = again.and_then(|chunk| minutes::parse(&chunk).ok());
            assert!(again.is_some_and(|again| again.batches == [batch]));
        }
    }
}

/// MaxMind DB; the bytes stand before and behind its marker.
pub fn mmdb(data: &[u8]) {
    let _ = routes::read(data);
}

/// Answer files.
pub fn answers(data: &[u8]) {
    let _ = answers::read(data, |_| true);
    if let Ok(read) = answers::read([b"line_key,status\n", data].concat().as_slice(), |_| true) {
        assert_eq!(read.rows, read.counts.total() + read.refused);
    }
}

/// Files of credentials, with a header and as they come.
pub fn credentials(data: &[u8]) {
    for file in
        [data.to_vec(), [b"url,login,password,date\n", data].concat(), [b"https://a.example:b:c\n", data].concat()]
    {
        let Ok(mut reader) = Credentials::new(file.as_slice()) else { continue };
        let mut until = 0;
        // Bytes in memory cannot fail to be read.
        while let Ok(Some(record)) = reader.next_record() {
            assert!(record.offset >= until && record.line > 0);
            until = record.offset + record.raw.len() as u64;
            if let Ok(credential) = record.read {
                let _ = site::host(credential.site);
            }
        }
        assert!(until <= file.len() as u64);
    }
}

/// Captures of either kind; chunks of any size give the same records.
pub fn capture(data: &[u8]) {
    let read = |size: usize| {
        let mut capture = Capture::open(data).ok()?;
        let (mut records, mut sum) = (Vec::new(), 0);
        // Bytes in memory cannot fail to be read.
        while let Ok(Some(chunk)) = capture.next_chunk(size, Vec::new()) {
            let walked = chunk.walk(|record| records.push((record.link, record.wire, record.data.to_vec())));
            sum += walked.given;
        }
        assert_eq!(sum, records.len() as u64);
        Some(records)
    };
    assert_eq!(read(1 << 12), read(1 << 20));
}

/// Frames: the first byte chooses the link type.
pub fn packet(data: &[u8]) {
    let Some((first, frame)) = data.split_first() else { return };
    let links = [0, 1, 12, 101, 108, 113, 228, 276];
    let Some(link) = links.get(usize::from(*first) % links.len()) else { return };
    let mut next = Some((*link, frame));
    while let Some((link, frame)) = next {
        let Ok(packet) = Packet::read(link, frame) else { return };
        assert!(packet.payload.len() <= frame.len());
        let _ = (packet.icmp_type(), packet.quoted());
        next = packet.tunnelled();
    }
}

/// HI-1 messages in JSON: what was read is written again, and read again as the same.
pub fn hi1_json(data: &[u8]) {
    hi1(&[b"{", data].concat());
    hi1(data);
}

/// HI-1 messages in XML, whole and inside a root; a document keeps every byte.
pub fn hi1_xml(data: &[u8]) {
    let (open, close) = ("<HI1Message xmlns='http://uri.etsi.org/03120/common/2019/10/Core'>", "</HI1Message>");
    hi1(&[open.as_bytes(), data, close.as_bytes()].concat());
    hi1(data);
    if let Ok(text) = std::str::from_utf8(data)
        && let Ok(document) = xml::Document::read(text)
    {
        assert_eq!(document.write(), text);
    }
}

/// Scanned pages: pictures as files, those of a PDF, the text of a code, and bytes as the pixels of a picture of their own.
pub fn paper_code(data: &[u8]) {
    let limits = Scan { pixels: 1 << 20, memory: 16 << 20 };
    for page in pictures(data).unwrap_or_default() {
        let _ = code::read(page, limits);
    }
    if let Ok(text) = std::str::from_utf8(data)
        && let Ok(mark) = Mark::parse(text)
    {
        assert_eq!(mark.text(), text);
    }
    // A map of grey without compression (PNG needs none), so that chance draws and not only breaks files.
    let side = data.len().isqrt().min(255);
    if side > 20 {
        let _ = code::read(&picture(data, side), limits);
    }
}

/// Forms with files: each part is a piece of the body.
pub fn upload(data: &[u8]) {
    let body = [b"--b\r\n", data].concat();
    for body in [data, &body] {
        let parts = form::read("multipart/form-data; boundary=b", body).unwrap_or_default();
        let inside: usize = parts.iter().map(|part| part.name.len() + part.bytes.len()).sum();
        assert!(inside <= body.len());
    }
}

/// A square PNG of grey pixels (RFC 2083), stored and not compressed.
fn picture(pixels: &[u8], side: usize) -> Vec<u8> {
    let mut raw = Vec::new();
    for row in pixels.chunks_exact(side).take(side) {
        raw.push(0);
        raw.extend_from_slice(row);
    }
    let mut stored = vec![0x78, 0x01];
    let blocks: Vec<&[u8]> = raw.chunks(0xffff).collect();
    for (at, block) in blocks.iter().enumerate() {
        let length = block.len() as u16;
        stored.push(u8::from(at + 1 == blocks.len()));
        stored.extend_from_slice(&length.to_le_bytes());
        stored.extend_from_slice(&(!length).to_le_bytes());
        stored.extend_from_slice(block);
    }
    let (mut a, mut b) = (1u32, 0u32);
    for byte in &raw {
        a = (a + u32::from(*byte)) % 65_521;
        b = (b + a) % 65_521;
    }
    stored.extend_from_slice(&(b << 16 | a).to_be_bytes());
    let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
    let side = (side as u32).to_be_bytes();
    chunk(&mut png, b"IHDR", &[side.as_slice(), &side, &[8, 0, 0, 0, 0]].concat());
    chunk(&mut png, b"IDAT", &stored);
    chunk(&mut png, b"IEND", &[]);
    png
}

/// A chunk of a PNG with its checksum.
fn chunk(png: &mut Vec<u8>, name: &[u8], body: &[u8]) {
    png.extend_from_slice(&(body.len() as u32).to_be_bytes());
    let named = [name, body].concat();
    let sum = named.iter().fold(u32::MAX, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| if sum & 1 == 1 { sum >> 1 ^ 0xedb8_8320 } else { sum >> 1 })
    });
    png.extend_from_slice(&named);
    png.extend_from_slice(&(!sum).to_be_bytes());
}

fn hi1(data: &[u8]) {
    let Ok((message, encoding)) = Message::read(data) else { return };
    for side in [Side::Requester, Side::Provider] {
        let _ = check(&message, side);
    }
    let _ = (message.header(), message.payload(), message.named());
    assert!(Message::read(message.to_json().as_bytes()).is_ok_and(|(read, _)| read == message));
    match message.to_xml() {
        Ok(text) if encoding == Encoding::Xml => {
            assert!(Message::read(text.as_bytes()).is_ok_and(|(read, _)| read == message));
        }
        // What came as JSON may have names and shapes that XML does not have.
        written => assert!(written.is_ok() || encoding == Encoding::Json),
    }
}

fn feed(name: &str, data: &[u8], mapping: Option<&Mapping>) {
    let Ok(source) = detect(name, data, mapping) else { return };
    let reader = Reader::new(&source, Digest([0; 32]), Options { accept_reserved: true, day: Day(0) });
    let limits = Limits { max_line: 1 << 16, chunk: 1 << 12 };
    let Ok(chunks) = Chunks::new(&source, data, limits) else { return };
    for chunk in chunks {
        // Bytes in memory cannot fail to be read.
        let Ok(chunk) = chunk else { return };
        if let Ok(parsed) = reader.parse(&chunk) {
            assert_eq!(parsed.lines, (parsed.batch.num_rows() + parsed.quarantined.len()) as u64);
        }
    }
}

/// Exports of flows: as a message, and as a file.
pub fn netflow(data: &[u8]) {
    let mut collector = Collector::default();
    let exporter = (std::net::IpAddr::from([198, 18, 0, 1]), 1);
    collector.message(exporter, data, &mut |given| {
        assert!(given.is_ok_and(|flow| flow.packets > 0 && flow.start <= flow.end) || given.is_err());
    });
    let Ok(mut exports) = Exports::open(data) else { return };
    while exports.next(&Ports::default(), &mut collector, &mut |_| {}).is_ok_and(|more| more) {}
}

/// Firewall logs in the manner of DShield.
pub fn dshield(data: &[u8]) {
    let _ = log::read(data);
    let Ok(mut log) = log::Log::open(data) else { return };
    while log.next(&mut |_| {}).is_ok_and(|more| more) {}
}
