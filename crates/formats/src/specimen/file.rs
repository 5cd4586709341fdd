//! One file, attached or inside an archive: what it is, and what it shows without being opened by its program.

use super::archive::{self, digest, is_other, is_other_name};
use super::examined::Attachment;
use super::finding::Code;
use super::look::{Look, cut};
use super::{document, page, seen, shortcut};

/// Notes what a name shows.
pub(super) fn named(look: &mut Look<'_>, place: &str, name: &str) {
    let base = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let signs = [
        (seen::is_double(base), Code::DoubleExtension),
        (seen::is_turned(base), Code::TurnedName),
        (seen::is_script(base), Code::Script),
        (seen::is_program(base), Code::Program),
        (seen::is_image(base), Code::DiskImage),
        (seen::extension(base).is_some_and(|end| end == "lnk"), Code::Shortcut),
        (seen::extension(base).is_some_and(|end| matches!(end.as_str(), "one" | "onepkg")), Code::OneNote),
        (is_other_name(base), Code::OtherArchive),
    ];
    for (_, code) in signs.into_iter().filter(|(is, _)| *is) {
        look.found(place, code);
    }
}

/// Looks at a file. Its name was noted before.
pub(super) fn look_at(look: &mut Look<'_>, place: &str, bytes: &[u8], depth: usize, into: &mut Attachment) {
    into.size = bytes.len() as u64;
    into.sha256 = Some(digest(bytes));
    let by_bytes = seen::by_bytes(bytes);
    into.seen = by_bytes.map(str::to_owned);
    let is_page_name = into.name.as_deref().and_then(seen::extension);
    let is_page = by_bytes == Some("html")
        || by_bytes.is_none()
            && is_page_name.is_some_and(|end| matches!(end.as_str(), "htm" | "html" | "svg" | "xhtml"))
        || by_bytes.is_none() && into.declared.as_deref() == Some("text/html");
    let Some(kind) = by_bytes.or(is_page.then_some("html")) else { return };
    if into.name.as_deref().is_some_and(|name| seen::differs(name, kind)) {
        look.found(place, Code::TypeElsewhere);
    }
    if bytes.len() > look.how.limits.inside_bytes {
        look.found(place, Code::LargeAttachment);
        return;
    }
    match kind {
        "zip" => archive::look_into(look, place, bytes, depth, into),
        "ole" => document::look_into(look, place, bytes, into),
        "rtf" => document::rich_text(look, place, bytes),
        "html" => {
            let text = String::from_utf8_lossy(bytes);
            let text = cut(&text, look.how.limits.text_bytes);
            page::look_at(look, place, text);
        }
        "lnk" => {
            look.found(place, Code::Shortcut);
            match shortcut::read(bytes) {
                Ok(read) => {
                    if read.starts_interpreter() {
                        look.found(place, Code::ShortcutCommand);
                    }
                    into.shortcut = Some(read);
                }
                Err(_) => look.found(place, Code::BadShortcut),
            }
        }
        "program" => look.found(place, Code::Program),
        "script" | "chm" => look.found(place, Code::Script),
        "iso" | "vhd" => look.found(place, Code::DiskImage),
        "onenote" => look.found(place, Code::OneNote),
        other if is_other(other) => look.found(place, Code::OtherArchive),
        _ => {}
    }
}
