//! What goes between the desk and the examining process: frames of a length (four bytes, the highest first) and that
//! many bytes. To it: the bounds and passwords once, as JSON; then mails. From it: for each mail what was examined,
//! as JSON.

use std::io::{self, Read, Write};

use renkei_formats::specimen::{How, Limits};
use serde::{Deserialize, Serialize};

/// Most bytes of an answer.
pub(super) const MOST_ANSWER: usize = 16 << 20;
/// What a process without memory says of it; the standard library says the same where it ends one.
pub(super) const NO_MEMORY: &str = "memory allocation of";
/// Most bytes of the first frame.
pub(super) const MOST_ORDER: usize = 1 << 16;

/// The first frame.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Order {
    /// Most bytes of memory (address space).
    pub(super) memory_bytes: u64,
    /// Most seconds of computing for each mail.
    pub(super) cpu_seconds: u64,
    /// Most bytes of a mail.
    pub(super) mail_bytes: usize,
    /// Passwords that are tried on archives.
    pub(super) passwords: Vec<String>,
}

impl Order {
    pub(super) fn how(self) -> How {
        let limits = Limits { mail_bytes: self.mail_bytes, ..Limits::default() };
        How { limits, passwords: self.passwords }
    }
}

/// Writes a frame.
pub(super) fn write(to: &mut impl Write, bytes: &[u8]) -> io::Result<()> {
    let length = u32::try_from(bytes.len()).map_err(|_| io::ErrorKind::InvalidInput)?;
    to.write_all(&length.to_be_bytes())?;
    to.write_all(bytes)?;
    to.flush()
}

/// Reads a frame of at most so many bytes; `None` where nothing follows.
pub(super) fn read(from: &mut impl Read, most: usize) -> io::Result<Option<Vec<u8>>> {
    let mut length = [0; 4];
    let first = from.read(&mut length)?;
    if first == 0 {
        return Ok(None);
    }
    from.read_exact(length.get_mut(first..).unwrap_or_default())?;
    let length = u32::from_be_bytes(length) as usize;
    if length > most {
        return Err(io::ErrorKind::InvalidData.into());
    }
    // What is said to come is not believed before it has come.
    let mut bytes = Vec::new();
    from.take(length as u64).read_to_end(&mut bytes)?;
    if bytes.len() < length {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(Some(bytes))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_written_is_read_and_no_cut_is(bytes in prop::collection::vec(any::<u8>(), 0..200), cut in 0usize..204) {
            let mut frame = Vec::new();
            write(&mut frame, &bytes).unwrap();
            prop_assert_eq!(read(&mut frame.as_slice(), 200).unwrap(), Some(bytes));
            if (1..frame.len()).contains(&cut) {
                prop_assert!(read(&mut &frame[..cut], 200).is_err());
            }
            prop_assert!(frame.len() < 5 || read(&mut frame.as_slice(), frame.len() - 5).is_err());
        }
    }
}
