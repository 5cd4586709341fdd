//! The answer to an inquiry: an outcome an item, and the digests of what was handed over; never what it says.
//!
//! ```text
//! renkei inquiry answer v1
//! inquiry <id>
//! paper <digest>                         of what was asked
//! item <number> <outcome> <ground|-> <remark>
//! file <bytes> <digest> <name>           of a sealed file, as it was handed over
//! ```
//! Lines and texts as in [`super::paper`].

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::item::{Ground, Outcome};
use super::paper::{Paper, PaperError, line, unline};
use crate::id::{Digest, InquiryId};

const HEAD: &str = "renkei inquiry answer v1";

/// What came of every item (S4.8).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// To which inquiry.
    pub inquiry: InquiryId,
    /// The digest of the paper that was answered.
    pub paper: Digest,
    /// One line an item, in their order.
    pub items: Vec<Answered>,
    /// What was handed over, sealed to the section that asked.
    pub files: Vec<Sealed>,
}

/// What came of an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered {
    /// Its number.
    pub number: u32,
    /// What came of it.
    pub outcome: Outcome,
    /// Why it is not answered; there is one exactly where the outcome is [`Outcome::Refused`].
    pub ground: Option<Ground>,
    /// What is said besides; never the data itself.
    pub remark: String,
}

/// A sealed file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sealed {
    /// What it is called.
    pub name: String,
    /// Its length in bytes.
    pub bytes: u64,
    /// SHA-256 of the sealed bytes.
    pub digest: Digest,
}

/// Why an answer does not fit what was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// It answers another paper.
    #[error("the answer is to another paper")]
    OtherPaper,
    /// Its items are not those that were asked, each once and in their order.
    #[error("the answer does not have the items that were asked, each once")]
    Items,
    /// A refusal without a ground, or a ground without refusal.
    #[error("item {0}: a refusal has a ground, and nothing else has one")]
    Ground(u32),
    /// Data is handed over without an item that is answered, or the other way round.
    #[error("items are answered without a file, or a file is handed over without an answered item")]
    Files,
}

impl Answer {
    /// Its bytes.
    pub fn canonical(&self) -> String {
        let Self { inquiry, paper, items, files } = self;
        let mut text = format!("{HEAD}\ninquiry {inquiry}\npaper {paper}\n");
        for Answered { number, outcome, ground, remark } in items {
            let ground = ground.map_or("-", Ground::word);
            text.push_str(&format!("item {number} {outcome} {ground} {}\n", line(remark)));
        }
        for Sealed { name, bytes, digest } in files {
            text.push_str(&format!("file {bytes} {digest} {}\n", line(name)));
        }
        text
    }

    /// SHA-256 of its bytes: what the provider's desk signs.
    pub fn digest(&self) -> Digest {
        Digest::of(self.canonical().as_bytes())
    }

    /// Reads an answer; only the form that [`Answer::canonical`] writes.
    pub fn parse(text: &str) -> Result<Self, PaperError> {
        let mut answer = None;
        for (at, content) in text.split_terminator('\n').enumerate() {
            let read = match at {
                0 => (content == HEAD).then_some(()),
                1 => content.strip_prefix("inquiry ").and_then(|id| id.parse().ok()).map(|inquiry| {
                    let nothing = Digest([0; 32]);
                    answer = Some(Self { inquiry, paper: nothing, items: Vec::new(), files: Vec::new() });
                }),
                _ => answer.as_mut().and_then(|answer: &mut Self| answer.take(at, content)),
            };
            read.ok_or(PaperError { line: at + 1 })?;
        }
        let answer = answer.ok_or(PaperError { line: 1 })?;
        if answer.canonical() == *text { Ok(answer) } else { Err(PaperError { line: text.lines().count() }) }
    }

