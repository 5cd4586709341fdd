//! Media types (sections 1.6.8 and 3.1): what a client takes, and what it sends.

/// The one type of every answer.
pub const MEDIA_TYPE: &str = "application/taxii+json;version=2.1";

/// The type of STIX 2.1 objects, as collections and manifests name it.
pub const STIX_MEDIA_TYPE: &str = "application/stix+json;version=2.1";

/// Whether a client takes what is sent here, by all values of its `Accept` headers. Without any it takes everything
/// (RFC 9110 section 12.5.1). The most specific range that fits decides, and a quality of 0 is a no. The version may
/// be left out, and then the highest is meant (section 3.1).
pub fn accepts<'a>(values: impl IntoIterator<Item = &'a str>) -> bool {
    let mut is_silent = true;
    let mut best: Option<(u8, bool)> = None;
    for range in values.into_iter().flat_map(|value| split(value, b',')) {
        if range.trim().is_empty() {
            continue;
        }
        is_silent = false;
        if let Some((rank, is_wanted)) = rank(range)
            && best.is_none_or(|best| (rank, is_wanted) > best)
        {
            best = Some((rank, is_wanted));
        }
    }
    best.map_or(is_silent, |(_, is_wanted)| is_wanted)
}

/// Whether a body is of a type that is read here (section 5.5): exactly one value, and ours.
pub fn is_read<'a>(values: impl IntoIterator<Item = &'a str>) -> bool {
    let mut values = values.into_iter();
    let (Some(value), None) = (values.next(), values.next()) else { return false };
    let mut parts = split(value, b';');
    let is_ours = parts.next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/taxii+json"));
    is_ours && parts.all(|part| version_fits(part).unwrap_or(true))
}

/// How specific a range that fits is, and whether it is wanted; `None`: it does not fit.
fn rank(range: &str) -> Option<(u8, bool)> {
    let mut parts = split(range, b';');
    let kind = parts.next()?.trim().to_ascii_lowercase();
    let mut rank = match kind.as_str() {
        "application/taxii+json" => 2,
        "application/*" => 1,
        "*/*" => 0,
        _ => return None,
    };
    let mut is_wanted = true;
    for part in parts {
        if let Some(quality) = parameter(part, "q") {
            is_wanted = !is_zero(&quality)?;
        }
        match version_fits(part) {
            Some(true) => rank = rank.max(2) + 1,
            Some(false) => return None,
            None => {}
        }
    }
    Some((rank, is_wanted))
}

/// Whether a parameter is a version, and ours.
fn version_fits(part: &str) -> Option<bool> {
    Some(parameter(part, "version")? == "2.1")
}

/// The value of a parameter of this name, without its quotes.
fn parameter(part: &str, name: &str) -> Option<String> {
    let (key, value) = part.split_once('=')?;
    if !key.trim().eq_ignore_ascii_case(name) {
        return None;
    }
    let value = value.trim();
    let Some(quoted) = value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) else {
        return Some(value.to_owned());
    };
    let mut is_escaped = false;
    let kept = quoted.chars().filter(|character| {
        is_escaped = *character == '\\' && !is_escaped;
        !is_escaped
    });
    Some(kept.collect())
}

/// Whether a quality is 0; `None`: it is no quality (RFC 9110 section 12.4.2).
fn is_zero(quality: &str) -> Option<bool> {
    let (whole, part) = quality.split_once('.').unwrap_or((quality, ""));
    let is_plain = part.len() <= 3 && part.bytes().all(|byte| byte.is_ascii_digit());
    let is_none = part.bytes().all(|byte| byte == b'0');
    match whole {
        "0" if is_plain => Some(is_none),
        "1" if is_plain && is_none => Some(false),
        _ => None,
    }
}

/// Cuts at a mark, but not inside quotes.
fn split(text: &str, mark: u8) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let from = rest?;
        let (mut is_quoted, mut is_escaped) = (false, false);
        let end = from.bytes().position(|byte| {
            let was_escaped = is_escaped;
            is_escaped = is_quoted && byte == b'\\' && !was_escaped;
            is_quoted ^= byte == b'"' && !was_escaped;
            byte == mark && !is_quoted
        });
        let (part, after) = match end {
            Some(end) => (from.get(..end)?, from.get(end + 1..)),
            None => (from, None),
        };
        rest = after;
        Some(part)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_clients_take() {
        for value in [
            "application/taxii+json;version=2.1",
            "application/taxii+json; version=2.1",
            "application/taxii+json ; Version = \"2.1\"",
            "application/taxii+json",
            "Application/TAXII+JSON",
            "application/taxii+json;charset=utf-8",
            "application/taxii+json;version=2.1;q=0.5, text/html",
            "application/stix+json;version=2.1, application/taxii+json;version=2.1",
            "application/taxii+json;version=2.0, application/taxii+json;version=2.1",
            "application/json;x=\"a,b\\\",c\", application/taxii+json",
            "application/*;q=0.1",
            "*/*",
            "text/html;q=0, */*;q=0.001",
            "application/taxii+json;version=2.0;q=0, */*",
            "",
            ", ,",
        ] {
            assert!(accepts([value]), "{value}");
        }
        assert!(accepts([]) && accepts(["text/html", "*/*"]));
        for value in [
            "application/taxii+json;version=2.0",
            "application/taxii+json;version=\"2.10\"",
            "application/vnd.oasis.taxii+json; version=2.0",
            "application/json",
            "text/html, image/*",
            "*/*;q=0",
            "*/*;q=0.000",
            "*/*, application/taxii+json;q=0",
            "application/taxii+json, application/taxii+json;version=2.1;q=0",
            "*/*;q=2",
            "application/taxii+json;q=x",
            "application/json;x=\", application/taxii+json\"",
            "garbage",
        ] {
            assert!(!accepts([value]), "{value}");
        }
    }

    #[test]
    fn what_clients_send() {
        for value in [
            "application/taxii+json;version=2.1",
            "application/taxii+json; version=\"2.1\"; charset=UTF-8",
            "application/taxii+json",
        ] {
            assert!(is_read([value]), "{value}");
        }
        for value in [
            "application/json",
            "application/taxii+json;version=2.0",
            "application/stix+json;version=2.1",
            "",
            "application/taxii+json, application/taxii+json",
        ] {
            assert!(!is_read([value]), "{value}");
        }
        assert!(!is_read([]) && !is_read([MEDIA_TYPE, MEDIA_TYPE]));
    }
}
