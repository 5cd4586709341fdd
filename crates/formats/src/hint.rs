//! Calls about duplicate hints between offices (S4.10), as JSON: what a force asks of the evaluator and of the register.
//!
//! ```text
//! {"ask":"epoch"}                                                      → {"epoch":3}
//! {"ask":"evaluate","blinded":["hint-blinded-3-…"]}                    → {"evaluated":["hint-evaluated-3-…"]}
//! {"ask":"enter","inquiry":"…","sent":µs,"desk":"…","tokens":["…"]}    → {"entered":1}
//! {"ask":"look","inquiry":"…","tokens":["…"]}                          → {"hints":[{"others":1,"desks":["…"]}]}
//! {"ask":"close","inquiry":"…"}                                        → {"closed":1}
//!                                                                      → {"refused":"pace","why":"…"}
//! ```
//! Who asks is whoever the line's certificate says; nothing here names a force, a subject or a case.

use renkei_core::hint::{Blinded, Desk, Epoch, Evaluated, Hint, Token};
use renkei_core::id::InquiryId;
use renkei_core::time::Moment;
use serde::{Deserialize, Serialize};

/// Most points or tokens of one call.
pub const MOST: usize = 1000;

/// What is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Call {
    /// Of the evaluator: which epoch runs.
    Epoch,
    /// Of the evaluator: points.
    Evaluate(Vec<Blinded>),
    /// Of the register: tokens of an open inquiry.
    Enter(Entering),
    /// Of the register: which others are about the same subjects.
    Look {
        /// Of which inquiry.
        inquiry: InquiryId,
        /// Entered before.
        tokens: Vec<Token>,
    },
    /// Of the register: the inquiry is open no more.
    Close(InquiryId),
}

/// Tokens of an open inquiry, with the desk to call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entering {
    /// Of which inquiry.
    pub inquiry: InquiryId,
    /// When it was sent.
    pub sent: Moment,
    /// Whom others should call.
    pub desk: Desk,
    /// What stands for its subjects.
    pub tokens: Vec<Token>,
}

/// What is answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reply {
    /// Which epoch runs.
    Epoch(Epoch),
    /// The points, evaluated, in their order.
    Evaluated(Vec<Evaluated>),
    /// So many tokens are new.
    Entered(u64),
    /// What the register has of each token, in their order.
    Hints(Vec<Hint>),
    /// So many tokens are gone.
    Closed(u64),
    /// Nothing was done.
    Refused {
        /// Why, as a word.
        why: Refused,
        /// The same in words.
        text: String,
    },
}

/// Why nothing was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// This office does not do that, or not for that organisation.
    NotHere,
    /// The day's tries are used up.
    Pace,
    /// Another epoch runs.
    Epoch,
    /// The tokens are not of an open inquiry of the asker's.
    NotOpen,
    /// The inquiry's time is over, or it is another's.
    NotTaken,
    /// The call cannot be read.
    Form,
}

impl Refused {
    const ALL: [(Self, &'static str); 6] = [
        (Self::NotHere, "not-here"),
        (Self::Pace, "pace"),
        (Self::Epoch, "epoch"),
        (Self::NotOpen, "not-open"),
        (Self::NotTaken, "not-taken"),
        (Self::Form, "form"),
    ];

    /// The stable word.
    pub fn word(self) -> &'static str {
        Self::ALL.iter().find(|(known, _)| *known == self).map_or("form", |(_, word)| word)
    }
}

/// What came is no call, or no reply.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct FormError(String);

#[derive(Serialize, Deserialize)]
#[serde(tag = "ask", rename_all = "kebab-case", deny_unknown_fields)]
enum RawCall {
    Epoch {},
    Evaluate { blinded: Vec<String> },
    Enter { inquiry: String, sent: i64, desk: String, tokens: Vec<String> },
    Look { inquiry: String, tokens: Vec<String> },
    Close { inquiry: String },
}

#[derive(Serialize, Deserialize)]
#[serde(untagged, deny_unknown_fields)]
enum RawReply {
    Epoch { epoch: u32 },
    Evaluated { evaluated: Vec<String> },
    Entered { entered: u64 },
    Hints { hints: Vec<RawHint> },
    Closed { closed: u64 },
    Refused { refused: String, why: String },
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawHint {
    others: u32,
    desks: Vec<String>,
}

impl Call {
    /// Reads a call.
    pub fn read(bytes: &[u8]) -> Result<Self, FormError> {
        Ok(match json(bytes)? {
            RawCall::Epoch {} => Self::Epoch,
            RawCall::Evaluate { blinded } => Self::Evaluate(all(&blinded)?),
            RawCall::Enter { inquiry, sent, desk, tokens } => {
                let (inquiry, desk, tokens) = (one(&inquiry)?, one(&desk)?, all(&tokens)?);
                Self::Enter(Entering { inquiry, sent: Moment(sent), desk, tokens })
            }
            RawCall::Look { inquiry, tokens } => Self::Look { inquiry: one(&inquiry)?, tokens: all(&tokens)? },
            RawCall::Close { inquiry } => Self::Close(one(&inquiry)?),
        })
    }

    /// As it goes over the line.
    pub fn to_json(&self) -> String {
        let raw = match self {
            Self::Epoch => RawCall::Epoch {},
            Self::Evaluate(blinded) => RawCall::Evaluate { blinded: texts(blinded) },
            Self::Enter(Entering { inquiry, sent, desk, tokens }) => RawCall::Enter {
                inquiry: inquiry.to_string(),
                sent: sent.0,
                desk: desk.to_string(),
                tokens: texts(tokens),
            },
            Self::Look { inquiry, tokens } => RawCall::Look { inquiry: inquiry.to_string(), tokens: texts(tokens) },
            Self::Close(inquiry) => RawCall::Close { inquiry: inquiry.to_string() },
        };
        serde_json::to_string(&raw).unwrap_or_default()
    }
}

impl Reply {
    /// A refusal.
    pub fn refused(why: Refused, text: impl ToString) -> Self {
        Self::Refused { why, text: text.to_string() }
    }

