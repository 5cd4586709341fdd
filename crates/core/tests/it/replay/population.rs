//! The population: 1,000 clean inquiries, made from one seed.
//!
//! Nobody has measured how real inquiries are mixed, so this mix is an assumption, chosen to have much of
//! what the checks look at. In each inquiry:
//!
//! - *Provider*: one of three forms in equal parts: a portal (account, mail, phone; spans of up to 31 days;
//!   changes kept 180 days), a host (account, domain, ip-port; up to 92 days; kept 90 days), a bank (account
//!   at a bank, phone; no limits told). Zone Asia/Tokyo. No real provider's terms.
//! - *Items*: 60 % have one, 30 % two to five, 10 % six to twenty; subjects are drawn from the kinds of the
//!   form in equal parts, all of them fictitious (`.example`, 198.18.0.0/15, 2001:db8::/32, +81…0000…).
//! - *Day of the check*: any day of 2026 at noon in Japan.
//! - *Facts of the case*: they began 10 to 60 days before; 50 % took up to an hour, 35 % one to eight hours,
//!   15 % one to three days. 70 % of the inquiries say so (`occurred`).
//! - *Time*: 70 % ask for a span, the same in all items that have one. 80 % of the spans hold the facts (40 %
//!   of these to the half hour, 40 % whole days, 20 % seven to fourteen days), 10 % lie within them, 10 % lie
//!   aside, up to seven days before or three days after.
//! - *Zone of a span*: 85 % Asia/Tokyo, 10 % UTC, 5 % New York or Paris (without summer time here); the
//!   moments are right in all of them.

use renkei_core::class::DataClass;
use renkei_core::inquiry::Instrument;
use renkei_core::inquiry::check::{Draft, Field, Form, Timing};
use renkei_core::inquiry::identifier::Kind;
use renkei_core::inquiry::item::{Item, Window};
use renkei_core::time::{DAY, Day, Moment, SECOND};

/// Microseconds in a minute.
pub const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
/// How far the clocks of Japan are ahead of UTC.
const JAPAN: i64 = 9 * HOUR;

/// An inquiry, and what its checks need to know.
#[derive(Clone)]
pub struct Case {
    /// The provider's form.
    pub form: Form,
    /// What is asked.
    pub items: Vec<Item>,
    /// When it is checked.
    pub now: Moment,
    /// When the facts happened, if the drafter says so.
    pub occurred: Option<Window>,
}

impl Case {
    /// The draft that is checked.
    pub fn draft(&self) -> Draft<'_> {
        let Self { form, items, now, occurred } = self;
        let (instrument, occurred) = (Instrument::Inquiry, occurred.as_ref());
        Draft { instrument, items, now: *now, occurred, form, offset_minutes: &offset_minutes }
    }

    /// The span of time that it asks for.
    pub fn timed(&self) -> Option<&Window> {
        self.items.iter().find_map(|item| item.window.as_ref())
    }

    /// The same inquiry asking for another span wherever it asks for one.
    pub fn at(&self, window: &Window) -> Self {
        let mut other = self.clone();
        other.items.iter_mut().filter_map(|item| item.window.as_mut()).for_each(|old| *old = window.clone());
        other
    }
}

/// The clocks of the zones that occur, without summer time.
pub fn offset_minutes(zone: &str, _at: Moment) -> Option<i32> {
    Some(match zone {
        "Asia/Tokyo" => 540,
        "UTC" => 0,
        "America/New_York" => -300,
        "Europe/Paris" => 60,
        _ => return None,
    })
}

/// Marsaglia's xorshift with 64 bits: the same numbers everywhere.
pub struct Random(u64);

impl Random {
    /// From the seed.
    pub fn new() -> Self {
        Self(88_172_645_463_325_252)
    }

