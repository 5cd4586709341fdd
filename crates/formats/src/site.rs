//! Sites that were tampered with and servers that are abused: where they are and what shows it.

use serde_json::{Map, Value};

use crate::credentials::site::host;

/// A site (S3.7) or server (S0.11) as a notice tells it: an administrator sees nothing unusual, so
/// the notice carries where to look and what was seen there.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Site {
    /// Its host name in ASCII and lower case; empty: only the address is known.
    pub host: String,
    /// The page concerned, with scheme where the feed states one; empty: not stated.
    pub url: String,
    /// What was seen, as `name: value` of the feed's own columns, `; ` between them.
    pub evidence: String,
}

/// Columns that name the host, the surest first.
const HOSTS: [&str; 4] = ["http_host", "site", "host", "domain"];

/// Columns that show what was done; none names a person or an account.
const EVIDENCE: [&str; 14] = [
    "category",
    "detected_since",
    "system",
    "server",
    "redirect_target",
    "cc_url",
    "detail",
    "status",
    "tool",
    "path",
    "file",
    "sha256",
    "logging",
    "last_seen",
];

impl Site {
    /// What a line's further columns (a JSON object) say; `application` is the line's own word for
    /// the application protocol, `name` its reverse name.
    pub fn of(extra: Option<&str>, application: Option<&str>, name: Option<&str>) -> Self {
        let extra: Map<String, Value> = extra.and_then(|extra| serde_json::from_str(extra).ok()).unwrap_or_default();
        let text = |name: &str| match extra.get(name) {
            Some(Value::String(text)) => text.trim().to_owned(),
            Some(Value::Number(number)) => number.to_string(),
            _ => String::new(),
        };
        let page = text("url");
        let named = HOSTS.iter().map(|name| text(name)).chain([page.clone()]);
        let found = named.filter(|named| !named.is_empty()).find_map(|named| host(&named));
        let host = found.or_else(|| host(name?)).unwrap_or_default();
        let url = match (page.contains("://"), host.is_empty()) {
            (true, _) => page,
            (false, true) => String::new(),
            (false, false) => {
                let slash = if page.starts_with('/') { "" } else { "/" };
                let scheme = match application {
                    Some(scheme @ ("http" | "https")) => format!("{scheme}://"),
                    _ => String::new(),
                };
                // Where the feed gives the host in the page again, it is not put in front twice.
                match page.strip_prefix(&host) {
                    Some(path) => format!("{scheme}{host}{path}"),
                    None => format!("{scheme}{host}{slash}{page}"),
                }
            }
        };
        let seen = EVIDENCE.iter().map(|name| (name, text(name))).filter(|(_, text)| !text.is_empty());
        let evidence: Vec<String> = seen.map(|(name, text)| format!("{name}: {text}")).collect();
        Self { host, url, evidence: evidence.join("; ") }
    }

    /// The value of a piece of evidence.
    pub(crate) fn shown(&self, name: &str) -> Option<&str> {
        self.evidence.split("; ").find_map(|piece| piece.strip_prefix(name)?.strip_prefix(": "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(extra: &str, application: Option<&str>) -> Site {
        Site::of(Some(extra), application, Some("r1.host.example"))
    }

    #[test]
    fn a_site_is_found_however_the_feed_names_it() {
        let site = of(
            r#"{"category":"spam","http_host":"WWW.Shop.example","redirect_target":"http://kit.example/a;b","sic":0,"url":"/header.php"}"#,
            Some("http"),
        );
        assert_eq!((site.host.as_str(), site.url.as_str()), ("www.shop.example", "http://www.shop.example/header.php"));
        assert_eq!(site.evidence, "category: spam; redirect_target: http://kit.example/a;b");
        assert_eq!(site.shown("redirect_target"), Some("http://kit.example/a;b"));
        assert_eq!(site.shown("direct_target"), None);
        let site = of(r#"{"url":"https://shop.example/x?y=1"}"#, None);
        assert_eq!((site.host.as_str(), site.url.as_str()), ("shop.example", "https://shop.example/x?y=1"));
        let site = of(r#"{"domain":"shop.example","url":"shop.example/x"}"#, None);
        assert_eq!(site.url, "shop.example/x");
        assert_eq!(of("{}", None).host, "r1.host.example");
        assert_eq!(Site::of(Some("not json"), None, None), Site::default());
        assert_eq!(Site::of(None, Some("http"), None), Site::default());
    }
}
