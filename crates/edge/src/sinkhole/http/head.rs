//! The head of a request: what of it is looked at, and why it is refused.

use std::borrow::Cow;
use std::mem::MaybeUninit;

use super::told::Telling;

/// The most bytes of a request's head: more is answered with 431 and closed.
pub const MOST_HEAD: usize = 16 << 10;
/// The most header fields of a head.
const MOST_FIELDS: usize = 64;

/// What is looked at in a head.
#[derive(Debug)]
pub(super) struct Head<'h> {
    method: &'h str,
    path: &'h str,
    agent: Option<Cow<'h, str>>,
    referer: Option<Cow<'h, str>>,
    /// The host in lower case, without port and last dot.
    pub(super) host: Option<Cow<'h, str>>,
    pub(super) length: u64,
    pub(super) is_chunked: bool,
    pub(super) keeps: bool,
    pub(super) expects: bool,
}

/// Why a head is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum HeadError {
    /// Too many bytes or fields.
    Long,
    /// Not HTTP.
    Form,
    /// Two lengths, or a length that is none: nobody could say where the next request begins.
    Length,
}

impl HeadError {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Long => "head-too-long",
            Self::Form => "not-http",
            Self::Length => "bad-length",
        }
    }

    pub(super) const fn reply(self) -> &'static [u8] {
        match self {
            Self::Long => {
                b"HTTP/1.1 431 Request Header Fields Too Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
            }
            Self::Form | Self::Length => b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
        }
    }
}

impl<'h> Head<'h> {
    pub(super) fn is_head(&self) -> bool {
        self.method == "HEAD"
    }

    pub(super) fn telling(&self) -> Telling<'_> {
        Telling {
            method: self.method,
            path: self.path,
            agent: self.agent.as_deref(),
            referer: self.referer.as_deref(),
            host: self.host.as_deref(),
        }
    }

    fn field(&mut self, name: &str, value: &'h [u8], seen: &mut Seen) -> Result<(), HeadError> {
        let is = |known: &str| name.eq_ignore_ascii_case(known);
        match name.len() {
            4 if is("host") => self.host = Some(host_of(value)),
            6 if is("expect") => self.expects = value.eq_ignore_ascii_case(b"100-continue"),
            7 if is("referer") => self.referer = Some(String::from_utf8_lossy(value)),
            10 if is("user-agent") => self.agent = Some(String::from_utf8_lossy(value)),
            10 if is("connection") => self.connection(value),
            14 if is("content-length") => {
                let length = length_of(value).ok_or(HeadError::Length)?;
                if seen.length.is_some_and(|before| before != length) {
                    return Err(HeadError::Length);
                }
                seen.length = Some(length);
            }
            17 if is("transfer-encoding") => {
                self.is_chunked = value.to_ascii_lowercase().ends_with(b"chunked");
                seen.is_coded = true;
            }
            _ => {}
        }
        Ok(())
    }

    fn connection(&mut self, value: &[u8]) {
        for word in value.split(|byte| *byte == b',').map(<[u8]>::trim_ascii) {
            if word.eq_ignore_ascii_case(b"close") {
                self.keeps = false;
            } else if word.eq_ignore_ascii_case(b"keep-alive") {
                self.keeps = true;
            }
        }
    }
}

#[derive(Default)]
struct Seen {
    length: Option<u64>,
    is_coded: bool,
}

/// Reads a head; `None` if it is not whole. Gives its length too.
pub(super) fn read_head(bytes: &[u8]) -> Result<Option<(Head<'_>, usize)>, HeadError> {
    let mut fields = [MaybeUninit::<httparse::Header<'_>>::uninit(); MOST_FIELDS];
    let mut request = httparse::Request::new(&mut []);
    let used = match request.parse_with_uninit_headers(bytes, &mut fields) {
        Ok(httparse::Status::Complete(used)) => used,
        Ok(httparse::Status::Partial) => return Ok(None),
        Err(httparse::Error::TooManyHeaders) => return Err(HeadError::Long),
        Err(_) => return Err(HeadError::Form),
    };
    if used > MOST_HEAD {
        return Err(HeadError::Long);
    }
    let (path, named) = target(request.path.unwrap_or_default());
    let mut head = Head {
        method: request.method.unwrap_or_default(),
        path,
        agent: None,
        referer: None,
        host: None,
        length: 0,
        is_chunked: false,
        keeps: request.version == Some(1),
        expects: false,
    };
    let mut seen = Seen::default();
    for field in request.headers.iter() {
        head.field(field.name, field.value, &mut seen)?;
    }
    if let Some(named) = named {
        head.host = Some(host_of(named.as_bytes()));
    }
    head.length = seen.length.unwrap_or(0);
    // Both, or a coding that ends nowhere: after this answer nobody could say where the next begins.
    if seen.is_coded && (seen.length.is_some() || !head.is_chunked) {
        head.keeps = false;
    }
    Ok(Some((head, used)))
}

/// Path and query, and the host of an absolute target (RFC 9112 §3.2.2).
fn target(path: &str) -> (&str, Option<&str>) {
    let Some(rest) = path.strip_prefix("http://").or_else(|| path.strip_prefix("https://")) else {
        return (path, None);
    };
    let at = rest.find('/').unwrap_or(rest.len());
    let (host, path) = rest.split_at(at);
    (if path.is_empty() { "/" } else { path }, Some(host))
}

/// A host in lower case, without port and last dot.
pub(super) fn host_of(value: &[u8]) -> Cow<'_, str> {
    let value = value.trim_ascii();
    // An IPv6 address stands in brackets; a colon behind them or behind a name begins the port.
    let end = match value.iter().rposition(|byte| *byte == b':') {
        Some(colon) if value.get(colon..).is_some_and(|port| !port.contains(&b']')) => colon,
        _ => value.len(),
    };
    let name = value.get(..end).unwrap_or_default();
    let name = name.strip_suffix(b".").unwrap_or(name);
    let name = name.get(..name.len().min(255)).unwrap_or_default();
    match String::from_utf8_lossy(name) {
        Cow::Borrowed(name) if !name.bytes().any(|byte| byte.is_ascii_uppercase()) => Cow::Borrowed(name),
        name => Cow::Owned(name.to_ascii_lowercase()),
    }
}

fn length_of(value: &[u8]) -> Option<u64> {
    let good = !value.is_empty() && value.iter().all(u8::is_ascii_digit);
    good.then(|| std::str::from_utf8(value).ok()?.parse().ok()).flatten()
}
