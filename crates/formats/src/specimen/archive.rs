//! Archives: what lies inside, bounded in bytes, entries and depth; documents that are archives (OOXML) too.

use std::io::{Cursor, Read as _};

use memchr::memmem;
use sha2::{Digest as _, Sha256};
use zip::ZipArchive;
use zip::result::ZipError;

use super::examined::Attachment;
use super::file;
use super::finding::Code;
use super::look::{Look, kept};
use super::seen;

/// Most passwords that are tried.
const MOST_PASSWORDS: usize = 16;

/// Looks into a zip.
pub(super) fn look_into(look: &mut Look<'_>, place: &str, bytes: &[u8], depth: usize, into: &mut Attachment) {
    if depth >= look.how.limits.depth {
        look.found(place, Code::ArchiveTooDeep);
        return;
    }
    // The directory is read as a whole before anything can be said of it: count it first.
    if memmem::find_iter(bytes, b"PK\x01\x02").take(look.how.limits.entries + 1).count() > look.how.limits.entries {
        look.found(place, Code::TooManyEntries);
        return;
    }
    look.guarded(place, |look| {
        let Ok(mut archive) = ZipArchive::new(Cursor::new(bytes)) else {
            look.found(place, Code::BadArchive);
            return;
        };
        if !matches!(archive.has_overlapping_files(), Ok(false)) {
            look.found(place, Code::Overlap);
        }
        for index in 0..archive.len() {
            if look.entries_left == 0 {
                look.found(place, Code::TooManyEntries);
                return;
            }
            look.entries_left -= 1;
            let inner = format!("{place}.entries[{index}]");
            let entry = entry(look, &inner, &mut archive, index, depth);
            into.entries.push(entry);
        }
        office(look, place, into);
    });
}

/// What one try to unpack came to.
enum Unpacked {
    Whole(Vec<u8>),
    TooLarge,
    Locked,
    OtherMethod,
    Bad,
}

fn entry(
    look: &mut Look<'_>,
    place: &str,
    archive: &mut ZipArchive<Cursor<&[u8]>>,
    index: usize,
    depth: usize,
) -> Attachment {
    let mut made = Attachment::default();
    let (mut is_encrypted, mut is_folder, mut path) = (false, false, String::new());
    if let Ok(raw) = archive.by_index_raw(index) {
        is_encrypted = raw.encrypted();
        is_folder = raw.is_dir();
        path = name(raw.name_raw());
        made.size = raw.size();
        if raw.enclosed_name().is_none() {
            look.found(place, Code::NameLeavesFolder);
        }
    }
    made.name = kept(&path);
    file::named(look, place, &path);
    if is_folder {
        return made;
    }
    let unpacked = if is_encrypted { unlock(look, archive, index) } else { unpack(look, archive, index, None) };
    match unpacked {
        Unpacked::Whole(bytes) => {
            if is_encrypted {
                look.found(place, Code::PasswordOpened);
            }
            look.unpacked_left = look.unpacked_left.saturating_sub(bytes.len() as u64);
            file::look_at(look, place, &bytes, depth + 1, &mut made);
            relations(&path, &bytes, &mut made);
        }
        Unpacked::TooLarge => {
            look.unpacked_left = 0;
            look.found(place, Code::Bomb);
        }
        Unpacked::Locked => look.found(place, Code::EncryptedEntry),
        Unpacked::OtherMethod => look.found(place, Code::OtherMethod),
        Unpacked::Bad => look.found(place, Code::BadArchive),
    }
    made
}

/// Tries the given passwords. The old cipher of zip takes a wrong one for right once in 256 times, the check sum tells.
fn unlock(look: &Look<'_>, archive: &mut ZipArchive<Cursor<&[u8]>>, index: usize) -> Unpacked {
    for password in look.how.passwords.iter().take(MOST_PASSWORDS) {
        match unpack(look, archive, index, Some(password.as_bytes())) {
            Unpacked::Locked | Unpacked::Bad => {}
            other => return other,
        }
    }
    Unpacked::Locked
}

