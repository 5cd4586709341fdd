//! Who is answered, since when and until when, with what: the order and its profiles, ready to be asked.

use std::collections::{BTreeMap, HashMap};
use std::net::IpAddr;

use renkei_core::time::Moment;
use renkei_formats::order::{SignedOrder, Zone};

use super::profile::{Answer, Marks, Profile};

/// Why an order and the profiles at hand do not go together.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TableError {
    /// The order asks to keep more than this version keeps.
    #[error("authority `{0}` lets more be kept than this version keeps; export the order without it")]
    Keeps(String),
    /// A profile that the office did not look at.
    #[error("the profile of `{0}` is not in the order: the office has to export it again")]
    Unlisted(String),
    /// A profile that was changed since.
    #[error("the profile of `{0}` is not the one that the order names")]
    Changed(String),
    /// The order names a profile that is not there.
    #[error("the order names a profile of `{0}`, which is not in the folder")]
    Missing(String),
    /// Two files for one family.
    #[error("two profiles are of the family `{0}`")]
    Twice(String),
}

/// A zone with what is answered for it.
#[derive(Debug)]
pub struct Served {
    /// The zone.
    pub zone: Zone,
    /// The profile of its family.
    pub profile: Profile,
    /// From when until when it is open; `None`: never.
    pub open: Option<(Moment, Moment)>,
    /// The blank answer in each of its forms.
    pub replies: Replies,
}

/// A blank HTTP/1.1 answer: with and without body, connection kept and closed.
#[derive(Debug)]
pub struct Replies([Vec<u8>; 4]);

/// What a name is to the sinkhole at a moment.
#[derive(Debug, Clone, Copy)]
pub enum Standing<'t> {
    /// Its authority record unlocks it and its hour has come.
    Open(&'t Served),
    /// In the order, but without authority, before its hour or after its end.
    Locked,
    /// Not in the order.
    Foreign,
}

/// The order and its profiles.
#[derive(Debug)]
pub struct Table {
    order: SignedOrder,
    served: Vec<Served>,
    by_name: HashMap<Box<str>, usize>,
    by_address: HashMap<IpAddr, Option<usize>>,
    /// The hours of all zones, each once: as many as there are authority records at most.
    hours: Vec<(Moment, Moment)>,
    /// Marks of researchers and scanners.
    pub marks: Marks,
    /// What names are answered that no family has.
    pub nothing_here: Replies,
}

impl Replies {
    fn of(answer: &Answer) -> Self {
        Self([
            answer.http1(false, false),
            answer.http1(false, true),
            answer.http1(true, false),
            answer.http1(true, true),
        ])
    }

    /// The bytes to send.
    pub fn pick(&self, is_head: bool, closes: bool) -> &[u8] {
        let [body, body_close, head, head_close] = &self.0;
        match (is_head, closes) {
            (false, false) => body,
            (false, true) => body_close,
            (true, false) => head,
            (true, true) => head_close,
        }
    }
}

impl Served {
    /// Whether it is open at a moment.
    pub fn is_open(&self, at: Moment) -> bool {
        self.open.is_some_and(|(from, until)| from <= at && at < until)
    }
}

impl Table {
    /// Puts an order and the profiles at hand together. A family without a profile gets a blank page.
    ///
    /// # Errors
    /// When a profile is not the one that the order names, or the order asks for what this version
    /// does not do.
    pub fn new(order: SignedOrder, profiles: Vec<Profile>, marks: Marks) -> Result<Self, TableError> {
        if let Some(more) = order.authorities.iter().find(|authority| !authority.keep.is_empty()) {
            return Err(TableError::Keeps(more.id.clone()));
        }
        let mut known = BTreeMap::new();
        for profile in profiles {
            let family = profile.family.clone();
            if known.insert(family.clone(), profile).is_some() {
                return Err(TableError::Twice(family));
            }
        }
        proven(&order, &known, &marks)?;
        let mut table = Self {
            served: Vec::with_capacity(order.zones.len()),
            by_name: HashMap::with_capacity(order.zones.len()),
            by_address: HashMap::new(),
            hours: Vec::new(),
            marks,
            nothing_here: Replies::of(&Answer::nothing_here()),
            order,
        };
        for zone in table.order.zones.clone() {
            let profile = known.get(&zone.family).cloned().unwrap_or_else(|| Profile::blank(&zone.family));
            table.add(zone, profile);
        }
        Ok(table)
    }

