//! Simulated bots for tests and the demonstration: they check in as their family does, and can do nothing else.
//!
//! Harmless by construction: they speak to loopback only, refused in code; they send one request, read the
//! answer, and never act on it.

use std::io::{self, Read as _, Write as _};
use std::net::{IpAddr, SocketAddr, TcpStream};
use std::time::Duration;

/// The most of an answer that a bot reads.
const MOST_ANSWER: u64 = 64 << 10;

/// Why a bot does not call.
#[derive(Debug, thiserror::Error)]
pub enum BotError {
    /// Simulated bots call this machine and nobody else.
    #[error("`{0}` is not a loopback address: simulated bots call nobody else")]
    NotLoopback(SocketAddr),
    /// A device's address is from the ranges kept for samples.
    #[error("`{0}` is not from 198.18.0.0/15, 2001:db8::/32 or 3fff::/20")]
    NotSample(IpAddr),
    /// The call failed.
    #[error("the call failed: {0}")]
    Call(#[from] io::Error),
    /// What came back is not HTTP.
    #[error("the answer is not HTTP")]
    Answer,
}

/// Families that are simulated: those of the profiles of the house.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Family {
    /// Id of the installation in the path.
    VawtrakLike,
    /// A fixed page with a Referer of its own.
    Simda,
    /// A long path of base64.
    Gozi,
    /// A short script with a value drawn anew.
    Cryptowall4,
    /// `POST /` with a short body.
    Kovter,
    /// `POST` to twenty characters, and a Referer that repeats them.
    EmotetOrTrickbot,
}

impl Family {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::VawtrakLike, Self::Simda, Self::Gozi, Self::Cryptowall4, Self::Kovter, Self::EmotetOrTrickbot];

    /// The name that the profiles use.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::VawtrakLike => "vawtrak-like",
            Self::Simda => "simda",
            Self::Gozi => "gozi",
            Self::Cryptowall4 => "cryptowall4",
            Self::Kovter => "kovter",
            Self::EmotetOrTrickbot => "emotet-or-trickbot",
        }
    }

    /// The request of a device: its head and body.
    fn request(self, host: &str, device: u32) -> String {
        const MSIE: &str = "Mozilla/4.0 (compatible; MSIE 7.0; Windows NT 6.1; Trident/4.0; SLCC2)";
        let get =
            |path: &str, more: &str| format!("GET {path} HTTP/1.1\r\nHost: {host}\r\n{more}Connection: close\r\n\r\n");
        let post = |path: &str, more: &str, length: usize| {
            let body = "0".repeat(length);
            format!(
                "POST {path} HTTP/1.1\r\nHost: {host}\r\n{more}Content-Length: {length}\r\nConnection: close\r\n\r\n{body}"
            )
        };
        match self {
            Self::VawtrakLike => get(&format!("/collection/00000038/01/{device:08X}"), ""),
            Self::Simda => get(
                "/login.php",
                "Referer: http://www.google.com\r\nUser-Agent: Mozilla/4.0 (compatible; MSIE 2.0; Windows NT 5.0)\r\n",
            ),
            Self::Gozi => {
                let letters = letters(device, 260);
                let parts: Vec<String> =
                    letters.as_bytes().chunks(20).map(|part| String::from_utf8_lossy(part).into()).collect();
                get(&format!("/uploaded/{}.pct", parts.join("/")), "")
            }
            Self::Cryptowall4 => {
                let value = letters(device, 12).to_ascii_lowercase();
                post(&format!("/{}.php?n={value}", letters(device, 6)), "", 120)
            }
            Self::Kovter => post("/", &format!("User-Agent: {MSIE}\r\n"), 460),
            Self::EmotetOrTrickbot => {
                let name = letters(device, 20);
                post(&format!("/{name}"), &format!("Referer: http://198.18.0.1/{name}\r\n"), 900)
            }
        }
    }
}

/// Letters and digits that a device always has: a linear congruence from its number.
fn letters(device: u32, count: usize) -> String {
    const ALPHABET: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    let mut state = u64::from(device) ^ 0x9e37_79b9_7f4a_7c15;
    let next = |_| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let at = (state >> 33) as usize % ALPHABET.len();
        char::from(ALPHABET.get(at).copied().unwrap_or(b'A'))
    };
    (0..count).map(next).collect()
}

