//! A mail in Outlook's own form (MS-OXMSG): streams of a compound file, brought to the same value as any other mail.

use std::io::{Cursor, Read, Seek};
use std::path::{Path, PathBuf};

use cfb::CompoundFile;
use mail_parser::MessageParser;

use super::eml::Texts;
use super::examined::{Attachment, Examined, Person};
use super::finding::Code;
use super::look::{Look, kept};
use super::{file, head, links, page};

/// Numbers of properties (MS-OXPROPS).
const SUBJECT: &str = "0037";
const HEADERS: &str = "007D";
const SENDER_NAME: &str = "0C1A";
const SENDER: [&str; 3] = ["5D01", "5D02", "0C1F"];
const BODY: &str = "1000";
const HTML: &str = "1013";
const FILE_NAME: [&str; 3] = ["3707", "3704", "3001"];
const FILE_TYPE: &str = "370E";
const RECIPIENT: [&str; 2] = ["39FE", "3003"];
const RECIPIENT_NAME: &str = "3001";
/// An attached mail: a storage with the streams of a message (the property 0x3701 of type 0x000D).
const INNER: &str = "__substg1.0_3701000D";

type File<'b> = CompoundFile<Cursor<&'b [u8]>>;

/// Whether a compound file is a message.
pub(super) fn is_message(bytes: &[u8]) -> bool {
    let name: Vec<u8> = "__properties_version1.0".encode_utf16().flat_map(u16::to_le_bytes).collect();
    bytes.starts_with(b"\xd0\xcf\x11\xe0") && memchr::memmem::find(bytes, &name).is_some()
}

/// Examines a message.
pub(super) fn examine(look: &mut Look<'_>, bytes: &[u8], into: &mut Examined) -> Texts {
    let mut texts = Texts::new();
    let read = look.guarded("", |look| {
        let Ok(mut file) = CompoundFile::open(Cursor::new(bytes)) else {
            look.found("", Code::BadOutlook);
            return;
        };
        message(look, &mut file, Path::new("/"), into, &mut texts);
    });
    if read.is_none() {
        look.found("", Code::BadOutlook);
    }
    texts
}

fn message(look: &mut Look<'_>, file: &mut File<'_>, at: &Path, into: &mut Examined, texts: &mut Texts) {
    if let Some(headers) = text(look, file, at, HEADERS).filter(|text| !text.trim().is_empty()) {
        let whole = [headers.trim_end(), "\r\n\r\n"].concat();
        if let Some(mail) = MessageParser::default().parse_headers(whole.as_bytes()) {
            head::read(look, &mail, into);
        }
    }
    if into.head.subject.is_none() {
        into.head.subject = text(look, file, at, SUBJECT).as_deref().and_then(kept);
    }
    if into.head.from.is_empty() {
        let address = SENDER.iter().filter_map(|tag| text(look, file, at, tag)).find(|text| text.contains('@'));
        let name = text(look, file, at, SENDER_NAME);
        if address.is_some() || name.is_some() {
            let (name, address) = (name.as_deref().and_then(kept), address.as_deref().and_then(kept));
            into.head.from.push(Person { name, address });
        }
    }
    if into.head.to.is_empty() {
        for storage in storages(file, at, "__recip_version1.0_#").into_iter().take(100) {
            let address =
                RECIPIENT.iter().filter_map(|tag| text(look, file, &storage, tag)).find(|text| text.contains('@'));
            let name = text(look, file, &storage, RECIPIENT_NAME);
            let (name, address) = (name.as_deref().and_then(kept), address.as_deref().and_then(kept));
            into.head.to.push(Person { name, address });
        }
    }
    head::compare(look, &into.head);
    bodies(look, file, at, "", texts);
    into.attachments = attachments(look, file, at, "", 0, texts);
}

fn bodies(look: &mut Look<'_>, file: &mut File<'_>, at: &Path, place: &str, texts: &mut Texts) {
    let plain = text(look, file, at, BODY);
    if let Some(plain) = &plain {
        let plain = look.text(place, plain);
        links::in_text(look, place, plain);
        texts.push_str(plain);
    }
    let html = match stream(look, file, &at.join(format!("__substg1.0_{HTML}0102"))) {
        Some(bytes) => Some(String::from_utf8_lossy(&bytes).into_owned()),
        None => text(look, file, at, HTML),
    };
    if let Some(html) = html {
        let html = look.text(place, &html);
        page::look_at(look, place, html);
        if plain.is_none() {
            texts.push_str(&page::text(html));
        }
    }
}

fn attachments(
    look: &mut Look<'_>,
    file: &mut File<'_>,
    at: &Path,
    place: &str,
    depth: usize,
    texts: &mut Texts,
) -> Vec<Attachment> {
    let mut made = Vec::new();
    for storage in storages(file, at, "__attach_version1.0_#") {
        if look.parts_left == 0 {
            look.found("", Code::TooManyParts);
            break;
        }
        look.parts_left -= 1;
        let inner = format!("{place}attachments[{}]", made.len());
        let name = FILE_NAME.iter().find_map(|tag| text(look, file, &storage, tag)).unwrap_or_default();
        let declared = text(look, file, &storage, FILE_TYPE).as_deref().and_then(kept);
        let mut one = Attachment { name: kept(&name), declared, ..Attachment::default() };
        file::named(look, &inner, &name);
        let nested = storage.join(INNER);
        if file.is_storage(&nested) {
            one.seen = Some("mail".to_owned());
            if depth + 1 >= look.how.limits.depth {
                look.found(&inner, Code::TooDeep);
            } else {
                bodies(look, file, &nested, &inner, texts);
                one.entries = attachments(look, file, &nested, &format!("{inner}."), depth + 1, texts);
            }
        } else if let Some(bytes) = stream(look, file, &storage.join("__substg1.0_37010102")) {
            file::look_at(look, &inner, &bytes, 0, &mut one);
        }
        made.push(one);
    }
    made
}

/// Storages of a kind right below another.
fn storages(file: &File<'_>, at: &Path, kind: &str) -> Vec<PathBuf> {
    let Ok(entries) = file.read_storage(at) else { return Vec::new() };
    let of_kind = entries.filter(|entry| entry.is_storage() && entry.name().starts_with(kind));
    of_kind.map(|entry| entry.path().to_owned()).take(10_000).collect()
}

/// A property of text: UTF-16, else in a code page, taken for Shift_JIS.
fn text(look: &mut Look<'_>, file: &mut File<'_>, at: &Path, tag: &str) -> Option<String> {
    if let Some(bytes) = stream(look, file, &at.join(format!("__substg1.0_{tag}001F"))) {
        return Some(encoding_rs::UTF_16LE.decode_without_bom_handling(&bytes).0.into_owned());
    }
    let bytes = stream(look, file, &at.join(format!("__substg1.0_{tag}001E")))?;
    match String::from_utf8(bytes) {
        Ok(text) => Some(text),
        Err(error) => Some(encoding_rs::SHIFT_JIS.decode_without_bom_handling(error.as_bytes()).0.into_owned()),
    }
}

/// A stream, at most as much as a mail may have.
fn stream<F: Read + Seek>(look: &mut Look<'_>, file: &mut CompoundFile<F>, path: &Path) -> Option<Vec<u8>> {
    if !file.is_stream(path) {
        return None;
    }
    let mut bytes = Vec::new();
    let most = look.how.limits.mail_bytes as u64;
    match file.open_stream(path).and_then(|stream| stream.take(most).read_to_end(&mut bytes)) {
        Ok(_) => Some(bytes),
        Err(_) => {
            look.found("", Code::BadOutlook);
            None
        }
    }
}
