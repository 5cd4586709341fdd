//! Alerts on a page: as they are now, with what was corrected, or that they were taken back and why.

use super::Alert;
use super::markup::Markup;
use super::words::{Words, moment};

/// One alert as an article.
pub(super) fn article(page: &mut Markup, alert: &Alert, words: &Words) {
    let language = words.language;
    page.with(
        "article",
        &[("id", &alert.id), ("class", if alert.retracted.is_some() { "gone" } else { "alert" })],
        |page| {
            page.with("h2", &[], |title| {
                if alert.retracted.is_some() {
                    title.text("strong", &[], &words.of("mark-retracted"));
                    title.text("s", &[], alert.title.get(language));
                } else {
                    if !alert.corrections.is_empty() {
                        title.text("strong", &[], &words.of("mark-corrected"));
                    }
                    title.say(alert.title.get(language));
                }
            });
            page.text(
                "p",
                &[("class", "quiet")],
                &words.say("published-at", &[("at", moment(&alert.published.to_string()))]),
            );
            match &alert.retracted {
                Some((at, why)) => {
                    page.text("p", &[], &words.say("retracted-at", &[("at", moment(&at.to_string()))]));
                    page.paragraphs(why.get(language));
                }
                None => page.paragraphs(alert.text.get(language)),
            }
            for (at, what) in &alert.corrections {
                page.text("h3", &[], &words.say("corrected-at", &[("at", moment(&at.to_string()))]));
                page.paragraphs(what.get(language));
            }
        },
    );
}

/// The titles of the alerts that stand, as a list of links.
pub(super) fn list(page: &mut Markup, alerts: &[Alert], words: &Words) {
    page.text("h2", &[], &words.of("alerts-title"));
    let mut standing = alerts.iter().filter(|alert| alert.retracted.is_none()).peekable();
    if standing.peek().is_none() {
        page.text("p", &[], &words.of("alerts-none"));
    } else {
        page.with("ul", &[], |list| {
            for alert in standing {
                list.with("li", &[], |row| {
                    let href = format!("alerts.html#{}", alert.id);
                    row.text("a", &[("href", &href)], alert.title.get(words.language));
                    row.say(&format!(" ({})", moment(&alert.changed().to_string())));
                });
            }
        });
    }
    page.with("p", &[], |line| {
        line.text("a", &[("href", "alerts.html")], &words.of("alerts-all"));
        line.say(" · ");
        line.text("a", &[("href", "feed.atom")], &words.of("feed-link"));
    });
}
