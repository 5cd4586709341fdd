//! The errors that are planted: each makes of a clean inquiry the one that a slip would have made of it.

use renkei_core::inquiry::identifier::Kind;
use renkei_core::inquiry::item::Window;
use renkei_core::time::{DAY, Day, Moment};

use super::breaks::breaks;
use super::population::{Case, MINUTE, Random, identifier, offset_minutes};

/// An inquiry with the slip; `None`: this slip cannot be made in it.
type Slip = fn(&Case, &mut Random) -> Option<Case>;

/// Every slip, by name.
pub const SLIPS: [(&str, Slip); 12] = [
    ("(a) an identifier breaks its grammar", broken),
    ("(b) one digit or letter is another", one_other),
    ("(b) two neighbours exchanged", neighbours),
    ("(b) another subject's identifier", another),
    ("(c) day and month exchanged, both ends", |case, _| day_month(case, true, true)),
    ("(c) day and month exchanged, start", |case, _| day_month(case, true, false)),
    ("(c) day and month exchanged, end", |case, _| day_month(case, false, true)),
    ("(c) start and end exchanged", |case, _| ends(case)),
    ("(d) Japan time, but UTC chosen", |case, _| moved(case, 9, "UTC")),
    ("(d) UTC, but Japan chosen", |case, _| moved(case, -9, "Asia/Tokyo")),
    ("(d) nine hours added twice", |case, _| moved(case, 9, "Asia/Tokyo")),
    ("(d) Japan time, but New York chosen", |case, _| moved(case, 14, "America/New_York")),
];

/// The inquiry with another identifier in one of its items.
fn instead(case: &Case, random: &mut Random, make: impl Fn(Kind, &str, &mut Random) -> Option<String>) -> Option<Case> {
    let mut other = case.clone();
    let at = random.below(other.items.len());
    let item = &mut other.items[at];
    item.value = make(item.kind, &item.value, random)?;
    Some(other)
}

fn broken(case: &Case, random: &mut Random) -> Option<Case> {
    instead(case, random, |kind, value, random| {
        let all = breaks(kind, value, random);
        Some(random.pick(&all).1.clone())
    })
}

fn one_other(case: &Case, random: &mut Random) -> Option<Case> {
    instead(case, random, |kind, value, random| {
        well_formed(kind, value, random, |letters, random| {
            let at = random.below(letters.len());
            let alphabet = match letters[at] {
                '0'..='9' => "0123456789",
                'a'..='z' => "abcdefghijklmnopqrstuvwxyz",
                _ => return,
            };
            letters[at] = random.word(alphabet, 1, 1).chars().next().unwrap();
        })
    })
}

fn neighbours(case: &Case, random: &mut Random) -> Option<Case> {
    instead(case, random, |kind, value, random| {
        well_formed(kind, value, random, |letters, random| {
            let at = random.below(letters.len() - 1);
            letters.swap(at, at + 1);
        })
    })
}

fn another(case: &Case, random: &mut Random) -> Option<Case> {
    instead(case, random, |kind, _, random| Some(identifier(kind, random)))
}

/// Tries a change until it gives another identifier that has its normal form; some have none.
fn well_formed(
    kind: Kind,
    value: &str,
    random: &mut Random,
    change: impl Fn(&mut [char], &mut Random),
) -> Option<String> {
    (0..50).find_map(|_| {
        let mut letters: Vec<char> = value.chars().collect();
        change(&mut letters, random);
        let changed: String = letters.into_iter().collect();
        let normal = kind.normal(&changed).ok()?;
        (normal != value).then_some(normal)
    })
}

fn day_month(case: &Case, start: bool, end: bool) -> Option<Case> {
    let window = case.timed()?;
    let ahead = i64::from(offset_minutes(&window.zone, window.from)?) * MINUTE;
    let from = if start { exchanged(window.from, ahead)? } else { window.from };
    let until = if end { exchanged(window.until, ahead)? } else { window.until };
    Some(case.at(&Window { from, until, zone: window.zone.clone() }))
}

/// The moment with day and month exchanged on clocks that are so far ahead of UTC, if that is another one.
fn exchanged(at: Moment, ahead: i64) -> Option<Moment> {
    let local = Moment(at.0 + ahead);
    let (year, month, day) = local.day().civil();
    let other = Day::from_civil(year, day, month).filter(|_| day != month)?;
    Some(Moment(other.start().0 + local.0.rem_euclid(DAY) - ahead))
}

fn ends(case: &Case) -> Option<Case> {
    let window = case.timed()?;
    Some(case.at(&Window { from: window.until, until: window.from, zone: window.zone.clone() }))
}

/// The span as it becomes when the clocks of Japan are read as those of another zone, or the other way round:
/// so many hours later, in the zone that was chosen.
fn moved(case: &Case, hours: i64, zone: &str) -> Option<Case> {
    let window = case.timed()?;
    let by = |at: Moment| Moment(at.0 + hours * 60 * MINUTE);
    Some(case.at(&Window { from: by(window.from), until: by(window.until), zone: zone.to_owned() }))
}
