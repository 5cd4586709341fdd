//! The forms of texts: moments, URIs, languages, CPE and package URLs, as sections 3.1 and 3.2 want them.

use std::sync::LazyLock;

use regex::Regex;
use renkei_core::time::{Moment, SECOND};

use super::shape::Form;
use super::version::Version;
use crate::stix::Timestamp;

/// Whether a text has a form.
pub(super) fn fits(form: Form, text: &str) -> bool {
    match form {
        Form::Moment => moment(text).is_some(),
        Form::Uri => is_uri(text),
        Form::Language => matches(&LANGUAGE, text),
        Form::Version => Version::read(text).is_some(),
        Form::Category => is_trimmed(text, |end| is_blank(end) || matches!(end, '-' | '_' | '.')),
        Form::Id => is_trimmed(text, is_blank),
        Form::Cve => matches(&CVE, text),
        Form::Cwe => matches(&CWE, text),
        Form::Cpe => matches(&CPE, text),
        Form::Digest => text.len() >= 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit()),
        Form::Purl => is_uri(text) && matches(&PURL, text),
    }
}

/// The moment of a text with its offset (RFC 3339 section 5.6), cut to microseconds.
pub(super) fn moment(text: &str) -> Option<Moment> {
    let at = text.char_indices().skip(19).find(|(_, mark)| matches!(mark, 'Z' | 'z' | '+' | '-')).map(|(at, _)| at)?;
    let (local, zone) = text.split_at_checked(at)?;
    let offset = match zone {
        "Z" | "z" => 0,
        _ => {
            let (hours, minutes) = zone.get(1..)?.split_once(':')?;
            let digits = |part: &str, most: i64| {
                let is_plain = part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
                is_plain.then(|| part.parse().ok())?.filter(|number: &i64| *number <= most)
            };
            let seconds = (digits(hours, 23)? * 60 + digits(minutes, 59)?) * 60;
            if zone.starts_with('-') { -seconds } else { seconds }
        }
    };
    let utc = format!("{}Z", local.replace('t', "T"));
    Timestamp::read(&utc).ok().map(|read| Moment(read.moment().0 - offset * SECOND))
}

/// A URI with its scheme (RFC 3986), in the characters that it may have.
pub(super) fn is_uri(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once(':') else { return false };
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.');
    if !scheme.starts_with(|first: char| first.is_ascii_alphabetic()) || !scheme.bytes().all(is_plain) {
        return false;
    }
    let (before, fragment) = rest.split_once('#').unwrap_or((rest, ""));
    let (path, query) = before.split_once('?').unwrap_or((before, ""));
    let (authority, path) = match path.strip_prefix("//") {
        Some(after) => after.split_at_checked(after.find('/').unwrap_or(after.len())).unwrap_or((after, "")),
        None => ("", path),
    };
    // Brackets stand around an IPv6 address only (section 3.2.2).
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let bare = match host.strip_prefix('[').and_then(|after| after.split_once(']')) {
        Some((address, port)) if address.parse::<std::net::Ipv6Addr>().is_ok() => port,
        Some(_) => return false,
        None => authority,
    };
    is_port(host) && [bare, path, query, fragment].iter().all(|part| is_escaped(part))
}

fn is_port(host: &str) -> bool {
    let after = host.rsplit_once(']').map_or(host, |(_, after)| after);
    after.split_once(':').is_none_or(|(_, port)| port.bytes().all(|byte| byte.is_ascii_digit()))
}

fn is_escaped(part: &str) -> bool {
    let mut bytes = part.bytes();
    while let Some(byte) = bytes.next() {
        let is_fine = match byte {
            b'%' => {
                [bytes.next(), bytes.next()].iter().all(|digit| digit.is_some_and(|digit| digit.is_ascii_hexdigit()))
            }
            _ => byte.is_ascii_alphanumeric() || b"-._~:/?@!$&'()*+,;=".contains(&byte),
        };
        if !is_fine {
            return false;
        }
    }
    true
}

