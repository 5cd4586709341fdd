//! Why a request is not answered, each with its status and the error message of section 3.6.1.

use super::answer_form::Answer;
use crate::tree::{Object, write_object};

/// Why a request is not answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// 400: the path is fine and the query is not (section 3.4).
    #[error("the query is malformed: {0}")]
    Query(Flaw),
    /// 400: the body is no JSON.
    #[error("the body is not json")]
    NoJson,
    /// 401: nobody knows who asks. The challenge is sent as `WWW-Authenticate` (section 1.6.9); never a redirect.
    #[error("sign in first")]
    Unauthenticated {
        /// A challenge of RFC 9110 section 11.6.1, such as `Basic realm="taxii", charset="UTF-8"`.
        challenge: &'static str,
    },
    /// 403: this is there, and may not be done with it.
    #[error("this may not be done here")]
    Forbidden,
    /// 404: nothing here, or nothing that this client may know of; the answer is the same (S4.1).
    #[error("there is nothing here")]
    NotFound,
    /// 405: another method is wanted.
    #[error("use another method")]
    Method {
        /// What may be used, as `Allow` has it.
        allow: &'static str,
    },
    /// 406: the client does not take what is sent here.
    #[error("only `application/taxii+json;version=2.1` is sent")]
    NotAcceptable,
    /// 413: more bytes than an API root takes (section 4.2.1).
    #[error("the body is larger than `{most}` bytes")]
    TooLarge {
        /// The most bytes.
        most: u64,
    },
    /// 415: the body is of another type.
    #[error("only `application/taxii+json;version=2.1` is read")]
    Unsupported,
    /// 422: JSON, but nothing that could be added.
    #[error("the body cannot be processed: {0}")]
    Unprocessable(Unprocessable),
    /// 429: too many requests; try again after so many seconds.
    #[error("too many requests")]
    TooMany {
        /// Seconds.
        retry_after: u32,
    },
    /// 500: the fault is here.
    #[error("something failed here")]
    Failed,
    /// 503: not now; try again after so many seconds.
    #[error("not available now")]
    Unavailable {
        /// Seconds.
        retry_after: u32,
    },
}

/// What is wrong with a query (section 3.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Flaw {
    /// Longer than is read.
    #[error("it is longer than `{0}` bytes")]
    Length(usize),
    /// A `%` without two hexadecimal digits, or no UTF-8.
    #[error("it is not escaped as uri query")]
    Escape,
    /// A parameter stands twice.
    #[error("a parameter stands twice")]
    Twice,
    /// A list of values has an empty one, a blank in one, or too many.
    #[error("a list of values is malformed")]
    Values,
    /// `added_after` is no moment.
    #[error("`added_after` is not a timestamp")]
    AddedAfter,
    /// `limit` is no whole number above 0.
    #[error("`limit` is not a whole number above 0")]
    Limit,
    /// `next` was not given here, or not with these filters.
    #[error("`next` does not belong to this request")]
    Next,
    /// A version is no keyword and no timestamp, stands twice, or stands beside `all`.
    #[error("`match[version]` is malformed")]
    Version,
    /// A version of a specification is not written `n.m`.
    #[error("`match[spec_version]` is malformed")]
    SpecVersion,
    /// A parameter that would change nothing, on a request that destroys.
    #[error("a parameter is not known here")]
    Unknown,
}

/// Why nothing of a body could be added (section 5.5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unprocessable {
    /// The root is no object.
    #[error("it is not an object")]
    Root,
    /// There is no list `objects`, or an empty one, which the standard prohibits (section 2).
    #[error("it has no list of `objects`")]
    NoObjects,
    /// Nested too deeply.
    #[error("it is nested too deeply")]
    TooDeep,
    /// More objects than are taken at once.
    #[error("it has more than `{0}` objects")]
    TooMany(usize),
}

impl Refusal {
    /// The HTTP status and the stable code of the error message.
    pub const fn status(self) -> (u16, &'static str) {
        match self {
            Self::Query(_) => (400, "query"),
            Self::NoJson => (400, "no-json"),
            Self::Unauthenticated { .. } => (401, "unauthenticated"),
            Self::Forbidden => (403, "forbidden"),
            Self::NotFound => (404, "not-found"),
            Self::Method { .. } => (405, "method"),
            Self::NotAcceptable => (406, "not-acceptable"),
            Self::TooLarge { .. } => (413, "too-large"),
            Self::Unsupported => (415, "unsupported"),
            Self::Unprocessable(_) => (422, "unprocessable"),
            Self::TooMany { .. } => (429, "too-many"),
            Self::Failed => (500, "failed"),
            Self::Unavailable { .. } => (503, "unavailable"),
        }
    }

    /// The answer: an error message (section 3.6.1) with the content type of all answers.
    pub fn answer(self) -> Answer {
        let (status, code) = self.status();
        let message = Object::new()
            .with("title", self.to_string())
            .with("error_code", code)
            .with("http_status", status.to_string());
        let answer = Answer::new(status, write_object(&message).into_bytes());
        match self {
            Self::Unauthenticated { challenge } => answer.with("www-authenticate", challenge.to_owned()),
            Self::Method { allow } => answer.with("allow", allow.to_owned()),
            Self::TooMany { retry_after } | Self::Unavailable { retry_after } => {
                answer.with("retry-after", retry_after.to_string())
            }
            _ => answer,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refusals_are_error_messages() {
        let answer = Refusal::Unauthenticated { challenge: "Basic realm=\"taxii\"" }.answer();
        assert_eq!((answer.status, answer.header("www-authenticate")), (401, Some("Basic realm=\"taxii\"")));
        assert_eq!(answer.header("content-type"), Some(super::super::media::MEDIA_TYPE));
        let want = r#"{"title":"sign in first","error_code":"unauthenticated","http_status":"401"}"#;
        assert_eq!(String::from_utf8(answer.body).unwrap(), want);
        let method = Refusal::Method { allow: "GET, HEAD" }.answer();
        assert_eq!((method.status, method.header("allow")), (405, Some("GET, HEAD")));
        assert_eq!(Refusal::Unavailable { retry_after: 5 }.answer().header("retry-after"), Some("5"));
    }
}
