//! Cuts a capture at the borders of its records, without looking into them.

use std::io::{self, Read};
use std::sync::Arc;

use super::{CaptureError, Chunk, Form, classic, ng};
use crate::compression::{Compression, Decoder, Piece};
use crate::finding::Code;

/// No record is longer than this; a longer one tells of damage.
const LONGEST: usize = 16 << 20;

type Source<R> = Decoder<io::Chain<io::Cursor<Vec<u8>>, R>>;

/// Reads ahead and hands out whole records.
pub(super) struct Cutter<R: Read> {
    decoder: Source<R>,
    form: Form,
    /// What was read behind the last whole record.
    rest: Vec<u8>,
    number: u64,
    state: State,
}

#[derive(PartialEq, Eq)]
enum State {
    /// More may come.
    Open,
    /// The content ended, or was damaged and ended there.
    Ended { damaged: bool },
    /// Everything was handed out.
    Done,
}

/// Where whole records end, and why no further one follows if there is a reason.
struct Border {
    end: usize,
    fault: Option<Code>,
}

impl<R: Read> Cutter<R> {
    pub(super) fn open(compression: Compression, head: Vec<u8>, source: R) -> Result<Self, CaptureError> {
        let decoder = Decoder::new(compression, io::Cursor::new(head).chain(source))?;
        let form = Form::Ng(Arc::default());
        let mut cutter = Self { decoder, form, rest: Vec::new(), number: 0, state: State::Open };
        let mut rest = Vec::new();
        let filled = cutter.fill(&mut rest, 0, classic::FILE_HEADER)?;
        rest.truncate(filled);
        if rest.first_chunk::<4>() == Some(&ng::SECTION) {
            cutter.rest = rest;
        } else {
            cutter.form = Form::Classic(classic::Header::of(&rest).ok_or(CaptureError::Unknown)?);
        }
        Ok(cutter)
    }

    pub(super) fn next_chunk(&mut self, bytes: usize, mut memory: Vec<u8>) -> io::Result<Option<Chunk>> {
        if self.state == State::Done {
            return Ok(None);
        }
        // What the memory held before is written over and never looked at; to empty it would mean to
        // fill it with zeros again for each chunk.
        let mut target = bytes.max(1 << 12);
        let mut filled = self.take_rest(&mut memory);
        let form = self.form.clone();
        let border = loop {
            filled = self.fill(&mut memory, filled, target)?;
            let border = self.borders(memory.get(..filled).unwrap_or_default());
            let unfinished = border.end == 0 && border.fault.is_none() && self.state == State::Open;
            match unfinished {
                true => target = filled.saturating_mul(2).max(target),
                false => break border,
            }
        };
        let left = self.leave(memory.get(..filled).unwrap_or_default(), &border);
        if border.end == 0 && left.is_none() {
            return Ok(None);
        }
        let number = self.number;
        self.number += 1;
        Ok(Some(Chunk { bytes: memory, end: border.end, form, number, left }))
    }

    /// Puts what was read behind the last whole record at the beginning of the memory; how much it is.
    fn take_rest(&mut self, memory: &mut Vec<u8>) -> usize {
        let count = self.rest.len();
        match memory.get_mut(..count) {
            Some(place) => place.copy_from_slice(&self.rest),
            None => memory.clone_from(&self.rest),
        }
        self.rest.clear();
        count
    }

    /// Reads behind what is filled until there are so many bytes, or no more; how many there are.
    fn fill(&mut self, memory: &mut Vec<u8>, mut filled: usize, target: usize) -> io::Result<usize> {
        if memory.len() < target {
            memory.resize(target, 0);
        }
        while self.state == State::Open
            && let Some(free) = memory.get_mut(filled..target).filter(|free| !free.is_empty())
        {
            match self.decoder.piece(free)? {
                Piece::Bytes(0) => self.state = State::Ended { damaged: false },
                Piece::Damaged => self.state = State::Ended { damaged: true },
                Piece::Bytes(count) => filled += count,
            }
        }
        Ok(filled)
    }

    /// Walks the lengths; learns what sections say on the way.
    fn borders(&mut self, memory: &[u8]) -> Border {
        match &mut self.form {
            Form::Classic(header) => walk(memory, |bytes| header.length(bytes)),
            Form::Ng(section) => {
                let mut learning = ng::Section::clone(section);
                let border = walk(memory, |bytes| {
                    let (_, length) = learning.block(bytes)?;
                    if let Some(block) = bytes.get(..length) {
                        learning.learn(block);
                    }
                    Some(if length < 12 { usize::MAX } else { length })
                });
                if learning != **section {
                    *section = Arc::new(learning);
                }
                border
            }
        }
    }

    /// What stays behind the last whole record, and the code it is left under if nothing follows.
    fn leave(&mut self, memory: &[u8], border: &Border) -> Option<Code> {
        let rest = memory.get(border.end..).unwrap_or_default();
        if border.fault.is_some() {
            self.state = State::Done;
            return border.fault;
        }
        match self.state {
            State::Open => {
                self.rest.extend_from_slice(rest);
                None
            }
            State::Ended { damaged } => {
                self.state = State::Done;
                if damaged {
                    return Some(Code::Damaged);
                }
                (!rest.is_empty()).then_some(Code::RecordCut)
            }
            State::Done => None,
        }
    }
}

/// Adds up lengths until a record is not whole.
fn walk(memory: &[u8], mut length: impl FnMut(&[u8]) -> Option<usize>) -> Border {
    let mut end = 0;
    while let Some(rest) = memory.get(end..).filter(|rest| !rest.is_empty()) {
        match length(rest) {
            Some(length) if length > LONGEST => return Border { end, fault: Some(Code::RecordLength) },
            Some(length) if length <= rest.len() => end += length,
            Some(_) | None => break,
        }
    }
    Border { end, fault: None }
}