/// A text on one line whose ends are not of a kind.
fn is_trimmed(text: &str, is_edge: impl Fn(char) -> bool) -> bool {
    let ends = [text.chars().next(), text.chars().next_back()];
    let is_line_end = |one: char| matches!(one, '\n' | '\r' | '\u{2028}' | '\u{2029}');
    ends.iter().all(|end| end.is_some_and(|end| !is_edge(end))) && !text.contains(is_line_end)
}

/// A blank, to ECMAScript and to Unicode: the patterns of the standard leave open which.
fn is_blank(one: char) -> bool {
    one.is_whitespace() || one == '\u{FEFF}'
}

/// Whether a package URL is sound (test 6.1.13, by the specification of purl), beyond its pattern.
pub(super) fn is_purl(text: &str) -> bool {
    let Some(rest) = text.strip_prefix("pkg:") else { return false };
    let rest = rest.trim_start_matches('/');
    let (rest, subpath) = rest.split_once('#').unwrap_or((rest, ""));
    let (rest, qualifiers) = rest.split_once('?').unwrap_or((rest, ""));
    let Some((kind, rest)) = rest.split_once('/') else { return false };
    let path = rest.trim_matches('/');
    let (namespace, last) = path.rsplit_once('/').unwrap_or(("", path));
    // An `@` before the last part belongs to a namespace (npm), not to a version.
    let (name, version) = last.rsplit_once('@').unwrap_or((last, ""));
    let is_kind = kind.starts_with(|first: char| first.is_ascii_alphabetic())
        && kind.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'+'));
    let is_key = |pair: &str| {
        let key = pair.split_once('=').map_or(pair, |(key, _)| key);
        key.starts_with(|first: char| first.is_ascii_alphabetic())
            && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_'))
    };
    let wants = match kind.to_ascii_lowercase().as_str() {
        "cran" => !version.is_empty(),
        "swift" => !version.is_empty() && !namespace.is_empty(),
        "maven" => !namespace.is_empty(),
        "mlflow" | "oci" => namespace.is_empty(),
        _ => true,
    };
    let is_decoded = [namespace, name, version, qualifiers, subpath].iter().all(|part| decodes(part));
    is_kind
        && !name.is_empty()
        && wants
        && is_decoded
        && qualifiers.split('&').filter(|pair| !pair.is_empty()).all(is_key)
}

/// Whether the escapes of a part give UTF-8.
fn decodes(part: &str) -> bool {
    let mut decoded = Vec::with_capacity(part.len());
    let mut bytes = part.bytes();
    while let Some(byte) = bytes.next() {
        if byte != b'%' {
            decoded.push(byte);
            continue;
        }
        let digit = |next: Option<u8>| next.and_then(|digit| char::from(digit).to_digit(16));
        let (Some(high), Some(low)) = (digit(bytes.next()), digit(bytes.next())) else { return false };
        decoded.extend(u8::try_from(high * 16 + low));
    }
    std::str::from_utf8(&decoded).is_ok()
}

type Pattern = LazyLock<Option<Regex>>;

fn matches(pattern: &Pattern, text: &str) -> bool {
    pattern.as_ref().is_some_and(|pattern| pattern.is_match(text))
}