    /// A number below another.
    pub fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % bound
    }

    /// A number from one to another.
    pub fn within(&mut self, from: i64, to: i64) -> i64 {
        from + self.below((to - from + 1) as usize) as i64
    }

    /// True in so many of a hundred.
    pub fn percent(&mut self, share: usize) -> bool {
        self.below(100) < share
    }

    /// One of some.
    pub fn pick<'a, T>(&mut self, some: &'a [T]) -> &'a T {
        &some[self.below(some.len())]
    }

    /// A word of letters out of an alphabet.
    pub fn word(&mut self, alphabet: &str, from: i64, to: i64) -> String {
        let letters: Vec<char> = alphabet.chars().collect();
        (0..self.within(from, to)).map(|_| *self.pick(&letters)).collect()
    }
}

/// The clean inquiries.
pub fn population() -> Vec<Case> {
    let mut random = Random::new();
    (0..1000).map(|_| case(&mut random)).collect()
}

fn case(random: &mut Random) -> Case {
    let form = form(random);
    let first = Day::from_civil(2026, 1, 1).unwrap();
    let now = Moment(first.start().0 + random.within(0, 364) * DAY + 12 * HOUR - JAPAN);
    let facts = facts(now, random);
    let window = random.percent(70).then(|| span(&facts, random));
    let count = match random.below(100) {
        ..60 => 1,
        60..90 => random.within(2, 5),
        _ => random.within(6, 20),
    };
    let mut items: Vec<Item> = Vec::new();
    while items.len() < count as usize {
        let item = item(items.len() as u32 + 1, &form, window.as_ref(), random);
        if items.iter().all(|before| before.value != item.value) {
            items.push(item);
        }
    }
    Case { form, items, now, occurred: random.percent(70).then_some(facts) }
}

fn form(random: &mut Random) -> Form {
    let (kinds, longest_days, kept_days) = match random.below(3) {
        0 => (vec![Kind::Account, Kind::Mail, Kind::Phone], Some(31), Some(180)),
        1 => (vec![Kind::Account, Kind::Domain, Kind::Address], Some(92), Some(90)),
        _ => (vec![Kind::BankAccount, Kind::Phone], None, None),
    };
    let field = |id: &str, timing| {
        let (id, class, borderline) = (id.to_owned(), DataClass::Registration, false);
        Field { id, class, borderline, kept_days: kept_days.filter(|_| timing != Timing::Never), timing }
    };
    let fields = vec![
        field("holder-name", Timing::Never),
        field("holder-address", Timing::Never),
        field("contract", Timing::Maybe),
        field("changes", Timing::Always),
    ];
    Form { fields, kinds, longest_days, zone: "Asia/Tokyo".to_owned() }
}

/// When the facts happened.
fn facts(now: Moment, random: &mut Random) -> Window {
    let from = Moment(now.0 - random.within(10, 60) * DAY + random.within(-720, 719) * MINUTE);
    let minutes = match random.below(100) {
        ..50 => random.within(1, 60),
        50..85 => random.within(60, 480),
        _ => random.within(1440, 4320),
    };
    Window { from, until: Moment(from.0 + minutes * MINUTE), zone: "Asia/Tokyo".to_owned() }
}

/// The span asked for.
fn span(facts: &Window, random: &mut Random) -> Window {
    let (from, until) = match random.below(10) {
        0 => {
            let quarter = (facts.until.0 - facts.from.0) / 4;
            (facts.from.0 + quarter, facts.until.0 - quarter)
        }
        1 => aside(facts, random),
        _ => around(facts, random),
    };
    let zone = match random.below(100) {
        ..85 => "Asia/Tokyo",
        85..95 => "UTC",
        95..98 => "America/New_York",
        _ => "Europe/Paris",
    };
    Window { from: Moment(from), until: Moment(until), zone: zone.to_owned() }
}

