//! A body as it passes: counted, hashed, and gone.

use sha2::{Digest as _, Sha256};

/// How many of a body's first bytes a profile may look at.
pub const FIRST: usize = 64;
/// The most bytes of a body that are taken: a longer one is answered there and then, and closed.
pub const MOST_BODY: u64 = 8 << 20;

/// The longest line that gives the size of a chunk.
const MOST_SIZE_LINE: u8 = 64;

/// A body on its way.
#[derive(Debug)]
pub struct Body {
    state: State,
    length: u64,
    hash: Option<Sha256>,
    first: [u8; FIRST],
    is_cut: bool,
}

#[derive(Debug, Clone, Copy)]
enum State {
    /// So many bytes are still to come.
    Left(u64),
    /// In the line that gives the size of the next chunk: the size so far, bytes of the line, and
    /// whether its digits have ended.
    Size(u64, u8, bool),
    /// Inside a chunk.
    Chunk(u64),
    /// Between a chunk and its line's end.
    AfterChunk,
    /// In the lines behind the last chunk: bytes of this line, and of all.
    Trailer(u16, u16),
    Done,
}

/// How far a body came.
pub(super) struct Step {
    pub(super) used: usize,
    pub(super) done: bool,
}

/// What is known of a body when it is whole, or given up.
#[derive(Debug)]
pub struct Seen {
    /// Bytes.
    pub length: u64,
    /// SHA-256 of them, if there are any.
    pub sha256: Option<[u8; 32]>,
    /// More was announced than was taken, or it was not well formed.
    pub is_cut: bool,
    first: [u8; FIRST],
}

impl Seen {
    /// The first bytes, at most [`FIRST`].
    pub fn first(&self) -> &[u8] {
        let most = usize::try_from(self.length).unwrap_or(FIRST).min(FIRST);
        self.first.get(..most).unwrap_or_default()
    }
}

impl Body {
    /// A body of so many bytes, or in chunks.
    pub const fn new(length: u64, is_chunked: bool) -> Self {
        let state = match (is_chunked, length) {
            (true, _) => State::Size(0, 0, false),
            (false, 0) => State::Done,
            (false, length) => State::Left(length),
        };
        Self { state, length: 0, hash: None, first: [0; FIRST], is_cut: false }
    }

    /// Takes bytes; says how many belong to the body and whether it is whole.
    pub(super) fn take(&mut self, bytes: &[u8]) -> Step {
        let mut used = 0;
        while !matches!(self.state, State::Done) {
            let Some(rest) = bytes.get(used..).filter(|rest| !rest.is_empty()) else { break };
            used += self.step(rest);
            if self.length >= MOST_BODY && !matches!(self.state, State::Done) {
                self.give_up();
            }
        }
        Step { used, done: matches!(self.state, State::Done) }
    }

    /// What is known of it now.
    pub fn seen(self) -> Seen {
        let sha256 = self.hash.map(|hash| hash.finalize().into());
        Seen { length: self.length, sha256, is_cut: self.is_cut, first: self.first }
    }

    /// Takes bytes that another layer framed.
    pub fn add_framed(&mut self, bytes: &[u8]) -> bool {
        let room = usize::try_from(MOST_BODY - self.length).unwrap_or(usize::MAX);
        self.add(bytes.get(..room.min(bytes.len())).unwrap_or_default());
        if bytes.len() > room {
            self.give_up();
        }
        !self.is_cut
    }

    fn step(&mut self, rest: &[u8]) -> usize {
        match self.state {
            State::Left(left) | State::Chunk(left) => {
                let most = usize::try_from(left.min(MOST_BODY - self.length)).unwrap_or(usize::MAX);
                let now = rest.get(..most.min(rest.len())).unwrap_or_default();
                self.add(now);
                let left = left - now.len() as u64;
                self.state = match self.state {
                    State::Left(_) if left == 0 => State::Done,
                    State::Left(_) => State::Left(left),
                    _ if left == 0 => State::AfterChunk,
                    _ => State::Chunk(left),
                };
                now.len()
            }
            _ => {
                self.byte(rest.first().copied().unwrap_or(b'\n'));
                1
            }
        }
    }

    /// One byte of what is between chunks (RFC 9112 §7.1).
    fn byte(&mut self, byte: u8) {
        self.state = match (self.state, byte) {
            (State::Size(_, 0 | MOST_SIZE_LINE.., _), b'\n') => return self.give_up(),
            (State::Size(0, ..), b'\n') => State::Trailer(0, 0),
            (State::Size(size, ..), b'\n') => State::Chunk(size),
            (State::Size(size, line, ended), _) => {
                let digit = char::from(byte).to_digit(16).filter(|_| !ended);
                match digit {
                    Some(digit) if line < 15 => State::Size(size << 4 | u64::from(digit), line + 1, false),
                    None if line > 0 && line < MOST_SIZE_LINE => State::Size(size, line + 1, true),
                    _ => return self.give_up(),
                }
            }
            (State::AfterChunk, b'\r') => State::AfterChunk,
            (State::AfterChunk, b'\n') => State::Size(0, 0, false),
            (State::Trailer(0, _), b'\n') => State::Done,
            (State::Trailer(_, all), b'\n') => State::Trailer(0, all),
            (State::Trailer(0, all), b'\r') => State::Trailer(0, all),
            (State::Trailer(line, all), _) if all < 4096 => State::Trailer(line + 1, all + 1),
            _ => return self.give_up(),
        };
    }

    fn add(&mut self, bytes: &[u8]) {
        let at = usize::try_from(self.length).unwrap_or(FIRST).min(FIRST);
        for (to, from) in self.first.iter_mut().skip(at).zip(bytes) {
            *to = *from;
        }
        self.hash.get_or_insert_with(Sha256::new).update(bytes);
        self.length += bytes.len() as u64;
    }

    const fn give_up(&mut self) {
        self.is_cut = true;
        self.state = State::Done;
    }
}
