//! Why a text is no value of its kind.

/// The longest text that is looked at, in bytes.
pub const MOST_BYTES: usize = 8192;

/// Why a text is no value of its kind. What stood there is not repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Misfit {
    /// Nothing is there.
    #[error("nothing is there")]
    Empty,
    /// More than [`MOST_BYTES`], or than the kind can have.
    #[error("the text is too long")]
    TooLong,
    /// Not in the grammar of its kind.
    #[error("the text is not in the grammar of its kind")]
    Form,
    /// In its grammar, but the checksum in it does not fit.
    #[error("the checksum does not fit")]
    Checksum,
    /// A domain that IDNA does not allow (RFC 5891).
    #[error("the name is not allowed")]
    Name,
    /// A block with bits set after its length: one of the two is wrong.
    #[error("the block has bits set after its length")]
    HostBits,
}
