//! What is printed: the record of an inquiry, and the words that stand on every page.

use renkei_core::id::InquiryId;
use renkei_core::inquiry::paper::Paper;
use renkei_core::time::Moment;

use super::finding::Finding;

/// An inquiry with what its paper does not say in the reader's words. Texts may have several lines.
///
/// Number, section, basis, case, purpose and subjects come from the paper that was signed; a form that
/// says something else than what was signed cannot be made.
#[derive(Debug, Clone)]
pub struct Record<'a> {
    /// Which inquiry.
    pub inquiry: InquiryId,
    /// What was signed.
    pub paper: &'a Paper,
    /// Who asks, as it signs: organisation and office (所属長名義).
    pub asker: String,
    /// Who is asked.
    pub recipient: String,
    /// Its date, as the form has it.
    pub date: String,
    /// On what it rests, in words.
    pub instrument: String,
    /// The desk that handles it, and how to reach it; never a person.
    pub officer: String,
    /// When an answer is asked for; empty: not said.
    pub due: String,
    /// How long logs are to be preserved; empty: nothing is.
    pub days: String,
    /// What its items are called: one an item, in their order.
    pub items: Vec<ItemLine>,
    /// Who signed, stage by stage; empty: the form has no such table.
    pub stages: Vec<StageLine>,
    /// When it is printed: the same record at the same moment is the same file.
    pub at: Moment,
}

/// What an item's words are.
#[derive(Debug, Clone, Default)]
pub struct ItemLine {
    /// What kind of identifier it is.
    pub kind: String,
    /// What its field is called.
    pub field: String,
    /// What its class is called.
    pub class: String,
    /// For which time, each end with weekday and zone; without one, as it stands when it is answered.
    pub span: String,
}

/// A stage of approval.
#[derive(Debug, Clone, Default)]
pub struct StageLine {
    /// What it is called (係長).
    pub name: String,
    /// The seat that signed; empty: nobody has.
    pub seat: String,
    /// When it signed.
    pub signed: String,
}

/// The words that stand on every page.
#[derive(Debug, Clone, Default)]
pub struct FrameWords {
    /// The language of the form (BCP 47), for readers aloud.
    pub language: String,
    /// What the form is called.
    pub title: String,
    /// Behind whom it goes to (御中).
    pub honorific: String,
    /// Behind the title on each page but the first.
    pub continued: String,
    /// Before the digest of the paper.
    pub digest: String,
    /// Whose form it is, and after what.
    pub note: String,
    /// What the 2D code is for, for those who do not see it.
    pub code: String,
}

/// A form that was printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Printed {
    /// The PDF.
    pub pdf: Vec<u8>,
    /// How many pages it has.
    pub pages: u16,
    /// What it could not show. A form with findings should not go out.
    pub findings: Vec<Finding>,
}

/// Why nothing was printed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PrintError {
    /// The words of the items are not one an item, or the answer is to other items.
    #[error("the form has other items than the paper")]
    Items,
    /// It would have more pages than a form may have.
    #[error("the form would have more than {0} pages")]
    Pages(u16),
    /// The 2D code cannot be made.
    #[error("the 2D code cannot be made")]
    Code,
    /// The PDF cannot be made as its standards want it.
    #[error("the PDF cannot be made: {0}")]
    Pdf(String),
}
