//! The asking force's second half: the evaluation becomes a token (RFC 9497 §3.3.1, Finalize).

use core::fmt;
use core::str::FromStr;

use super::blind::Pending;
use super::epoch::{Epoch, WireError, WrongEpoch, read, write};
use super::evaluate::Evaluated;

/// What stands for a subject in one epoch: `hint-token-<epoch>-<128 digits>`. The same subject has the
/// same one, whichever force asks.
///
/// A token is still personal data of a sort: with the evaluator's help it can be tried out. It goes
/// from the force to the register and nowhere else, and [`Register::care`](super::Register::care) drops it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Token {
    epoch: Epoch,
    bytes: [u8; 64],
}

/// Why there is no token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FinaliseError {
    /// The evaluation is of another epoch than was asked for.
    #[error(transparent)]
    Epoch(#[from] WrongEpoch),
    /// The function does not take the subject.
    #[error("the subject cannot be finalised")]
    Subject,
}

impl Pending {
    /// The token. The blind is used up, so that no second evaluation can be opened with it.
    pub fn finalise(self, evaluated: &Evaluated) -> Result<Token, FinaliseError> {
        let Self { epoch, input, client } = self;
        if evaluated.epoch != epoch {
            return Err(WrongEpoch { due: epoch, found: evaluated.epoch }.into());
        }
        let bytes = client.finalize(&input, &evaluated.element).map_err(|_| FinaliseError::Subject)?;
        Ok(Token { epoch, bytes: bytes.into() })
    }
}

impl Token {
    const LETTERS: &'static str = "hint-token";

    /// In which epoch it stands for its subject.
    pub const fn epoch(&self) -> Epoch {
        self.epoch
    }

    /// The function's output (RFC 9497 §3.3.1).
    pub const fn bytes(&self) -> &[u8; 64] {
        &self.bytes
    }

    /// From an epoch and bytes, as a register keeps them.
    pub const fn of(epoch: Epoch, bytes: [u8; 64]) -> Self {
        Self { epoch, bytes }
    }
}

impl FromStr for Token {
    type Err = WireError;
    fn from_str(text: &str) -> Result<Self, WireError> {
        read::<64>(Self::LETTERS, text).map(|(epoch, bytes)| Self { epoch, bytes })
    }
}

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write(f, Self::LETTERS, self.epoch, &self.bytes)
    }
}

/// Says that there is one; logs are no place for tokens.
impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Token({})", self.epoch)
    }
}
