//! A hit: one line of the sinkhole log, made of facts and never of bodies, cookies or credentials.

use std::io::Write as _;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use renkei_core::time::{DAY, Moment, SECOND};

use super::table::Table;

/// What a line is worth when not all can be kept; the cheapest is shed first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Worth {
    /// A question to the name server: it comes from a resolver, not from a device.
    Question,
    /// A connection or a datagram that names no family.
    Touch,
    /// A request that names no family, or of a researcher, a scanner, a browser.
    Stray,
    /// A call of an infected device.
    Infection,
}

/// What a line must be worth to be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Least(u8);

impl Least {
    /// By how full a store is: from half on the cheapest is shed, full means that nothing more is kept.
    pub const fn of_fill(used: u64, room: u64) -> Self {
        Self(match used.saturating_mul(100).checked_div(room) {
            None | Some(100..) => WORTHS as u8,
            Some(90..) => Worth::Infection as u8,
            Some(75..) => Worth::Stray as u8,
            Some(50..) => Worth::Touch as u8,
            Some(_) => 0,
        })
    }

    /// At least this.
    pub const fn at(worth: Worth) -> Self {
        Self(worth as u8)
    }

    /// Whether something of this worth is kept.
    pub const fn keeps(self, worth: Worth) -> bool {
        worth as u8 >= self.0
    }
}

/// How many sorts of worth there are.
pub const WORTHS: usize = 4;

impl Worth {
    /// All, from the cheapest.
    pub const ALL: [Self; WORTHS] = [Self::Question, Self::Touch, Self::Stray, Self::Infection];

    /// The word of the counters.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Question => "question",
            Self::Touch => "touch",
            Self::Stray => "stray",
            Self::Infection => "infection",
        }
    }
}

/// What is known of a connection before anything is read from it.
#[derive(Debug, Clone, Copy)]
pub struct Scene<'s> {
    /// Who is answered with what.
    pub table: &'s Table,
    /// Now.
    pub at: Moment,
    /// Whether the clock is kept by NTP.
    pub is_synchronised: bool,
    /// The device.
    pub source: SocketAddr,
    /// The address that it called.
    pub destination: SocketAddr,
    /// What its TLS client said of itself.
    pub hello: Option<&'s Hello>,
}

/// Facts of a TLS client that go into a line.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Hello {
    /// The name it asked for, lower case.
    pub server_name: Option<String>,
    /// Its JA4 (the TLS client fingerprint; none of JA4+).
    pub ja4: String,
    /// The cipher suite that was agreed on.
    pub cipher: Option<String>,
}

/// Gives each line an id that no other line has: the start of the process, its worker, a number.
#[derive(Debug, Clone)]
pub struct Events {
    start: u64,
    worker: usize,
    next: u64,
    sensor: Option<Arc<str>>,
}

impl Events {
    /// `start` grows with every start of the process and is kept in the spool.
    pub const fn new(start: u64, worker: usize) -> Self {
        Self { start, worker, next: 0, sensor: None }
    }

    /// The same, with the name of this sinkhole in every line.
    pub fn of_sensor(self, sensor: Option<&str>) -> Self {
        Self { sensor: sensor.map(Arc::from), ..self }
    }

    /// The ids of another worker of the same start.
    pub fn of_worker(&self, worker: usize) -> Self {
        Self { worker, next: 0, ..self.clone() }
    }
}

/// What a machine gives back: bytes to send, lines to keep, whether to close, what was shed.
#[derive(Debug, Default)]
pub struct Out {
    /// Bytes for the other side.
    pub reply: Vec<u8>,
    /// Lines of the log.
    pub lines: Vec<u8>,
    /// How many lines were added, by [`Worth`].
    pub kept: [u64; WORTHS],
    /// How many were not kept for want of room, by [`Worth`].
    pub shed: [u64; WORTHS],
    /// Requests for a name whose authority is missing or whose hour has not come: nothing is answered
    /// and nothing kept.
    pub locked: u64,
    /// The connection is to be closed after the reply.
    pub closes: bool,
    /// More is on its way that nobody will read: it is taken and dropped before closing, or the reply
    /// would be lost with it.
    pub drains: bool,
    /// What is worth less than this is shed; [`Worth::Question`]: there is room for all.
    pub least: Least,
}

