//! Pages: a document with its language, policy and style; nothing is loaded, nothing runs.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use renkei_core::text::Language;
use sha2::{Digest as _, Sha256};

use super::markup::Markup;
use super::words::{Words, moment};
use super::{Site, alert, report as figures};

/// The style of every page; its digest stands in the policy, so that no other style counts.
const STYLE: &str = include_str!("style.css");

/// The first page, which speaks both languages.
pub(super) fn front(site: &Site) -> String {
    let title = format!("{} / {}", site.office.ja, site.office.en);
    document("ja", &title, "", |page| {
        page.text("h1", &[], &title);
        for language in [Language::Ja, Language::En] {
            let words = Words::new(language);
            page.with("section", &[("lang", language.tag())], |page| {
                page.text("h2", &[], &words.say("site-title", &[("office", site.office.get(language).to_owned())]));
                page.with("ul", &[], |list| {
                    for (href, key) in
                        [("index.html", "report-title"), ("alerts.html", "alerts-all"), ("feed.atom", "feed-link")]
                    {
                        let href = format!("{}/{href}", language.tag());
                        list.with("li", &[], |row| row.text("a", &[("href", &href)], &words.of(key)));
                    }
                });
            });
        }
    })
}

/// The report.
pub(super) fn report(site: &Site, language: Language) -> String {
    let words = Words::new(language);
    let title = words.say("site-title", &[("office", site.office.get(language).to_owned())]);
    document(language.tag(), &title, "index.html", |page| {
        page.text("h1", &[], &title);
        alert::list(page, &site.alerts, &words);
        match (&site.report_retracted, &site.report) {
            (Some((at, why)), _) => {
                page.with("h2", &[], |line| {
                    line.text("strong", &[], &words.of("mark-retracted"));
                    line.say(&words.of("report-title"));
                });
                page.text("p", &[], &words.say("retracted-at", &[("at", moment(&at.to_string()))]));
                page.paragraphs(why.get(language));
            }
            (None, Some(report)) => figures::sections(page, report, &words),
            (None, None) => {
                page.text("h2", &[], &words.of("report-title"));
                page.text("p", &[], &words.of("report-none"));
            }
        }
        figures::advice(page, &words);
    })
}

/// The alerts, each with what became of it.
pub(super) fn alerts(site: &Site, language: Language) -> String {
    let words = Words::new(language);
    let title = words.of("alerts-title");
    document(language.tag(), &title, "alerts.html", |page| {
        page.text("h1", &[], &title);
        if site.alerts.is_empty() {
            page.text("p", &[], &words.of("alerts-none"));
        }
        for alert in &site.alerts {
            alert::article(page, alert, &words);
        }
    })
}

fn document(language: &str, title: &str, here: &str, inner: impl FnOnce(&mut Markup)) -> String {
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{}'; img-src data:; base-uri 'none'; form-action 'none'",
        STANDARD.encode(Sha256::digest(STYLE))
    );
    let mut page = Markup::beginning("<!DOCTYPE html>\n");
    page.with("html", &[("lang", language)], |page| {
        page.with("head", &[], |head| {
            head.empty("meta", &[("charset", "utf-8")]);
            head.empty("meta", &[("http-equiv", "Content-Security-Policy"), ("content", &policy)]);
            head.empty("meta", &[("name", "viewport"), ("content", "width=device-width, initial-scale=1")]);
            head.empty("meta", &[("name", "referrer"), ("content", "no-referrer")]);
            if !here.is_empty() {
                head.empty("link", &[("rel", "alternate"), ("type", "application/atom+xml"), ("href", "feed.atom")]);
            }
            // Without it browsers ask the server for one.
            head.empty("link", &[("rel", "icon"), ("href", "data:,")]);
            head.text("title", &[], title);
            head.style(STYLE);
        });
        page.with("body", &[], |body| {
            if let Some(words) = navigation(language).filter(|_| !here.is_empty()) {
                body.with("header", &[], |header| menu(header, &words, here));
            }
            body.with("main", &[], inner);
        });
    });
    page.finish()
}

fn navigation(language: &str) -> Option<Words> {
    [Language::Ja, Language::En].into_iter().find(|known| known.tag() == language).map(Words::new)
}

fn menu(header: &mut Markup, words: &Words, here: &str) {
    let other = words.language.other();
    header.with("nav", &[("aria-label", &words.of("menu"))], |nav| {
        for (href, key) in [("index.html", "report-title"), ("alerts.html", "alerts-title")] {
            let mut attributes = vec![("href", href)];
            if href == here {
                attributes.push(("aria-current", "page"));
            }
            nav.text("a", &attributes, &words.of(key));
            nav.say(" ");
        }
        let href = format!("../{}/{here}", other.tag());
        nav.text(
            "a",
            &[("href", &href), ("lang", other.tag()), ("hreflang", other.tag())],
            &Words::new(other).of("language"),
        );
    });
}
