//! What a TLS client says of itself in its first message: the name it asks for, and its JA4.
//!
//! JA4 (the TLS client fingerprint) is under BSD-3-Clause; the rest of its family, JA4+, is not free and
//! is not made here.

use sha2::{Digest as _, Sha256};

/// The longest first message that is waited for.
pub const MOST_HELLO: usize = 16 << 10;

/// What the beginning of a connection is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Heard {
    /// Not whole yet.
    More,
    /// Not TLS, or broken.
    No,
    /// A whole ClientHello.
    Yes(Client),
}

/// Facts of a ClientHello.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Client {
    /// The name asked for, lower case (RFC 6066 §3).
    pub server_name: Option<String>,
    /// The fingerprint, such as `t13d1516h2_8daaf6152771_b186095e22b6`.
    pub ja4: String,
}

/// Reads the first message; it may lie in several records (RFC 8446 §5.1).
pub fn hear(bytes: &[u8]) -> Heard {
    let mut message = Vec::new();
    let mut rest = bytes;
    loop {
        let [kind, major, _, high, low, ..] = *rest else {
            let fits = rest.is_empty() || matches!(rest, [22] | [22, 3, ..]);
            return if fits && bytes.len() < MOST_HELLO { Heard::More } else { Heard::No };
        };
        let length = usize::from(u16::from_be_bytes([high, low]));
        if kind != 22 || major != 3 || length == 0 || message.len() + length > MOST_HELLO {
            return Heard::No;
        }
        let Some(body) = rest.get(5..5 + length) else {
            return if bytes.len() < MOST_HELLO { Heard::More } else { Heard::No };
        };
        message.extend_from_slice(body);
        rest = rest.get(5 + length..).unwrap_or_default();
        match whole(&message) {
            Some(Some(hello)) => return client(hello).map_or(Heard::No, Heard::Yes),
            Some(None) => {}
            None => return Heard::No,
        }
    }
}

/// The body of the message; `Some(None)`: not whole; `None`: not a ClientHello.
fn whole(message: &[u8]) -> Option<Option<&[u8]>> {
    let [kind, a, b, c, ..] = *message else { return Some(None) };
    let length = u32::from_be_bytes([0, a, b, c]) as usize;
    if kind != 1 || length > MOST_HELLO {
        return None;
    }
    Some(message.get(4..4 + length))
}

/// A cursor over the bytes of a message.
struct Bytes<'b>(&'b [u8]);

impl<'b> Bytes<'b> {
    fn take(&mut self, count: usize) -> Option<&'b [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    fn short(&mut self) -> Option<u16> {
        self.take(2)?.first_chunk().map(|two| u16::from_be_bytes(*two))
    }

    /// A list behind its length in one byte.
    fn small(&mut self) -> Option<&'b [u8]> {
        let length = *self.take(1)?.first()?;
        self.take(length.into())
    }

    /// A list behind its length in two bytes.
    fn list(&mut self) -> Option<&'b [u8]> {
        let length = self.short()?;
        self.take(length.into())
    }
}

#[derive(Default)]
struct Extensions {
    kinds: Vec<u16>,
    server_name: Option<String>,
    has_name: bool,
    protocol: Option<Vec<u8>>,
    algorithms: Vec<u16>,
    versions: Vec<u16>,
}

fn client(hello: &[u8]) -> Option<Client> {
    let mut bytes = Bytes(hello);
    let legacy = bytes.short()?;
    bytes.take(32)?;
    bytes.small()?;
    let ciphers = shorts(bytes.list()?);
    bytes.small()?;
    let mut extensions = Extensions::default();
    if !bytes.0.is_empty() {
        let mut list = Bytes(bytes.list()?);
        while !list.0.is_empty() {
            let kind = list.short()?;
            extension(kind, list.list()?, &mut extensions);
        }
    }
    let ja4 = ja4(legacy, ciphers, &extensions);
    Some(Client { server_name: extensions.server_name, ja4 })
}

fn extension(kind: u16, data: &[u8], out: &mut Extensions) {
    if is_grease(kind) {
        return;
    }
    out.kinds.push(kind);
    let mut bytes = Bytes(data);
    match kind {
        0 => {
            out.has_name = true;
            out.server_name = bytes.list().and_then(server_name);
        }
        13 => out.algorithms = bytes.list().map(shorts).unwrap_or_default(),
        16 => out.protocol = bytes.list().and_then(|list| Bytes(list).small()).map(<[u8]>::to_vec),
        43 => out.versions = bytes.small().map(shorts).unwrap_or_default(),
        _ => {}
    }
}

fn server_name(list: &[u8]) -> Option<String> {
    let mut bytes = Bytes(list);
    let kind = *bytes.take(1)?.first()?;
    let name = std::str::from_utf8(bytes.list()?).ok()?;
    let good = kind == 0 && name.len() <= 255 && name.bytes().all(|byte| byte.is_ascii_graphic());
    good.then(|| name.trim_end_matches('.').to_ascii_lowercase())
}

/// Numbers of two bytes, without GREASE (RFC 8701).
fn shorts(bytes: &[u8]) -> Vec<u16> {
    bytes.as_chunks::<2>().0.iter().map(|two| u16::from_be_bytes(*two)).filter(|short| !is_grease(*short)).collect()
}

const fn is_grease(value: u16) -> bool {
    value & 0x0f0f == 0x0a0a && value >> 8 == value & 0xff
}

/// The fingerprint: what it offers counted in the open, ciphers and extensions sorted and hashed.
fn ja4(legacy: u16, mut ciphers: Vec<u16>, extensions: &Extensions) -> String {
    let version = match extensions.versions.iter().max().copied().unwrap_or(legacy) {
        0x0304 => "13",
        0x0303 => "12",
        0x0302 => "11",
        0x0301 => "10",
        0x0300 => "s3",
        0x0002 => "s2",
        _ => "00",
    };
    let named = if extensions.has_name { 'd' } else { 'i' };
    let protocol = alpn(extensions.protocol.as_deref());
    let (some, more) = (ciphers.len().min(99), extensions.kinds.len().min(99));
    ciphers.sort_unstable();
    let mut kinds: Vec<u16> = extensions.kinds.iter().copied().filter(|kind| !matches!(kind, 0 | 16)).collect();
    kinds.sort_unstable();
    let mut second = hex(&kinds);
    if !extensions.algorithms.is_empty() {
        second = format!("{second}_{}", hex(&extensions.algorithms));
    }
    let second = if kinds.is_empty() { "0".repeat(12) } else { digest(&second) };
    let first = if ciphers.is_empty() { "0".repeat(12) } else { digest(&hex(&ciphers)) };
    format!("t{version}{named}{some:02}{more:02}{protocol}_{first}_{second}")
}

/// First and last character of the first protocol; of one that is no text, of its hexadecimal form.
fn alpn(protocol: Option<&[u8]>) -> String {
    let Some((Some(first), Some(last))) = protocol.map(|text| (text.first(), text.last())) else {
        return "00".to_owned();
    };
    if first.is_ascii_alphanumeric() && last.is_ascii_alphanumeric() {
        return [*first, *last].map(char::from).iter().collect();
    }
    let (first, last) = (format!("{first:02x}"), format!("{last:02x}"));
    first.chars().take(1).chain(last.chars().skip(1)).collect()
}

fn hex(values: &[u16]) -> String {
    values.iter().map(|value| format!("{value:04x}")).collect::<Vec<_>>().join(",")
}

fn digest(text: &str) -> String {
    let hash = Sha256::digest(text.as_bytes());
    hash.iter().take(6).map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests;