    fn take(&mut self, at: usize, content: &str) -> Option<()> {
        if at == 2 {
            self.paper = content.strip_prefix("paper ")?.parse().ok()?;
        } else if let Some(rest) = content.strip_prefix("item ") {
            let mut parts = rest.splitn(4, ' ');
            self.items.push(Answered {
                number: parts.next()?.parse().ok()?,
                outcome: Outcome::from_word(parts.next()?)?,
                ground: match parts.next()? {
                    "-" => None,
                    word => Some(Ground::from_word(word)?),
                },
                remark: unline(parts.next()?)?,
            });
        } else {
            let mut parts = content.strip_prefix("file ")?.splitn(3, ' ');
            self.files.push(Sealed {
                bytes: parts.next()?.parse().ok()?,
                digest: parts.next()?.parse().ok()?,
                name: unline(parts.next()?)?,
            });
        }
        Some(())
    }

    /// Whether it answers what was asked, whole and with nothing beside it.
    pub fn fits(&self, paper: &Paper) -> Result<(), Unfit> {
        if self.paper != paper.digest() {
            return Err(Unfit::OtherPaper);
        }
        if !self.items.iter().map(|item| item.number).eq(paper.items.iter().map(|item| item.number)) {
            return Err(Unfit::Items);
        }
        for item in &self.items {
            if (item.outcome == Outcome::Refused) != item.ground.is_some() {
                return Err(Unfit::Ground(item.number));
            }
        }
        let disclosed = self.items.iter().any(|item| item.outcome == Outcome::Disclosed);
        if disclosed == self.files.is_empty() { Err(Unfit::Files) } else { Ok(()) }
    }

    /// How many items had an outcome.
    pub fn count(&self, outcome: Outcome) -> usize {
        self.items.iter().filter(|item| item.outcome == outcome).count()
    }
}

impl Answer {
    /// How many items were refused for a ground.
    pub fn count_of(&self, ground: Ground) -> usize {
        self.items.iter().filter(|item| item.ground == Some(ground)).count()
    }
}

impl Sealed {
    /// The entry for some sealed bytes.
    pub fn of(name: &str, bytes: &[u8]) -> Self {
        Self { name: name.to_string(), bytes: bytes.len() as u64, digest: Digest::of(bytes) }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use alloc::vec;

    use super::super::paper::tests::sample as paper;
    use super::*;

    pub(crate) fn sample() -> Answer {
        let item = |number, outcome, ground| Answered { number, outcome, ground, remark: String::new() };
        Answer {
            inquiry: InquiryId::from_bits(7),
            paper: paper().digest(),
            items: vec![item(1, Outcome::Disclosed, None), item(2, Outcome::Refused, Some(Ground::LegalDesk))],
            files: vec![Sealed::of("answer.csv.age", b"sealed")],
        }
    }

    #[test]
    fn what_is_written_is_read() {
        let mut answer = sample();
        answer.items[1].remark = "一行目\n二行目 \\ 終".to_string();
        assert_eq!(Answer::parse(&answer.canonical()), Ok(answer.clone()));
        for cut in 0..answer.canonical().len() {
            if let Some(part) = answer.canonical().get(..cut) {
                assert!(Answer::parse(part).is_err() || part.ends_with('\n'), "{part}");
            }
        }
    }

    #[test]
    fn an_answer_fits_what_was_asked_or_not() {
        let good = sample();
        assert_eq!(good.fits(&paper()), Ok(()));
        let mut other = paper();
        other.purpose.push('x');
        assert_eq!(good.fits(&other), Err(Unfit::OtherPaper));
        let without = Answer { items: good.items[..1].to_vec(), ..good.clone() };
        assert_eq!(without.fits(&paper()), Err(Unfit::Items));
        let mut bare = good.clone();
        bare.items[1].ground = None;
        assert_eq!(bare.fits(&paper()), Err(Unfit::Ground(2)));
        let unsealed = Answer { files: Vec::new(), ..good };
        assert_eq!(unsealed.fits(&paper()), Err(Unfit::Files));
    }
}
