//! Mail addresses and the reply token that leads an answer back to its request.

use std::fmt;
use std::str::FromStr;

use rand_core::{OsRng, RngCore};

/// A mail address in ASCII (`abuse@isp.example`): RFC 5321, without SMTPUTF8.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MailAddress(lettre::Address);

/// The mail domain of the office (`office.example`).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MailDomain(String);

/// Why a text is not a mail address or a mail domain.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// Not an address.
    #[error("`{0}` is not a mail address in ASCII: write desk@isp.example")]
    Address(String),
    /// Not a domain.
    #[error("`{0}` is not a mail domain in ASCII: write office.example")]
    Domain(String),
    /// Not a reply token.
    #[error("`{0}` is not a reply token: expected 26 of 0-9 and a-z without i, l, o, u")]
    Token(String),
}

impl FromStr for MailAddress {
    type Err = AddressError;
    fn from_str(text: &str) -> Result<Self, AddressError> {
        let address = text.parse().ok().filter(|_| text.is_ascii() && !text.contains(['<', '>', ' ', '"']));
        address.map(Self).ok_or_else(|| AddressError::Address(text.to_string()))
    }
}

impl MailAddress {
    /// What stands behind the `@`.
    pub fn domain(&self) -> &str {
        self.0.domain()
    }

    pub(crate) const fn inner(&self) -> &lettre::Address {
        &self.0
    }
}

impl fmt::Display for MailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for MailDomain {
    type Err = AddressError;
    fn from_str(text: &str) -> Result<Self, AddressError> {
        let fits = format!("office@{text}").parse::<MailAddress>().is_ok() && !text.contains('[');
        if fits { Ok(Self(text.to_string())) } else { Err(AddressError::Domain(text.to_string())) }
    }
}

impl MailDomain {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// 128 random bits in the reply address: who answers to it has the letter.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ReplyToken(u128);

const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

impl ReplyToken {
    /// A new one from the system's random numbers.
    pub fn fresh() -> Self {
        let mut bytes = [0; 16];
        OsRng.fill_bytes(&mut bytes);
        Self(u128::from_be_bytes(bytes))
    }

    /// From bits that the caller made unguessable.
    pub const fn from_bits(bits: u128) -> Self {
        Self(bits)
    }

    /// The bits.
    pub const fn bits(self) -> u128 {
        self.0
    }

    /// `reply+TOKEN@office.example`.
    pub fn address(self, domain: &MailDomain) -> String {
        format!("reply+{self}@{}", domain.0)
    }

    /// The token in an address that a mail was sent to, if it is one of this office.
    pub fn in_address(address: &str, domain: &MailDomain) -> Option<Self> {
        let (local, at) = address.rsplit_once('@')?;
        if !at.eq_ignore_ascii_case(&domain.0) {
            return None;
        }
        let (word, token) = local.split_once('+')?;
        word.eq_ignore_ascii_case("reply").then(|| token.parse().ok()).flatten()
    }
}

impl fmt::Display for ReplyToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (0..26u32).rev().try_for_each(|place| {
            let five = ((self.0 >> (place * 5)) & 31) as usize;
            write!(f, "{}", char::from(ALPHABET.get(five).copied().unwrap_or(b'0')))
        })
    }
}

/// A token is a secret between the office and one party: it is not shown by accident.
impl fmt::Debug for ReplyToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ReplyToken")
    }
}

impl FromStr for ReplyToken {
    type Err = AddressError;
    fn from_str(text: &str) -> Result<Self, AddressError> {
        let error = || AddressError::Token(text.chars().take(40).collect());
        // Mail servers may change the case of what stands before the `@`.
        let text = text.to_ascii_lowercase();
        if text.len() != 26 || text.as_bytes().first().is_none_or(|first| *first > b'7') {
            return Err(error());
        }
        let bits = text.bytes().try_fold(0u128, |bits, letter| {
            let five = ALPHABET.iter().position(|known| *known == letter)?;
            Some((bits << 5) | five as u128)
        });
        bits.map(Self).ok_or_else(error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_that_could_write_headers_are_refused() {
        for bad in [
            "",
            "abuse",
            "abuse@",
            "a b@isp.example",
            "a@isp.example\r\nBcc: x@y.example",
            "<a@isp.example>",
            "窓口@isp.example",
        ] {
            assert!(bad.parse::<MailAddress>().is_err(), "{bad}");
        }
        assert_eq!("abuse@isp.example".parse::<MailAddress>().unwrap().domain(), "isp.example");
        assert!("office.example\r\n".parse::<MailDomain>().is_err());
    }

    #[test]
    fn reply_tokens_come_back_from_their_address_in_any_case() {
        let domain: MailDomain = "office.example".parse().unwrap();
        let token = ReplyToken::fresh();
        let address = token.address(&domain);
        assert_eq!(ReplyToken::in_address(&address, &domain), Some(token));
        assert_eq!(ReplyToken::in_address(&address.to_uppercase(), &domain), Some(token));
        assert_eq!(ReplyToken::in_address(&address, &"other.example".parse().unwrap()), None);
        assert_eq!(ReplyToken::in_address("reply@office.example", &domain), None);
        assert_eq!(format!("{token:?}"), "ReplyToken");
        assert_ne!(token, ReplyToken::fresh());
    }
}
