//! The blank answer: static bytes, and nothing that could act on the device.

use serde::Deserialize;

/// The most bytes an answer's body may have: an empty configuration needs no more.
pub const MOST_BODY: usize = 4096;

/// Why an answer is not blank enough (G9).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AnswerError {
    /// Another status could send the device elsewhere or ask it for something.
    #[error("status {0} is not answered: use 200, 204 or 404")]
    Status(u16),
    /// Two bodies.
    #[error("give `body` or `body_hex`, not both")]
    Both,
    /// Not hexadecimal.
    #[error("`body_hex` is not hexadecimal")]
    Hex,
    /// Too long.
    #[error("the body has {0} bytes; a blank answer has at most {MOST_BODY}")]
    Long(usize),
    /// It begins like a program or an archive.
    #[error("the body begins like a program or an archive; only blank data is answered (G9)")]
    Program,
    /// It would be run or followed by a browser.
    #[error("the body holds `{0}`; only blank data is answered (G9)")]
    Active(&'static str),
}

/// The types that a blank answer may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
pub enum ContentType {
    /// A page.
    #[default]
    #[serde(rename = "text/html")]
    Html,
    /// Text.
    #[serde(rename = "text/plain")]
    Plain,
    /// Bytes.
    #[serde(rename = "application/octet-stream")]
    Bytes,
}

impl ContentType {
    /// As it stands in a header.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Html => "text/html",
            Self::Plain => "text/plain",
            Self::Bytes => "application/octet-stream",
        }
    }
}

/// A blank answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    status: u16,
    content_type: ContentType,
    body: Vec<u8>,
}

/// Beginnings of programs and archives.
const PROGRAMS: [&[u8]; 10] = [
    b"MZ",
    b"\x7fELF",
    b"#!",
    b"PK\x03\x04",
    b"\xcf\xfa\xed\xfe",
    b"\xca\xfe\xba\xbe",
    b"Rar!",
    b"7z\xbc\xaf",
    b"\x1f\x8b",
    b"dex\n",
];

/// What a browser or a shell would act on.
const ACTIVE: [&str; 9] =
    ["<script", "<iframe", "<object", "<embed", "<form", "http-equiv", "javascript:", "powershell", "cmd.exe"];

impl Answer {
    /// A page with nothing on it.
    pub const fn blank() -> Self {
        Self { status: 200, content_type: ContentType::Html, body: Vec::new() }
    }

    /// What is answered to names that no family has.
    pub const fn nothing_here() -> Self {
        Self { status: 404, content_type: ContentType::Html, body: Vec::new() }
    }

    /// An answer from what a profile says.
    ///
    /// # Errors
    /// When it is more than blank static bytes.
    pub fn new(status: u16, content_type: ContentType, body: Vec<u8>) -> Result<Self, AnswerError> {
        if !matches!(status, 200 | 204 | 404) {
            return Err(AnswerError::Status(status));
        }
        if body.len() > MOST_BODY || (status == 204 && !body.is_empty()) {
            return Err(AnswerError::Long(body.len()));
        }
        if PROGRAMS.iter().any(|start| body.starts_with(start)) {
            return Err(AnswerError::Program);
        }
        let lower = String::from_utf8_lossy(&body).to_ascii_lowercase();
        if let Some(word) = ACTIVE.iter().find(|word| lower.contains(**word)) {
            return Err(AnswerError::Active(word));
        }
        Ok(Self { status, content_type, body })
    }

    /// Status, type and body.
    pub fn parts(&self) -> (u16, ContentType, &[u8]) {
        (self.status, self.content_type, &self.body)
    }

    /// The whole HTTP/1.1 response, body left out for HEAD. It has no Date and no name of a program:
    /// the same bytes for everybody, at every hour.
    pub fn http1(&self, is_head: bool, closes: bool) -> Vec<u8> {
        let reason = match self.status {
            200 => "OK",
            204 => "No Content",
            _ => "Not Found",
        };
        let mut out = format!("HTTP/1.1 {} {reason}\r\n", self.status).into_bytes();
        if self.status != 204 {
            let fields =
                format!("Content-Type: {}\r\nContent-Length: {}\r\n", self.content_type.as_str(), self.body.len());
            out.extend_from_slice(fields.as_bytes());
        }
        out.extend_from_slice(if closes { b"Connection: close\r\n\r\n" } else { b"\r\n" });
        if !is_head {
            out.extend_from_slice(&self.body);
        }
        out
    }
}
