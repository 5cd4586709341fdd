//! STIX patterns (STIX 2.1 section 9): text to a small tree, and back as one spelling.
//!
//! [`read`] takes what the grammar of the standard takes, in bounded depth; printing a tree gives the one
//! spelling that reads as the same tree. [`Pattern::simple`] lifts out the values that can be looked up.

mod flaw;
mod token;
mod parse;
mod print;
mod simple;

pub use flaw::{Code, Flaw};
pub use parse::{MOST_BYTES, MOST_DEPTH, read};
pub use simple::Simple;

/// A pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    /// What must be observed.
    pub observation: Observation,
}

/// What must be observed (sections 9.4 and 9.5).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Observation {
    /// One observation: `[…]`.
    Test(Comparison),
    /// Two or more.
    Join(Join, Vec<Self>),
    /// One within bounds.
    Bound(Box<Self>, Qualifier),
}

/// How observations are joined, the weakest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Join {
    /// One after the other.
    FollowedBy,
    /// One of them.
    Or,
    /// All of them.
    And,
}

/// Bounds of an observation (section 9.4).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Qualifier {
    /// Within so many seconds, as written.
    Within(String),
    /// So many times.
    Repeats(u64),
    /// From one timestamp until another.
    Between(String, String),
}

/// What one observation is compared with (section 9.6).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Comparison {
    /// One property against a value.
    Test(Test),
    /// Whether a property is there.
    Exists(Path),
    /// Two or more.
    Join(Logic, Vec<Self>),
}

/// How comparisons are joined, the weaker first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Logic {
    /// One of them.
    Or,
    /// All of them.
    And,
}

/// One property against a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Test {
    /// Which property.
    pub path: Path,
    /// Whether `NOT` stands before the operator.
    pub is_negated: bool,
    /// How they are compared.
    pub operator: Operator,
    /// With what: one value, or those of a set for `IN`.
    pub values: Vec<Literal>,
}

/// Comparison operators (section 9.6.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Operator {
    /// `=`
    Equal,
    /// `!=`
    NotEqual,
    /// `>`
    Greater,
    /// `<`
    Less,
    /// `>=`
    AtLeast,
    /// `<=`
    AtMost,
    /// `IN`
    In,
    /// `LIKE`
    Like,
    /// `MATCHES`
    Matches,
    /// `ISSUBSET`
    Subset,
    /// `ISSUPERSET`
    Superset,
}

/// A property of an observable (section 9.7): `file:hashes.'SHA-256'`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Path {
    /// The type of the observable.
    pub kind: String,
    /// The way into it; the first is always a key.
    pub steps: Vec<Step>,
}

/// A step into an observable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// A member.
    Key(String),
    /// A place of a list, as written; negative ones count from the end.
    Place(String),
    /// Any place of a list.
    Any,
}

/// A constant (section 9.2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Literal {
    /// Text.
    Text(String),
    /// A whole number, as written.
    Whole(String),
    /// A decimal number, as written.
    Decimal(String),
    /// `true` or `false`.
    Flag(bool),
    /// `h'…'`: hexadecimal digits.
    Hex(String),
    /// `b'…'`: base 64.
    Binary(String),
    /// `t'…'`: a timestamp.
    Moment(String),
}

impl Operator {
    /// Every operator with its spelling.
    pub(super) const WORDS: [(Self, &'static str); 11] = [
        (Self::Equal, "="),
        (Self::NotEqual, "!="),
        (Self::Greater, ">"),
        (Self::Less, "<"),
        (Self::AtLeast, ">="),
        (Self::AtMost, "<="),
        (Self::In, "IN"),
        (Self::Like, "LIKE"),
        (Self::Matches, "MATCHES"),
        (Self::Subset, "ISSUBSET"),
        (Self::Superset, "ISSUPERSET"),
    ];

    /// How it is written.
    pub fn word(self) -> &'static str {
        Self::WORDS.iter().find(|(operator, _)| *operator == self).map_or("", |(_, word)| word)
    }
}

/// The words that are no names.
const KEYWORDS: [&str; 19] = [
    "AND",
    "OR",
    "NOT",
    "FOLLOWEDBY",
    "LIKE",
    "MATCHES",
    "ISSUPERSET",
    "ISSUBSET",
    "EXISTS",
    "LAST",
    "IN",
    "START",
    "STOP",
    "SECONDS",
    "true",
    "false",
    "WITHIN",
    "REPEATS",
    "TIMES",
];

/// Whether a key can be written without quotes.
fn is_bare(key: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    !key.is_empty()
        && !key.starts_with(|first: char| first.is_ascii_digit())
        && key.bytes().all(is_plain)
        && !KEYWORDS.contains(&key)
}
