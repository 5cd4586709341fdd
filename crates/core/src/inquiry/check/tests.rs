//! Every code: a draft that shows it, and one beside it that does not.

use alloc::string::ToString;
use alloc::vec;
use alloc::vec::Vec;

use proptest::prelude::*;

use super::*;
use crate::inquiry::identifier::Reason;
use crate::inquiry::item::Window;
use crate::time::{DAY, Day, Moment, SECOND};

const HOUR: i64 = 3600 * SECOND;

/// Clocks of Japan, of UTC, and of a place that changes them on 2026-11-01 at 06:00 UTC.
fn offsets(zone: &str, at: Moment) -> Option<i32> {
    match zone {
        "Asia/Tokyo" | "Japan" => Some(540),
        "UTC" => Some(0),
        "America/New_York" if at < local(2026, 11, 1, 6, 0) => Some(-240),
        "America/New_York" => Some(-300),
        _ => None,
    }
}

/// A moment by the clocks of a zone that is some hours ahead of UTC.
fn local(year: i32, month: u32, day: u32, hour: i64, ahead: i64) -> Moment {
    Moment(Day::from_civil(year, month, day).unwrap().start().0 + (hour - ahead) * HOUR)
}

/// A moment in 2026 by the clocks of Japan.
fn jst(month: u32, day: u32, hour: i64) -> Moment {
    local(2026, month, day, hour, 9)
}

fn window(from: Moment, until: Moment) -> Option<Window> {
    Some(Window { from, until, zone: "Asia/Tokyo".to_string() })
}

fn form() -> Form {
    let field =
        |id: &str, class, timing| Field { id: id.to_string(), class, borderline: false, kept_days: None, timing };
    Form {
        fields: vec![
            field("holder-name", DataClass::Registration, Timing::Never),
            Field { kept_days: Some(90), ..field("changes", DataClass::Registration, Timing::Always) },
            field("contract", DataClass::Registration, Timing::Maybe),
            field("logins", DataClass::Traffic, Timing::Maybe),
            field("card", DataClass::Card, Timing::Maybe),
        ],
        kinds: vec![Kind::Account, Kind::Address],
        longest_days: Some(31),
        zone: "Asia/Tokyo".to_string(),
    }
}

/// The holder's name of an account: nothing is to be said against it.
fn plain() -> Item {
    let (value, field) = ("taro-test".to_string(), "holder-name".to_string());
    let (kind, class) = (Kind::Account, DataClass::Registration);
    Item { number: 1, kind, value, field, class, borderline: false, window: None }
}

/// The contract of an account in a span of time: nothing is to be said against it if nothing is against the span.
fn timed(window: Option<Window>) -> Item {
    Item { field: "contract".to_string(), window, ..plain() }
}

/// What is said on 2026-11-20 at noon in Japan.
fn said(instrument: Instrument, items: &[Item], occurred: Option<Window>) -> Vec<Finding> {
    let (now, form) = (jst(11, 20, 12), form());
    check(&Draft { instrument, items, now, occurred: occurred.as_ref(), form: &form, offset_minutes: &offsets })
}

fn codes(items: &[Item], occurred: Option<Window>) -> Vec<Code> {
    said(Instrument::Inquiry, items, occurred).into_iter().map(|finding| finding.code).collect()
}

fn of(item: Item) -> Vec<Code> {
    codes(&[item], None)
}

#[test]
fn a_draft_that_asks_nothing_stops() {
    let none = said(Instrument::Inquiry, &[], None);
    let code = Code::NothingAsked;
    assert_eq!(none, [Finding { item: None, code, weight: Weight::Stops, reason: None }]);
    assert_eq!(of(plain()), []);
}

