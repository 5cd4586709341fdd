//! The number of a zone's version: it goes round, and still one comes after the other (RFC 1982).

use std::fmt;

/// A serial number of 32 bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Serial(pub u32);

impl Serial {
    /// Whether it comes after another (RFC 1982 section 3.2); neither does when they are half the circle apart.
    pub const fn is_after(self, other: Self) -> bool {
        let ahead = self.0.wrapping_sub(other.0);
        ahead != 0 && ahead < 1 << 31
    }

    /// The one for a version made at this second of Unix time: the time itself, unless it does not come after.
    ///
    /// Nothing is kept over a restart. As fewer than one version is made a second, the time of a later start comes
    /// after every serial that was given out before, so that secondaries see an increase.
    pub const fn next(self, unix_seconds: u64) -> Self {
        let time = Self::at(unix_seconds);
        if time.is_after(self) { time } else { Self(self.0.wrapping_add(1)) }
    }

    /// The one for a first version made at this second of Unix time.
    pub const fn at(unix_seconds: u64) -> Self {
        // The low bits: in 2106 it goes round, as serials do.
        Self((unix_seconds & 0xffff_ffff) as u32)
    }
}

impl fmt::Display for Serial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn serials_go_round() {
        for (later, earlier) in [(2, 1), (0, u32::MAX), (5, u32::MAX - 5), (0x8000_0000, 1)] {
            assert!(Serial(later).is_after(Serial(earlier)) && !Serial(earlier).is_after(Serial(later)));
        }
        assert!(!Serial(7).is_after(Serial(7)));
        assert!(!Serial(0x8000_0000).is_after(Serial(0)) && !Serial(0).is_after(Serial(0x8000_0000)));
    }

    #[test]
    fn the_next_one_always_comes_after() {
        assert_eq!(Serial(1000).next(2000), Serial(2000));
        assert_eq!(Serial(2000).next(2000), Serial(2001));
        assert_eq!(Serial(3000).next(2000), Serial(3001), "a clock that went back");
        assert_eq!(Serial(u32::MAX).next(1 << 32), Serial(0));
        assert_eq!(Serial(u32::MAX).next(0xffff_ffff), Serial(0));
    }
}