    fn add(&mut self, zone: Zone, profile: Profile) {
        let at = self.served.len();
        self.by_name.insert(zone.name.as_str().into(), at);
        for address in zone.a.iter().copied().map(IpAddr::V4).chain(zone.aaaa.iter().copied().map(IpAddr::V6)) {
            let family = |other: usize| self.served.get(other).map(|served| served.zone.family.as_str());
            let same = match self.by_address.get(&address) {
                None => Some(at),
                Some(first) => first.filter(|first| family(*first) == Some(zone.family.as_str())),
            };
            self.by_address.insert(address, same);
        }
        let open = self.order.open(&zone);
        self.hours.extend(open.filter(|hours| !self.hours.contains(hours)));
        self.served.push(Served { replies: Replies::of(&profile.answer), zone, profile, open });
    }

    /// The order.
    pub const fn order(&self) -> &SignedOrder {
        &self.order
    }

    /// All zones.
    pub fn zones(&self) -> &[Served] {
        &self.served
    }

    /// Whether anything at all may be answered at a moment.
    pub fn serves_anything(&self, at: Moment) -> bool {
        self.hours.iter().any(|(from, until)| *from <= at && at < *until)
    }

    /// The longest zone that holds a name (lower case, no last dot), open or not, and its number.
    pub fn zone_of(&self, name: &str) -> Option<(usize, &Served)> {
        let mut rest = name;
        loop {
            if let Some(&at) = self.by_name.get(rest) {
                return Some((at, self.served.get(at)?));
            }
            rest = rest.split_once('.')?.1;
        }
    }

    /// What a name that a request was for is at a moment.
    pub fn standing(&self, name: &str, at: Moment) -> Standing<'_> {
        match self.zone_of(name) {
            Some((_, served)) if served.zone.wildcard || served.zone.name.as_str() == name => {
                if served.is_open(at) {
                    Standing::Open(served)
                } else {
                    Standing::Locked
                }
            }
            _ => Standing::Foreign,
        }
    }

    /// The open zone to whose family alone an address of the sinkhole is given: it names the family of
    /// what asks for no name.
    pub fn by_address(&self, address: IpAddr, at: Moment) -> Option<&Served> {
        let served = self.served.get((*self.by_address.get(&address)?)?)?;
        served.is_open(at).then_some(served)
    }

    /// The zone of a number that [`Table::zone_of`] gave.
    pub fn numbered(&self, at: usize) -> Option<&Served> {
        self.served.get(at)
    }
}

/// Whether the profiles at hand are the ones that the order names.
fn proven(order: &SignedOrder, known: &BTreeMap<String, Profile>, marks: &Marks) -> Result<(), TableError> {
    let listed = |name: &str| order.profiles.iter().find(|profile| profile.name == name);
    let used = |family: &str| order.zones.iter().any(|zone| zone.family == family);
    for (family, profile) in known.iter().filter(|(family, _)| used(family)) {
        match listed(family) {
            None => return Err(TableError::Unlisted(family.clone())),
            Some(named) if named.sha256 != profile.digest.to_string() => {
                return Err(TableError::Changed(family.clone()));
            }
            Some(_) => {}
        }
    }
    match (listed(MARKS), marks.digest()) {
        (Some(named), Some(digest)) if named.sha256 != digest.to_string() => {
            return Err(TableError::Changed(MARKS.to_owned()));
        }
        (None, Some(_)) => return Err(TableError::Unlisted(MARKS.to_owned())),
        _ => {}
    }
    let here = |name: &str| known.contains_key(name) || (name == MARKS && marks.digest().is_some());
    match order.profiles.iter().find(|profile| !here(&profile.name)) {
        Some(missing) => Err(TableError::Missing(missing.name.clone())),
        None => Ok(()),
    }
}

/// The name under which an order lists the file of marks.
pub const MARKS: &str = "marks";

#[cfg(test)]
pub(crate) mod tests;