#[test]
fn an_identifier_fits_its_kind_in_its_normal_form() {
    let broken = Item { number: 7, value: "taro test".to_string(), ..plain() };
    let reason = Some(Reason::Invisible);
    let finding = Finding { item: Some(7), code: Code::IdentifierMisfit, weight: Weight::Stops, reason };
    assert_eq!(said(Instrument::Inquiry, &[broken], None), [finding]);
    assert_eq!(of(Item { value: "ｔａｒｏ".to_string(), ..plain() }), [Code::IdentifierNotNormal]);
    assert_eq!(of(Item { value: "taro".to_string(), ..plain() }), []);
}

#[test]
fn an_address_of_nobody_is_told() {
    let item = |value: &str| {
        let item = timed(window(jst(11, 1, 0), jst(11, 1, 1)));
        Item { kind: Kind::Address, value: value.to_string(), ..item }
    };
    for value in ["10.0.0.1:50000", "100.64.0.1:50000", "127.0.0.1:1", "[fe80::1]:1", "224.0.0.1:1", "0.0.0.0:1"] {
        assert_eq!(of(item(value)), [Code::AddressReserved], "{value}");
    }
    assert_eq!(of(item("198.18.0.1:50000")), []);
    assert_eq!(of(item("[2001:db8::1]:50000")), []);
}

#[test]
fn the_form_says_what_can_be_looked_up() {
    let phone = Item { kind: Kind::Phone, value: "+819000000000".to_string(), ..plain() };
    assert_eq!(of(phone), [Code::KindNotLookedUp]);
    assert_eq!(of(Item { field: "shoe-size".to_string(), ..plain() }), [Code::FieldNotInForm]);
}

#[test]
fn a_class_is_the_forms() {
    assert_eq!(of(Item { borderline: true, ..plain() }), [Code::ClassDiffers]);
    let smuggled = Item { field: "logins".to_string(), ..plain() };
    assert_eq!(of(smuggled), [Code::ClassDiffers, Code::NeedsWarrant]);
    assert_eq!(of(Item { class: DataClass::Content, ..plain() }), [Code::ClassDiffers, Code::NeedsWarrant]);
}

#[test]
fn an_inquiry_asks_for_registration_data_alone() {
    for class in DataClass::ALL {
        let asked = [Item { class: *class, ..plain() }];
        let stops = |instrument| said(instrument, &asked, None).iter().any(|f| f.code != Code::ClassDiffers);
        let four = *class == DataClass::Registration || is_secrecy(*class);
        assert_eq!(stops(Instrument::Inquiry), *class != DataClass::Registration, "{class}");
        for instrument in [Instrument::Necessity, Instrument::Preservation, Instrument::Warrant] {
            assert_eq!(stops(instrument), !four, "{class} {instrument}");
        }
    }
    let logins = Item { field: "logins".to_string(), class: DataClass::Traffic, ..plain() };
    assert_eq!(of(logins.clone()), [Code::NeedsWarrant]);
    assert_eq!(said(Instrument::Necessity, &[logins], None), []);
    assert_eq!(of(Item { field: "card".to_string(), class: DataClass::Card, ..plain() }), [Code::ClassNotAskable]);
}

#[test]
fn the_same_is_not_asked_twice() {
    let wide = Item { number: 2, value: "ｔａｒｏ-test".to_string(), ..plain() };
    assert_eq!(codes(&[plain(), wide], None), [Code::IdentifierNotNormal, Code::SameTwice]);
    let items = [
        timed(window(jst(11, 1, 0), jst(11, 2, 0))),
        Item { number: 2, ..timed(window(jst(11, 2, 0), jst(11, 3, 0))) },
        Item { number: 3, ..timed(None) },
        Item { number: 4, ..plain() },
    ];
    assert_eq!(codes(&items, None), []);
    let mut again = items[0].clone();
    again.window.as_mut().unwrap().zone = "UTC".to_string();
    assert_eq!(codes(&[items[0].clone(), again], None), [Code::SameTwice]);
}

