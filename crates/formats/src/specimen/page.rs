//! Pages in HTML: their links, and signs that they build a file and have it saved (HTML smuggling).

use super::finding::Code;
use super::links::{self, host};
use super::look::{Look, cut};

/// Most bytes of a tag, and of a link's text.
const MOST_TAG: usize = 8_192;
const MOST_SHOWN: usize = 400;
/// A run of base64 this long is a file and no name.
const LONG_BASE64: usize = 2_000;

/// Notes the links of a page.
pub(super) fn links(look: &mut Look<'_>, place: &str, page: &str) {
    let mut open: Option<(String, String)> = None;
    let mut rest = page;
    while let Some((before, after)) = rest.split_once('<') {
        if let Some((_, shown)) = &mut open {
            shown.push_str(cut(before, MOST_SHOWN.saturating_sub(shown.len())));
        }
        let tag = cut(after, MOST_TAG);
        let tag = tag.get(..end(tag)).unwrap_or_default();
        rest = after.get(tag.len()..).unwrap_or_default();
        rest = rest.strip_prefix('>').unwrap_or(rest);
        let name: String = tag.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '/').take(12).collect();
        let name = name.to_ascii_lowercase();
        if matches!(name.as_str(), "a" | "/a") {
            close(look, place, open.take());
        }
        for (attribute, value) in attributes(tag) {
            match (name.as_str(), attribute.as_str()) {
                ("a", "href") => open = Some((value, String::new())),
                (_, "href" | "src" | "action" | "background" | "formaction") => links::note(look, place, &value, None),
                ("meta", "content") => {
                    if let Some((_, url)) = value.split_once("url=").or_else(|| value.split_once("URL=")) {
                        links::note(look, place, url, None);
                    }
                }
                _ => {}
            }
        }
    }
    close(look, place, open);
}

/// Where a tag ends: at the first `>` that stands in no quotes.
fn end(tag: &str) -> usize {
    let mut quote = None;
    for (at, byte) in tag.bytes().enumerate() {
        match (quote, byte) {
            (None, b'>') => return at,
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), _) if open == byte => quote = None,
            _ => {}
        }
    }
    // Quotes that never close hide nothing.
    tag.find('>').unwrap_or(tag.len())
}

fn close(look: &mut Look<'_>, place: &str, open: Option<(String, String)>) {
    let Some((target, shown)) = open else { return };
    let shown = entities(&shown);
    let shows = shown.split_whitespace().find_map(host);
    links::note(look, place, &target, shows);
}

/// The attributes of a tag.
fn attributes(tag: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut rest = tag;
    while let Some((front, back)) = rest.split_once('=') {
        let name = front.trim_end().rsplit([' ', '\t', '\r', '\n', '/', '"', '\'']).next().unwrap_or_default();
        let back = back.trim_start();
        let (value, after) = match back.chars().next() {
            Some(quote @ ('"' | '\'')) => {
                let inner = back.get(1..).unwrap_or_default();
                inner.split_once(quote).unwrap_or((inner, ""))
            }
            _ => back.split_once(|c: char| c.is_ascii_whitespace()).unwrap_or((back, "")),
        };
        found.push((name.to_ascii_lowercase(), entities(value)));
        rest = after;
    }
    found
}

/// Entities that occur in links, as characters.
fn entities(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        out.push_str(before);
        let known = after.split_once(';').filter(|(name, _)| name.len() <= 8).and_then(|(name, behind)| {
            let digits = name.strip_prefix('#');
            let number = digits.and_then(|digits| match digits.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok(),
                None => digits.parse().ok(),
            });
            let character = match name {
                "amp" => Some('&'),
                "lt" => Some('<'),
                "gt" => Some('>'),
                "quot" => Some('"'),
                "apos" => Some('\''),
                "nbsp" => Some(' '),
                _ => number.and_then(char::from_u32),
            };
            Some((character?, behind))
        });
        match known {
            Some((character, behind)) => {
                out.push(character);
                rest = behind;
            }
            None => {
                out.push('&');
                rest = after;
            }
        }
    }
    out + rest
}

