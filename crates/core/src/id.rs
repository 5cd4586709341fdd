//! Identifiers: every kind of thing has its own type, so that one cannot be passed for another.

use alloc::string::{String, ToString};
use core::fmt;
use core::str::FromStr;

/// Why a text is not an identifier.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IdError {
    /// A slug is 2 to 48 of `a-z`, `0-9` and `-`, begins with a letter and does not end in `-`.
    #[error("`{0}` is not an identifier: use 2 to 48 of a-z, 0-9 and -, beginning with a letter")]
    Slug(String),
    /// A generated id is its prefix, `-` and 26 characters of Crockford's base 32.
    #[error("`{0}` is not a generated id: expected `{1}-` and 26 characters")]
    Generated(String, &'static str),
}

/// Makes an identifier that people choose (a slug).
macro_rules! slug {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(String);

        impl $name {
            /// The text of the identifier.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = IdError;
            fn from_str(text: &str) -> Result<Self, IdError> {
                if is_slug(text) {
                    Ok(Self(text.to_string()))
                } else {
                    Err(IdError::Slug(text.to_string()))
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

/// Makes an identifier that the program generates from 128 bits (a UUIDv7 in practice).
macro_rules! generated {
    ($(#[$doc:meta])* $name:ident, $prefix:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(u128);

        impl $name {
            /// What stands before the dash in the text form.
            pub const PREFIX: &'static str = $prefix;

            /// From 128 bits that the caller made unique.
            pub const fn from_bits(bits: u128) -> Self {
                Self(bits)
            }

            /// The 128 bits.
            pub const fn bits(self) -> u128 {
                self.0
            }
        }

        impl FromStr for $name {
            type Err = IdError;
            fn from_str(text: &str) -> Result<Self, IdError> {
                text.strip_prefix($prefix)
                    .and_then(|rest| rest.strip_prefix('-'))
                    .and_then(from_crockford)
                    .map(Self)
                    .ok_or_else(|| IdError::Generated(text.to_string(), $prefix))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}-{}", $prefix, Crockford(self.0))
            }
        }
    };
}

slug!(
    /// A party (関係者): an organisation, named by the office.
    PartyId
);
slug!(
    /// An operation (作戦): a takedown or a joint action, named by the office.
    OperationId
);
slug!(
    /// A court that issues warrants, named by the office.
    CourtId
);
slug!(
    /// A seat: a person or a machine with roles inside a party.
    SeatId
);
generated!(
    /// A campaign (注意喚起): many requests with one purpose.
    CampaignId, "cmp"
);
generated!(
    /// A request (依頼): one measure asked of one party.
    RequestId, "req"
);
generated!(
    /// An intent: an act outside SQL that was announced in the ledger before it was done.
    IntentId, "int"
);
generated!(
    /// A letter: one mail of a request; its Message-ID is made from it.
    LetterId, "ltr"
);
generated!(
    /// A webhook: an address of a party that is called when something changes for it.
    WebhookId, "whk"
);
generated!(
    /// A call of a webhook: one event carried to one address, under one id however often it is tried.
    CallId, "cal"
);
generated!(
    /// An offer (申し出): what a party would do on its own if it had some data.
    OfferId, "ofr"
);
generated!(
    /// A topic group: named people who share with each other (S4.1).
    GroupId, "grp"
);
generated!(
    /// An item that is shared under its originator's conditions (S3.2).
    ItemId, "itm"
);
generated!(
    /// An approver's approval in advance of what a seat shares by itself (S3.2).
    MandateId, "mdt"
);
generated!(
    /// A report or an alert for everybody (S1.27, S3.8).
    PublicationId, "pub"
);
generated!(
    /// A question to an originator whether its item may go on to somebody else (S3.14).
    OnwardId, "onw"
);
generated!(
    /// An inquiry (照会), or a request to preserve (保全要請).
    InquiryId, "inq"
);
generated!(
    /// What was written down of a warrant: its court, its reference, its checks (S4.16).
    WarrantId, "wrt"
);
generated!(
    /// A question about observations that a seat keeps under a name.
    QuestionId, "qst"
);
generated!(
    /// A mail that came in; made from its digest, so that the same mail has the same one.
    MailId, "eml"
);

/// A SHA-256 digest: names feed files, payloads and ledger entries.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest(pub [u8; 32]);

impl Digest {
    /// The digest of some bytes.
    pub fn of(bytes: &[u8]) -> Self {
        use sha2::Digest as _;
        Self(sha2::Sha256::digest(bytes).into())
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A text is not 64 hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a SHA-256 digest: expected 64 hexadecimal digits")]
pub struct DigestError(String);

impl FromStr for Digest {
    type Err = DigestError;
    fn from_str(text: &str) -> Result<Self, DigestError> {
        let error = || DigestError(text.to_string());
        let mut bytes = [0u8; 32];
        if text.len() != 64 {
            return Err(error());
        }
        for (slot, pair) in bytes.iter_mut().zip(text.as_bytes().chunks(2)) {
            let pair = core::str::from_utf8(pair).map_err(|_| error())?;
            *slot = u8::from_str_radix(pair, 16).map_err(|_| error())?;
        }
        Ok(Self(bytes))
    }
}

fn is_slug(text: &str) -> bool {
    (2..=48).contains(&text.len())
        && text.starts_with(|c: char| c.is_ascii_lowercase())
        && !text.ends_with('-')
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// Shows 128 bits as 26 characters, so that ids made later sort later.
struct Crockford(u128);

impl fmt::Display for Crockford {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (0..26u32).rev().try_for_each(|place| {
            let five = ((self.0 >> (place * 5)) & 31) as usize;
            let letter = ALPHABET.get(five).copied().unwrap_or(b'0');
            write!(f, "{}", char::from(letter))
        })
    }
}

fn from_crockford(text: &str) -> Option<u128> {
    if text.len() != 26 || text.as_bytes().first().is_none_or(|first| *first > b'7') {
        return None;
    }
    text.bytes().try_fold(0u128, |bits, letter| {
        let five = ALPHABET.iter().position(|known| *known == letter)?;
        Some((bits << 5) | five as u128)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn slugs_refuse_what_a_path_or_a_mail_could_misread() {
        for bad in ["", "a", "-a", "a-", "A1", "a b", "a/b", "1a", "あい"] {
            assert!(bad.parse::<PartyId>().is_err(), "{bad}");
        }
        assert_eq!("isp-aozora".parse::<PartyId>().unwrap().as_str(), "isp-aozora");
    }

    proptest! {
        #[test]
        fn generated_ids_come_back_from_their_text(bits: u128) {
            let id = RequestId::from_bits(bits);
            prop_assert_eq!(id.to_string().parse::<RequestId>().unwrap(), id);
        }

        #[test]
        fn generated_ids_sort_as_their_bits(a: u128, b: u128) {
            let texts = (RequestId::from_bits(a).to_string(), RequestId::from_bits(b).to_string());
            prop_assert_eq!(a.cmp(&b), texts.0.cmp(&texts.1));
        }

        #[test]
        fn digests_come_back_from_their_text(bytes: [u8; 32]) {
            let digest = Digest(bytes);
            prop_assert_eq!(digest.to_string().parse::<Digest>().unwrap(), digest);
        }
    }
}
