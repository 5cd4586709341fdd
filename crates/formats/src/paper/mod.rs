//! The official paper of an inquiry: the form and its answer as PDF, and finding an inquiry again by a scanned page.
//!
//! ```text
//! core's Paper + Record + words ─→ inquiry, answer ─→ layout ─→ Sheets ─→ write ─→ PDF/A-2a, PDF/UA-1
//! scan (PDF) ─→ pictures ─→ page (PNG, JPEG) ─→ code ─→ Mark ─→ holds for this inquiry, or not
//! ```
//! Everything that a reader sees comes from the caller: the values from the record, the words from its
//! locales. This room knows where things stand on a page and no language; it invents no phrase of law
//! (S2.9). Each page carries a 2D code with what finds the inquiry again ([`Mark`]).

mod finding;
mod mark;
mod face;
mod line;
mod sheet;
mod table;
mod write;
mod frame;
mod record;
mod inquiry;
mod answer;
pub mod code;
mod pages;
mod day;
#[cfg(test)]
mod tests;

pub use answer::{AnswerWords, Given, answer};
pub use day::official;
pub use face::{Face, FaceError, Faces, NOTO, Noto};
pub use finding::{Finding, Missing};
pub use inquiry::{InquiryWords, inquiry};
pub use mark::{Differs, Mark, MarkError, Side};
pub use pages::pictures;
pub use record::{FrameWords, ItemLine, PrintError, Printed, Record, StageLine};