/// Whether a page builds a file out of itself and has it saved: a long run of base64 (or of numbers) together with
/// what makes a file of it.
pub(super) fn is_smuggling(page: &str) -> bool {
    let lower = page.to_ascii_lowercase();
    let builds =
        ["new blob", "mssaveoropenblob", "createobjecturl", "new file("].iter().any(|word| lower.contains(word));
    let decodes = ["atob(", "fromcharcode", "base64", "uint8array"].iter().any(|word| lower.contains(word));
    let saves = ["download", "mssaveoropenblob", ".click()", "location.href", "saveas("]
        .iter()
        .any(|word| lower.contains(word));
    let data = lower.contains("data:") && lower.contains(";base64,") && lower.contains("download");
    let mut run = 0;
    let mut longest = 0;
    for byte in page.bytes() {
        run = if byte.is_ascii_alphanumeric() || b"+/=,-_ ".contains(&byte) { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    longest >= LONG_BASE64 && ((builds && (decodes || saves)) || data)
}

/// Looks at a page: its links and its signs.
pub(super) fn look_at(look: &mut Look<'_>, place: &str, page: &str) {
    links(look, place, page);
    if is_smuggling(page) {
        look.found(place, Code::Smuggling);
    }
}

/// The text of a page, roughly: without tags, scripts and styles.
pub(super) fn text(page: &str) -> String {
    let mut out = String::new();
    let mut rest = page;
    let mut hidden: Option<&str> = None;
    while let Some((before, after)) = rest.split_once('<') {
        if hidden.is_none() {
            out.push_str(&entities(before));
            out.push(' ');
        }
        let tag = cut(after, MOST_TAG);
        let tag = tag.get(..end(tag)).unwrap_or_default();
        let name: String = tag.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '/').take(12).collect();
        hidden = match (hidden, name.to_ascii_lowercase().as_str()) {
            (None, "script") => Some("/script"),
            (None, "style") => Some("/style"),
            (Some(end), name) if end == name => None,
            (hidden, _) => hidden,
        };
        rest = after.get(tag.len()..).unwrap_or_default();
        rest = rest.strip_prefix('>').unwrap_or(rest);
    }
    if hidden.is_none() {
        out.push_str(&entities(rest));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::look::How;
    use super::*;

    fn read(page: &str) -> (Vec<(String, Option<String>)>, Vec<Code>) {
        let how = How::default();
        let mut look = Look::new(&how);
        look_at(&mut look, "", page);
        let links = look.links.into_iter().map(|link| (link.url, link.shows)).collect();
        (links, look.findings.into_iter().map(|one| one.code).collect())
    }

    #[test]
    fn what_a_link_shows_is_compared_with_where_it_leads() {
        let (links, codes) = read(
            r#"<p><A class=x HREF="https://evil.test/a?b=1&amp;c=2"><b>https://bank.example/</b></a> <a href='http://www.bank.example/x'>bank.example</a>"#,
        );
        assert_eq!(links[0], ("https://evil.test/a?b=1&c=2".to_owned(), Some("bank.example".to_owned())));
        assert_eq!(links[1], ("http://www.bank.example/x".to_owned(), None));
        assert_eq!(codes, [Code::LinkElsewhere]);
        let (_, codes) = read(r#"<a href="http://user@198.18.0.7/">here</a>"#);
        assert_eq!(codes, [Code::LinkToAddress, Code::LinkWithUser]);
    }

    #[test]
    fn a_page_that_builds_a_file_is_told() {
        let page = format!(
            "<script>var b=new Blob([atob('{}')]);var a=document.createElement('a');a.href=URL.createObjectURL(b);a.download='x.zip';a.click()</script>",
            "QUJD".repeat(1_000)
        );
        assert_eq!(read(&page).1, [Code::Smuggling]);
        assert_eq!(read("<p>new Blob, atob( and download are words</p>").1, []);
        assert_eq!(
            text("<style>x</style><p>Hello &amp; <b>you</b></p>").split_whitespace().collect::<Vec<_>>(),
            ["Hello", "&", "you"]
        );
    }
}
