//! A mail in the form of RFC 5322: its parts, the mails inside it, its texts.

use std::borrow::Cow;

use mail_parser::{Message, MessageParser, MimeHeaders as _, PartType};
use memchr::memchr_iter;

use super::examined::{Attachment, Examined, Head};
use super::finding::Code;
use super::look::{Look, kept};
use super::{file, head, links, page};

/// Most mails in mails and most lines that may be boundaries, before anything is parsed: the parser keeps an entry
/// for each, and lets go of one mail inside the other.
const MOST_MAILS: usize = 100;
const MOST_BOUNDARIES: usize = 50_000;

/// Texts of a mail, for its likeness.
pub(super) type Texts = String;

/// Examines a mail.
pub(super) fn examine(look: &mut Look<'_>, bytes: &[u8], into: &mut Examined) -> Texts {
    let bytes = bounded(look, bytes);
    let mut texts = Texts::new();
    let read = look.guarded("", |look| {
        let Some(mail) = MessageParser::default().parse(bytes.as_ref()).filter(|mail| !mail.headers().is_empty())
        else {
            look.found("", Code::NotMail);
            return;
        };
        head::read(look, &mail, into);
        // The parser takes any bytes for some header: what holds none of a mail's is no mail.
        if into.head == Head::default() && into.path.is_empty() {
            look.found("", Code::NotMail);
            return;
        }
        head::compare(look, &into.head);
        let found = parts(look, &mail, "", 0, &mut texts);
        into.attachments = found;
    });
    if read.is_none() {
        look.found("", Code::NotMail);
    }
    texts
}

/// A mail whose header, mails in mails and boundaries are within the limits: what goes beyond is cut off.
fn bounded<'b>(look: &mut Look<'_>, bytes: &'b [u8]) -> Cow<'b, [u8]> {
    let most = look.how.limits.head_bytes;
    let (mut mails, mut boundaries, mut start, mut head_end) = (0, 0, 0, None);
    let mut end = bytes.len();
    for stop in memchr_iter(b'\n', bytes).chain(Some(bytes.len())) {
        let line = bytes.get(start..stop).unwrap_or_default();
        if head_end.is_none() && line.iter().all(|byte| *byte == b'\r') {
            head_end = Some(start);
        }
        match line {
            [b'-', b'-', ..] => boundaries += 1,
            [b'c' | b'C' | b' ' | b'\t', ..] if names_mail(line) => mails += 1,
            _ => {}
        }
        if mails > MOST_MAILS || boundaries > MOST_BOUNDARIES {
            look.found("", if mails > MOST_MAILS { Code::TooDeep } else { Code::TooManyParts });
            end = start;
            break;
        }
        start = stop + 1;
    }
    let bytes = bytes.get(..end).unwrap_or_default();
    let head_end = head_end.unwrap_or(end).min(end);
    if head_end <= most {
        return Cow::Borrowed(bytes);
    }
    look.found("head", Code::HeadTooLong);
    let front = bytes.get(..most).unwrap_or_default();
    let whole = memchr::memrchr(b'\n', front).map_or(most, |at| at + 1);
    let front = bytes.get(..whole).unwrap_or_default();
    Cow::Owned([front, b"\r\n", bytes.get(head_end..).unwrap_or_default()].concat())
}

/// Whether a line of a header (or one that looks like it) says that a mail lies inside.
fn names_mail(line: &[u8]) -> bool {
    let line = line.get(..line.len().min(1_000)).unwrap_or_default().to_ascii_lowercase();
    let is_type = line.starts_with(b"content-type") || line.first().is_some_and(u8::is_ascii_whitespace);
    is_type && (memchr::memmem::find(&line, b"message").is_some() || memchr::memmem::find(&line, b"digest").is_some())
}

/// Looks at the parts of a mail; what is attached comes back.
fn parts(look: &mut Look<'_>, mail: &Message<'_>, place: &str, depth: usize, texts: &mut Texts) -> Vec<Attachment> {
    let mut attachments = Vec::new();
    for (number, part) in mail.parts.iter().enumerate() {
        if matches!(part.body, PartType::Multipart(_)) {
            continue;
        }
        if look.parts_left == 0 {
            look.found("", Code::TooManyParts);
            break;
        }
        look.parts_left -= 1;
        if part.is_encoding_problem {
            look.found(&format!("{place}parts[{number}]"), Code::BadEncoding);
        }
        let number = number as u32;
        let is_body = mail.text_body.contains(&number) || mail.html_body.contains(&number);
        let bytes: &[u8] = match &part.body {
            PartType::Text(text) if is_body && part.attachment_name().is_none() => {
                let text = look.text(place, text);
                links::in_text(look, place, text);
                texts.push_str(text);
                texts.push('\n');
                continue;
            }
            PartType::Html(text) if is_body && part.attachment_name().is_none() => {
                let text = look.text(place, text);
                page::look_at(look, place, text);
                // The text of a page counts where it stands alone; else it says what the plain text says.
                if !mail.text_body.iter().any(|body| mail.part(*body).is_some_and(|part| part.is_text())) {
                    texts.push_str(&page::text(text));
                    texts.push('\n');
                }
                continue;
            }
            PartType::Text(text) | PartType::Html(text) => text.as_bytes(),
            PartType::Binary(bytes) | PartType::InlineBinary(bytes) => bytes,
            PartType::Message(inner) => inner.raw_message(),
            PartType::Multipart(_) => continue,
        };
        let inner = format!("{place}attachments[{}]", attachments.len());
        let declared = part.content_type().map(|kind| match kind.subtype() {
            Some(subtype) => format!("{}/{subtype}", kind.ctype()).to_lowercase(),
            None => kind.ctype().to_lowercase(),
        });
        let name = part.attachment_name().unwrap_or_default();
        let mut made =
            Attachment { name: kept(name), declared: declared.as_deref().and_then(kept), ..Attachment::default() };
        file::named(look, &inner, name);
        match &part.body {
            PartType::Message(nested) => {
                made.seen = Some("mail".to_owned());
                let bytes = bytes.get(part.offset_body as usize..part.offset_end as usize).unwrap_or(bytes);
                made.size = bytes.len() as u64;
                made.sha256 = Some(super::archive::digest(bytes));
                if depth + 1 >= look.how.limits.depth {
                    look.found(&inner, Code::TooDeep);
                } else {
                    made.entries = nested_parts(look, nested, &inner, depth, texts);
                }
            }
            _ => file::look_at(look, &inner, bytes, 0, &mut made),
        }
        attachments.push(made);
    }
    attachments
}

/// Parts of a mail that lies in a mail: what is attached to it stands under its entries.
fn nested_parts(
    look: &mut Look<'_>,
    nested: &Message<'_>,
    place: &str,
    depth: usize,
    texts: &mut Texts,
) -> Vec<Attachment> {
    parts(look, nested, &format!("{place}."), depth + 1, texts)
}