/// Builds a line.
#[derive(Debug)]
pub struct Line<'o> {
    out: &'o mut Out,
    start: usize,
}

impl Out {
    /// Begins a line with what every line has.
    pub fn line(&mut self, scene: &Scene<'_>, events: &mut Events, protocol: &str, application: &str) -> Line<'_> {
        let start = self.lines.len();
        let lines = &mut self.lines;
        lines.extend_from_slice(b"{\"ts\":\"");
        time(lines, scene.at);
        lines.extend_from_slice(b"\",\"src\":\"");
        address(lines, scene.source.ip());
        lines.extend_from_slice(b"\",\"sport\":");
        number(lines, scene.source.port().into());
        lines.extend_from_slice(b",\"dst\":\"");
        address(lines, scene.destination.ip());
        lines.extend_from_slice(b"\",\"dport\":");
        number(lines, scene.destination.port().into());
        lines.extend_from_slice(b",\"event\":\"");
        for (part, end) in [(events.start, b'-'), (events.worker as u64, b'-'), (events.next, b'"')] {
            number(lines, part);
            lines.push(end);
        }
        events.next += 1;
        let mut line = Line { out: self, start };
        line.text("proto", protocol);
        line.text("app", application);
        line.some("sensor", events.sensor.as_deref());
        if !scene.is_synchronised {
            line.text("ntp", "unknown");
        }
        if let Some(hello) = scene.hello {
            line.some("sni", hello.server_name.as_deref());
            line.some("cipher", hello.cipher.as_deref());
            line.text("ja4", &hello.ja4);
        }
        line
    }
}

impl Line<'_> {
    /// Adds a text.
    pub fn text(&mut self, key: &str, text: &str) {
        self.key(key);
        // Writing to memory does not fail, and a text is always JSON.
        let _ = serde_json::to_writer(&mut self.out.lines, text);
    }

    /// Adds a text of at most so many bytes.
    pub fn cut(&mut self, key: &str, text: &str, most: usize) {
        self.text(key, text.get(..floor(text, most)).unwrap_or_default());
    }

    /// Adds a text if there is one.
    pub fn some(&mut self, key: &str, text: Option<&str>) {
        if let Some(text) = text {
            self.text(key, text);
        }
    }

    /// Adds a number.
    pub fn number(&mut self, key: &str, value: u64) {
        self.key(key);
        number(&mut self.out.lines, value);
    }

    /// Adds bytes in hexadecimal.
    pub fn hex(&mut self, key: &str, bytes: &[u8]) {
        self.key(key);
        self.out.lines.push(b'"');
        for byte in bytes {
            for digit in [byte >> 4, byte & 15] {
                self.out.lines.push(if digit < 10 { b'0' + digit } else { b'a' + digit - 10 });
            }
        }
        self.out.lines.push(b'"');
    }

    /// Ends the line; keeps it or sheds it.
    pub fn end(self, worth: Worth) {
        let keeps = self.out.least.keeps(worth);
        if keeps {
            self.out.lines.extend_from_slice(b"}\n");
        } else {
            self.out.lines.truncate(self.start);
        }
        let counts = if keeps { &mut self.out.kept } else { &mut self.out.shed };
        if let Some(count) = counts.get_mut(worth as usize) {
            *count += 1;
        }
    }

    fn key(&mut self, key: &str) {
        self.out.lines.extend_from_slice(b",\"");
        self.out.lines.extend_from_slice(key.as_bytes());
        self.out.lines.extend_from_slice(b"\":");
    }
}

