//! What makes two lines the same line, and which key follows a device over time.

use core::fmt;

use xxhash_rust::xxh3::xxh3_128;

/// The identity of a line: 128 bits of xxh3 over its canonical content.
///
/// The content is the kind of feed, every canonical column of the line and the further columns in
/// the order of their names. Not in it: file name, line number, time of reading, attribution. So
/// the same line in another file, in another order of columns, quoted otherwise or compressed is
/// the same line. Secrets that were withheld are not in it either.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LineKey {
    /// Upper 64 bits.
    pub hi: i64,
    /// Lower 64 bits.
    pub lo: i64,
}

impl LineKey {
    /// The identity of canonical bytes.
    pub fn of(canonical: &[u8]) -> Self {
        let bits = xxh3_128(canonical);
        Self { hi: (bits >> 64) as i64, lo: bits as i64 }
    }
}

/// 32 hexadecimal digits, as in answers and attachments.
impl fmt::Display for LineKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}{:016x}", self.hi, self.lo)
    }
}

/// A text is not the key of a line.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a line key: expected 32 hexadecimal digits")]
pub struct LineKeyError;

impl core::str::FromStr for LineKey {
    type Err = LineKeyError;
    fn from_str(text: &str) -> Result<Self, LineKeyError> {
        if text.len() != 32 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(LineKeyError);
        }
        let bits = u128::from_str_radix(text, 16).map_err(|_| LineKeyError)?;
        Ok(Self { hi: (bits >> 64) as i64, lo: bits as i64 })
    }
}

/// How the zone of a time is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ZoneBasis {
    /// The line states its offset from UTC.
    Stated,
    /// The format or the office's mapping fixes it.
    Format,
    /// Nobody says; UTC or the mapping's guess was taken.
    Assumed,
    /// The line has no usable time at all.
    Missing,
}

impl ZoneBasis {
    /// The stable word in the column `zone_basis`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Stated => "stated",
            Self::Format => "format",
            Self::Assumed => "assumed",
            Self::Missing => "missing",
        }
    }

    /// Whether an operator may rely on the moment.
    pub const fn is_known(self) -> bool {
        matches!(self, Self::Stated | Self::Format)
    }
}

/// What the key of a device is made of; how sure it is that the same key is the same device.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DeviceKeyBasis {
    /// An id the malware gave itself: one installation, wherever its address moves.
    BotId,
    /// Address and the port of a service on it: one service as long as the address stays.
    AddressPort,
    /// The address alone: several devices may stand behind it, and it may move on.
    Address,
    /// A site by its host name, wherever it is served from (S3.7).
    Site,
    /// No device: the blind token of an account at a site (S2.15).
    Account,
}

impl DeviceKeyBasis {
    /// Every basis, the surest first.
    pub const ALL: [Self; 5] = [Self::BotId, Self::Site, Self::AddressPort, Self::Address, Self::Account];

    /// The stable word in the column `device_key_basis`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::BotId => "bot-id",
            Self::Site => "site",
            Self::AddressPort => "address-port",
            Self::Address => "address",
            Self::Account => "account",
        }
    }

    /// The basis a word stands for.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|basis| basis.word() == word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_come_back_from_their_text() {
        let key = LineKey::of(b"198.18.0.1");
        assert_eq!(key.to_string().parse::<LineKey>().unwrap(), key);
        assert!("+0000000000000000000000000000000".parse::<LineKey>().is_err());
    }
}