#[test]
fn a_time_stands_where_one_is_needed() {
    let some = || window(jst(11, 1, 0), jst(11, 2, 0));
    assert_eq!(of(Item { field: "changes".to_string(), ..timed(None) }), [Code::TimeNeeded]);
    assert_eq!(of(Item { field: "changes".to_string(), ..timed(some()) }), []);
    let address = Item { kind: Kind::Address, value: "198.18.0.1:50000".to_string(), ..plain() };
    assert_eq!(of(address.clone()), [Code::TimeNeeded]);
    assert_eq!(of(Item { window: some(), ..address }), []);
    assert_eq!(of(Item { window: some(), ..plain() }), [Code::TimeNotHeld]);
    assert_eq!(of(timed(some())), []);
    assert_eq!(of(timed(None)), []);
}

#[test]
fn a_zone_exists_and_is_expected() {
    let at = |zone: &str| {
        let (from, until) = (jst(11, 5, 0), jst(11, 6, 0));
        of(timed(Some(Window { from, until, zone: zone.to_string() })))
    };
    assert_eq!(at("Asia/Tokio"), [Code::ZoneUnknown]);
    assert_eq!(at("America/New_York"), [Code::ZoneUnusual]);
    for zone in ["Asia/Tokyo", "Japan", "UTC"] {
        assert_eq!(at(zone), [], "{zone}");
    }
}

#[test]
fn a_window_lies_in_the_past_and_has_a_width() {
    let (start, end) = (jst(11, 5, 10), jst(11, 5, 12));
    assert_eq!(of(timed(window(end, start))), [Code::WindowReversed]);
    assert_eq!(of(timed(window(start, start))), [Code::WindowEmpty]);
    assert_eq!(of(timed(window(start, end))), []);
    let now = jst(11, 20, 12);
    assert_eq!(of(timed(window(start, Moment(now.0 + 1)))), [Code::WindowFuture]);
    assert_eq!(of(timed(window(start, now))), []);
}

#[test]
fn a_window_is_no_wider_than_is_answered() {
    let start = jst(10, 15, 0);
    assert_eq!(of(timed(window(start, start.plus_days(31)))), []);
    assert_eq!(of(timed(window(start, Moment(start.plus_days(31).0 + 1)))), [Code::WindowTooWide]);
    // A night with 25 hours does not make 31 days wider than 31 days.
    let (from, until) = (local(2026, 10, 15, 0, -4), local(2026, 11, 15, 0, -5));
    assert_eq!(until.0 - from.0, 31 * DAY + HOUR);
    assert_eq!(of(timed(Some(Window { from, until, zone: "America/New_York".to_string() }))), [Code::ZoneUnusual]);
}

#[test]
fn what_is_kept_no_more_is_told() {
    let kept = jst(11, 20, 12).plus_days(-90);
    let changes = |from: Moment| of(Item { field: "changes".to_string(), ..timed(window(from, from.plus_days(1))) });
    assert_eq!(changes(kept), []);
    assert_eq!(changes(Moment(kept.0 - 1)), [Code::OlderThanKept]);
}

#[test]
fn day_and_month_are_compared_with_the_facts() {
    let facts = || window(jst(4, 3, 13), jst(4, 3, 14));
    let asked = [timed(window(jst(3, 4, 12), jst(3, 4, 15)))];
    assert_eq!(codes(&asked, facts()), [Code::DayMonthSwapped]);
    assert_eq!(codes(&asked, None), []);
    assert_eq!(codes(&[timed(window(jst(4, 3, 12), jst(4, 3, 15)))], facts()), []);
    // Somewhere else altogether: no exchange explains it.
    assert_eq!(codes(&[timed(window(jst(5, 6, 12), jst(5, 6, 15)))], facts()), []);
    // One end alone: at the start it makes the time wide, and nothing is against that but the form.
    let from = [timed(window(jst(3, 4, 12), jst(4, 3, 15)))];
    assert_eq!(codes(&from, facts()), []);
    let until = [timed(window(jst(4, 3, 12), jst(3, 4, 15)))];
    assert_eq!(codes(&until, facts()), [Code::WindowReversed, Code::DayMonthSwapped]);
}

