//! The feed of alerts and reports as Atom (RFC 4287), in each language; corrections and retractions say so.

use renkei_core::text::{Bilingual, Language};
use renkei_core::time::Moment;

use super::markup::Markup;
use super::words::{Words, moment};
use super::{Alert, Site};

/// The feed.
pub(super) fn feed(site: &Site, language: Language) -> String {
    let words = Words::new(language);
    let mut feed = Markup::beginning("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n");
    feed.with("feed", &[("xmlns", "http://www.w3.org/2005/Atom"), ("xml:lang", language.tag())], |feed| {
        feed.text("id", &[], &tag(site, &format!("feed:{}", language.tag())));
        feed.text("title", &[], &words.say("feed-title", &[("office", site.office.get(language).to_owned())]));
        feed.text("updated", &[], &site.changed.to_string());
        feed.with("author", &[], |author| author.text("name", &[], site.office.get(language)));
        feed.empty("link", &[("rel", "self"), ("type", "application/atom+xml"), ("href", "feed.atom")]);
        feed.empty("link", &[("rel", "alternate"), ("type", "text/html"), ("href", "index.html")]);
        for alert in &site.alerts {
            one(feed, alert, &words);
        }
        if site.report.is_some() || site.report_retracted.is_some() {
            report(feed, site, &words);
        }
    });
    feed.finish()
}

fn one(feed: &mut Markup, alert: &Alert, words: &Words) {
    let language = words.language;
    let state = match (&alert.retracted, alert.corrections.last()) {
        (Some(_), _) => Some(words.of("mark-retracted")),
        (None, Some(_)) => Some(words.of("mark-corrected")),
        (None, None) => None,
    };
    let title = format!("{}{}", state.unwrap_or_default(), alert.title.get(language));
    let content = match &alert.retracted {
        Some((_, why)) => why.get(language).to_owned(),
        None => with_corrections(alert, words),
    };
    feed.with("entry", &[], |entry| {
        entry.text("id", &[], &format!("urn:uuid:{}", uuid::Uuid::from_u128(alert.bits)));
        entry.text("title", &[], &title);
        entry.text("published", &[], &alert.published.to_string());
        entry.text("updated", &[], &alert.changed().to_string());
        let href = format!("alerts.html#{}", alert.id);
        entry.empty("link", &[("rel", "alternate"), ("type", "text/html"), ("href", &href)]);
        entry.text("content", &[("type", "text")], &content);
    });
}

fn with_corrections(alert: &Alert, words: &Words) -> String {
    let mut text = alert.text.get(words.language).to_owned();
    for (at, what) in &alert.corrections {
        let when = moment(&at.to_string());
        text.push_str(&format!("\n\n{} {}", words.say("corrected-at", &[("at", when)]), what.get(words.language)));
    }
    text
}

fn report(feed: &mut Markup, site: &Site, words: &Words) {
    let (title, at, text): (String, Moment, String) = match (&site.report_retracted, &site.report) {
        (Some((at, why)), _) => {
            (format!("{}{}", words.of("mark-retracted"), words.of("report-title")), *at, language(why, words))
        }
        (None, Some(report)) => {
            let span = [("from", moment(&report.from)), ("until", moment(&report.until))];
            (words.of("report-title"), site.report_at, words.say("report-span", &span))
        }
        (None, None) => return,
    };
    feed.with("entry", &[], |entry| {
        entry.text("id", &[], &tag(site, "report"));
        entry.text("title", &[], &title);
        entry.text("updated", &[], &at.to_string());
        entry.empty("link", &[("rel", "alternate"), ("type", "text/html"), ("href", "index.html")]);
        entry.text("content", &[("type", "text")], &text);
    });
}

fn language(text: &Bilingual, words: &Words) -> String {
    text.get(words.language).to_owned()
}

/// An id that stays (RFC 4151).
fn tag(site: &Site, what: &str) -> String {
    format!("tag:{},2026:renkei:{what}", site.domain)
}
