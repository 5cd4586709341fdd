//! An answer that is ready to be sent: status, headers, bytes.

use super::media::MEDIA_TYPE;

/// An answer. To `HEAD` all but the body is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// Names in lower case, and values in ASCII. The length is the sender's to add.
    pub headers: Vec<(&'static str, String)>,
    /// JSON in UTF-8.
    pub body: Vec<u8>,
}

impl Answer {
    /// An answer with the one content type of all answers (section 3.1). What is answered concerns this client alone, so
    /// nothing between may keep it.
    pub(super) fn new(status: u16, body: Vec<u8>) -> Self {
        let headers = vec![("content-type", MEDIA_TYPE.to_owned()), ("cache-control", "no-store".to_owned())];
        Self { status, headers, body }
    }

    /// The same with one header more.
    #[must_use]
    pub(super) fn with(mut self, name: &'static str, value: String) -> Self {
        self.headers.push((name, value));
        self
    }

    /// The value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(header, _)| *header == name).map(|(_, value)| value.as_str())
    }
}
