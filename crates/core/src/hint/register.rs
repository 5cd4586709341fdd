//! The register: tokens of open inquiries with the desk to call, for a short time; it answers with numbers and desks.

use alloc::collections::BTreeSet;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;
use core::str::FromStr;

use super::epoch::{Epoch, WrongEpoch};
use super::pace::{Pace, TooMany};
use super::token::Token;
use crate::class::DataClass;
use crate::id::{InquiryId, PartyId};
use crate::inquiry::Instrument;
use crate::time::{Day, Moment};

/// What the office sets; no source names a term or a number (S4.10), so there is no default.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Terms {
    /// Days after an inquiry was sent on which its tokens go, though it is still open.
    pub kept_days: u32,
    /// How often a force may ask on one day (UTC).
    pub asks_per_day: u32,
}

/// A desk to call: an office, a section, a telephone number; never a person.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Desk(String);

/// A text names no desk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a desk is 1 to 200 characters on one line, without spaces around them")]
pub struct DeskError;

impl FromStr for Desk {
    type Err = DeskError;
    fn from_str(text: &str) -> Result<Self, DeskError> {
        let fits = (1..=200).contains(&text.chars().count()) && text.trim() == text;
        if fits && !text.chars().any(char::is_control) { Ok(Self(text.to_string())) } else { Err(DeskError) }
    }
}

impl fmt::Display for Desk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A token of an open inquiry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// What stands for the subject.
    pub token: Token,
    /// Of which inquiry.
    pub inquiry: InquiryId,
    /// Whose inquiry it is.
    pub asker: PartyId,
    /// Whom others should call.
    pub desk: Desk,
    /// When it goes at the latest.
    pub until: Moment,
}

/// The answer: a number and desks, and nothing besides (G6).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hint {
    /// How many other open inquiries are about the same subject.
    pub others: u32,
    /// Whom to call: each desk once, in the order of their names, which tells nothing of times.
    pub desks: Vec<Desk>,
}

/// Why a token was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EnterError {
    /// Only plain inquiries take part (G6).
    #[error("hints are for plain inquiries only, and this is `{0}`")]
    Instrument(Instrument),
    /// Only registration data takes part (G6).
    #[error("hints are for registration data only, and this is `{0}`")]
    Class(DataClass),
    /// The token is not of the epoch that runs.
    #[error(transparent)]
    Epoch(#[from] WrongEpoch),
    /// The inquiry stands here as another force's.
    #[error("the inquiry is another's")]
    Stranger,
    /// It was sent so long ago that its time here is over.
    #[error("its time is over")]
    Over,
}

/// Why there is no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AskError {
    /// The force has asked as often as it may today.
    #[error(transparent)]
    TooMany(#[from] TooMany),
    /// The force has no open inquiry here with this token: nobody asks without one.
    #[error("the token is not of an open inquiry of the asker's")]
    NotOpen,
}

/// The tokens of open inquiries in one epoch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Register {
    terms: Terms,
    epoch: Epoch,
    pace: Pace,
    entries: Vec<Entry>,
}

impl Register {
    /// An empty register.
    pub const fn new(terms: Terms, epoch: Epoch) -> Self {
        Self { terms, epoch, pace: Pace::new(terms.asks_per_day), entries: Vec::new() }
    }

    /// From what was kept; entries of another epoch are left out.
    pub fn with(
        terms: Terms,
        epoch: Epoch,
        entries: impl IntoIterator<Item = Entry>,
        counts: impl IntoIterator<Item = (PartyId, Day, u32)>,
    ) -> Self {
        let entries = entries.into_iter().filter(|entry| entry.token.epoch() == epoch).collect();
        Self { terms, epoch, pace: Pace::with(terms.asks_per_day, counts), entries }
    }

    /// Which epoch runs.
    pub const fn epoch(&self) -> Epoch {
        self.epoch
    }

