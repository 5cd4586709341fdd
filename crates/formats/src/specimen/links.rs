//! Links in texts and pages: in their one form, with what they show.

use std::net::IpAddr;

use super::examined::Link;
use super::finding::Code;
use super::look::Look;
use crate::indicator::{Indicator, Kind, refang};

/// Notes a link if it is one.
pub(super) fn note(look: &mut Look<'_>, place: &str, text: &str, shows: Option<String>) {
    let text = text.trim();
    if text.len() > 4_096 || !(text.contains("://") || text.contains("[") || text.contains("：／／")) {
        return;
    }
    let Ok(found) = Indicator::read(Kind::Url, text) else { return };
    let Ok(url) = url::Url::parse(found.as_str()) else { return };
    let Some(host) = url.host_str() else { return };
    let is_elsewhere = shows.as_deref().is_some_and(|shown| !same(shown, host));
    if is_elsewhere {
        look.found(place, Code::LinkElsewhere);
    }
    if host.trim_matches(['[', ']']).parse::<IpAddr>().is_ok() {
        look.found(place, Code::LinkToAddress);
    }
    if !url.username().is_empty() && matches!(url.scheme(), "http" | "https") {
        look.found(place, Code::LinkWithUser);
    }
    let link = Link {
        host: host.to_owned(),
        shows: shows.filter(|_| is_elsewhere),
        defanged: refang(text).was_defanged,
        url: found.as_str().to_owned(),
    };
    look.link(place, link);
}

/// Whether two hosts are the same, `www.` or not.
fn same(one: &str, other: &str) -> bool {
    let bare = |host: &str| host.strip_prefix("www.").unwrap_or(host).to_ascii_lowercase();
    bare(one) == bare(other)
}

/// Notes the links of a text, defanged ones too.
pub(super) fn in_text(look: &mut Look<'_>, place: &str, text: &str) {
    for word in text.split(|c: char| c.is_whitespace() || "<>\"'`|「」『』【】、，".contains(c)) {
        let lower_start = word.to_ascii_lowercase();
        let start = ["http", "hxxp", "h**p", "ftp://", "meow://", "ｈｔｔｐ"]
            .iter()
            .filter_map(|scheme| lower_start.find(scheme))
            .min();
        if let Some(word) = start.and_then(|start| word.get(start..)) {
            note(look, place, word.trim_end_matches(['.', ',', ';', ':', ')', '。', '!', '?', '>', '*']), None);
        }
    }
}

/// The host that a word shows, if it shows one: a URL, or a domain of two labels with a known look.
pub(super) fn host(word: &str) -> Option<String> {
    let word = word.trim_matches(['(', ')', '<', '>', ',', '.', ';', '"', '\'', '「', '」']);
    if word.contains('@') || word.len() > 1_000 {
        return None;
    }
    if let Ok(url) = Indicator::read(Kind::Url, word) {
        return url::Url::parse(url.as_str()).ok()?.host_str().map(str::to_owned);
    }
    let name = word.split('/').next().unwrap_or_default();
    let (_, last) = name.rsplit_once('.')?;
    // Names of files and numbers are no hosts; `www.` and longer ends are.
    let looks =
        name.starts_with("www.") || matches!(last, "com" | "net" | "org" | "jp" | "info" | "biz" | "example" | "test");
    let read = Indicator::read(Kind::Domain, name).ok().filter(|_| looks)?;
    Some(read.as_str().to_owned())
}
