//! Characters of XML: which are allowed, and how five of them are written.

use std::fmt::Write as _;

use crate::hi1::flaw::Flaw;

/// Whether XML 1.0 allows a character (production 2).
pub(super) const fn is_allowed(character: char) -> bool {
    matches!(character, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
}

/// Whether a text is a name with at most one colon (production 4 of XML; of letters beyond ASCII all are taken).
pub(super) fn is_name(text: &str) -> bool {
    let first = |c: char| c.is_ascii_alphabetic() || c == '_' || !c.is_ascii();
    let later = |c: char| first(c) || c.is_ascii_digit() || matches!(c, '-' | '.');
    let part = |part: &str| part.starts_with(first) && part.chars().all(|c| later(c) && is_allowed(c));
    let mut parts = text.split(':');
    parts.by_ref().take(2).all(part) && parts.next().is_none()
}

/// The text that references stand in; no entities but the five of XML.
pub(super) fn decoded(raw: &str) -> Result<String, Flaw> {
    let text = quick_xml::escape::unescape(raw).map_err(|_| Flaw::Entities)?;
    if text.chars().all(is_allowed) { Ok(text.into_owned()) } else { Err(Flaw::IllFormed(0)) }
}

/// Line ends as a reader of XML hands them on (section 2.11).
pub(super) fn line_feeds(raw: &str) -> String {
    raw.replace("\r\n", "\n").replace('\r', "\n")
}

/// Writes a text as the content of an element.
pub(super) fn push_text(out: &mut String, text: &str) {
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            // A reader would make a line feed of it.
            '\r' => out.push_str("&#13;"),
            other => out.push(other),
        }
    }
}

/// Writes a text as the value of an attribute, between double quotes.
pub(super) fn push_attribute(out: &mut String, text: &str) {
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '"' => out.push_str("&quot;"),
            // A reader would make spaces of them.
            '\t' | '\n' | '\r' => {
                // Writing to a String cannot fail.
                let _ = write!(out, "&#{};", u32::from(character));
            }
            other => out.push(other),
        }
    }
}