#[test]
fn a_day_that_does_not_exist_is_not_proposed() {
    let facts = window(jst(1, 5, 13), jst(1, 5, 14));
    assert_eq!(codes(&[timed(window(jst(2, 20, 12), jst(2, 20, 15)))], facts.clone()), []);
    assert_eq!(codes(&[timed(window(jst(5, 5, 12), jst(5, 5, 15)))], facts), []);
}

#[test]
fn exchanged_ends_are_compared_with_the_facts() {
    let (start, end) = (jst(11, 5, 10), jst(11, 5, 12));
    let facts = window(start, jst(11, 5, 11));
    assert_eq!(codes(&[timed(window(end, start))], facts), [Code::WindowReversed, Code::EndsSwapped]);
    let elsewhere = window(jst(1, 17, 10), jst(1, 17, 11));
    assert_eq!(codes(&[timed(window(end, start))], elsewhere), [Code::WindowReversed]);
}

#[test]
fn zones_are_compared_with_the_facts() {
    let facts = || window(jst(11, 5, 13), jst(11, 5, 14));
    for by in [9 * HOUR, -9 * HOUR] {
        let moved = window(Moment(jst(11, 5, 12).0 + by), Moment(jst(11, 5, 15).0 + by));
        assert_eq!(codes(&[timed(moved.clone())], facts()), [Code::ZoneShifted]);
        assert_eq!(codes(&[timed(moved)], None), []);
    }
    assert_eq!(codes(&[timed(window(jst(11, 5, 12), jst(11, 5, 15)))], facts()), []);
    assert_eq!(codes(&[timed(window(jst(11, 6, 1), jst(11, 6, 3)))], facts()), []);
    // Typed for Japan, with New York chosen from the list: fourteen hours.
    let (from, until) = (local(2026, 11, 5, 12, -5), local(2026, 11, 5, 15, -5));
    let item = timed(Some(Window { from, until, zone: "America/New_York".to_string() }));
    assert_eq!(codes(&[item], facts()), [Code::ZoneUnusual, Code::ZoneShifted]);
}

#[test]
fn facts_that_are_no_span_are_compared_with_nothing() {
    let asked = [timed(window(jst(3, 4, 12), jst(3, 4, 15)))];
    assert_eq!(codes(&asked, window(jst(4, 3, 14), jst(4, 3, 13))), []);
    // A single moment is one.
    assert_eq!(codes(&asked, window(jst(4, 3, 13), jst(4, 3, 13))), [Code::DayMonthSwapped]);
}

proptest! {
    /// Whatever a crafted message holds, the checks answer, and each finding weighs what its code does.
    #[test]
    fn nothing_makes_the_checks_fall(
        value in any::<String>(),
        field in prop::sample::select(vec!["holder-name", "changes", "contract", "logins", "card", ""]),
        kind in prop::sample::select(Kind::ALL),
        class in prop::sample::select(DataClass::ALL),
        instrument in prop::sample::select(Instrument::ALL),
        ends: Option<(i64, i64)>,
        facts: Option<(i64, i64)>,
        zone in prop::sample::select(vec!["Asia/Tokyo", "UTC", "America/New_York", "Nowhere"]),
    ) {
        let window = |(from, until)| Window { from: Moment(from), until: Moment(until), zone: zone.to_string() };
        let item = Item { kind, value, field: field.to_string(), class, window: ends.map(window), ..plain() };
        let findings = said(instrument, &[item.clone(), item], facts.map(window));
        prop_assert!(findings.iter().any(|finding| finding.code == Code::SameTwice));
        for finding in findings {
            prop_assert_eq!(finding.weight, finding.code.weight());
            prop_assert_eq!(finding.reason.is_some(), finding.code == Code::IdentifierMisfit);
        }
    }
}
