//! What the 2D code of a page says: which inquiry, which paper, which page.
//!
//! ```text
//! RENKEI1 <I|A> <INQ-…> <64 digits> <page>/<pages> <number>
//! ```
//! Inquiry and digest stand in capitals, so that a 2D code holds them in few bits (ISO/IEC 18004,
//! alphanumeric mode). The number is the document number as it stands on the paper. Nobody is named in it.

use renkei_core::id::{Digest, InquiryId};
use renkei_core::inquiry::paper::Paper;

const NAME: &str = "RENKEI";
const VERSION: &str = "1";
/// The most bytes of a document number in a code, so that the code keeps its size.
const NUMBER: usize = 120;

/// Which of the two forms a page is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Side {
    /// What is asked.
    Inquiry,
    /// What is answered.
    Answer,
}

impl Side {
    /// The stable word in JSON.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Inquiry => "inquiry",
            Self::Answer => "answer",
        }
    }

    const fn letter(self) -> &'static str {
        match self {
            Self::Inquiry => "I",
            Self::Answer => "A",
        }
    }
}

/// What finds an inquiry again and checks it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// Of which form the page is.
    pub side: Side,
    /// Which inquiry.
    pub inquiry: InquiryId,
    /// SHA-256 of the paper that was signed.
    pub digest: Digest,
    /// Which page, from 1.
    pub page: u16,
    /// How many there are.
    pub pages: u16,
    /// The document number, cut to 120 bytes.
    pub number: String,
}

/// A text is no mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MarkError {
    /// It is not of renkei.
    #[error("the code is not one of renkei's forms")]
    Foreign,
    /// It is of another version of the forms.
    #[error("the code is of another version of the forms")]
    Version,
    /// Its parts are not as they should be.
    #[error("the code's parts are not as they should be")]
    Parts,
}

/// In what a page differs from the record that its mark names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Differs {
    /// It is of another inquiry.
    #[error("the page is of another inquiry")]
    Inquiry,
    /// The paper was changed since it was printed, or before.
    #[error("the page is of another paper than the record's")]
    Paper,
    /// The document number is another.
    #[error("the page has another document number")]
    Number,
}

impl Mark {
    /// The mark of a page.
    pub fn of(side: Side, inquiry: InquiryId, paper: &Paper, page: u16, pages: u16) -> Self {
        Self { side, inquiry, digest: paper.digest(), page, pages, number: cut(&paper.number) }
    }

    /// The text in the code.
    pub fn text(&self) -> String {
        let Self { side, inquiry, digest, page, pages, number } = self;
        let (inquiry, digest) = (inquiry.to_string().to_uppercase(), digest.to_string().to_uppercase());
        format!("{NAME}{VERSION} {} {inquiry} {digest} {page}/{pages} {number}", side.letter())
    }

    /// Reads the text of a code; only the form that [`Mark::text`] writes.
    pub fn parse(text: &str) -> Result<Self, MarkError> {
        let rest = text.strip_prefix(NAME).ok_or(MarkError::Foreign)?;
        let (version, rest) = rest.split_once(' ').ok_or(MarkError::Foreign)?;
        if version.is_empty() || !version.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(MarkError::Foreign);
        }
        if version != VERSION {
            return Err(MarkError::Version);
        }
        let mark = Self::parts(rest).ok_or(MarkError::Parts)?;
        if mark.text() == text { Ok(mark) } else { Err(MarkError::Parts) }
    }

    fn parts(rest: &str) -> Option<Self> {
        let mut parts = rest.splitn(5, ' ');
        let side = match parts.next()? {
            "I" => Side::Inquiry,
            "A" => Side::Answer,
            _ => return None,
        };
        let inquiry = parts.next()?.to_lowercase().parse().ok()?;
        let digest = parts.next()?.to_lowercase().parse().ok()?;
        let (page, pages) = parts.next()?.split_once('/')?;
        let (page, pages): (u16, u16) = (page.parse().ok()?, pages.parse().ok()?);
        let number = parts.next()?.to_owned();
        (page >= 1 && page <= pages && cut(&number) == number).then_some(Self {
            side,
            inquiry,
            digest,
            page,
            pages,
            number,
        })
    }

    /// Whether the page is of this inquiry and of its paper as it stands in the record.
    pub fn holds(&self, inquiry: InquiryId, paper: &Paper) -> Result<(), Differs> {
        if self.inquiry != inquiry {
            return Err(Differs::Inquiry);
        }
        if self.digest != paper.digest() {
            return Err(Differs::Paper);
        }
        if self.number != cut(&paper.number) { Err(Differs::Number) } else { Ok(()) }
    }
}

/// A document number without control characters, cut at the border of a character.
fn cut(number: &str) -> String {
    let mut out = String::new();
    for c in number.chars().filter(|c| !c.is_control()) {
        if out.len() + c.len_utf8() > NUMBER {
            break;
        }
        out.push(c);
    }
    out
}