/// The last border of a character at or before `most`.
fn floor(text: &str, most: usize) -> usize {
    (0..=most.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}

/// RFC 3339 in UTC with six digits of a second.
fn time(out: &mut Vec<u8>, at: Moment) {
    let (year, month, day) = at.day().civil();
    let within = at.0.rem_euclid(DAY);
    let (seconds, micros) = (within / SECOND, within % SECOND);
    digits(out, i64::from(year), 4);
    out.push(b'-');
    digits(out, i64::from(month), 2);
    out.push(b'-');
    digits(out, i64::from(day), 2);
    for (value, before) in [(seconds / 3600, b'T'), (seconds / 60 % 60, b':'), (seconds % 60, b':')] {
        out.push(before);
        digits(out, value, 2);
    }
    out.push(b'.');
    digits(out, micros, 6);
    out.push(b'Z');
}

fn digits(out: &mut Vec<u8>, value: i64, width: u32) {
    for place in (0..width).rev() {
        out.push(b'0' + (value / 10_i64.pow(place) % 10) as u8);
    }
}

fn number(out: &mut Vec<u8>, value: u64) {
    let mut width = 1;
    while width < 20 && value / 10_u64.pow(width) > 0 {
        width += 1;
    }
    for place in (0..width).rev() {
        out.push(b'0' + (value / 10_u64.pow(place) % 10) as u8);
    }
}

/// An IPv4 address that came over an IPv6 socket is written as what it is.
fn address(out: &mut Vec<u8>, address: IpAddr) {
    match address.to_canonical() {
        IpAddr::V4(address) => {
            for (place, octet) in address.octets().into_iter().enumerate() {
                if place > 0 {
                    out.push(b'.');
                }
                number(out, octet.into());
            }
        }
        // Writing to memory does not fail.
        address @ IpAddr::V6(_) => drop(write!(out, "{address}")),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn written(write: impl FnOnce(&mut Vec<u8>)) -> String {
        let mut out = Vec::new();
        write(&mut out);
        String::from_utf8(out).unwrap()
    }

    proptest! {
        #[test]
        fn numbers_are_written_as_the_standard_library_writes_them(value: u64, four: [u8; 4], six: [u16; 8]) {
            prop_assert_eq!(written(|out| number(out, value)), value.to_string());
            for ip in [IpAddr::from(four), IpAddr::from(six)] {
                prop_assert_eq!(written(|out| address(out, ip)), ip.to_canonical().to_string());
            }
        }

        #[test]
        fn times_are_rfc_3339(micros in 0i64..4_000_000_000_000_000) {
            let text = written(|out| time(out, Moment(micros)));
            let whole = Moment(micros - micros % SECOND).to_string();
            prop_assert_eq!(text, format!("{}.{:06}Z", whole.trim_end_matches('Z'), micros % SECOND));
        }

        #[test]
        fn texts_are_cut_at_characters(text: String, most in 0usize..40) {
            let kept = &text[..floor(&text, most)];
            prop_assert!(kept.len() <= most && text.starts_with(kept));
        }
    }

    #[test]
    fn the_fuller_the_dearer_until_nothing_is_kept() {
        let kept = |used| Worth::ALL.iter().filter(|worth| Least::of_fill(used, 100).keeps(**worth)).count();
        assert_eq!([0, 49, 50, 75, 90, 99, 100, 500].map(kept), [4, 4, 3, 2, 1, 1, 0, 0]);
    }

    #[test]
    fn what_is_worth_less_is_shed_and_counted() {
        let mut out = Out { least: Least::at(Worth::Stray), ..Out::default() };
        for worth in Worth::ALL {
            out.lines.extend_from_slice(b"x");
            let start = out.lines.len() - 1;
            Line { out: &mut out, start }.end(worth);
        }
        assert_eq!((out.kept, out.shed), ([0, 0, 1, 1], [1, 1, 0, 0]));
        assert_eq!(out.lines, b"x}\nx}\n");
    }
}
