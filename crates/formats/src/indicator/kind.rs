//! The kinds of values, and where STIX keeps them.

use crate::stix::pattern::{Literal, Operator, Simple, Step};

/// Makes the list: variant, word, in the order in which a value is tried.
macro_rules! kinds {
    ($($(#[$doc:meta])* $variant:ident $word:literal,)+) => {
        /// A kind of value.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Kind {
            $($(#[$doc])* $variant,)+
        }

        impl Kind {
            /// Every kind, the most telling ones first.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The stable word in files and JSON.
            pub const fn word(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }
        }
    };
}

kinds! {
    /// A URL (WHATWG URL): scheme and host in lower case, host as A-labels, fragment kept.
    Url "url",
    /// An IP address (RFC 5952); an IPv4-mapped one is the IPv4 address.
    Address "address",
    /// A block of addresses (RFC 4632).
    Block "block",
    /// A mail address (RFC 5321): the domain as A-labels, the local part as it is.
    Mail "mail",
    /// SHA-512 in lower case.
    Sha512 "sha512",
    /// SHA-256 in lower case.
    Sha256 "sha256",
    /// SHA-1 in lower case.
    Sha1 "sha1",
    /// MD5 in lower case.
    Md5 "md5",
    /// TLSH: `T1` and 70 hexadecimal digits in capitals.
    Tlsh "tlsh",
    /// ssdeep: block size, two hashes.
    Ssdeep "ssdeep",
    /// An Ethereum address with its checksum (EIP-55).
    Ethereum "ethereum",
    /// A Bitcoin address: Base58Check, Bech32 or Bech32m (BIP 173, BIP 350).
    Bitcoin "bitcoin",
    /// An AS number: `AS` and its digits (RFC 5396).
    Asn "asn",
    /// A telephone number (E.164).
    Phone "phone",
    /// A bank account in Japan: bank, branch, number.
    BankAccount "bank-account",
    /// A domain as A-labels in lower case (RFC 5890).
    Domain "domain",
}

impl Kind {
    /// Whether a text can be told to be of this kind without being told.
    pub(super) fn tells_itself(self, text: &str) -> bool {
        match self {
            Self::Phone => text.starts_with(['+', '＋']),
            Self::Asn => text.get(..2).is_some_and(|head| head.eq_ignore_ascii_case("as")),
            // Every word would be a domain, every `a:b` a URL.
            Self::Domain => text.contains('.') || text.contains('。') || text.contains('．'),
            Self::Url => text.contains("://") || text.contains("]://") || text.contains("：／／"),
            _ => true,
        }
    }

    /// The kind of what a pattern looks for, and whether it is text of that kind; `None`: nothing that is
    /// looked up by its value.
    pub fn of_simple<'p>(simple: &Simple<'p>) -> Option<(Self, std::borrow::Cow<'p, str>)> {
        let keys: Vec<&str> = simple
            .path
            .steps
            .iter()
            .map(|step| match step {
                Step::Key(key) => key.as_str(),
                Step::Place(_) | Step::Any => "*",
            })
            .collect();
        let text = match simple.value {
            Literal::Text(text) | Literal::Whole(text) => text.as_str(),
            _ => return None,
        };
        let is_block = simple.operator == Operator::Subset || text.contains('/');
        let kind = match (simple.path.kind.as_str(), keys.as_slice()) {
            ("ipv4-addr" | "ipv6-addr", ["value"]) if is_block => Self::Block,
            ("ipv4-addr" | "ipv6-addr", ["value"]) => Self::Address,
            ("domain-name", ["value"]) => Self::Domain,
            ("url", ["value"]) => Self::Url,
            ("email-addr", ["value"]) => Self::Mail,
            ("email-message", ["from_ref" | "sender_ref", "value"]) => Self::Mail,
            ("email-message", ["to_refs" | "cc_refs" | "bcc_refs", "*", "value"]) => Self::Mail,
            ("network-traffic", ["src_ref" | "dst_ref", "value"]) => return guess_end(text),
            ("autonomous-system", ["number"]) => Self::Asn,
            ("file" | "artifact" | "x509-certificate", [.., "hashes", algorithm]) => Self::of_digest(algorithm)?,
            _ => return None,
        };
        (simple.operator != Operator::Subset || kind == Self::Block).then_some((kind, text.into()))
    }

    /// The STIX pattern that looks for a value of this kind in its one form; `None`: STIX has no property for it.
    pub fn pattern(self, value: &str) -> Option<String> {
        let literal = format!("'{}'", value.replace('\\', "\\\\").replace('\'', "\\'"));
        let family = if value.contains(':') { "ipv6-addr" } else { "ipv4-addr" };
        Some(match self {
            Self::Url => format!("[url:value = {literal}]"),
            Self::Address => format!("[{family}:value = {literal}]"),
            Self::Block => format!("[{family}:value ISSUBSET {literal}]"),
            Self::Mail => format!("[email-addr:value = {literal}]"),
            Self::Domain => format!("[domain-name:value = {literal}]"),
            Self::Sha512 => format!("[file:hashes.'SHA-512' = {literal}]"),
            Self::Sha256 => format!("[file:hashes.'SHA-256' = {literal}]"),
            Self::Sha1 => format!("[file:hashes.'SHA-1' = {literal}]"),
            Self::Md5 => format!("[file:hashes.MD5 = {literal}]"),
            Self::Tlsh => format!("[file:hashes.TLSH = {literal}]"),
            Self::Ssdeep => format!("[file:hashes.SSDEEP = {literal}]"),
            Self::Asn => format!("[autonomous-system:number = {}]", value.strip_prefix("AS")?),
            Self::Phone | Self::BankAccount | Self::Bitcoin | Self::Ethereum => return None,
        })
    }

    /// The kind of a digest by the name of its algorithm (STIX 2.1 section 10, `hash-algorithm-ov`).
    pub fn of_digest(algorithm: &str) -> Option<Self> {
        Some(match algorithm {
            "MD5" => Self::Md5,
            "SHA-1" => Self::Sha1,
            "SHA-256" => Self::Sha256,
            "SHA-512" => Self::Sha512,
            "SSDEEP" => Self::Ssdeep,
            "TLSH" => Self::Tlsh,
            _ => return None,
        })
    }
}

/// An end of traffic: an address or a domain.
fn guess_end(text: &str) -> Option<(Kind, std::borrow::Cow<'_, str>)> {
    let kind = if text.parse::<std::net::IpAddr>().is_ok() { Kind::Address } else { Kind::Domain };
    Some((kind, text.into()))
}
