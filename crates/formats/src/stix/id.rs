//! Identifiers: `indicator--` and a UUID (STIX 2.1 section 2.9).

use std::fmt;
use std::str::FromStr;

use uuid::Uuid;

/// The identifier of an object, as it was written: others compare it byte by byte.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Id(Box<str>);

/// A text is no identifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the text is not a type, `--` and a uuid")]
pub struct IdError;

impl Id {
    /// The identifier of an object of a kind.
    pub fn new(kind: &str, uuid: Uuid) -> Result<Self, IdError> {
        format!("{kind}--{uuid}").parse()
    }

    /// The identifier as it was written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The kind of object that it names.
    pub fn kind(&self) -> &str {
        parts(&self.0).map_or("", |(kind, _)| kind)
    }

    /// The UUID in it.
    pub fn uuid(&self) -> Uuid {
        parts(&self.0).map_or(Uuid::nil(), |(_, uuid)| uuid)
    }
}

impl FromStr for Id {
    type Err = IdError;
    fn from_str(text: &str) -> Result<Self, IdError> {
        parts(text).map(|_| Self(text.into())).ok_or(IdError)
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Kind and UUID of a text that is an identifier.
pub(crate) fn parts(text: &str) -> Option<(&str, Uuid)> {
    let (kind, uuid) = text.split_once("--")?;
    // `Uuid` reads other spellings too (braces, without hyphens).
    let uuid = (uuid.len() == 36).then(|| Uuid::try_parse(uuid).ok())??;
    is_kind(kind).then_some((kind, uuid))
}

/// Whether it may be a type of object: `a` to `z`, digits and single hyphens, 3 to 250 characters
/// (section 3.1; section 11.2 for custom ones).
pub(crate) fn is_kind(text: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (3..=250).contains(&text.len()) && text.bytes().all(is_plain) && !text.contains("--") && !text.ends_with('-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_come_back_as_they_were() {
        for text in [
            "indicator--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f",
            "x-renkei-role--8E2E2D2B-17D4-4CBF-938F-98EE46B3CD3F",
            "ipv4-addr--00000000-0000-0000-0000-000000000000",
        ] {
            let id: Id = text.parse().unwrap();
            assert_eq!((id.to_string().as_str(), id.kind()), (text, text.split_once("--").unwrap().0));
        }
    }

    #[test]
    fn what_is_no_identifier_is_refused() {
        for text in [
            "",
            "indicator",
            "indicator-8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f",
            "--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f",
            "Indicator--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f",
            "indicator--8e2e2d2b17d44cbf938f98ee46b3cd3f",
            "indicator--{8e2e2d2b-17d4-4cbf-938f-98ee46b3cd}",
            "indicator--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3g",
            "indicator---8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f",
            "in dicator--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f",
            "例--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f",
        ] {
            assert!(text.parse::<Id>().is_err(), "{text}");
        }
    }
}