/// A span that holds the facts, by the clocks of Japan.
fn around(facts: &Window, random: &mut Random) -> (i64, i64) {
    let (from, until) = (facts.from.0 + JAPAN, facts.until.0 + JAPAN);
    let floor = |at: i64, step: i64| at.div_euclid(step) * step;
    let half = 30 * MINUTE;
    let (from, until) = match random.below(10) {
        ..4 => {
            (floor(from, half) - random.within(0, 2) * half, floor(until - 1, half) + half + random.within(0, 2) * half)
        }
        4..8 => (floor(from, DAY), floor(until - 1, DAY) + DAY),
        _ => {
            let first = floor(from, DAY) - random.within(1, 3) * DAY;
            (first, (first + random.within(7, 14) * DAY).min(floor(until, DAY) + 6 * DAY))
        }
    };
    (from - JAPAN, until - JAPAN)
}

/// A span of up to three days before or behind the facts.
fn aside(facts: &Window, random: &mut Random) -> (i64, i64) {
    let width = if random.percent(50) { random.within(1, 6) * HOUR } else { random.within(1, 3) * DAY };
    if random.percent(50) {
        let from = facts.until.0 + random.within(0, 72) * HOUR;
        (from, from + width)
    } else {
        let until = facts.from.0 - random.within(0, 168) * HOUR;
        (until - width, until)
    }
}

fn item(number: u32, form: &Form, window: Option<&Window>, random: &mut Random) -> Item {
    // Where no time is asked for, an address cannot be a subject, nor a field that needs one be asked.
    let kinds: Vec<Kind> =
        form.kinds.iter().copied().filter(|kind| window.is_some() || *kind != Kind::Address).collect();
    let kind = *random.pick(&kinds);
    let fits = |timing: Timing| match window {
        Some(_) => timing != Timing::Never || number > 1,
        None => timing != Timing::Always,
    };
    let fields: Vec<&Field> = form.fields.iter().filter(|field| fits(field.timing)).collect();
    let field = *random.pick(&fields);
    let window = window.filter(|_| field.timing != Timing::Never || kind == Kind::Address).cloned();
    let (value, class) = (identifier(kind, random), field.class);
    Item { number, kind, value, field: field.id.clone(), class, borderline: false, window }
}

/// A fictitious identifier in its normal form.
pub fn identifier(kind: Kind, random: &mut Random) -> String {
    const SMALL: &str = "abcdefghijklmnopqrstuvwxyz";
    const MIXED: &str = "abcdefghijklmnopqrstuvwxyz0123456789_";
    match kind {
        Kind::Phone => {
            let area = *random.pick(&["3", "6", "70", "80", "90"]);
            format!("+81{area}0000{}", random.word("0123456789", 4, 4))
        }
        Kind::Mail => {
            let (name, host) = (random.word(SMALL, 3, 8), random.word(SMALL, 3, 8));
            match random.percent(30) {
                true => format!("{name}.{}@{host}.example", random.word(SMALL, 2, 6)),
                false => format!("{name}@{host}.example"),
            }
        }
        Kind::Account if random.percent(10) => random.word("てすと試験用名前甲乙丙丁", 3, 8),
        Kind::Account => random.word(MIXED, 4, 16),
        Kind::Address if random.percent(30) => {
            let groups: Vec<String> = (0..3).map(|_| format!("{:x}", random.within(1, 0xFFFF))).collect();
            format!("[2001:db8:{}::{}:{}]:{}", groups[0], groups[1], groups[2], random.within(1024, 65_535))
        }
        Kind::Address => {
            let [a, b, c] = [random.within(18, 19), random.within(0, 255), random.within(0, 255)];
            format!("198.{a}.{b}.{c}:{}", random.within(1024, 65_535))
        }
        Kind::Domain => {
            let name = format!("{}-{}", random.word(SMALL, 2, 8), random.word(SMALL, 2, 8));
            let host = if random.percent(40) { "www." } else { "" };
            format!("{host}{name}.{}", random.pick(&["example", "test"]))
        }
        Kind::BankAccount => format!("0000-{}-{}", random.word("0123456789", 3, 3), random.word("0123456789", 7, 7)),
    }
}
