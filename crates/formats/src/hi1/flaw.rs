//! Why bytes are no message at all, and why a tree cannot be written.

use super::finding::Code;

/// The most bytes of a message. Larger answers go in parts (`SequenceNumber`, `LastSequence`).
pub const MOST_BYTES: usize = 16 << 20;
/// The most levels of a message: objects inside each other, elements of XML. The standard needs 15.
pub const MOST_DEPTH: usize = 48;
/// The most attributes of an element of XML.
pub const MOST_ATTRIBUTES: usize = 64;

/// Why bytes are no message at all.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Flaw {
    /// Neither JSON nor XML, or not in UTF-8.
    #[error("the message is neither json nor xml in utf-8")]
    Encoding,
    /// More than [`MOST_BYTES`].
    #[error("the message is larger than {MOST_BYTES} bytes")]
    TooLarge,
    /// The grammar of JSON or XML is broken.
    #[error("the message breaks the grammar of its encoding at byte `{0}`")]
    IllFormed(u64),
    /// More than [`MOST_DEPTH`] levels.
    #[error("the message is nested deeper than {MOST_DEPTH} levels")]
    TooDeep,
    /// A document type or an entity of its own.
    #[error("the message declares or uses entities")]
    Entities,
    /// A member or an attribute stands twice in one object.
    #[error("a member stands twice in one object")]
    Twice,
    /// Text beside elements.
    #[error("text stands beside elements")]
    Mixed,
    /// A prefix that no namespace was declared for.
    #[error("a prefix stands for no namespace")]
    Prefix,
    /// The message is not an `HI1Message`.
    #[error("the root is not an hi1 message")]
    Root,
}

impl Flaw {
    /// The stable code of the finding that this is.
    pub const fn code(&self) -> Code {
        match self {
            Self::Encoding => Code::Encoding,
            Self::TooLarge => Code::TooLarge,
            Self::IllFormed(_) => Code::IllFormed,
            Self::TooDeep => Code::TooDeep,
            Self::Entities => Code::Entities,
            Self::Twice => Code::Twice,
            Self::Mixed => Code::Mixed,
            Self::Prefix => Code::Prefix,
            Self::Root => Code::Root,
        }
    }
}

/// Why a tree cannot be written as XML. What the builders make always can.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WriteError {
    /// A name that no element or attribute may have.
    #[error("a member has a name that xml does not allow")]
    Name,
    /// A character that XML does not allow.
    #[error("a text has a character that xml does not allow")]
    Character,
    /// `null`, a list in a list, or text beside elements.
    #[error("a value has a shape that xml does not have")]
    Shape,
}
