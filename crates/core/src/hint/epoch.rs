//! Epochs, and how what belongs to one is written: `<letters>-<epoch>-<hexadecimal digits>`.

use alloc::string::String;
use core::fmt;
use core::fmt::Write as _;

/// The time of one key, counted from 0. Tokens of different epochs never meet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Epoch(pub u32);

impl fmt::Display for Epoch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// Something of one epoch was given where another was due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("it is of epoch {found}, and epoch {due} is due")]
pub struct WrongEpoch {
    /// Which one is due.
    pub due: Epoch,
    /// Which one came.
    pub found: Epoch,
}

/// Why a text from elsewhere is no blinded subject, evaluation or token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WireError {
    /// Not `<letters>-<epoch>-<digits>` in its one form.
    #[error("it is not of the form `{0}-<epoch>-<hexadecimal digits>`")]
    Shape(&'static str),
    /// The bytes are no element of the group, or its identity (RFC 9497 §2.1).
    #[error("its bytes are no element of the group")]
    Element,
}

/// Writes the one form.
pub(super) fn write(f: &mut fmt::Formatter<'_>, letters: &str, epoch: Epoch, bytes: &[u8]) -> fmt::Result {
    write!(f, "{letters}-{epoch}-")?;
    bytes.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
}

/// Reads the one form; leading zeros and capitals are another.
pub(super) fn read<const N: usize>(letters: &'static str, text: &str) -> Result<(Epoch, [u8; N]), WireError> {
    parts(letters, text).ok_or(WireError::Shape(letters))
}

fn parts<const N: usize>(letters: &str, text: &str) -> Option<(Epoch, [u8; N])> {
    let (epoch, digits) = text.strip_prefix(letters)?.strip_prefix('-')?.split_once('-')?;
    let number: u32 = epoch.parse().ok()?;
    let mut again = String::new();
    write!(again, "{number}").ok()?;
    if again != epoch || digits.len() != 2 * N {
        return None;
    }
    let mut bytes = [0u8; N];
    for (slot, pair) in bytes.iter_mut().zip(digits.as_bytes().chunks_exact(2)) {
        let [high, low] = *pair else { return None };
        *slot = nibble(high)? << 4 | nibble(low)?;
    }
    Some((Epoch(number), bytes))
}

const fn nibble(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    }
}
