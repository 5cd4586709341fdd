//! What is looked at beside a value: the blocks that hold an address, the names above a name, the host of a URL.
//!
//! Each candidate is a value in its one form, so that an index of values answers; nothing is compared by likeness.

use std::net::IpAddr;

use renkei_core::net::Prefix;

use super::{Indicator, Kind};

/// Why a value is looked at beside another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Nearness {
    /// It is the value itself.
    Same,
    /// It is a block that holds the address or block.
    Block,
    /// It is a name under which the name lies.
    Parent,
    /// It is the host of the URL, or the domain of the mail address.
    Host,
}

impl Nearness {
    /// The stable word in JSON.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Block => "block",
            Self::Parent => "parent",
            Self::Host => "host",
        }
    }
}

/// The widest blocks that are looked at: wider ones would hold almost everybody.
const WIDEST_V4: u8 = 8;
const WIDEST_V6: u8 = 16;

impl Indicator {
    /// The value itself and what is looked at beside it, the nearest first: at most some 230 values.
    pub fn near(&self) -> Vec<(Nearness, Self)> {
        let mut near = vec![(Nearness::Same, self.clone())];
        match self.kind {
            Kind::Address => near.extend(self.value.parse().into_iter().flat_map(|address| blocks(address, 129))),
            Kind::Block => {
                if let Some((address, length)) = self.value.split_once('/')
                    && let (Ok(address), Ok(length)) = (address.parse(), length.parse::<u8>())
                {
                    near.extend(blocks(address, length));
                }
            }
            Kind::Domain => near.extend(parents(&self.value)),
            Kind::Mail => {
                let domain = self.value.rsplit_once('@').and_then(|(_, domain)| Self::read(Kind::Domain, domain).ok());
                near.extend(domain.into_iter().flat_map(|domain| hosted(&domain)));
            }
            Kind::Url => {
                let host = url::Url::parse(&self.value).ok().and_then(|url| url.host_str().map(str::to_owned));
                let bare = host.map(|host| host.trim_matches(['[', ']']).to_owned());
                let of =
                    |host: &String| Self::read(Kind::Address, host).or_else(|_| Self::read(Kind::Domain, host)).ok();
                near.extend(bare.as_ref().and_then(of).into_iter().flat_map(|host| hosted(&host)));
            }
            _ => {}
        }
        near
    }
}

/// A host, and what is looked at beside it.
fn hosted(host: &Indicator) -> Vec<(Nearness, Indicator)> {
    let beside = host.near().into_iter().skip(1);
    std::iter::once((Nearness::Host, host.clone())).chain(beside).collect()
}

/// The blocks that hold an address, narrowest first; those of fewer bits than `below`.
fn blocks(address: IpAddr, below: u8) -> Vec<(Nearness, Indicator)> {
    let (most, least) = if address.is_ipv4() { (32, WIDEST_V4) } else { (128, WIDEST_V6) };
    let held = (least..=most).rev().filter(|length| *length < below).filter_map(|length| {
        let block = Prefix::holding(address, length)?.to_string();
        Some((Nearness::Block, Indicator { kind: Kind::Block, value: block.into() }))
    });
    held.collect()
}

/// The names above a name that have a dot in them.
fn parents(name: &str) -> Vec<(Nearness, Indicator)> {
    let above = name.match_indices('.').filter_map(|(dot, _)| name.get(dot + 1..));
    let named = above.filter(|parent| parent.contains('.'));
    named.map(|parent| (Nearness::Parent, Indicator { kind: Kind::Domain, value: parent.into() })).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(kind: Kind, text: &str) -> Vec<String> {
        let found = Indicator::read(kind, text).unwrap().near();
        found.iter().map(|(why, value)| format!("{} {}", why.word(), value.as_str())).collect()
    }

    #[test]
    fn an_address_lies_in_blocks_down_to_eight_bits() {
        let found = near(Kind::Address, "198.18.7.7");
        assert_eq!(found[..3], ["same 198.18.7.7", "block 198.18.7.7/32", "block 198.18.7.6/31"]);
        assert_eq!((found.len(), found.last().unwrap().as_str()), (26, "block 198.0.0.0/8"));
        assert!(near(Kind::Address, "2001:db8::1").contains(&"block 2001:db8::/32".to_owned()));
        assert_eq!(near(Kind::Address, "2001:db8::1").last().unwrap(), "block 2001::/16");
    }

    #[test]
    fn a_block_lies_in_wider_ones_alone() {
        assert_eq!(near(Kind::Block, "198.0.0.0/10"), ["same 198.0.0.0/10", "block 198.0.0.0/9", "block 198.0.0.0/8"]);
    }

    #[test]
    fn names_lie_under_names_and_urls_on_hosts() {
        assert_eq!(
            near(Kind::Domain, "a.b.evil.example"),
            ["same a.b.evil.example", "parent b.evil.example", "parent evil.example"]
        );
        assert_eq!(
            near(Kind::Url, "https://pay.evil.example/login"),
            ["same https://pay.evil.example/login", "host pay.evil.example", "parent evil.example"]
        );
        assert_eq!(near(Kind::Url, "http://[2001:db8::1]:8080/")[1], "host 2001:db8::1");
        assert_eq!(near(Kind::Mail, "mule@mail.evil.example")[1..], ["host mail.evil.example", "parent evil.example"]);
        assert_eq!(near(Kind::Asn, "AS64500"), ["same AS64500"]);
    }
}
