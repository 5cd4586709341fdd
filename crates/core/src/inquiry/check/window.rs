//! Checks of the time that an item asks for, and of its fit with when the facts of the case happened.

use super::draft::{Draft, Field, Timing};
use super::finding::{Code, Found};
use crate::inquiry::identifier::Kind;
use crate::inquiry::item::{Item, Window};
use crate::time::{DAY, Day, Moment, SECOND};

const MINUTE: i64 = 60 * SECOND;
/// How far the clocks of Japan are ahead of UTC, in microseconds.
const JAPAN: i64 = 9 * 60 * MINUTE;
/// What a zone is called that is UTC itself.
const UTC: [&str; 4] = ["UTC", "Etc/UTC", "Z", "Etc/Zulu"];

/// From one moment to another, in microseconds since 1970.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Span {
    from: i64,
    until: i64,
}

impl Span {
    const fn of(window: &Window) -> Self {
        Self { from: window.from.0, until: window.until.0 }
    }

    const fn moved(self, by: i64) -> Self {
        Self { from: self.from.saturating_add(by), until: self.until.saturating_add(by) }
    }

    /// Whether it fits the facts of a case: one of the two lies within the other.
    const fn fits(self, facts: Self) -> bool {
        self.from < self.until && (self.holds(facts) || facts.holds(self))
    }

    const fn holds(self, other: Self) -> bool {
        self.from <= other.from && other.until <= self.until
    }
}

/// Checks the time of an item.
pub(super) fn check(draft: &Draft<'_>, item: &Item, field: Option<&Field>, found: &mut Found) {
    // An address is one subscriber's now and another's later: only with a time does it name a subject.
    let by_subject = item.kind == Kind::Address;
    let timing = field.map_or(Timing::Maybe, |field| field.timing);
    let Some(window) = &item.window else {
        if by_subject || timing == Timing::Always {
            found.of(item, Code::TimeNeeded);
        }
        return;
    };
    if timing == Timing::Never && !by_subject {
        found.of(item, Code::TimeNotHeld);
    }
    zone(draft, item, window, found);
    extent(draft, item, window, field, found);
    if let Some(facts) = draft.occurred.map(Span::of).filter(|facts| facts.from <= facts.until) {
        plausible(draft, item, window, facts, found);
    }
}

/// The difference to UTC that a zone has at a moment, in microseconds.
fn offset(draft: &Draft<'_>, zone: &str, at: i64) -> Option<i64> {
    (draft.offset_minutes)(zone, Moment(at)).map(|minutes| i64::from(minutes).saturating_mul(MINUTE))
}

/// The zone: there is one, and it is one in which times are expected here.
fn zone(draft: &Draft<'_>, item: &Item, window: &Window, found: &mut Found) {
    let ends = [window.from.0, window.until.0];
    if ends.iter().any(|at| offset(draft, &window.zone, *at).is_none()) {
        found.of(item, Code::ZoneUnknown);
        return;
    }
    let form = &draft.form.zone;
    let same = ends.iter().all(|at| offset(draft, &window.zone, *at) == offset(draft, form, *at));
    if !same && !UTC.contains(&window.zone.as_str()) {
        found.of(item, Code::ZoneUnusual);
    }
}

/// The span itself: its order, that it is past, its width and its age.
fn extent(draft: &Draft<'_>, item: &Item, window: &Window, field: Option<&Field>, found: &mut Found) {
    if window.from == window.until {
        found.of(item, Code::WindowEmpty);
        return;
    }
    if window.from > window.until {
        found.of(item, Code::WindowReversed);
        return;
    }
    if window.until > draft.now {
        found.of(item, Code::WindowFuture);
    }
    let longest = draft.form.longest_days.map(|days| i64::from(days).saturating_mul(DAY));
    if longest.is_some_and(|longest| width(draft, window) > longest) {
        found.of(item, Code::WindowTooWide);
    }
    let kept = field.and_then(|field| field.kept_days).map(|days| draft.now.plus_days(-i64::from(days)));
    if kept.is_some_and(|kept| window.from < kept) {
        found.of(item, Code::OlderThanKept);
    }
}

/// How wide it is on the clocks of its zone: a month stays a month when clocks are changed in it.
fn width(draft: &Draft<'_>, window: &Window) -> i64 {
    let on_clock = |at: Moment| at.0.saturating_add(offset(draft, &window.zone, at.0).unwrap_or(0));
    on_clock(window.until).saturating_sub(on_clock(window.from))
}

/// Says which slip would explain that a time does not fit the facts of the case.
fn plausible(draft: &Draft<'_>, item: &Item, window: &Window, facts: Span, found: &mut Found) {
    let asked = Span::of(window);
    if asked.fits(facts) || asked.from == asked.until {
        return;
    }
    if (Span { from: asked.until, until: asked.from }).fits(facts) {
        found.of(item, Code::EndsSwapped);
    }
    if exchanged(draft, window).into_iter().flatten().any(|span| span.fits(facts)) {
        found.of(item, Code::DayMonthSwapped);
    }
    if shifts(draft, window).into_iter().flatten().any(|by| asked.moved(by).fits(facts)) {
        found.of(item, Code::ZoneShifted);
    }
}

/// The spans with day and month exchanged at both ends, where such dates exist; where the end lies before
/// the start, at either of them too. (In a span that has its order, one exchange could help only by making it wider.)
fn exchanged(draft: &Draft<'_>, window: &Window) -> [Option<Span>; 3] {
    let asked = Span::of(window);
    let from = day_month(draft, &window.zone, asked.from);
    let until = day_month(draft, &window.zone, asked.until);
    let reversed = |_: &Span| asked.from > asked.until;
    [
        from.zip(until).map(|(from, until)| Span { from, until }),
        from.map(|from| Span { from, ..asked }).filter(reversed),
        until.map(|until| Span { until, ..asked }).filter(reversed),
    ]
}

/// The moment that has the same time of day on the clocks of a zone, day and month exchanged.
fn day_month(draft: &Draft<'_>, zone: &str, at: i64) -> Option<i64> {
    let here = offset(draft, zone, at)?;
    let local = Moment(at.saturating_add(here));
    let (year, month, day) = local.day().civil();
    let other = Day::from_civil(year, day, month).filter(|_| day != month)?;
    let meant = other.start().0.saturating_add(local.0.rem_euclid(DAY));
    let there = offset(draft, zone, meant.saturating_sub(here))?;
    Some(meant.saturating_sub(there))
}

/// By how much a time would move if its zone were another: nine hours either way (the clocks of Japan
/// read as UTC, or what was UTC already taken off twice), or what was typed read in the form's zone or in UTC.
fn shifts(draft: &Draft<'_>, window: &Window) -> [Option<i64>; 4] {
    let here = offset(draft, &window.zone, window.from.0);
    let form = offset(draft, &draft.form.zone, window.from.0);
    [Some(JAPAN), Some(-JAPAN), here.zip(form).map(|(here, form)| here.saturating_sub(form)), here]
}
