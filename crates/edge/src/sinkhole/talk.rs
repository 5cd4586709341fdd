//! The beginning of a TCP connection as a machine: a balancer's header, then what is spoken.

use std::net::SocketAddr;

use super::hello::{Heard, MOST_HELLO, hear};
use super::hit::{Events, Out, Scene, Worth};
use super::http::Http;
use super::profile::Request;
use super::proxy::{Proxied, read};
use super::table::Served;

/// How many first bytes of something unknown are kept, in hexadecimal.
pub const MOST_FIRST: usize = 32;

/// The first bytes of HTTP/2 without TLS (RFC 9113 §3.4).
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// A connection.
#[derive(Debug)]
pub struct Talk {
    state: State,
    /// The device, as the balancer says if there is one.
    pub source: SocketAddr,
    /// The address that it called.
    pub destination: SocketAddr,
}

#[derive(Debug)]
enum State {
    Proxy(Vec<u8>),
    Fresh(Vec<u8>),
    Http(Http),
}

/// What comes next.
#[derive(Debug, PartialEq, Eq)]
pub enum Turn {
    /// More bytes, or the end (`Out::closes`).
    Stay,
    /// TLS begins with these bytes.
    Tls(Vec<u8>),
    /// HTTP/2 begins with these bytes.
    H2(Vec<u8>),
}

/// What a connection waits for, so that its time can be measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// The first byte.
    First,
    /// The rest of a head.
    Head,
    /// The rest of a body.
    Body,
    /// The next request.
    Idle,
}

impl Talk {
    /// A connection; `is_proxied`: it begins with a balancer's header.
    pub const fn new(source: SocketAddr, destination: SocketAddr, is_proxied: bool) -> Self {
        let state = if is_proxied { State::Proxy(Vec::new()) } else { State::Fresh(Vec::new()) };
        Self { state, source, destination }
    }

    /// What it waits for.
    pub const fn phase(&self) -> Phase {
        match &self.state {
            State::Proxy(held) | State::Fresh(held) if held.is_empty() => Phase::First,
            State::Proxy(_) | State::Fresh(_) => Phase::Head,
            State::Http(http) if http.is_idle() => Phase::Idle,
            State::Http(http) if http.has_body() => Phase::Body,
            State::Http(_) => Phase::Head,
        }
    }

    /// How many requests were answered.
    pub const fn answered(&self) -> u32 {
        match &self.state {
            State::Http(http) => http.answered(),
            _ => 0,
        }
    }

    /// Takes bytes.
    pub fn feed(&mut self, bytes: &[u8], scene: &Scene<'_>, events: &mut Events, out: &mut Out) -> Turn {
        let rest = match &mut self.state {
            State::Http(http) => {
                http.feed(bytes, scene, events, out);
                return Turn::Stay;
            }
            State::Proxy(held) => {
                held.extend_from_slice(bytes);
                let used = match read(held) {
                    Proxied::More => return Turn::Stay,
                    Proxied::Broken => {
                        out.closes = true;
                        return Turn::Stay;
                    }
                    Proxied::Local(used) => used,
                    Proxied::For { source, destination, used } => {
                        (self.source, self.destination) = (source, destination);
                        used
                    }
                };
                held.get(used..).unwrap_or_default().to_vec()
            }
            State::Fresh(held) if held.is_empty() && kind(bytes) == Some(Kind::Http) => {
                return self.http(bytes, scene, events, out);
            }
            State::Fresh(held) => {
                held.extend_from_slice(bytes);
                std::mem::take(held)
            }
        };
        let scene = Scene { source: self.source, destination: self.destination, ..*scene };
        self.begin(rest, &scene, events, out)
    }

    fn begin(&mut self, held: Vec<u8>, scene: &Scene<'_>, events: &mut Events, out: &mut Out) -> Turn {
        match kind(&held) {
            None => {
                self.state = State::Fresh(held);
                Turn::Stay
            }
            Some(Kind::Http) => self.http(&held, scene, events, out),
            Some(Kind::H2) => Turn::H2(held),
            Some(Kind::Tls) => match hear(&held) {
                Heard::More if held.len() < MOST_HELLO => {
                    self.state = State::Fresh(held);
                    Turn::Stay
                }
                Heard::Yes(_) => Turn::Tls(held),
                _ => Self::unknown(&held, scene, events, out),
            },
            Some(Kind::Unknown) => Self::unknown(&held, scene, events, out),
        }
    }

    fn http(&mut self, bytes: &[u8], scene: &Scene<'_>, events: &mut Events, out: &mut Out) -> Turn {
        let mut http = Http::default();
        http.feed(bytes, scene, events, out);
        self.state = State::Http(http);
        Turn::Stay
    }

    fn unknown(bytes: &[u8], scene: &Scene<'_>, events: &mut Events, out: &mut Out) -> Turn {
        tell(bytes, "tcp", scene, events, out);
        out.closes = true;
        Turn::Stay
    }

    /// The other side closed, or its time is over.
    pub fn end(&mut self, scene: &Scene<'_>, events: &mut Events, out: &mut Out) {
        match &mut self.state {
            State::Http(http) => http.end(scene, events, out),
            State::Fresh(held) => tell(&std::mem::take(held), "tcp", scene, events, out),
            State::Proxy(_) => {}
        }
    }
}

/// Writes the line of what is no HTTP: its length and first bytes. The address that was called may name
/// the family, if it is given to one alone.
pub fn tell(bytes: &[u8], protocol: &str, scene: &Scene<'_>, events: &mut Events, out: &mut Out) {
    if !scene.table.serves_anything(scene.at) {
        out.locked += 1;
        return;
    }
    let first = bytes.get(..bytes.len().min(MOST_FIRST)).unwrap_or_default();
    let family: Option<&Served> = scene.table.by_address(scene.destination.ip().to_canonical(), scene.at);
    let request = Request { first, length: bytes.len() as u64, ..Request::default() };
    let shaped = family.is_some_and(|served| served.profile.likeness(&request).shaped);
    let mark = scene.table.marks.of(scene.source.ip().to_canonical(), None);
    let mut line = out.line(scene, events, protocol, protocol);
    line.number("length", bytes.len() as u64);
    if !first.is_empty() {
        line.hex("first", first);
    }
    let worth = match (family.filter(|_| !first.is_empty()), mark) {
        (Some(served), None) => {
            line.text("family", &served.zone.family);
            line.text("confidence", if shaped { "medium" } else { "low" });
            Worth::Infection
        }
        (_, mark) => {
            line.some("mark", mark.map(|mark| mark.as_str()));
            Worth::Touch
        }
    };
    line.end(worth);
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Http,
    H2,
    Tls,
    Unknown,
}

/// What is spoken, by the first bytes; `None`: too few.
fn kind(bytes: &[u8]) -> Option<Kind> {
    let [first, rest @ ..] = bytes else { return None };
    if *first == 22 {
        return match rest.first() {
            None => None,
            Some(3) => Some(Kind::Tls),
            Some(_) => Some(Kind::Unknown),
        };
    }
    let common = bytes.len().min(PREFACE.len());
    if bytes.get(..common) == PREFACE.get(..common) {
        return (common == PREFACE.len()).then_some(Kind::H2);
    }
    // A method of capitals and a space (RFC 9110 §9.1 allows more; bots do not use it).
    match bytes.iter().take(17).position(|byte| !byte.is_ascii_uppercase()) {
        Some(at) if at > 0 && bytes.get(at) == Some(&b' ') => Some(Kind::Http),
        None if bytes.len() < 17 => None,
        _ => Some(Kind::Unknown),
    }
}

#[cfg(test)]
mod tests;
