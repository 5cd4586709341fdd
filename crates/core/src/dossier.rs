//! The dossier (一件書類) of an inquiry: whoever holds it can check, years later and with public keys alone,
//! what was asked, who approved it under which version of the rules, and what was answered (S4.5, S4.13).
//!
//! ```text
//! renkei dossier v1
//! inquiry <id>
//! paper <count of lines>                 then the lines of the paper
//! step <number> <at> <step> <seat> <policy set> [<digest> <key name> <base 64 of the signature>]
//! answer <count of lines>                then the lines of the answer; 0: none
//! end <steps>
//! — <key name> <base 64>                 the office's signature over all bytes before this line
//! ```
//! The seat of a signed step signs the statement of [`Approval`] with the subject `<id> <number> <step>`; the
//! digest is that of the paper, or of the answer for the step `answer`. Of the steps before the inquiry was last
//! changed or given back only what happened is kept: they were signed over other bytes.

mod check;
mod follow;

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use crate::base64;
use crate::id::{Digest, InquiryId, SeatId};
use crate::inquiry::Step;
use crate::inquiry::answer::Answer;
use crate::inquiry::paper::Paper;
use crate::ledger::{Approval, KeyName, Signer};
use crate::time::Moment;

pub use check::{Fault, Found, Verdict, check};
pub use follow::{Rift, Side};

const HEAD: &str = "renkei dossier v1";

/// What happened to an inquiry, with what was signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dossier {
    /// Which inquiry.
    pub inquiry: InquiryId,
    /// What was asked.
    pub paper: Paper,
    /// What happened, in order.
    pub steps: Vec<Taken>,
    /// What was answered.
    pub answer: Option<Answer>,
}

/// A step that was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// From 1, without gaps.
    pub number: u64,
    /// When, as the office's clock said.
    pub at: Moment,
    /// What.
    pub step: Step,
    /// Which seat.
    pub seat: SeatId,
    /// The rules under which the gate allowed it.
    pub policy_set: Digest,
    /// What the seat signed.
    pub signed: Option<Signed>,
}

/// A seat's signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signed {
    /// Of which bytes.
    pub digest: Digest,
    /// Whose key.
    pub key: KeyName,
    /// Ed25519.
    pub signature: [u8; 64],
}

/// A text is no dossier.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line} is not as a dossier has it")]
pub struct DossierError {
    /// From 1.
    pub line: usize,
}

/// What a seat signs at a step: the same words are never signed for another inquiry, place or step.
pub fn subject(inquiry: InquiryId, number: u64, step: Step) -> String {
    format!("{inquiry} {number} {step}")
}

impl Dossier {
    /// The text that the office signs.
    pub fn unsigned(&self) -> String {
        let Self { inquiry, paper, steps, answer } = self;
        let mut text = format!("{HEAD}\ninquiry {inquiry}\n");
        block(&mut text, "paper", &paper.canonical());
        for Taken { number, at, step, seat, policy_set, signed } in steps {
            text.push_str(&format!("step {number} {} {step} {seat} {policy_set}", at.0));
            if let Some(Signed { digest, key, signature }) = signed {
                text.push_str(&format!(" {digest} {key} {}", base64::encode(signature)));
            }
            text.push('\n');
        }
        block(&mut text, "answer", &answer.as_ref().map(Answer::canonical).unwrap_or_default());
        text.push_str(&format!("end {}\n", steps.len()));
        text
    }

    /// The whole text, signed by the office.
    pub fn sign(&self, office: &Signer) -> String {
        let mut text = self.unsigned();
        let signature = base64::encode(&office.sign(text.as_bytes()));
        text.push_str(&format!("— {} {signature}\n", office.public().name()));
        text
    }

    /// Reads what stands before the office's signature.
    fn parse(text: &str) -> Result<Self, DossierError> {
        let mut lines = Lines { rest: text.split_terminator('\n').collect(), at: 0 };
        let at = |lines: &Lines<'_>| DossierError { line: lines.at };
        if lines.next() != Some(HEAD) {
            return Err(at(&lines));
        }
        let inquiry = lines.next().and_then(|line| line.strip_prefix("inquiry ")?.parse().ok());
        let inquiry = inquiry.ok_or_else(|| at(&lines))?;
        let paper = lines.block("paper").ok_or_else(|| at(&lines))?;
        let paper = Paper::parse(&paper).map_err(|error| DossierError { line: 3 + error.line })?;
        let mut steps = Vec::new();
        while let Some(line) = lines.peek().and_then(|line| line.strip_prefix("step ")) {
            lines.next();
            steps.push(step(line).ok_or_else(|| at(&lines))?);
        }
        let answer = lines.block("answer").ok_or_else(|| at(&lines))?;
        let answer = match answer.is_empty() {
            true => None,
            false => Some(Answer::parse(&answer).map_err(|_| at(&lines))?),
        };
        let dossier = Self { inquiry, paper, steps, answer };
        // One form only: what is read is what would be written.
        if dossier.unsigned() == *text { Ok(dossier) } else { Err(DossierError { line: lines.at + 1 }) }
    }
}

impl Signed {
    /// A seat's signature at a step.
    pub fn make(inquiry: InquiryId, number: u64, step: Step, digest: Digest, signer: &Signer) -> Self {
        let Approval { subject: _, digest, key, signature } =
            Approval::sign(&subject(inquiry, number, step), digest, signer);
        Self { digest, key, signature }
    }

    /// The same as an approval of the ledger.
    pub fn approval(&self, inquiry: InquiryId, number: u64, step: Step) -> Approval {
        let Self { digest, key, signature } = self.clone();
        Approval { subject: subject(inquiry, number, step), digest, key, signature }
    }
}

fn block(text: &mut String, name: &str, lines: &str) {
    text.push_str(&format!("{name} {}\n{lines}", lines.lines().count()));
}

struct Lines<'t> {
    rest: Vec<&'t str>,
    at: usize,
}

impl<'t> Lines<'t> {
    fn peek(&self) -> Option<&'t str> {
        self.rest.get(self.at).copied()
    }

    fn next(&mut self) -> Option<&'t str> {
        let line = self.peek();
        self.at += 1;
        line
    }

    /// The lines of a block, each with its line feed.
    fn block(&mut self, name: &str) -> Option<String> {
        let count: usize = self.next()?.strip_prefix(name)?.strip_prefix(' ')?.parse().ok()?;
        let mut text = String::new();
        for _ in 0..count {
            text.push_str(self.next()?);
            text.push('\n');
        }
        Some(text)
    }
}

fn step(line: &str) -> Option<Taken> {
    let mut parts = line.split(' ');
    let number = parts.next()?.parse().ok()?;
    let at = Moment(parts.next()?.parse().ok()?);
    let step = Step::from_word(parts.next()?)?;
    let seat = parts.next()?.parse().ok()?;
    let policy_set = parts.next()?.parse().ok()?;
    let signed = match parts.next() {
        None => None,
        Some(digest) => Some(Signed {
            digest: digest.parse().ok()?,
            key: parts.next()?.parse().ok()?,
            signature: base64::decode(parts.next()?)?.try_into().ok()?,
        }),
    };
    parts.next().is_none().then_some(Taken { number, at, step, seat, policy_set, signed })
}

#[cfg(test)]
mod tests;
