//! Documents in compound files (MS-CFB): macros, objects, encryption. RTF: objects.

use std::io::{Cursor, Read as _};

use memchr::memmem;

use super::examined::Attachment;
use super::finding::Code;
use super::look::Look;

/// Most streams that are looked at, and most bytes of each.
const MOST_STREAMS: usize = 2_000;
const MOST_STREAM: u64 = 8 << 20;
/// Most bytes that a module of macros is unpacked to.
const MOST_SOURCE: usize = 4 << 20;

/// Names of procedures that Word, Excel and PowerPoint start by themselves.
const AUTOMATIC: [&str; 16] = [
    "autoopen",
    "auto_open",
    "autoexec",
    "autonew",
    "autoclose",
    "auto_close",
    "autoexit",
    "document_open",
    "documentopen",
    "document_close",
    "document_new",
    "workbook_open",
    "workbook_activate",
    "workbook_beforeclose",
    "auto_activate",
    "presentation_open",
];

/// Looks into a compound file.
pub(super) fn look_into(look: &mut Look<'_>, place: &str, bytes: &[u8], into: &mut Attachment) {
    look.guarded(place, |look| {
        let Ok(mut file) = cfb::CompoundFile::open(Cursor::new(bytes)) else {
            look.found(place, Code::BadDocument);
            return;
        };
        let all = file.walk().take(MOST_STREAMS);
        let paths: Vec<_> = all.map(|entry| (entry.path().to_owned(), entry.is_stream())).collect();
        for (path, is_stream) in paths {
            let lower = path.to_string_lossy().to_lowercase();
            let name = lower.rsplit('/').next().unwrap_or_default();
            match name {
                "vba" | "_vba_project" | "_vba_project_cur" => look.found(place, Code::Macro),
                "encryptedpackage" | "encryptioninfo" => look.found(place, Code::EncryptedDocument),
                "\u{1}ole10native" | "objectpool" => look.found(place, Code::EmbeddedObject),
                "__properties_version1.0" => into.seen = Some("mail".to_owned()),
                _ => {}
            }
            if is_stream && lower.contains("/vba/") {
                let mut stream = Vec::new();
                let read = file.open_stream(&path).and_then(|open| open.take(MOST_STREAM).read_to_end(&mut stream));
                if read.is_err() {
                    look.found(place, Code::BadDocument);
                }
                if runs_by_itself(&stream) {
                    look.found(place, Code::AutoMacro);
                }
            }
        }
    });
}

/// Whether a stream of macros holds a procedure that is started without a click. The source begins where the
/// packed text `Attribut` stands (MS-OVBA section 2.4.1); nothing but its names is looked at.
fn runs_by_itself(stream: &[u8]) -> bool {
    memmem::find_iter(stream, b"\x00Attribut").take(16).any(|at| {
        let source = at.checked_sub(3).and_then(|start| stream.get(start..)).map(unpacked).unwrap_or_default();
        let source = String::from_utf8_lossy(&source).to_lowercase();
        AUTOMATIC
            .iter()
            .any(|name| source.contains(&format!("sub {name}")) || source.contains(&format!("function {name}")))
    })
}

/// A module of macros as text (MS-OVBA section 2.4.1.3): as far as it is sound.
fn unpacked(container: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let Some((1, mut rest)) = container.split_first().map(|(first, rest)| (*first, rest)) else { return out };
    while let Some(([low, high], after)) = rest.split_first_chunk::<2>() {
        let header = u16::from_le_bytes([*low, *high]);
        let length = usize::from(header & 0x0fff) + 1;
        if header & 0x7000 != 0x3000 || out.len() > MOST_SOURCE {
            break;
        }
        let chunk = after.get(..length.min(after.len())).unwrap_or_default();
        rest = after.get(length..).unwrap_or_default();
        if header & 0x8000 == 0 {
            out.extend_from_slice(chunk);
        } else if unpack_chunk(chunk, &mut out).is_none() {
            break;
        }
    }
    out
}

fn unpack_chunk(chunk: &[u8], out: &mut Vec<u8>) -> Option<()> {
    let start = out.len();
    let mut bytes = chunk.iter().copied();
    while let Some(flags) = bytes.next() {
        for bit in 0..8 {
            if flags >> bit & 1 == 0 {
                match bytes.next() {
                    Some(byte) => out.push(byte),
                    None => return Some(()),
                }
                continue;
            }
            let Some(low) = bytes.next() else { return Some(()) };
            let token = u16::from_le_bytes([low, bytes.next()?]);
            let done = out.len() - start;
            // As many bits for the distance as the place so far needs, four at least.
            let distance_bits = (usize::BITS - done.saturating_sub(1).leading_zeros()).clamp(4, 12);
            let length_mask = 0xffffu16 >> distance_bits;
            let length = usize::from(token & length_mask) + 3;
            let distance = usize::from(token >> (16 - distance_bits)) + 1;
            for _ in 0..length {
                let from = out.len().checked_sub(distance).filter(|from| *from >= start)?;
                let byte = *out.get(from)?;
                out.push(byte);
                if out.len() - start > 4_096 {
                    return None;
                }
            }
        }
    }
    Some(())
}

/// Looks at RTF: objects are embedded as text, templates are named.
pub(super) fn rich_text(look: &mut Look<'_>, place: &str, bytes: &[u8]) {
    let has = |word: &[u8]| memmem::find(bytes, word).is_some();
    if has(b"\\objdata") || has(b"\\objocx") || has(b"\\objemb") {
        look.found(place, Code::EmbeddedObject);
    }
    if has(b"\\*\\template http") || has(b"\\objautlink") || has(b"\\*\\template \\\\") {
        look.found(place, Code::ExternalTemplate);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_example_of_the_standard_is_unpacked() {
        // MS-OVBA section 3.2.3: maximum compression.
        let packed = [0x01, 0x03, 0xb0, 0x02, 0x61, 0x45, 0x00];
        assert_eq!(unpacked(&packed), [b'a'; 73]);
        // Section 3.2.2: normal compression.
        let packed = [
            0x01, 0x2f, 0xb0, 0x00, 0x23, 0x61, 0x61, 0x61, 0x62, 0x63, 0x64, 0x65, 0x82, 0x66, 0x00, 0x70, 0x61, 0x67,
            0x68, 0x69, 0x6a, 0x01, 0x38, 0x08, 0x61, 0x6b, 0x6c, 0x00, 0x30, 0x6d, 0x6e, 0x6f, 0x70, 0x06, 0x71, 0x02,
            0x70, 0x04, 0x10, 0x72, 0x73, 0x74, 0x75, 0x76, 0x10, 0x77, 0x78, 0x79, 0x7a, 0x00, 0x3c,
        ];
        assert_eq!(
            String::from_utf8(unpacked(&packed)).unwrap(),
            "#aaabcdefaaaaghijaaaaaklaaamnopqaaaaaaaaaaaarstuvwxyzaaa"
        );
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_fall(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            let mut container = vec![1, 0xff, 0xb0];
            container.extend(&bytes);
            prop_assert!(unpacked(&container).len() <= 5_000 * 2);
            let _ = unpacked(&bytes);
        }
    }
}
