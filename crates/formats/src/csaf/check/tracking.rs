//! The document itself: versions, languages, category (tests 6.1.14 to 6.1.22, 6.1.26, 6.1.28, 6.1.30).

use std::collections::HashSet;

use renkei_core::time::Moment;

use super::walk::Walk;
use crate::csaf::finding::Code;
use crate::csaf::text;
use crate::csaf::version::Version;
use crate::tree::Object;

/// The profiles of section 4, by the word of `category`.
const PROFILES: [&str; 5] = [
    "csaf_base",
    "csaf_informational_advisory",
    "csaf_security_advisory",
    "csaf_security_incident_response",
    "csaf_vex",
];

/// Checks what stands in `document`.
pub(super) fn check<'t>(root: &'t Object, walk: &mut Walk<'t, '_>) {
    let Some(document) = root.object("document") else { return };
    walk.inside("document", |walk| {
        if document.text("category").is_some_and(is_prohibited) {
            walk.inside("category", |walk| walk.fail(Code::Category, "6.1.26"));
        }
        let is_translated = document.object("publisher").and_then(|one| one.text("category")) == Some("translator");
        match (document.text("source_lang"), document.text("lang")) {
            (None, _) if is_translated => walk.inside("source_lang", |walk| walk.fail(Code::Languages, "6.1.15")),
            (Some(source), Some(own)) if source == own => {
                walk.inside("source_lang", |walk| walk.fail(Code::Languages, "6.1.28"));
            }
            _ => {}
        }
        if let Some(tracking) = document.object("tracking") {
            walk.inside("tracking", |walk| versions(tracking, walk));
        }
    });
}

/// Test 6.1.26: names that begin like a profile, or are one but for blanks, dashes and capitals.
fn is_prohibited(category: &str) -> bool {
    if PROFILES.contains(&category) {
        return false;
    }
    let plain = |text: &str| -> String {
        text.chars().filter(|one| !one.is_whitespace() && !is_dash(*one)).flat_map(char::to_lowercase).collect()
    };
    let found = plain(category);
    category.to_lowercase().starts_with("csaf_")
        || PROFILES
            .iter()
            .filter(|profile| **profile != "csaf_base")
            .any(|profile| found == plain(profile) || found == plain(profile.trim_start_matches("csaf_")))
}

/// Dashes and what looks like one, and what joins words.
const fn is_dash(one: char) -> bool {
    matches!(
        one,
        '-' | '_' | '\u{AD}' | '\u{58A}' | '\u{1806}' | '\u{2010}'
            ..='\u{2015}' | '\u{2212}' | '\u{2500}' | '\u{2E3A}' | '\u{2E3B}' | '\u{FE58}' | '\u{FE63}' | '\u{FF0D}'
    )
}

/// A row of the revision history.
struct Row<'t> {
    at: Moment,
    version: Version<'t>,
}

fn versions<'t>(tracking: &'t Object, walk: &mut Walk<'t, '_>) {
    let version = tracking.text("version").and_then(Version::read);
    let is_draft = tracking.text("status") == Some("draft");
    let is_released = matches!(tracking.text("status"), Some("final" | "interim"));
    if let Some(version) = version
        && is_released
    {
        if version.is_initial() || version.is_before_release() {
            walk.inside("status", |walk| walk.fail(Code::StatusVersion, "6.1.17"));
        }
        if version.is_before_release() {
            walk.inside("version", |walk| walk.fail(Code::StatusVersion, "6.1.20"));
        }
    }
    let first_whole =
        tracking.objects("revision_history").find_map(|one| Version::read(one.text("number")?)).map(Version::is_whole);
    let mut seen = HashSet::new();
    let mut is_early_listed = false;
    walk.each(tracking, "revision_history", |row, walk| {
        let Some(number) = row.text("number") else { return };
        walk.inside("number", |walk| {
            if !seen.insert(number) {
                walk.fail(Code::Gap, "6.1.22");
            }
            let Some(version) = Version::read(number) else { return };
            is_early_listed |= version.is_initial();
            if version.is_before_release() {
                walk.fail(Code::StatusVersion, "6.1.19");
            }
            if first_whole != Some(version.is_whole()) {
                walk.fail(Code::OtherRevision, "6.1.30");
            }
        });
    });
    if is_early_listed && is_released {
        walk.inside("status", |walk| walk.fail(Code::StatusVersion, "6.1.18"));
    }
    if let (Some(version), Some(first)) = (version, first_whole)
        && version.is_whole() != first
    {
        walk.inside("version", |walk| walk.fail(Code::OtherRevision, "6.1.30"));
    }
    let Some(rows) = rows(tracking) else { return };
    sorted(&rows, walk);
    if let (Some(last), Some(version)) = (rows.last(), version)
        && !agree(last.version, version, is_draft)
    {
        walk.inside("version", |walk| walk.fail(Code::OtherRevision, "6.1.16"));
    }
}

/// The rows by date, then by version; `None`: a date or version cannot be read, which the schema tells.
fn rows(tracking: &Object) -> Option<Vec<Row<'_>>> {
    let mut rows = Vec::new();
    for row in tracking.list("revision_history") {
        let row = row.as_object()?;
        rows.push(Row { at: text::moment(row.text("date")?)?, version: Version::read(row.text("number")?)? });
    }
    rows.sort_by(|one, other| one.at.cmp(&other.at).then_with(|| one.version.order(other.version)));
    Some(rows)
}

/// Tests 6.1.14 and 6.1.21, on rows by date.
fn sorted<'t>(rows: &[Row<'t>], walk: &mut Walk<'t, '_>) {
    let is_rising = rows.windows(2).all(|pair| match pair {
        [one, other] => one.version.order(other.version).is_le(),
        _ => true,
    });
    let mut seen = HashSet::new();
    let mut majors = rows.iter().map(|row| row.version.major()).filter(|major| seen.insert(*major));
    // The first is 0 or 1, and none is beyond the one that is due.
    let first = majors.next().and_then(|major| major.parse::<usize>().ok()).filter(|first| *first < 2);
    let is_whole = first.is_some_and(|first| {
        (first + 1..).zip(majors).all(|(due, major)| major.parse::<usize>().is_ok_and(|major| major <= due))
    });
    walk.inside("revision_history", |walk| {
        if !is_rising {
            walk.fail(Code::Unsorted, "6.1.14");
        }
        if !is_whole {
            walk.fail(Code::Gap, "6.1.21");
        }
    });
}

/// Test 6.1.16: builds do not count; of a draft neither does what comes before a release.
fn agree(last: Version<'_>, version: Version<'_>, is_draft: bool) -> bool {
    match is_draft {
        true => last.released() == version.released(),
        false => last == version,
    }
}
