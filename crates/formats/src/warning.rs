//! Warning lists: values that many see for good reasons (public resolvers, clouds, well-known sites), in the format of the
//! MISP project's lists (`list.json`).
//!
//! A list says of which kinds its entries are and how they are compared. Blocks are compared both ways: a block that holds
//! a listed address is listed too, because who acts on it acts on the address.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::net::IpAddr;

use regex::{Regex, RegexBuilder};
use renkei_core::net::Prefix;
use serde::Deserialize;

use crate::indicator::{Indicator, Kind, Nearness};

/// Most bytes of a list.
pub const MOST_BYTES: usize = 64 << 20;
/// Most patterns of all lists, and most bytes one becomes.
const MOST_PATTERNS: usize = 1_000;
const PATTERN_BYTES: usize = 1 << 20;

/// Why a list cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ListError {
    /// It is no list.
    #[error("line {line}, column {column}: this is no warning list: {why}")]
    Form {
        /// From 1.
        line: usize,
        /// From 1.
        column: usize,
        /// What is wrong with it.
        why: String,
    },
    /// It is compared in a way that is not known.
    #[error("lists of the type `{0}` are not known: string, hostname, cidr, substring, regex are")]
    Type(String),
    /// It is too large.
    #[error("a list has at most {MOST_BYTES} bytes")]
    TooLarge,
}

#[derive(Deserialize)]
struct File {
    name: String,
    #[serde(rename = "type")]
    how: String,
    list: Vec<String>,
    #[serde(default)]
    matching_attributes: Vec<String>,
}

/// How entries are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum How {
    Same,
    Below,
    Block,
    Part,
    Pattern,
}

/// The lists of an office, made to be asked.
#[derive(Debug, Default)]
pub struct Warnings {
    lists: Vec<Known>,
    same: HashMap<Box<str>, Vec<usize>>,
    below: HashMap<Box<str>, Vec<usize>>,
    blocks: BTreeMap<(IpAddr, u8), Vec<usize>>,
    parts: Vec<(Box<str>, usize)>,
    patterns: Vec<(Regex, usize)>,
}

/// What is kept of a list beside its entries.
#[derive(Debug)]
struct Known {
    name: String,
    kinds: Vec<Kind>,
}

/// What was read of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Taken {
    /// Entries that are asked.
    pub entries: usize,
    /// Entries that are none of the list's type: left out.
    pub misfits: usize,
}

impl Warnings {
    /// Takes a list in.
    ///
    /// # Errors
    /// When it is no list; nothing of it is taken then.
    pub fn add(&mut self, bytes: &[u8]) -> Result<Taken, ListError> {
        if bytes.len() > MOST_BYTES {
            return Err(ListError::TooLarge);
        }
        let file: File = serde_json::from_slice(bytes).map_err(|error| ListError::Form {
            line: error.line(),
            column: error.column(),
            why: error.to_string(),
        })?;
        let how = match file.how.as_str() {
            "string" => How::Same,
            "hostname" => How::Below,
            "cidr" => How::Block,
            "substring" => How::Part,
            "regex" => How::Pattern,
            _ => return Err(ListError::Type(file.how)),
        };
        let place = self.lists.len();
        let kinds = kinds(how, &file.matching_attributes);
        let mut taken = Taken::default();
        for entry in &file.list {
            match self.put(how, &kinds, entry.trim(), place) {
                true => taken.entries += 1,
                false => taken.misfits += 1,
            }
        }
        self.lists.push(Known { name: file.name, kinds });
        Ok(taken)
    }

    fn put(&mut self, how: How, kinds: &[Kind], entry: &str, place: usize) -> bool {
        if entry.is_empty() {
            return false;
        }
        match how {
            How::Same => {
                // An entry is compared in the form that it has as a value of one of the list's kinds.
                let forms: BTreeSet<Box<str>> = kinds
                    .iter()
                    .chain(kinds.contains(&Kind::Url).then_some(&Kind::Domain))
                    .filter_map(|kind| Indicator::read(*kind, entry).ok())
                    .map(|value| value.as_str().into())
                    .collect();
                let any = !forms.is_empty();
                forms.into_iter().for_each(|form| self.same.entry(form).or_default().push(place));
                any
            }
            How::Below => match Indicator::read(Kind::Domain, entry.trim_start_matches('.')) {
                Ok(name) => {
                    self.below.entry(name.as_str().into()).or_default().push(place);
                    true
                }
                Err(_) => false,
            },
            How::Block => match block(entry) {
                Some(block) => {
                    self.blocks.entry((block.address(), block.length())).or_default().push(place);
                    true
                }
                None => false,
            },
            How::Part => {
                self.parts.push((entry.to_ascii_lowercase().into(), place));
                true
            }
            How::Pattern => {
                let fits = self.patterns.len() < MOST_PATTERNS;
                match pattern(entry).filter(|_| fits) {
                    Some(pattern) => {
                        self.patterns.push((pattern, place));
                        true
                    }
                    None => false,
                }
            }
        }
    }