    /// What there is, in the order of entering.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// What was asked on each force's last day.
    pub const fn pace(&self) -> &Pace {
        &self.pace
    }

    /// Takes a token of an open inquiry; whether it was new. Its time counts from the sending of the
    /// inquiry, so that entering it again, in a new epoch too, makes it no longer.
    pub fn enter(&mut self, offered: Offered, at: Moment) -> Result<bool, EnterError> {
        let Offered { token, inquiry, asker, desk, instrument, class, sent } = offered;
        if instrument != Instrument::Inquiry {
            return Err(EnterError::Instrument(instrument));
        }
        if class != DataClass::Registration {
            return Err(EnterError::Class(class));
        }
        if token.epoch() != self.epoch {
            return Err(WrongEpoch { due: self.epoch, found: token.epoch() }.into());
        }
        let mut same = self.entries.iter().filter(|entry| entry.inquiry == inquiry).peekable();
        if same.peek().is_some_and(|entry| entry.asker != asker) {
            return Err(EnterError::Stranger);
        }
        if same.any(|entry| entry.token == token) {
            return Ok(false);
        }
        let until = sent.min(at).plus_days(i64::from(self.terms.kept_days));
        if until <= at {
            return Err(EnterError::Over);
        }
        self.entries.push(Entry { token, inquiry, asker, desk, until });
        Ok(true)
    }

    /// How many other open inquiries are about the same subject, and whom to call.
    pub fn ask(&mut self, token: &Token, inquiry: InquiryId, asker: &PartyId, at: Moment) -> Result<Hint, AskError> {
        self.pace.take(asker, at)?;
        let (mut own, mut others, mut desks) = (false, BTreeSet::new(), BTreeSet::new());
        for entry in self.entries.iter().filter(|entry| entry.token == *token && at < entry.until) {
            if entry.inquiry == inquiry {
                own |= entry.asker == *asker;
            } else {
                others.insert(entry.inquiry);
                desks.insert(entry.desk.clone());
            }
        }
        if !own {
            return Err(AskError::NotOpen);
        }
        let others = u32::try_from(others.len()).unwrap_or(u32::MAX);
        Ok(Hint { others, desks: desks.into_iter().collect() })
    }

    /// An inquiry is open no more: its tokens go. How many went; a stranger closes nothing.
    pub fn close(&mut self, inquiry: InquiryId, asker: &PartyId) -> usize {
        self.drop_if(|entry| entry.inquiry == inquiry && entry.asker == *asker)
    }

    /// Drops what has been there for its time. How many went.
    pub fn care(&mut self, at: Moment) -> usize {
        self.drop_if(|entry| entry.until <= at)
    }

    /// Another key runs: all tokens of the old one go, and forces enter what is still open again. How
    /// many went; there is no way back to an earlier epoch.
    pub fn turn(&mut self, epoch: Epoch) -> Result<usize, WrongEpoch> {
        if epoch <= self.epoch {
            return Err(WrongEpoch { due: Epoch(self.epoch.0.saturating_add(1)), found: epoch });
        }
        self.epoch = epoch;
        Ok(self.drop_if(|entry| entry.token.epoch() != epoch))
    }

    fn drop_if(&mut self, goes: impl Fn(&Entry) -> bool) -> usize {
        let before = self.entries.len();
        self.entries.retain(|entry| !goes(entry));
        before - self.entries.len()
    }
}

/// A token as a force offers it, with what it is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offered {
    /// What stands for the subject.
    pub token: Token,
    /// Of which inquiry.
    pub inquiry: InquiryId,
    /// Whose inquiry it is: the force that is signed in, not what a message says.
    pub asker: PartyId,
    /// Whom others should call.
    pub desk: Desk,
    /// On what the inquiry rests.
    pub instrument: Instrument,
    /// The class of the item.
    pub class: DataClass,
    /// When the inquiry was sent.
    pub sent: Moment,
}
