//! Mandates: an approver's approval in advance, for what one seat shares with one group by itself (S3.2, S4.13).
//!
//! Machines share within seconds, and no approver sits beside them. So the approver says once which seat may share with
//! which group, under which conditions and until when; whatever goes beyond that waits for an approver as before.

use super::{Conditions, Pap, Tlp};
use crate::id::{GroupId, MandateId, PartyId, SeatId};
use crate::time::{Moment, Validity};

/// What a mandate lets its seat share: with whom, under which conditions, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Terms {
    /// With whom.
    pub group: GroupId,
    /// Under which label.
    pub tlp: Tlp,
    /// Under which label.
    pub pap: Pap,
    /// Readers are not told whose it is.
    pub unnamed: bool,
    /// After so many days an item reaches its own organisation alone; none: its time does not end by itself.
    pub days: Option<u32>,
    /// When it holds; the end is not included.
    pub within: Validity,
}

/// An approval in advance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mandate {
    /// Its identifier.
    pub id: MandateId,
    /// The organisation that shares.
    pub party: PartyId,
    /// Who shares by itself.
    pub seat: SeatId,
    /// What it may share.
    pub terms: Terms,
    /// Who approved.
    pub by: SeatId,
}

/// A mandate that cannot be given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MandateError {
    /// What goes to named people alone is let out by a person, each time.
    #[error("what is under tlp:red is let out one by one, by an approver: choose another label")]
    Red,
    /// It never would hold.
    #[error("a mandate ends after it begins, and at some time: say until when")]
    Empty,
    /// Its items would never reach anybody.
    #[error("an item of a mandate reaches its group for a day at least: say how many days, or leave it open")]
    NoDay,
}

impl Terms {
    /// Whether they can be given at a moment.
    pub fn check(&self, at: Moment) -> Result<(), MandateError> {
        if self.tlp == Tlp::Red {
            return Err(MandateError::Red);
        }
        if self.days == Some(0) {
            return Err(MandateError::NoDay);
        }
        let begins = self.within.from.map_or(at, |from| from.max(at));
        if self.within.until.is_none_or(|until| until <= begins) {
            return Err(MandateError::Empty);
        }
        Ok(())
    }

    /// The conditions of an item that is shared under them at a moment.
    pub fn conditions(&self, at: Moment) -> Conditions {
        let mut conditions = Conditions::closed(self.tlp, self.pap);
        conditions.groups.insert(self.group);
        conditions.unnamed = self.unnamed;
        conditions.ends = self.days.map(|days| at.plus_days(days.into()));
        conditions
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use super::*;

    fn terms() -> Terms {
        Terms {
            group: GroupId::from_bits(2),
            tlp: Tlp::Green,
            pap: Pap::Green,
            unnamed: true,
            days: Some(30),
            within: Validity { from: None, until: Some(Moment(100)) },
        }
    }

    #[test]
    fn what_it_lets_out_goes_to_its_group_alone() {
        let conditions = terms().conditions(Moment(7));
        assert_eq!(conditions.groups.iter().collect::<Vec<_>>(), [&GroupId::from_bits(2)]);
        assert!(conditions.parties.is_empty() && conditions.seats.is_empty() && conditions.unnamed);
        assert_eq!(conditions.ends, Some(Moment(7).plus_days(30)));
        assert_eq!(conditions.check(), Ok(()));
    }

    #[test]
    fn what_cannot_be_given_is_refused() {
        assert_eq!(terms().check(Moment(5)), Ok(()));
        assert_eq!(terms().check(Moment(100)), Err(MandateError::Empty));
        let red = Terms { tlp: Tlp::Red, ..terms() };
        assert_eq!(red.check(Moment(5)), Err(MandateError::Red));
        let open = Terms { within: Validity { from: None, until: None }, ..terms() };
        assert_eq!(open.check(Moment(5)), Err(MandateError::Empty));
        let late = Terms { within: Validity { from: Some(Moment(100)), until: Some(Moment(100)) }, ..terms() };
        assert_eq!(late.check(Moment(5)), Err(MandateError::Empty));
        let no_day = Terms { days: Some(0), ..terms() };
        assert_eq!(no_day.check(Moment(5)), Err(MandateError::NoDay));
    }
}