// The patterns of the standard's schema. `\z` is the end of the text and nothing else.
static CVE: Pattern = LazyLock::new(|| Regex::new(r"^CVE-[0-9]{4}-[0-9]{4,}\z").ok());
static CWE: Pattern = LazyLock::new(|| Regex::new(r"^CWE-[1-9][0-9]{0,5}\z").ok());
static PURL: Pattern = LazyLock::new(|| Regex::new(r"^pkg:[A-Za-z.\-+][A-Za-z0-9.\-+]*/.+").ok());
static LANGUAGE: Pattern = LazyLock::new(|| {
    let whole = r"^(([A-Za-z]{2,3}(-[A-Za-z]{3}(-[A-Za-z]{3}){0,2})?|[A-Za-z]{4,8})(-[A-Za-z]{4})?(-([A-Za-z]{2}|[0-9]{3}))?(-([A-Za-z0-9]{5,8}|[0-9][A-Za-z0-9]{3}))*(-[A-WY-Za-wy-z0-9](-[A-Za-z0-9]{2,8})+)*(-[Xx](-[A-Za-z0-9]{1,8})+)?|[Xx](-[A-Za-z0-9]{1,8})+|[Ii]-[Dd][Ee][Ff][Aa][Uu][Ll][Tt]|[Ii]-[Mm][Ii][Nn][Gg][Oo])\z";
    Regex::new(whole).ok()
});
static CPE: Pattern = LazyLock::new(|| {
    let part = r##"(((\?*|\*?)([a-zA-Z0-9\-\._]|(\\[\\\*\?!"#\$%&'\(\)\+,/:;<=>@\[\]\^`\{\|\}~]))+(\?*|\*?))|[\*\-])"##;
    let language = r"(([a-zA-Z]{2,3}(-([a-zA-Z]{2}|[0-9]{3}))?)|[\*\-])";
    let newer = format!(r"cpe:2\.3:[aho\*\-](:{part}){{5}}(:{language})(:{part}){{4}}");
    Regex::new(&format!(r"^({newer}|[cC][pP][eE]:/[AHOaho]?(:[A-Za-z0-9\._\-~%]*){{0,6}})\z")).ok()
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_patterns_are_there() {
        assert!([&CVE, &CWE, &PURL, &LANGUAGE, &CPE].iter().all(|pattern| pattern.is_some()));
    }

    #[test]
    fn moments_are_read_with_their_offset() {
        let at = |text: &str| moment(text).map(|at| at.to_string());
        assert_eq!(at("2026-11-20T09:00:00+09:00").as_deref(), Some("2026-11-20T00:00:00Z"));
        assert_eq!(at("2026-11-20T00:00:00.5-01:30").as_deref(), Some("2026-11-20T01:30:00.500000Z"));
        assert_eq!(at("2026-11-20t00:00:00z").as_deref(), Some("2026-11-20T00:00:00Z"));
        for text in [
            "",
            "2026-11-20",
            "2026-11-20T09:00:00",
            "2026-11-20T09:00:00+9:00",
            "2026-11-20T09:00:00+24:00",
            "2026-02-30T09:00:00Z",
            "2026-11-20T09:00:00ZZ",
            "2026-11-20T09:00:00+09:00Z",
            "２026-11-20T09:00:00Z",
        ] {
            assert_eq!(at(text), None, "{text}");
        }
    }

    #[test]
    fn uris_are_told_from_what_is_none() {
        for text in [
            "https://a.example",
            "https://[2001:db8::1]:443/%20?q#f",
            "urn:x:y",
            "mailto:a@b.example",
            "pkg:npm/%40a/b@1",
        ] {
            assert!(is_uri(text), "{text}");
        }
        for text in [
            "",
            "a.example",
            "/a",
            "https://a b",
            "https://例.example",
            "https://a/%2",
            "1a:b",
            "a:b#c#d",
            "https://a:x/",
            "https://[a]/",
        ] {
            assert!(!is_uri(text), "{text}");
        }
    }

    #[test]
    fn other_forms() {
        assert!(
            fits(Form::Id, "RENKEI-2026-0001")
                && fits(Form::Id, "連携 1")
                && !fits(Form::Id, " a")
                && !fits(Form::Id, "a\nb")
        );
        assert!(fits(Form::Category, "csaf_base") && !fits(Form::Category, "csaf_") && !fits(Form::Category, ""));
        assert!(
            fits(Form::Cpe, "cpe:2.3:a:example:product:1.0:*:*:*:*:*:*:*")
                && fits(Form::Cpe, "cpe:/a:x")
                && !fits(Form::Cpe, "cpe:2.3:a")
        );
        assert!(fits(Form::Language, "ja-JP") && !fits(Form::Language, "j") && !fits(Form::Cve, "CVE-2026-001\n"));
        assert!(
            is_purl("pkg:npm/%40a/b@1.0?x=y")
                && is_purl("pkg:npm/@a/b")
                && !is_purl("pkg:npm/@1.0/")
                && !is_purl("pkg:maven/@1.3.4")
        );
        assert!(!is_purl("pkg:swift/x@1") && !is_purl("pkg:npm/a?1=b") && !is_purl("pkg:npm/%ff"));
    }
}