    /// Reads a reply.
    pub fn read(bytes: &[u8]) -> Result<Self, FormError> {
        Ok(match json(bytes)? {
            RawReply::Epoch { epoch } => Self::Epoch(Epoch(epoch)),
            RawReply::Evaluated { evaluated } => Self::Evaluated(all(&evaluated)?),
            RawReply::Entered { entered } => Self::Entered(entered),
            RawReply::Hints { hints } => Self::Hints(hints.into_iter().map(hint).collect::<Result<_, _>>()?),
            RawReply::Closed { closed } => Self::Closed(closed),
            RawReply::Refused { refused, why } => {
                let known = Refused::ALL.iter().find(|(_, word)| *word == refused);
                let (code, _) = known.ok_or_else(|| FormError(format!("`{refused}` is no reason that is known")))?;
                Self::Refused { why: *code, text: why }
            }
        })
    }

    /// As it goes over the line.
    pub fn to_json(&self) -> String {
        let raw = match self {
            Self::Epoch(epoch) => RawReply::Epoch { epoch: epoch.0 },
            Self::Evaluated(evaluated) => RawReply::Evaluated { evaluated: texts(evaluated) },
            Self::Entered(entered) => RawReply::Entered { entered: *entered },
            Self::Hints(hints) => {
                let hints = hints.iter().map(|hint| RawHint { others: hint.others, desks: texts(&hint.desks) });
                RawReply::Hints { hints: hints.collect() }
            }
            Self::Closed(closed) => RawReply::Closed { closed: *closed },
            Self::Refused { why, text } => RawReply::Refused { refused: why.word().to_owned(), why: text.clone() },
        };
        serde_json::to_string(&raw).unwrap_or_default()
    }
}

fn json<T: serde::de::DeserializeOwned>(bytes: &[u8]) -> Result<T, FormError> {
    serde_json::from_slice(bytes).map_err(|error| FormError(error.to_string()))
}

fn one<T: std::str::FromStr>(text: &str) -> Result<T, FormError>
where
    T::Err: ToString,
{
    text.parse().map_err(|error: T::Err| FormError(error.to_string()))
}

fn all<T: std::str::FromStr>(texts: &[String]) -> Result<Vec<T>, FormError>
where
    T::Err: ToString,
{
    if texts.len() > MOST {
        return Err(FormError(format!("one call has at most {MOST}, and this one has {}", texts.len())));
    }
    texts.iter().map(|text| one(text)).collect()
}

fn texts<T: ToString>(all: &[T]) -> Vec<String> {
    all.iter().map(ToString::to_string).collect()
}

fn hint(raw: RawHint) -> Result<Hint, FormError> {
    Ok(Hint { others: raw.others, desks: all(&raw.desks)? })
}

#[cfg(test)]
mod tests {
    use renkei_core::hint::Evaluator;

    use super::*;

    fn inquiry() -> InquiryId {
        InquiryId::from_bits(7)
    }

    #[test]
    fn what_is_written_is_read_again() {
        let token = Token::of(Epoch(3), [7; 64]);
        let entering = Entering {
            inquiry: inquiry(),
            sent: Moment(1_700_000_000_000_000),
            desk: "青葉県警察 照会担当 000-0000-0000".parse().unwrap(),
            tokens: vec![token],
        };
        for call in [
            Call::Epoch,
            Call::Evaluate(Vec::new()),
            Call::Enter(entering),
            Call::Look { inquiry: inquiry(), tokens: vec![token, token] },
            Call::Close(inquiry()),
        ] {
            assert_eq!(Call::read(call.to_json().as_bytes()), Ok(call));
        }
        let desks = vec!["緑県警察".parse().unwrap()];
        for reply in [
            Reply::Epoch(Epoch(3)),
            Reply::Evaluated(Vec::new()),
            Reply::Entered(2),
            Reply::Hints(vec![Hint { others: 0, desks: Vec::new() }, Hint { others: 1, desks }]),
            Reply::Closed(0),
            Reply::refused(Refused::Pace, "used up"),
        ] {
            assert_eq!(Reply::read(reply.to_json().as_bytes()), Ok(reply));
        }
    }

    #[test]
    fn points_go_there_and_back() {
        let evaluator = Evaluator::derive(&[5; 32], Epoch(3)).unwrap();
        assert_eq!(evaluator.epoch(), Epoch(3));
        let text = format!("{{\"ask\":\"evaluate\",\"blinded\":[\"hint-blinded-3-{}\"]}}", "00".repeat(32));
        let error = Call::read(text.as_bytes()).unwrap_err().to_string();
        assert!(error.contains("no element"), "{error}");
    }

    #[test]
    fn what_is_no_call_is_told_why() {
        for bad in [
            "",
            "[]",
            "{}",
            r#"{"ask":"seize"}"#,
            r#"{"ask":"epoch","more":1}"#,
            r#"{"ask":"close","inquiry":"x"}"#,
            r#"{"ask":"look","inquiry":"inq-00000000000000000000000000","tokens":["hint-token-03-00"]}"#,
        ] {
            assert!(Call::read(bad.as_bytes()).is_err(), "{bad}");
        }
        let many: Vec<String> = (0..=MOST).map(|_| "x".to_owned()).collect();
        let error = all::<Token>(&many).unwrap_err().to_string();
        assert!(error.contains("at most 1000"), "{error}");
    }
}