    /// Number of lists.
    pub const fn len(&self) -> usize {
        self.lists.len()
    }

    /// Whether there is none.
    pub const fn is_empty(&self) -> bool {
        self.lists.is_empty()
    }

    /// The names of the lists on which a value stands.
    pub fn of(&self, value: &Indicator) -> Vec<&str> {
        if self.is_empty() {
            return Vec::new();
        }
        let mut found = BTreeSet::new();
        let mut add = |places: Option<&Vec<usize>>| found.extend(places.into_iter().flatten().copied());
        for (how, near) in value.near() {
            if matches!(how, Nearness::Same | Nearness::Host) {
                add(self.same.get(near.as_str()));
                for (block, places) in self.beside(&near) {
                    debug_assert!(block.length() <= 128);
                    add(Some(places));
                }
            }
            if near.kind() == Kind::Domain {
                add(self.below.get(near.as_str()));
            }
        }
        let lower = value.as_str().to_ascii_lowercase();
        found.extend(self.parts.iter().filter(|(part, _)| lower.contains(&**part)).map(|(_, place)| *place));
        found.extend(self.patterns.iter().filter(|(seen, _)| seen.is_match(value.as_str())).map(|(_, place)| *place));
        let known = found.into_iter().filter_map(|place| self.lists.get(place));
        known.filter(|list| list.kinds.contains(&value.kind())).map(|list| list.name.as_str()).collect()
    }

    /// Blocks of lists that hold an address or block, and those that it holds.
    fn beside(&self, value: &Indicator) -> impl Iterator<Item = (Prefix, &Vec<usize>)> {
        let own = matches!(value.kind(), Kind::Address | Kind::Block).then(|| block(value.as_str())).flatten();
        let above = own
            .into_iter()
            .flat_map(|own| (0..=own.length()).filter_map(move |length| Prefix::holding(own.address(), length)));
        let above = above.filter_map(|wide| Some((wide, self.blocks.get(&(wide.address(), wide.length()))?)));
        let inside = own.into_iter().flat_map(|own| {
            let range = self.blocks.range((own.address(), 0)..=(own.last(), 128));
            range.filter(move |((_, length), _)| *length > own.length())
        });
        let inside =
            inside.filter_map(|((address, length), places)| Some((Prefix::holding(*address, *length)?, places)));
        above.chain(inside)
    }
}

/// A block, or an address as the block of itself.
fn block(text: &str) -> Option<Prefix> {
    if let Ok(address) = text.parse::<IpAddr>() {
        return Prefix::holding(address, if address.is_ipv4() { 32 } else { 128 });
    }
    let (address, length) = text.split_once('/')?;
    Prefix::holding(address.parse().ok()?, length.parse().ok()?)
}

/// A pattern as PHP writes it (`/…/i`), or bare.
fn pattern(entry: &str) -> Option<Regex> {
    let (body, folded) = match entry.strip_prefix('/').and_then(|rest| rest.rsplit_once('/')) {
        Some((body, flags)) => (body, flags.contains('i')),
        None => (entry, false),
    };
    RegexBuilder::new(body).case_insensitive(folded).size_limit(PATTERN_BYTES).build().ok()
}

