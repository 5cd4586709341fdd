//! The host of a site, however the file names it.

use url::{Host, Url};

/// The host in ASCII and lower case of a URL (`https://www.shop.example/login`) or a bare host
/// (`shop.example:443`, `例え.example`). `None`: it names no domain; an address is nobody's site.
pub fn host(site: &str) -> Option<String> {
    let site = site.trim();
    // Programs on telephones name an app by its signature and package; behind the @ is no host.
    if site.starts_with("android://") {
        return None;
    }
    let bare = || {
        let name = site.split(['/', '?', '#']).next().unwrap_or_default();
        let name = name.rsplit_once('@').map_or(name, |(_, host)| host);
        let name = name.rsplit_once(':').filter(|(_, port)| port.parse::<u16>().is_ok()).map_or(name, |(host, _)| host);
        Host::parse(name).ok()
    };
    let found = match site.contains("://") {
        true => Url::parse(site).ok().and_then(|url| url.host().map(|host| host.to_owned())),
        false => bare(),
    };
    // Schemes that the URL standard does not call special keep their host as it was written.
    let Host::Domain(domain) = Host::parse(&found?.to_string()).ok()? else { return None };
    let domain = domain.trim_end_matches('.').to_ascii_lowercase();
    (domain.contains('.') && !domain.split('.').any(str::is_empty)).then_some(domain)
}

#[cfg(test)]
mod tests {
    use super::host;

    #[test]
    fn hosts_are_found_however_a_site_is_named() {
        for (site, expected) in [
            ("https://www.Shop.example/login?x=1", Some("www.shop.example")),
            ("http://user@shop.example:8080/", Some("shop.example")),
            ("shop.example:443", Some("shop.example")),
            ("shop.example/path", Some("shop.example")),
            ("SHOP.example.", Some("shop.example")),
            ("https://例え.example/", Some("xn--r8jz45g.example")),
            ("例え.example", Some("xn--r8jz45g.example")),
            ("imap://Mail.shop.example", Some("mail.shop.example")),
            ("android://c2lnbmF0dXJl@com.shop.app/", None),
            ("198.18.0.1", None),
            ("https://[2001:db8::1]/", None),
            ("localhost", None),
            ("a..example", None),
            ("", None),
            ("not a host", None),
        ] {
            assert_eq!(host(site).as_deref(), expected, "{site}");
        }
    }
}
