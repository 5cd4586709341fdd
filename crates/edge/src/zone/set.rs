//! What a zone blocks: owner names below it, sorted, one beside the other in one piece of memory.
//!
//! A million names take their bytes and four more each. Every name has the one policy that the house writes,
//! NXDOMAIN (`CNAME .`, draft-vixie-dnsop-dns-rpz-00 section 3.1).

use std::cmp::Ordering;

use super::name::{FullName, owner, write_labels};

/// The most names of a zone.
pub const MOST: usize = 8_000_000;

/// Owner names relative to their zone, in the form of the wire without an end; each once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Set {
    bytes: Vec<u8>,
    ends: Vec<u32>,
}

/// A set is too large.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("more than {MOST} names for one zone")]
pub struct TooMany;

impl Set {
    /// The set of some names below a zone, and how many of them no zone can have.
    ///
    /// # Errors
    /// When there are more than [`MOST`].
    pub fn of<T: AsRef<str>>(zone: &FullName, owners: impl IntoIterator<Item = T>) -> Result<(Self, usize), TooMany> {
        let mut came = Self::default();
        let mut refused = 0;
        for text in owners {
            if !owner(text.as_ref(), zone, &mut came.bytes) {
                refused += 1;
                continue;
            }
            came.end()?;
        }
        let mut places: Vec<u32> = (0..).take(came.len()).collect();
        places.sort_unstable_by_key(|place| came.get(*place as usize));
        let mut set = Self { bytes: Vec::with_capacity(came.bytes.len()), ends: Vec::with_capacity(came.len()) };
        for place in places {
            let name = came.get(place as usize);
            if set.last() != name {
                set.push(name.unwrap_or_default())?;
            }
        }
        Ok((set, refused))
    }

    /// How many names.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether nothing is blocked.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// A name by its place.
    pub fn get(&self, place: usize) -> Option<&[u8]> {
        let end = *self.ends.get(place)?;
        let start = place.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        self.bytes.get(start as usize..end as usize)
    }

    /// All names, in order.
    pub fn iter(&self) -> impl Iterator<Item = &[u8]> {
        (0..self.len()).filter_map(|place| self.get(place))
    }

    /// All names as text, in order.
    pub fn texts(&self) -> impl Iterator<Item = String> {
        self.iter().map(|name| {
            let mut text = String::with_capacity(name.len());
            // Writing into memory does not fail.
            let _ = write_labels(name, &mut text);
            text
        })
    }

    /// What must leave and what must come for this set to become another.
    pub fn towards(&self, other: &Self) -> (Self, Self) {
        let (mut leaving, mut coming) = (Self::default(), Self::default());
        let (mut ours, mut theirs) = (self.iter().peekable(), other.iter().peekable());
        loop {
            let order = match (ours.peek(), theirs.peek()) {
                (Some(our), Some(their)) => our.cmp(their),
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (None, None) => break,
            };
            // Each side is no larger than a set that was small enough.
            let _ = match order {
                Ordering::Less => leaving.push(ours.next().unwrap_or_default()),
                Ordering::Greater => coming.push(theirs.next().unwrap_or_default()),
                Ordering::Equal => {
                    ours.next();
                    theirs.next();
                    Ok(())
                }
            };
        }
        (leaving, coming)
    }

    fn last(&self) -> Option<&[u8]> {
        self.get(self.len().checked_sub(1)?)
    }

    fn push(&mut self, name: &[u8]) -> Result<(), TooMany> {
        self.bytes.extend_from_slice(name);
        self.end()
    }

    fn end(&mut self) -> Result<(), TooMany> {
        if self.len() >= MOST {
            return Err(TooMany);
        }
        // Names have at most 255 bytes, so that MOST of them stay below 2^32.
        self.ends.push(u32::try_from(self.bytes.len()).map_err(|_| TooMany)?);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(names: &[&str]) -> Set {
        Set::of(&"rpz.example".parse().unwrap(), names).unwrap().0
    }

    #[test]
    fn a_set_has_each_name_once() {
        let zone = "rpz.example".parse().unwrap();
        let (set, refused) = Set::of(&zone, ["b.test", "a.test", "B.test", "no name", "*.a.test"]).unwrap();
        assert_eq!((set.len(), refused), (3, 1));
        assert_eq!(set.texts().collect::<Vec<_>>(), ["*.a.test", "a.test", "b.test"]);
        assert!(set.get(3).is_none() && Set::default().is_empty() && Set::default().iter().next().is_none());
    }

    #[test]
    fn the_difference_leads_from_one_to_the_other() {
        let (old, new) = (set(&["a.test", "b.test", "c.test"]), set(&["0.test", "b.test", "d.test", "e.test"]));
        let (leaving, coming) = old.towards(&new);
        assert_eq!(leaving, set(&["a.test", "c.test"]));
        assert_eq!(coming, set(&["0.test", "d.test", "e.test"]));
        assert_eq!(old.towards(&old), (Set::default(), Set::default()));
        assert_eq!(Set::default().towards(&new), (Set::default(), new.clone()));
    }
}