fn unpack(look: &Look<'_>, archive: &mut ZipArchive<Cursor<&[u8]>>, index: usize, password: Option<&[u8]>) -> Unpacked {
    let opened = match password {
        Some(password) => archive.by_index_decrypt(index, password),
        None => archive.by_index(index),
    };
    let mut reader = match opened {
        Ok(reader) => reader,
        Err(ZipError::InvalidPassword) => return Unpacked::Locked,
        Err(ZipError::UnsupportedArchive(_)) => return Unpacked::OtherMethod,
        Err(_) => return Unpacked::Bad,
    };
    // The size that an entry says is its own word: what counts is what comes out.
    let most = look.unpacked_left;
    if most == 0 {
        return Unpacked::TooLarge;
    }
    let mut bytes = Vec::new();
    match reader.by_ref().take(most + 1).read_to_end(&mut bytes) {
        Ok(read) if read as u64 > most => Unpacked::TooLarge,
        Ok(_) => Unpacked::Whole(bytes),
        Err(_) => Unpacked::Bad,
    }
}

/// The name of an entry: UTF-8, else Shift_JIS, as archives from Japan have it.
fn name(raw: &[u8]) -> String {
    match std::str::from_utf8(raw) {
        Ok(text) => text.to_owned(),
        Err(_) => encoding_rs::SHIFT_JIS.decode_without_bom_handling(raw).0.into_owned(),
    }
}

/// Signs of a document that is an archive (ECMA-376): macros, objects, what is loaded from outside.
fn office(look: &mut Look<'_>, place: &str, document: &mut Attachment) {
    let has = |name: &str| document.entries.iter().any(|entry| entry.name.as_deref() == Some(name));
    if !has("[Content_Types].xml") {
        return;
    }
    document.seen = Some("office".to_owned());
    let ends = |end: &str| {
        document
            .entries
            .iter()
            .any(|entry| entry.name.as_deref().is_some_and(|name| name.to_lowercase().ends_with(end)))
    };
    if ends("vbaproject.bin") {
        look.found(place, Code::Macro);
    }
    if document.entries.iter().any(|entry| entry.name.as_deref().is_some_and(|name| name.contains("/embeddings/"))) {
        look.found(place, Code::EmbeddedObject);
    }
    let loads: Vec<String> = document.entries.iter_mut().flat_map(|entry| std::mem::take(&mut entry.loads)).collect();
    if !loads.is_empty() {
        look.found(place, Code::ExternalTemplate);
    }
    document.loads = loads;
}

/// Relations of a document that lead outside and are loaded without a click: all external ones but hyperlinks.
fn relations(path: &str, bytes: &[u8], into: &mut Attachment) {
    if !path.to_lowercase().ends_with(".rels") {
        return;
    }
    let text = String::from_utf8_lossy(bytes.get(..bytes.len().min(1 << 20)).unwrap_or_default());
    for relation in text.split("<Relationship ").skip(1).take(2_000) {
        let tag = relation.split('>').next().unwrap_or_default();
        let value = |name: &str| {
            let (_, rest) = tag.split_once(&format!("{name}=\""))?;
            rest.split_once('"').map(|(value, _)| value)
        };
        let is_click = value("Type").is_some_and(|kind| kind.ends_with("/hyperlink"));
        if value("TargetMode") == Some("External") && !is_click && into.loads.len() < 50 {
            into.loads.extend(value("Target").and_then(kept));
        }
    }
}

/// SHA-256 in lower case.
pub(super) fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Whether a type is an archive that is not looked into.
pub(super) fn is_other(seen: &str) -> bool {
    matches!(seen, "rar" | "7z" | "gzip" | "bzip2" | "xz" | "zstd" | "cab" | "arj")
}

/// Whether a name says an archive that is not looked into.
pub(super) fn is_other_name(name: &str) -> bool {
    seen::extension(name).is_some_and(|end| matches!(end.as_str(), "ace" | "lzh" | "lha" | "tar" | "z"))
}
