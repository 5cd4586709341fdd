//! A collection of another hub, read by TAXII 2.1: one GET at a time, by https, with a name and a token.
//!
//! No redirect is followed and no proxy asked; an answer has an end. What it says is read elsewhere.

use std::io::Read as _;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use url::Url;
use zeroize::Zeroizing;

use crate::https::{self, OpenError};

/// The one media type (TAXII 2.1, section 1.6.8).
const MEDIA: &str = "application/taxii+json;version=2.1";
/// The most bytes of one answer.
pub const MOST_BYTES: u64 = 64 << 20;

/// Why a collection is not read.
#[derive(Debug, thiserror::Error)]
pub enum HubError {
    /// The address.
    #[error("`{0}` is no address of a collection: write `https://host/…/collections/…/`")]
    Address(String),
    /// The certificate to trust.
    #[error("{0}")]
    Open(#[from] OpenError),
    /// Nobody answers.
    #[error("no answer: {0}")]
    Silent(String),
    /// Something else than a page.
    #[error("the other hub answers with HTTP status {0}")]
    Status(u16),
    /// Not the media type of the standard.
    #[error("the other hub answers in `{0}`, which is not TAXII 2.1")]
    Media(String),
    /// An answer without end.
    #[error("the other hub's answer has more than {} MiB", MOST_BYTES >> 20)]
    TooLarge,
}

/// An answer.
#[derive(Debug)]
pub struct Page {
    /// JSON.
    pub body: Vec<u8>,
    /// When the last of its objects was added (`X-TAXII-Date-Added-Last`, section 3.5.2).
    pub last: Option<String>,
}

/// A collection.
#[derive(Clone)]
pub struct Hub {
    agent: ureq::Agent,
    collection: Url,
    authorization: Zeroizing<String>,
}

impl std::fmt::Debug for Hub {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Hub({})", self.collection)
    }
}

/// The address of a collection: https, or http to this machine, with a slash at its end and nothing behind.
pub fn collection(text: &str) -> Result<Url, HubError> {
    let wrong = || HubError::Address(text.to_owned());
    let url: Url = text.parse().map_err(|_| wrong())?;
    let host = url.host().ok_or_else(wrong)?;
    let sound = match url.scheme() {
        "https" => true,
        "http" => https::is_here(&host),
        _ => false,
    };
    let bare =
        url.username().is_empty() && url.password().is_none() && url.query().is_none() && url.fragment().is_none();
    if sound && bare && url.path().ends_with('/') { Ok(url) } else { Err(wrong()) }
}

impl Hub {
    /// What reads a collection as a user whose password is a token.
    ///
    /// # Errors
    /// When the address or the certificate to trust cannot be read.
    pub fn open(text: &str, (user, token): (&str, &str), ca_file: Option<&Path>) -> Result<Self, HubError> {
        let basic = Zeroizing::new(format!("{user}:{token}"));
        let authorization = Zeroizing::new(format!("Basic {}", STANDARD.encode(basic.as_bytes())));
        Ok(Self { agent: https::agent(ca_file)?, collection: collection(text)?, authorization })
    }

    /// Reads what stands under the collection (`objects/`, `manifest/`). Blocks while it waits.
    ///
    /// # Errors
    /// When nobody answers, or with something else than a page.
    pub fn get(&self, under: &str, query: &[(&str, &str)]) -> Result<Page, HubError> {
        let mut url = self.collection.join(under).map_err(|_| HubError::Address(under.to_owned()))?;
        url.query_pairs_mut().extend_pairs(query);
        let asked = self.agent.get(url.as_str()).header("accept", MEDIA);
        let answer = asked.header("authorization", self.authorization.as_str()).call();
        let mut answer = answer.map_err(|error| HubError::Silent(error.to_string()))?;
        if answer.status() != 200 {
            return Err(HubError::Status(answer.status().as_u16()));
        }
        let header = |name: &str| answer.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
        let media = header("content-type").unwrap_or_default();
        if !media.trim_start().to_ascii_lowercase().starts_with("application/taxii+json") {
            return Err(HubError::Media(media.chars().take(80).collect()));
        }
        let last = header("x-taxii-date-added-last");
        let mut body = Vec::new();
        let mut reader = answer.body_mut().as_reader().take(MOST_BYTES + 1);
        reader.read_to_end(&mut body).map_err(|error| HubError::Silent(error.to_string()))?;
        if body.len() as u64 > MOST_BYTES { Err(HubError::TooLarge) } else { Ok(Page { body, last }) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_collection_is_read_by_https_alone() {
        for good in ["https://hub.example/taxii2/hub/collections/x/", "http://127.0.0.1:8080/a/", "http://[::1]/a/"] {
            assert!(collection(good).is_ok(), "{good}");
        }
        for bad in [
            "http://hub.example/a/",
            "https://user:word@hub.example/a/",
            "https://hub.example/a",
            "https://hub.example/a/?x=1",
            "file:///etc/",
            "hub.example/a/",
        ] {
            assert!(matches!(collection(bad), Err(HubError::Address(_))), "{bad}");
        }
    }
}
