//! Names of zones and of keys, and what stands below a zone, in the form of the wire.

use std::fmt;
use std::str::FromStr;

use hickory_proto::rr::Name;

/// Longest label (RFC 1035 section 2.3.4).
const LABEL: usize = 63;
/// Longest name on the wire, with its root (RFC 1035 section 2.3.4).
const NAME: usize = 255;
/// What stands before the zone in the name of its hostmaster, on the wire.
const HOSTMASTER: usize = 11;

/// A name from the root: of a zone or of a key. Lower case, so that equal names are equal bytes.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FullName {
    wire: Box<[u8]>,
}

/// Why a text is no name of a zone or key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is no name of a zone or a key: labels of a-z, 0-9, - and _ with dots between, no longer than the DNS takes"
)]
pub struct NameError(String);

impl FullName {
    /// The name that was asked for.
    pub fn of(name: &Name) -> Self {
        let mut wire = Vec::with_capacity(NAME);
        for label in name.iter() {
            // Labels of a name that was read are never longer than 63.
            wire.push(u8::try_from(label.len()).unwrap_or(0));
            wire.extend(label.iter().map(u8::to_ascii_lowercase));
        }
        wire.push(0);
        Self { wire: wire.into() }
    }

    /// As it stands on the wire, uncompressed.
    pub fn wire(&self) -> &[u8] {
        &self.wire
    }
}

impl FromStr for FullName {
    type Err = NameError;
    fn from_str(text: &str) -> Result<Self, NameError> {
        let mut wire = Vec::with_capacity(NAME);
        let plain = text.strip_suffix('.').unwrap_or(text);
        if !labels(plain, &mut wire) || wire.len() + 1 + HOSTMASTER > NAME || wire.starts_with(b"\x01*") {
            return Err(NameError(text.to_owned()));
        }
        wire.push(0);
        Ok(Self { wire: wire.into() })
    }
}

impl fmt::Display for FullName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_labels(&self.wire, f)
    }
}

impl fmt::Debug for FullName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_labels(&self.wire, f)
    }
}

/// Appends what stands below a zone to `wire`, without the zone and without an end; `false`, and nothing appended: it
/// is no owner name, or too long for the zone.
pub(super) fn owner(text: &str, zone: &FullName, wire: &mut Vec<u8>) -> bool {
    let begun = wire.len();
    let is_good = labels(text, wire) && wire.len() - begun + zone.wire.len() <= NAME;
    if !is_good {
        wire.truncate(begun);
    }
    is_good
}

/// Labels in lower case; an asterisk stands as the first alone.
fn labels(text: &str, wire: &mut Vec<u8>) -> bool {
    let begun = wire.len();
    for (place, label) in text.split('.').enumerate() {
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
        let is_label = label.bytes().all(is_plain) || (place == 0 && label == "*");
        match u8::try_from(label.len()) {
            Ok(length) if is_label && (1..=LABEL).contains(&label.len()) => wire.push(length),
            _ => return false,
        }
        wire.extend(label.bytes().map(|byte| byte.to_ascii_lowercase()));
        if wire.len() - begun > NAME {
            return false;
        }
    }
    true
}

/// Labels of the wire as text, with dots between; what is no letter or digit of a name is escaped.
pub(super) fn write_labels(wire: &[u8], f: &mut impl fmt::Write) -> fmt::Result {
    let mut rest = wire;
    let mut is_first = true;
    while let Some((length, more)) = rest.split_first().filter(|(length, _)| **length != 0) {
        if !is_first {
            f.write_char('.')?;
        }
        is_first = false;
        let (label, after) = more.split_at_checked(usize::from(*length)).unwrap_or((more, &[]));
        for byte in label {
            match byte {
                b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'*' => f.write_char(char::from(*byte))?,
                _ => write!(f, "\\{byte:03}")?,
            }
        }
        rest = after;
    }
    if is_first { f.write_char('.') } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_one_form() {
        let name: FullName = "RPZ.Office.example.".parse().unwrap();
        assert_eq!(name, "rpz.office.example".parse().unwrap());
        assert_eq!(name.wire(), b"\x03rpz\x06office\x07example\0");
        assert_eq!(name.to_string(), "rpz.office.example");
        assert_eq!(FullName::of(&Name::from_ascii("RpZ.office.example.").unwrap()), name);
        assert_eq!(FullName::of(&Name::from_ascii("a\\.b.example.").unwrap()).to_string(), "a\\046b.example");
    }

    #[test]
    fn what_is_no_name_is_told() {
        let long = ["a".repeat(63).as_str(); 4].join(".");
        for text in ["", ".", "a..b", ".a", "a b.example", "ex\u{e4}mple", "*.example", &"a".repeat(64), &long] {
            assert!(text.parse::<FullName>().is_err(), "{text}");
        }
    }

    #[test]
    fn owners_end_where_the_zone_begins() {
        let zone = "rpz.example".parse().unwrap();
        let mut wire = Vec::new();
        assert!(owner("*.Evil.example", &zone, &mut wire) && wire == b"\x01*\x04evil\x07example");
        let most = 255 - zone.wire().len();
        let fits = ["a".repeat(63).as_str(); 3].join(".") + "." + &"b".repeat(most - 193);
        assert!(owner(&fits, &zone, &mut Vec::new()) && !owner(&(fits + "b"), &zone, &mut Vec::new()));
        for text in ["", "a.*.b", "a.", "**.b", "a;b"] {
            assert!(!owner(text, &zone, &mut wire), "{text}");
        }
        assert_eq!(wire.len(), 15);
    }
}
