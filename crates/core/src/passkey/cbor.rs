//! CBOR (RFC 8949), as far as authenticators write it (CTAP2 canonical form): whole items of definite length.

use core::str;

/// Deeper nesting than any authenticator writes (CTAP 2.1, section 8 allows four levels).
const DEEPEST: u8 = 8;

/// One item; what stands inside lists and maps is passed over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Item<'a> {
    /// An integer.
    Int(i64),
    /// A byte string.
    Bytes(&'a [u8]),
    /// A text.
    Text(&'a str),
    /// Anything else, whole.
    Other,
}

/// What is still to be read.
#[derive(Debug, Clone, Copy)]
pub struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    /// Over some bytes.
    pub const fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    /// What is left.
    pub const fn rest(self) -> &'a [u8] {
        self.0
    }

    /// The number of pairs of the map that begins here.
    pub fn map(&mut self) -> Option<u64> {
        match self.head()? {
            (5, pairs) => Some(pairs),
            _ => None,
        }
    }

    /// The next item, whole.
    pub fn item(&mut self) -> Option<Item<'a>> {
        self.nested(0)
    }

    fn nested(&mut self, depth: u8) -> Option<Item<'a>> {
        if depth > DEEPEST {
            return None;
        }
        let (major, argument) = self.head()?;
        match major {
            0 => i64::try_from(argument).ok().map(Item::Int),
            1 => i64::try_from(argument).ok().map(|below| Item::Int(-1 - below)),
            2 => self.take(argument).map(Item::Bytes),
            3 => str::from_utf8(self.take(argument)?).ok().map(Item::Text),
            4 | 5 => {
                // A count may be a lie: it ends with the bytes, and nothing is reserved for it.
                for _ in 0..argument.checked_mul(u64::from(major) - 3)? {
                    self.nested(depth + 1)?;
                }
                Some(Item::Other)
            }
            6 => self.nested(depth + 1).map(|_| Item::Other),
            _ => Some(Item::Other),
        }
    }

    /// The kind of the next item and its number. Indefinite lengths are not read.
    fn head(&mut self) -> Option<(u8, u64)> {
        let [first] = self.array()?;
        let argument = match first & 31 {
            small @ 0..24 => u64::from(small),
            24 => u64::from(u8::from_be_bytes(self.array()?)),
            25 => u64::from(u16::from_be_bytes(self.array()?)),
            26 => u64::from(u32::from_be_bytes(self.array()?)),
            27 => u64::from_be_bytes(self.array()?),
            _ => return None,
        };
        Some((first >> 5, argument))
    }

    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.take(N as u64)?.try_into().ok()
    }

    fn take(&mut self, length: u64) -> Option<&'a [u8]> {
        let (head, tail) = self.0.split_at_checked(usize::try_from(length).ok()?)?;
        self.0 = tail;
        Some(head)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 8949, appendix A.
    #[test]
    fn items_are_those_of_the_standard() {
        for (bytes, item) in [
            (&[0x18, 0x64][..], Item::Int(100)),
            (&[0x39, 0x03, 0xe7], Item::Int(-1000)),
            (&[0x44, 1, 2, 3, 4], Item::Bytes(&[1, 2, 3, 4])),
            (&[0x64, 0x49, 0x45, 0x54, 0x46], Item::Text("IETF")),
            (&[0x83, 0x01, 0x82, 0x02, 0x03, 0x82, 0x04, 0x05], Item::Other),
            (&[0xa2, 0x01, 0x02, 0x03, 0x04], Item::Other),
            (&[0xc0, 0x61, 0x61], Item::Other),
            (&[0xfb, 0x3f, 0xf1, 0x99, 0x99, 0x99, 0x99, 0x99, 0x9a], Item::Other),
        ] {
            let mut reader = Reader::new(bytes);
            assert_eq!((reader.item(), reader.rest()), (Some(item), &[][..]), "{bytes:02x?}");
        }
        for bad in [&[][..], &[0x44, 1], &[0x5f, 0xff], &[0x9b, 255, 255, 255, 255, 255, 255, 255, 255], &[0x81; 12]] {
            assert_eq!(Reader::new(bad).item(), None, "{bad:02x?}");
        }
    }
}
