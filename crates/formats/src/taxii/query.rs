//! Query strings to filters (section 3.4): everything malformed is a flaw, what is not known is left alone.

use super::cursor::Search;
use super::filter::{Filter, VersionMatch};
use super::limits::Limits;
use super::refusal::Flaw;
use super::stamp;

/// Which parameters a resource knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Knows {
    /// All of them: objects and manifest.
    All,
    /// Not `match[id]` and `match[type]`: one object.
    Object,
    /// Neither `match[version]`: the versions of one object.
    Versions,
    /// `match[version]` and `match[spec_version]` alone, and nothing else may stand there: what destroys.
    Delete,
}

/// The parameters as they stand in a query, each at most once.
#[derive(Debug, Default)]
struct Raw {
    added_after: Option<String>,
    limit: Option<String>,
    next: Option<String>,
    matches: Vec<(String, String)>,
}

/// Reads the query of a resource.
pub(super) fn read(resource: &str, query: &str, knows: Knows, limits: &Limits) -> Result<Search, Flaw> {
    let raw = raw(query, knows, limits)?;
    let mut filter = Filter::default();
    if matches!(knows, Knows::Versions | Knows::Delete) {
        filter.versions = VersionMatch::All;
    }
    if let Some(text) = raw.added_after {
        filter.added_after = Some(stamp::read(&text).ok_or(Flaw::AddedAfter)?);
    }
    for (field, text) in &raw.matches {
        let values = || values(text, limits.values);
        match (field.as_str(), knows) {
            ("id", Knows::All) => filter.ids = values()?,
            ("type", Knows::All) => filter.types = values()?,
            ("version", Knows::All | Knows::Object | Knows::Delete) => {
                filter.versions = VersionMatch::read(&values()?)?
            }
            ("spec_version", _) => {
                let specs: Result<_, _> =
                    values()?.iter().map(|text| text.parse().map_err(|_| Flaw::SpecVersion)).collect();
                filter.specs = specs?;
            }
            (_, Knows::Delete) => return Err(Flaw::Unknown),
            // Servers may ignore fields that they do not know.
            _ => {}
        }
    }
    let limit = raw.limit.map_or(Ok(limits.page), |text| limit(&text, limits.page))?;
    let search = Search::new(resource, filter, limit);
    match raw.next {
        Some(next) => search.resume(&next),
        None => Ok(search),
    }
}

fn raw(query: &str, knows: Knows, limits: &Limits) -> Result<Raw, Flaw> {
    if query.len() > limits.query {
        return Err(Flaw::Length(limits.query));
    }
    let mut raw = Raw::default();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let (name, value) = (unescape(name).ok_or(Flaw::Escape)?, unescape(value).ok_or(Flaw::Escape)?);
        let place = match name.as_str() {
            "added_after" if knows != Knows::Delete => &mut raw.added_after,
            "limit" if knows != Knows::Delete => &mut raw.limit,
            "next" if knows != Knows::Delete => &mut raw.next,
            name => {
                if let Some(field) = name.strip_prefix("match[").and_then(|rest| rest.strip_suffix(']')) {
                    if raw.matches.iter().any(|(other, _)| other == field) {
                        return Err(Flaw::Twice);
                    }
                    raw.matches.push((field.to_owned(), value));
                } else if knows == Knows::Delete {
                    return Err(Flaw::Unknown);
                }
                continue;
            }
        };
        if place.replace(value).is_some() {
            return Err(Flaw::Twice);
        }
    }
    Ok(raw)
}

/// Values between commas, without blanks; each once.
fn values(text: &str, most: usize) -> Result<Vec<Box<str>>, Flaw> {
    let mut values: Vec<Box<str>> = Vec::new();
    for value in text.split(',') {
        if value.is_empty() || value.chars().any(|character| character.is_whitespace() || character.is_control()) {
            return Err(Flaw::Values);
        }
        values.push(value.into());
    }
    if values.len() > most { Err(Flaw::Values) } else { Ok(values) }
}

/// A whole number above 0, at most as much as the server gives.
fn limit(text: &str, most: usize) -> Result<usize, Flaw> {
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) || text.bytes().all(|byte| byte == b'0') {
        return Err(Flaw::Limit);
    }
    // What does not fit into a number is more than any server gives.
    Ok(text.parse().unwrap_or(usize::MAX).min(most))
}

