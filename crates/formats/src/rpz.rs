//! Response policy zones: names and addresses that a resolver is to answer as not there, as a zone file.
//!
//! The owner names are those of draft-vixie-dnsop-dns-rpz-00 (sections 4.1.1 and 4.1.2): a name and what lies below it, and
//! answers that hold an address (`rpz-ip`). The policy is NXDOMAIN (`CNAME .`, section 3.1).

use std::fmt::Write as _;
use std::net::IpAddr;

use renkei_core::net::Prefix;

use crate::indicator::Kind;

/// Longest name of the DNS as text without the last dot (RFC 1035 section 3.1).
const LONGEST: usize = 253;
/// Seconds that an answer may be kept, and that a secondary waits.
const TTL: u32 = 300;

/// A zone about to be written.
#[derive(Debug)]
pub struct Zone<'z> {
    name: &'z str,
    text: String,
}

impl<'z> Zone<'z> {
    /// Begins a zone. `name` is a domain as A-labels without the last dot; `serial` goes up with its contents (RFC 1982).
    pub fn new(name: &'z str, serial: u32) -> Self {
        let text = format!(
            "$TTL {TTL}\n$ORIGIN {name}.\n@ SOA localhost. hostmaster.{name}. {serial} {TTL} 60 604800 60\n@ NS localhost.\n"
        );
        Self { name, text }
    }

    /// A line that resolvers do not read.
    pub fn comment(&mut self, text: &str) {
        let plain = text.replace(char::is_control, " ");
        _ = writeln!(self.text, "; {plain}");
    }

    /// Adds a value in its one form; `false`: a zone cannot say it, or its name would be too long.
    pub fn add(&mut self, kind: Kind, value: &str) -> bool {
        let owners = owners(kind, value);
        let fits = |owner: &String| owner.len() + 1 + self.name.len() <= LONGEST;
        if owners.is_empty() || !owners.iter().all(fits) {
            return false;
        }
        for owner in owners {
            _ = writeln!(self.text, "{owner} CNAME .");
        }
        true
    }

    /// The zone file.
    pub fn finish(self) -> String {
        self.text
    }
}

/// The owner names, without the zone's, by which a zone says a value in its one form; none: it cannot say it.
pub fn owners(kind: Kind, value: &str) -> Vec<String> {
    match kind {
        Kind::Domain => vec![value.to_owned(), format!("*.{value}")],
        Kind::Address | Kind::Block => block(value).map(|block| vec![answers_in(&block)]).unwrap_or_default(),
        _ => Vec::new(),
    }
}

fn block(text: &str) -> Option<Prefix> {
    match text.parse::<IpAddr>() {
        Ok(address) => Prefix::holding(address, if address.is_ipv4() { 32 } else { 128 }),
        Err(_) => text.parse().ok(),
    }
}

/// The owner name for answers that hold an address of a block.
fn answers_in(block: &Prefix) -> String {
    let mut labels = vec![block.length().to_string()];
    match block.address() {
        IpAddr::V4(v4) => labels.extend(v4.octets().iter().rev().map(ToString::to_string)),
        IpAddr::V6(v6) => {
            let words = v6.segments();
            let run = zeros(&words);
            let mut place = words.len();
            while place > 0 {
                place -= 1;
                match run {
                    Some((first, last)) if place == last => {
                        labels.push("zz".to_owned());
                        place = first;
                    }
                    _ => labels.push(format!("{:x}", words.get(place).copied().unwrap_or_default())),
                }
            }
        }
    }
    labels.push("rpz-ip".to_owned());
    labels.join(".")
}

/// The first of the longest runs of two words or more that are zero: its first and last place.
fn zeros(words: &[u16; 8]) -> Option<(usize, usize)> {
    let mut best: Option<(usize, usize)> = None;
    let mut first = None;
    for (place, word) in words.iter().chain([&1]).enumerate() {
        match (*word, first) {
            (0, None) => first = Some(place),
            (0, Some(_)) => {}
            (_, Some(begun)) => {
                let longer = best.is_none_or(|(from, to)| place - begun > to + 1 - from);
                if place - begun >= 2 && longer {
                    best = Some((begun, place - 1));
                }
                first = None;
            }
            (_, None) => {}
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn owners_are_those_of_the_draft() {
        for (block, owner) in [
            ("192.0.2.0/24", "24.0.2.0.192.rpz-ip"),
            ("192.0.2.25/32", "32.25.2.0.192.rpz-ip"),
            ("2001:2::57/128", "128.57.zz.2.2001.rpz-ip"),
            ("2001:db8:101::/48", "48.zz.101.db8.2001.rpz-ip"),
            ("2001:db8:0:1:0:1:0:1/128", "128.1.0.1.0.1.0.db8.2001.rpz-ip"),
            ("::/128", "128.zz.rpz-ip"),
            ("2001:0:0:1::1/128", "128.1.zz.1.0.0.2001.rpz-ip"),
        ] {
            assert_eq!(answers_in(&block.parse().unwrap()), owner, "{block}");
        }
    }

    #[test]
    fn a_zone_says_what_it_can() {
        let mut zone = Zone::new("rpz.office.example", 7);
        zone.comment("two\nlines");
        assert!(zone.add(Kind::Domain, "evil.example") && zone.add(Kind::Address, "198.18.7.7"));
        assert!(!zone.add(Kind::Url, "https://evil.example/") && !zone.add(Kind::Block, "no block"));
        assert!(!zone.add(Kind::Domain, &format!("{}.example", ["a".repeat(60).as_str(); 4].join("."))));
        let text = zone.finish();
        assert!(text.contains("SOA localhost. hostmaster.rpz.office.example. 7 300"), "{text}");
        assert!(
            text.ends_with("; two lines\nevil.example CNAME .\n*.evil.example CNAME .\n32.7.7.18.198.rpz-ip CNAME .\n")
        );
    }
}