/// The kinds that a list is asked about.
fn kinds(how: How, attributes: &[String]) -> Vec<Kind> {
    let mut kinds = BTreeSet::new();
    for attribute in attributes {
        match attribute.as_str() {
            "ip-src" | "ip-dst" => kinds.extend([Kind::Address, Kind::Block]),
            "domain" | "hostname" => _ = kinds.insert(Kind::Domain),
            "url" | "uri" | "link" => _ = kinds.insert(Kind::Url),
            "phone-number" | "whois-registrant-phone" => _ = kinds.insert(Kind::Phone),
            "AS" => _ = kinds.insert(Kind::Asn),
            "btc" => _ = kinds.insert(Kind::Bitcoin),
            mail if mail.starts_with("email-") || mail.ends_with("-email") => _ = kinds.insert(Kind::Mail),
            word => kinds.extend(Kind::ALL.iter().copied().filter(|kind| kind.word() == word)),
        }
    }
    if kinds.is_empty() {
        match how {
            How::Block => kinds.extend([Kind::Address, Kind::Block]),
            How::Below => kinds.extend([Kind::Domain, Kind::Url]),
            How::Same | How::Part | How::Pattern => kinds.extend(Kind::ALL.iter().copied()),
        }
    }
    kinds.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn with(how: &str, attributes: &[&str], list: &[&str]) -> Warnings {
        let file = serde_json::json!({ "name": how, "description": "", "version": 1, "type": how, "list": list,
            "matching_attributes": attributes });
        let mut warnings = Warnings::default();
        assert_eq!(warnings.add(file.to_string().as_bytes()).unwrap().entries, list.len());
        warnings
    }

    fn warned(warnings: &Warnings, value: &str) -> bool {
        !warnings.of(&Indicator::guess(value).unwrap()).is_empty()
    }

    #[test]
    fn blocks_are_compared_both_ways() {
        let lists =
            with("cidr", &["ip-src", "domain|ip"], &["8.8.8.8", "198.51.100.0/24", "224.0.0.0/4", "2001:db8::/32"]);
        for listed in [
            "8.8.8.8",
            "8.8.8.0/24",
            "8.0.0.0/8",
            "198.51.100.7",
            "198.51.100.128/25",
            "198.51.0.0/16",
            "224.0.0.1",
            "2001:db8::7",
        ] {
            assert!(warned(&lists, listed), "{listed}");
        }
        for free in ["8.8.8.9", "8.8.4.0/24", "198.51.101.0/24", "2001:db9::", "8.8.8.8.example", "https://8.8.8.8/"] {
            assert!(!warned(&lists, free), "{free}");
        }
    }

    #[test]
    fn names_are_listed_with_what_lies_below_them_or_alone() {
        let below = with("hostname", &["domain", "url"], &["cdn.example", ".日本.example"]);
        for listed in ["cdn.example", "a.CDN.example", "https://b.cdn.example/x", "日本.example"] {
            assert!(warned(&below, listed), "{listed}");
        }
        assert!(!warned(&below, "notcdn.example") && !warned(&below, "user@cdn.example"));
        let alone = with("string", &["hostname", "domain", "url"], &["www.example"]);
        assert!(warned(&alone, "www.example") && warned(&alone, "https://www.example/login"));
        assert!(!warned(&alone, "a.www.example") && !warned(&alone, "example.example"));
    }

    #[test]
    fn parts_patterns_and_digests() {
        assert!(warned(&with("substring", &["email-src"], &["@throwaway.example"]), "x@Throwaway.example"));
        let empty = "d41d8cd98f00b204e9800998ecf8427e";
        assert!(warned(&with("string", &["md5", "filename|md5"], &[&empty.to_uppercase()]), empty));
        assert!(warned(&with("regex", &["phone-number"], &["/^\\+8190/i"]), "+819000000000"));
        let mut lists = Warnings::default();
        let bad = r#"{"name":"x","type":"cidr","list":["10.0.0.0/8","no block",""]}"#;
        assert_eq!(lists.add(bad.as_bytes()).unwrap(), Taken { entries: 1, misfits: 2 });
        assert!(matches!(lists.add(b"[]"), Err(ListError::Form { line: 1, .. })));
        let odd = lists.add(br#"{"name":"x","type":"odd","list":[]}"#);
        assert_eq!((odd, lists.len()), (Err(ListError::Type("odd".to_owned())), 1));
    }

    proptest! {
        /// An address is warned of just when some entry holds it; a block when some entry meets it.
        #[test]
        fn blocks_agree_with_looking_at_each(
            entries in prop::collection::vec((any::<u32>(), 0u8..=32), 0..20),
            (address, length) in (any::<u32>(), 8u8..=32),
        ) {
            let prefix = |(bits, length): (u32, u8)| Prefix::holding(std::net::Ipv4Addr::from_bits(bits).into(), length).unwrap();
            let listed: Vec<Prefix> = entries.into_iter().map(prefix).collect();
            let texts: Vec<String> = listed.iter().map(ToString::to_string).collect();
            let lists = with("cidr", &[], &texts.iter().map(String::as_str).collect::<Vec<_>>());
            let own = prefix((address, length));
            let meets = listed.iter().any(|one| one.contains(own.address()) || own.contains(one.address()));
            prop_assert_eq!(!lists.of(&Indicator::read(Kind::Block, &own.to_string()).unwrap()).is_empty(), meets);
        }
    }
}
