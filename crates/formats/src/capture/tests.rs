//! Captures made by hand: every byte order, resolution, cut and damage; all records accounted for.

use std::io::Write as _;

use super::*;
use proptest::prelude::*;

fn classic(magic: [u8; 4], records: &[(u32, u32, &[u8])]) -> Vec<u8> {
    let big = magic[0] == 0xa1;
    let word = |value: u32| if big { value.to_be_bytes() } else { value.to_le_bytes() };
    let half = |value: u16| if big { value.to_be_bytes() } else { value.to_le_bytes() };
    let mut out = magic.to_vec();
    out.extend([half(2), half(4)].concat());
    out.extend([word(0), word(0), word(65_535), word(1)].concat());
    for (seconds, fraction, data) in records {
        let length = data.len() as u32;
        out.extend([word(*seconds), word(*fraction), word(length), word(length + 4)].concat());
        out.extend_from_slice(data);
    }
    out
}

fn block(kind: u32, body: &[u8]) -> Vec<u8> {
    let length = (body.len().next_multiple_of(4) + 12) as u32;
    let mut out = [kind.to_le_bytes(), length.to_le_bytes()].concat();
    out.extend_from_slice(body);
    out.resize(length as usize - 4, 0);
    out.extend(length.to_le_bytes());
    out
}

/// A section with one interface of nanoseconds, link type raw.
fn section() -> Vec<u8> {
    let mut head = 0x1a2b_3c4d_u32.to_le_bytes().to_vec();
    head.extend([1, 0, 0, 0]);
    head.extend([0xff; 8]);
    let interface = [101, 0, 0, 0, 0, 0, 0, 0, 9, 0, 1, 0, 9, 0, 0, 0, 0, 0, 0, 0];
    [block(0x0a0d_0d0a, &head), block(1, &interface)].concat()
}

fn enhanced(interface: u32, stamp: u64, data: &[u8]) -> Vec<u8> {
    let (high, low, length) = ((stamp >> 32) as u32, stamp as u32, data.len() as u32);
    let mut body = [interface, high, low, length, length].map(u32::to_le_bytes).concat();
    body.extend_from_slice(data);
    block(6, &body)
}

/// Time, link and data of each record; what was walked; what was left.
type Read = (Vec<(i64, u32, Vec<u8>)>, Walked, Vec<Code>);

fn read(bytes: &[u8], chunk: usize) -> Read {
    let mut capture = Capture::open(bytes).unwrap();
    let (mut records, mut sum, mut left) = (Vec::new(), Walked::default(), Vec::new());
    let mut memory = Vec::new();
    while let Some(chunk) = capture.next_chunk(chunk, memory).unwrap() {
        let walked = chunk.walk(|record| records.push((record.nanos, record.link, record.data.to_vec())));
        sum.given += walked.given;
        sum.broken += walked.broken;
        sum.interface += walked.interface;
        sum.timeless += walked.timeless;
        left.extend(chunk.left);
        memory = chunk.into_bytes();
    }
    assert_eq!(sum.given, records.len() as u64);
    (records, sum, left)
}

#[test]
fn classic_files_of_either_order_and_resolution() {
    for (magic, fraction, nanos) in [
        ([0xd4, 0xc3, 0xb2, 0xa1], 5, 5_000),
        ([0xa1, 0xb2, 0xc3, 0xd4], 5, 5_000),
        ([0x4d, 0x3c, 0xb2, 0xa1], 5, 5),
        ([0xa1, 0xb2, 0x3c, 0x4d], 5, 5),
    ] {
        let (records, _, left) = read(&classic(magic, &[(1, fraction, b"abc"), (2, 0, b"")]), 4096);
        assert_eq!(records, [(1_000_000_000 + nanos, 1, b"abc".to_vec()), (2_000_000_000, 1, Vec::new())]);
        assert!(left.is_empty());
    }
}

#[test]
fn a_cut_record_and_an_impossible_one_are_said() {
    let whole = classic([0xd4, 0xc3, 0xb2, 0xa1], &[(1, 0, b"abc"), (2, 0, b"def")]);
    let (records, _, left) = read(&whole[..whole.len() - 1], 4096);
    assert_eq!((records.len(), left), (1, vec![Code::RecordCut]));
    let mut damaged = whole.clone();
    let length = 24 + 16 + 3 + 8;
    damaged[length..length + 4].copy_from_slice(&[0xff; 4]);
    let (records, _, left) = read(&damaged, 4096);
    assert_eq!((records.len(), left), (1, vec![Code::RecordLength]));
    assert!(matches!(Capture::open(b"MZ".as_slice()), Err(CaptureError::Unknown)));
    assert!(matches!(Capture::open(b"".as_slice()), Err(CaptureError::Unknown)));
}

#[test]
fn sections_interfaces_and_blocks_of_others() {
    let simple = block(3, &[&3_u32.to_le_bytes()[..], b"xyz"].concat());
    let bytes = [
        section(),
        enhanced(0, 7, b"one"),
        block(0x0bad_beef, b"of another maker"),
        enhanced(3, 8, b"no such interface"),
        simple,
        section(),
        enhanced(0, 9, b"two"),
    ]
    .concat();
    let (records, walked, left) = read(&bytes, 4096);
    assert_eq!(records, [(7, 101, b"one".to_vec()), (7, 101, b"xyz".to_vec()), (9, 101, b"two".to_vec())]);
    assert_eq!((walked.interface, walked.timeless, walked.broken), (1, 1, 0));
    assert!(left.is_empty());
}

#[test]
fn compressed_captures_and_their_damage() {
    let records: Vec<_> = (0..2_000_u32).map(|number| (number, 0, &b"some bytes of a frame"[..])).collect();
    let plain = classic([0xd4, 0xc3, 0xb2, 0xa1], &records);
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(&plain).unwrap();
    let gzip = gzip.finish().unwrap();
    for bytes in [gzip.clone(), zstd::encode_all(plain.as_slice(), 1).unwrap()] {
        assert_eq!(read(&bytes, 4096).0, read(&plain, 4096).0);
    }
    let (records, _, left) = read(&gzip[..gzip.len() / 2], 4096);
    assert!(records.len() < 2_000);
    assert_eq!(left, [Code::Damaged]);
}

proptest! {
    /// Where chunks are cut changes nothing; a cut file loses the last record at most.
    #[test]
    fn chunks_change_nothing(
        lengths in prop::collection::vec(0_usize..3_000, 1..40),
        chunk in 0_usize..20_000,
        ng in any::<bool>(),
        gone in 0_usize..40,
    ) {
        let data: Vec<Vec<u8>> = lengths.iter().map(|length| vec![7; *length]).collect();
        let bytes = match ng {
            true => [section(), (0..).zip(&data).flat_map(|(at, data)| enhanced(0, at, data)).collect()].concat(),
            false => classic([0xd4, 0xc3, 0xb2, 0xa1], &data.iter().map(|data| (1, 0, &data[..])).collect::<Vec<_>>()),
        };
        let (whole, _, left) = read(&bytes, 1 << 20);
        prop_assert_eq!(whole.len(), data.len());
        prop_assert!(left.is_empty());
        prop_assert_eq!(&read(&bytes, chunk).0, &whole);
        let gone = gone.min(12);
        let (cut, _, left) = read(&bytes[..bytes.len() - gone], chunk);
        prop_assert_eq!(cut.len(), whole.len() - usize::from(gone > 0));
        prop_assert_eq!(left, if gone > 0 { vec![Code::RecordCut] } else { vec![] });
    }
}
