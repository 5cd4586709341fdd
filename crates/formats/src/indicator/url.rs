//! URLs as browsers read them (WHATWG URL).

use super::misfit::Misfit;
use super::plain::refang;

/// A URL as a browser would send it: scheme and host in lower case, the host as A-labels, the default port
/// left out, dots in the path resolved. Path, query and fragment keep their case. Only schemes with a host are
/// taken.
pub(super) fn url(text: &str) -> Result<String, Misfit> {
    let url = url::Url::parse(&refang(text).text).map_err(|_| Misfit::Form)?;
    match url.host_str() {
        Some(host) if !host.is_empty() => Ok(url.into()),
        _ => Err(Misfit::Form),
    }
}