/// Undoes the escapes of RFC 3986 section 2.1. `+` is a plus and no blank: it stands in offsets of timestamps.
pub(super) fn unescape(text: &str) -> Option<String> {
    if !text.contains('%') {
        return Some(text.to_owned());
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        if *first != b'%' {
            bytes.push(*first);
            continue;
        }
        let (digits, after) = rest.split_first_chunk::<2>()?;
        let digits =
            std::str::from_utf8(digits).ok().filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))?;
        bytes.push(u8::from_str_radix(digits, 16).ok()?);
        rest = after;
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use renkei_core::time::Moment;

    fn of(query: &str, knows: Knows) -> Result<Search, Flaw> {
        read("c/objects", query, knows, &Limits::default())
    }

    #[test]
    fn filters_are_read() {
        let query = "added_after=2020-01-01T00:00:00+00:00&limit=5&match%5Btype%5D=indicator,x-role&match[id]=a--1&\
                     match[spec_version]=2.0,2.1&match[version]=first&match[x]=y&other=1&&other=2";
        let search = of(query, Knows::All).unwrap();
        assert_eq!((search.limit, search.after()), (5, Moment(1_577_836_800_000_000)));
        assert_eq!((search.filter.types.len(), search.filter.ids.len(), search.filter.specs.len()), (2, 1, 2));
        let object = of("match[type]=indicator&match[version]=all", Knows::Object).unwrap();
        assert!(object.filter.types.is_empty() && object.filter.versions == VersionMatch::All);
        assert_eq!(of("match[version]=last", Knows::Versions).unwrap().filter.versions, VersionMatch::All);
        assert_eq!(of("", Knows::All).unwrap().limit, Limits::default().page);
        assert_eq!(of("limit=99999999999999999999999", Knows::All).unwrap().limit, Limits::default().page);
    }

    #[test]
    fn what_is_malformed_is_told() {
        for (query, flaw) in [
            ("limit=0", Flaw::Limit),
            ("limit=000", Flaw::Limit),
            ("limit=-1", Flaw::Limit),
            ("limit=+1", Flaw::Limit),
            ("limit=abc", Flaw::Limit),
            ("limit=1.0", Flaw::Limit),
            ("limit=", Flaw::Limit),
            ("limit", Flaw::Limit),
            ("limit=1&limit=1", Flaw::Twice),
            ("next=x&next=x", Flaw::Twice),
            ("match[type]=a&match%5btype%5d=b", Flaw::Twice),
            ("match[x]=a&match[x]=b", Flaw::Twice),
            ("added_after=yesterday", Flaw::AddedAfter),
            ("added_after=", Flaw::AddedAfter),
            ("added_after=2020-01-01T00:00:00Z,2020-01-01T00:00:00Z", Flaw::AddedAfter),
            ("match[type]=", Flaw::Values),
            ("match[type]=a,", Flaw::Values),
            ("match[type]=a,%20b", Flaw::Values),
            ("match[version]=all,last", Flaw::Version),
            ("match[spec_version]=two", Flaw::SpecVersion),
            ("match[type]=%zz", Flaw::Escape),
            ("match[type]=%f", Flaw::Escape),
            ("match[type]=%ff", Flaw::Escape),
            ("next=garbage", Flaw::Next),
        ] {
            assert_eq!(of(query, Knows::All), Err(flaw), "{query}");
        }
        assert_eq!(of(&"x".repeat(20_000), Knows::All), Err(Flaw::Length(16 << 10)));
        assert_eq!(of(&format!("match[id]={}a", "a,".repeat(300)), Knows::All), Err(Flaw::Values));
    }

    #[test]
    fn what_destroys_ignores_nothing() {
        assert_eq!(of("", Knows::Delete).unwrap().filter.versions, VersionMatch::All);
        assert!(of("match[version]=2016-01-01T01:01:01.000Z&match[spec_version]=2.1", Knows::Delete).is_ok());
        for query in ["match[type]=a", "match[versoin]=last", "limit=1", "version=last"] {
            assert_eq!(of(query, Knows::Delete), Err(Flaw::Unknown), "{query}");
        }
    }
}
