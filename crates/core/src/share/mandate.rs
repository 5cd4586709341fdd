//! Mandates: an approver's approval in advance, for what one seat shares with one group by itself (S3.2, S4.13).
//!
//! Machines share within seconds, and no approver sits beside them. So the approver says once which seat may share with
//! which group, under which conditions and until when; whatever goes beyond that waits for an approver as before.

use super::{Conditions, Kind, Pap, Tlp};
use crate::class::DataClass;
use crate::id::{GroupId, MandateId, PartyId, SeatId};
use crate::time::{DAY, Moment, Validity};

/// An approval in advance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mandate {
    /// Its identifier.
    pub id: MandateId,
    /// The organisation that shares.
    pub party: PartyId,
    /// Who shares by itself.
    pub seat: SeatId,
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

impl Mandate {
    /// Whether it can be given at a moment.
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

    /// Whether a seat may share by it at a moment.
    pub fn holds(&self, seat: &SeatId, at: Moment) -> bool {
        self.seat == *seat && self.within.holds(at)
    }

    /// Whether something of a kind may be shared by it: methods are let out one by one (G19).
    pub fn covers(&self, kind: Kind) -> bool {
        kind.class() == DataClass::Indicator
    }

    /// The conditions of an item that is shared by it at a moment.
    pub fn conditions(&self, at: Moment) -> Conditions {
        let mut conditions = Conditions::closed(self.tlp, self.pap);
        conditions.groups.insert(self.group);
        conditions.unnamed = self.unnamed;
        conditions.ends = self.days.map(|days| Moment(at.0.saturating_add(i64::from(days).saturating_mul(DAY))));
        conditions
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use super::*;

    fn mandate() -> Mandate {
        Mandate {
            id: MandateId::from_bits(1),
            party: "bank-a".parse().unwrap(),
            seat: "bank-a-siem".parse().unwrap(),
            group: GroupId::from_bits(2),
            tlp: Tlp::Green,
            pap: Pap::Green,
            unnamed: true,
            days: Some(30),
            within: Validity { from: None, until: Some(Moment(100)) },
            by: "bank-a-head".parse().unwrap(),
        }
    }

    #[test]
    fn what_it_lets_out_goes_to_its_group_alone() {
        let conditions = mandate().conditions(Moment(7));
        assert_eq!(conditions.groups.iter().collect::<Vec<_>>(), [&GroupId::from_bits(2)]);
        assert!(conditions.parties.is_empty() && conditions.seats.is_empty() && conditions.unnamed);
        assert_eq!(conditions.ends, Some(Moment(7 + 30 * DAY)));
        assert_eq!(conditions.check(), Ok(()));
    }

    #[test]
    fn it_holds_for_one_seat_until_it_ends() {
        let (mandate, siem) = (mandate(), "bank-a-siem".parse().unwrap());
        assert!(mandate.holds(&siem, Moment(99)) && !mandate.holds(&siem, Moment(100)));
        assert!(!mandate.holds(&mandate.by, Moment(99)));
        assert!(mandate.covers(Kind::Indicator) && !mandate.covers(Kind::Method));
    }

    #[test]
    fn what_cannot_be_given_is_refused() {
        assert_eq!(mandate().check(Moment(5)), Ok(()));
        assert_eq!(mandate().check(Moment(100)), Err(MandateError::Empty));
        let red = Mandate { tlp: Tlp::Red, ..mandate() };
        assert_eq!(red.check(Moment(5)), Err(MandateError::Red));
        let open = Mandate { within: Validity { from: None, until: None }, ..mandate() };
        assert_eq!(open.check(Moment(5)), Err(MandateError::Empty));
        let late = Mandate { within: Validity { from: Some(Moment(100)), until: Some(Moment(100)) }, ..mandate() };
        assert_eq!(late.check(Moment(5)), Err(MandateError::Empty));
        let no_day = Mandate { days: Some(0), ..mandate() };
        assert_eq!(no_day.check(Moment(5)), Err(MandateError::NoDay));
    }
}