/// Bots of one family, and the sinkhole on this machine that they call.
#[derive(Debug, Clone)]
pub struct Bots {
    target: SocketAddr,
    family: Family,
    host: String,
}

/// What a bot was told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// Status of the answer.
    pub status: u16,
    /// Its body.
    pub body: Vec<u8>,
}

impl Told {
    /// Whether it was given a blank configuration: the bot has nothing to do and asks nobody else (S0.4).
    pub const fn is_blank(&self) -> bool {
        matches!(self.status, 200 | 204) && self.body.is_empty()
    }
}

impl Bots {
    /// Bots that call a sinkhole on loopback for a host.
    ///
    /// # Errors
    /// When the address is not loopback.
    pub fn new(target: SocketAddr, family: Family, host: &str) -> Result<Self, BotError> {
        if !target.ip().is_loopback() {
            return Err(BotError::NotLoopback(target));
        }
        Ok(Self { target, family, host: host.to_owned() })
    }

    /// One check-in of a device over a connection of its own.
    ///
    /// `from` is the device's address where the sinkhole reads the header of a balancer: it is put into
    /// one (PROXY protocol, version 1), because every socket here has a loopback address.
    ///
    /// # Errors
    /// When the call fails, or the address is not one of the sample ranges.
    pub fn check_in(&self, device: u32, from: Option<SocketAddr>) -> Result<Told, BotError> {
        let mut sent = match from {
            Some(from) => header(from)?,
            None => String::new(),
        };
        sent.push_str(&self.family.request(&self.host, device));
        let mut stream = TcpStream::connect_timeout(&self.target, Duration::from_secs(5))?;
        stream.set_read_timeout(Some(Duration::from_secs(10)))?;
        stream.write_all(sent.as_bytes())?;
        let mut answer = Vec::new();
        stream.take(MOST_ANSWER).read_to_end(&mut answer)?;
        told(&answer).ok_or(BotError::Answer)
    }
}

fn header(from: SocketAddr) -> Result<String, BotError> {
    let (kind, to, sample) = match from.ip() {
        IpAddr::V4(ip) => ("TCP4", "198.18.0.1", matches!(ip.octets(), [198, 18 | 19, ..])),
        IpAddr::V6(ip) => {
            let [first, second, ..] = ip.segments();
            ("TCP6", "2001:db8::1", (first, second) == (0x2001, 0xdb8) || (first == 0x3fff && second < 0x1000))
        }
    };
    if !sample {
        return Err(BotError::NotSample(from.ip()));
    }
    Ok(format!("PROXY {kind} {} {to} {} 80\r\n", from.ip(), from.port()))
}

fn told(answer: &[u8]) -> Option<Told> {
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n")?;
    let head = std::str::from_utf8(answer.get(..end)?).ok()?;
    let status = head.strip_prefix("HTTP/1.1 ")?.get(..3)?.parse().ok()?;
    Some(Told { status, body: answer.get(end + 4..)?.to_vec() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_but_this_machine_is_called() {
        for address in
            ["198.18.0.1:80", "0.0.0.0:80", "[2001:db8::1]:80", "[::]:80", "[::ffff:127.0.0.1]:80", "10.0.0.1:80"]
        {
            let bots = Bots::new(address.parse().unwrap(), Family::Simda, "x.example");
            assert!(matches!(bots, Err(BotError::NotLoopback(_))), "{address}");
        }
        assert!(Bots::new("127.9.9.9:80".parse().unwrap(), Family::Simda, "x.example").is_ok());
        assert!(Bots::new("[::1]:80".parse().unwrap(), Family::Simda, "x.example").is_ok());
    }

    #[test]
    fn devices_have_addresses_of_samples() {
        for good in ["198.18.0.1:1", "198.19.255.255:1", "[2001:db8::9]:1", "[3fff:fff::1]:1"] {
            assert!(header(good.parse().unwrap()).is_ok(), "{good}");
        }
        for bad in ["198.20.0.1:1", "203.0.113.1:1", "[2001:db9::9]:1", "[3fff:1000::1]:1", "127.0.0.1:1"] {
            assert!(matches!(header(bad.parse().unwrap()), Err(BotError::NotSample(_))), "{bad}");
        }
    }
}
