//! The analysis: hours of sensors to the figures of a report; the open and the closed one come from the same.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use renkei_core::time::{DAY, Moment};

use super::{CountryRow, FORM, JOINED, LEAST, PortRow, Report, Row, Sum};
use crate::hours::{HOUR, Hour, Hours};

/// Days of which a report knows: eight weeks.
pub const DAYS: i64 = 56;
/// Ports that an open report lists, and a closed one.
const PORTS: [usize; 2] = [20, 50];
/// Hours that an open report lists, and a closed one.
const HOURS: [i64; 2] = [48, 168];

/// Which report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Depth {
    /// For everybody: small cells are joined.
    Open,
    /// For a group: all cells, more hours and ports.
    Closed,
}

/// Everything that sensors told, in one order.
pub struct Analysis<'a> {
    /// Addresses of the sensor, and its hour.
    hours: Vec<(u64, &'a Hour)>,
    end: Moment,
    addresses: u64,
    smallest_attack_pps: f64,
}

impl<'a> Analysis<'a> {
    /// Of what sensors told before a moment; `None`: nothing.
    pub fn new(told: &'a [Hours], at: Moment) -> Option<Self> {
        let hours: Vec<(u64, &Hour)> =
            told.iter().flat_map(|file| file.hours.iter().map(|hour| (file.addresses, hour))).collect();
        let hours: Vec<_> = hours.into_iter().filter(|(_, hour)| hour.begins() < at).collect();
        let last = hours.iter().map(|(_, hour)| hour.begins()).max()?;
        let end = Moment(last.0 + HOUR);
        // Of each sensor the addresses it had last.
        let week = Moment(end.0 - 7 * DAY);
        let mut sensors: BTreeMap<&str, (Moment, u64, f64)> = BTreeMap::new();
        for file in told.iter().filter(|file| file.until > week && file.from < at) {
            let newest = sensors.entry(file.sensor.as_str()).or_insert((Moment(0), 0, f64::MAX));
            if file.until > newest.0 {
                *newest = (file.until, file.addresses, file.smallest_attack_pps);
            }
        }
        let smallest = sensors.values().map(|(_, _, pps)| *pps).fold(f64::MAX, f64::min);
        Some(Self {
            hours,
            end,
            addresses: sensors.values().map(|(_, addresses, _)| addresses).sum(),
            smallest_attack_pps: rounded(smallest, 10.0),
        })
    }

    /// The report.
    pub fn report(&self, depth: Depth, made_at: Moment) -> Report {
        let place = usize::from(depth == Depth::Closed);
        let week = |back: i64| (Moment(self.end.0 - (back + 1) * 7 * DAY), Moment(self.end.0 - back * 7 * DAY));
        let (now, before) = (week(0), week(1));
        let least = if depth == Depth::Open { LEAST } else { 0 };
        let hours = HOURS.get(place).copied().unwrap_or_default();
        let hourly =
            (0..hours).rev().map(|back| (Moment(self.end.0 - (back + 1) * HOUR), Moment(self.end.0 - back * HOUR)));
        let today = Moment(self.end.0 - 1).day().start();
        let daily = (0..14).rev().map(|back| (today.plus_days(-back), today.plus_days(1 - back)));
        let weekly = (0..DAYS / 7).rev().map(week);
        Report {
            form: FORM.to_owned(),
            made_at: made_at.to_string(),
            from: now.0.to_string(),
            until: self.end.to_string(),
            addresses: self.addresses,
            smallest_attack_pps: self.smallest_attack_pps,
            least,
            now: self.sum(now),
            before: self.sum(before),
            hourly: self.rows(hourly),
            daily: self.rows(daily),
            weekly: self.rows(weekly),
            ports: self.ports(now, before, PORTS.get(place).copied().unwrap_or_default(), least),
            countries: self.cells(now, before, least, |hour| &hour.countries),
            victim_countries: self.cells(now, before, least, |hour| &hour.victim_countries),
            closed: None,
        }
    }

    /// Detections that began, by rule, in the last seven days and the seven before.
    pub fn detections(&self) -> Vec<CountryRow> {
        let week = |back: i64| (Moment(self.end.0 - (back + 1) * 7 * DAY), Moment(self.end.0 - back * 7 * DAY));
        self.cells(week(0), week(1), 0, |hour| &hour.detections)
    }

    /// The last seven days of which it tells.
    pub fn week(&self) -> (Moment, Moment) {
        (Moment(self.end.0 - 7 * DAY), self.end)
    }

    fn within(&self, (from, until): (Moment, Moment)) -> impl Iterator<Item = (u64, &'a Hour)> {
        self.hours.iter().copied().filter(move |(_, hour)| from <= hour.begins() && hour.begins() < until)
    }

    fn sum(&self, span: (Moment, Moment)) -> Sum {
        let mut sum = Sum::default();
        let (mut watched, mut sources) = (0.0, 0);
        let mut hours = BTreeSet::new();
        for (addresses, hour) in self.within(span) {
            sum.minutes += u64::from(hour.minutes);
            sum.packets += hour.packets();
            sum.probes += hour.probes;
            sum.began += hour.began;
            sum.household += hour.household;
            sum.mirai += hour.mirai;
            sum.victims += hour.victims;
            watched += addresses as f64 * f64::from(hour.minutes);
            sources += hour.sources;
            hours.insert(hour.hour);
        }
        if watched > 0.0 {
            sum.accesses = rounded(sum.probes as f64 * 2.0 / watched, 10_000.0);
            sum.sources = rounded(sources as f64 / hours.len() as f64, 10.0);
        }
        sum
    }

    fn rows(&self, spans: impl Iterator<Item = (Moment, Moment)>) -> Vec<Row> {
        spans.map(|span| Row { from: span.0.to_string(), sum: self.sum(span) }).collect()
    }

    fn ports(&self, now: (Moment, Moment), before: (Moment, Moment), most: usize, least: u64) -> Vec<PortRow> {
        let ranked = |span| {
            let mut ports: BTreeMap<(u8, u16), (u64, u64)> = BTreeMap::new();
            for port in self.within(span).flat_map(|(_, hour)| &hour.ports) {
                let sum = ports.entry((port.protocol, port.port)).or_default();
                *sum = (sum.0 + port.packets, sum.1 + port.began);
            }
            let mut ports: Vec<_> = ports.into_iter().collect();
            ports.sort_by_key(|(service, (packets, _))| (Reverse(*packets), *service));
            ports
        };
        let places: BTreeMap<(u8, u16), (u64, u64)> =
            (1..).zip(ranked(before)).map(|(place, (service, (packets, _)))| (service, (place, packets))).collect();
        let row = |((protocol, port), (packets, began)): ((u8, u16), (u64, u64))| {
            let known = places.get(&(protocol, port));
            PortRow {
                protocol: if protocol == 17 { "udp" } else { "tcp" }.to_owned(),
                port,
                packets,
                began: (began >= least).then_some(began),
                packets_before: known.map_or(0, |(_, packets)| *packets),
                place_before: known.map(|(place, _)| *place),
            }
        };
        ranked(now).into_iter().take(most).map(row).collect()
    }

    /// A breakdown; cells below `least` are joined, and what they were before with them.
    fn cells(
        &self,
        now: (Moment, Moment),
        before: (Moment, Moment),
        least: u64,
        of: impl Fn(&'a Hour) -> &'a BTreeMap<String, u64>,
    ) -> Vec<CountryRow> {
        let count = |span| {
            let mut cells: BTreeMap<&str, u64> = BTreeMap::new();
            for (name, count) in self.within(span).flat_map(|(_, hour)| of(hour)) {
                *cells.entry(name).or_default() += count;
            }
            cells
        };
        let (cells, mut earlier) = (count(now), count(before));
        let (mut rows, mut joined) = (Vec::new(), (0, 0));
        for (name, count) in cells {
            let before = earlier.remove(name).unwrap_or(0);
            // A cell that was small before is not told of that time either.
            let told = before == 0 || before >= least;
            if count >= least {
                rows.push(CountryRow { name: name.to_owned(), count, before: told.then_some(before) });
                joined.1 += if told { 0 } else { before };
            } else {
                joined = (joined.0 + count, joined.1 + before);
            }
        }
        rows.sort_by_key(|row| (Reverse(row.count), row.name.clone()));
        // Those that are no more are in the sum of before.
        joined.1 += earlier.values().sum::<u64>();
        if joined != (0, 0) {
            rows.push(CountryRow { name: JOINED.to_owned(), count: joined.0, before: Some(joined.1) });
        }
        rows
    }
}

/// As many places as are told, so that page, CSV and JSON say the same.
fn rounded(value: f64, places: f64) -> f64 {
    (value * places).round() / places
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hours::Port;
    use proptest::prelude::*;

    fn file(sensor: &str, addresses: u64, hours: Vec<Hour>) -> Hours {
        let (first, last) = (hours[0].begins(), hours[hours.len() - 1].begins());
        let (form, until) = (crate::hours::FORM.to_owned(), Moment(last.0 + HOUR));
        Hours {
            form,
            sensor: sensor.into(),
            addresses,
            smallest_attack_pps: 1e6 / addresses as f64,
            from: first,
            until,
            unfollowed: 0,
            hours,
        }
    }

    fn hour(number: u32, probes: u64, countries: &[(&str, u64)]) -> Hour {
        let countries: BTreeMap<_, _> = countries.iter().map(|(name, count)| ((*name).to_owned(), *count)).collect();
        let began = countries.values().sum();
        let ports = vec![Port { protocol: 6, port: 23, packets: probes, began: 2 }];
        Hour { hour: number, minutes: 60, probes, sources: 30, began, countries, ports, ..Hour::default() }
    }

    fn cell(name: &str, count: u64, before: Option<u64>) -> CountryRow {
        CountryRow { name: name.into(), count, before }
    }

    #[test]
    fn sensors_are_put_together_and_weeks_compared() {
        let told = [
            file(
                "a",
                256,
                vec![hour(1_000, 256, &[("JP", 9), ("KR", 3)]), hour(1_168, 512, &[("JP", 20), ("US", 4), ("DE", 2)])],
            ),
            file("b", 768, vec![hour(1_168, 512, &[("JP", 1)])]),
        ];
        let analysis = Analysis::new(&told, Moment(1_169 * HOUR)).unwrap();
        let report = analysis.report(Depth::Open, Moment(0));
        assert_eq!((report.addresses, report.smallest_attack_pps), (1_024, 1_302.1));
        // 1,024 probes on 1,024 addresses in an hour: one each in 60 minutes.
        assert_eq!((report.now.probes, report.now.accesses, report.now.sources), (1_024, 0.0333, 60.0));
        assert_eq!((report.before.probes, report.before.accesses), (256, 0.0333));
        assert_eq!(report.countries, [cell("JP", 21, Some(9)), cell(JOINED, 6, Some(3))]);
        assert_eq!((report.hourly.len(), report.daily.len(), report.weekly.len()), (48, 14, 8));
        assert_eq!(report.hourly.iter().filter(|row| row.sum.minutes > 0).count(), 1);
        let port = &report.ports[0];
        assert_eq!((port.packets, port.began, port.packets_before, port.place_before), (1_024, None, 256, Some(1)));
        let closed = analysis.report(Depth::Closed, Moment(0));
        assert_eq!(
            closed.countries,
            [cell("JP", 21, Some(9)), cell("US", 4, Some(0)), cell("DE", 2, Some(0)), cell(JOINED, 0, Some(3))]
        );
        assert_eq!((closed.hourly.len(), closed.ports[0].began), (168, Some(4)));
        assert_eq!((&closed.now, &closed.daily), (&report.now, &report.daily), "one analysis");
    }

    #[test]
    fn nothing_told_is_no_report() {
        assert!(Analysis::new(&[], Moment(9)).is_none());
        let later = [file("a", 1, vec![hour(1_000, 1, &[])])];
        assert!(Analysis::new(&later, Moment(999 * HOUR)).is_none());
    }

    proptest! {
        /// Sums over hours, days and weeks are what was told, and joining small cells loses none.
        #[test]
        fn nothing_is_lost_or_made(counts in prop::collection::vec((0_u64..500, 0_u64..9, 0_u64..9), 1..60)) {
            let hours = counts.iter().enumerate().map(|(place, (probes, jp, us))| hour(2_000 + place as u32, *probes, &[("JP", *jp), ("US", *us)]));
            let told = [file("a", 64, hours.collect())];
            let analysis = Analysis::new(&told, Moment(i64::MAX)).unwrap();
            let report = analysis.report(Depth::Open, Moment(0));
            let probes: u64 = counts.iter().map(|(probes, _, _)| probes).sum();
            let began: u64 = counts.iter().map(|(_, jp, us)| jp + us).sum();
            let of = |rows: &[Row]| rows.iter().map(|row| row.sum.probes).sum::<u64>();
            prop_assert_eq!((report.now.probes, of(&report.daily), of(&report.weekly)), (probes, probes, probes));
            let late: u64 = counts.iter().rev().take(48).map(|(probes, _, _)| probes).sum();
            prop_assert_eq!(of(&report.hourly), late);
            prop_assert_eq!(report.countries.iter().map(|cell| cell.count).sum::<u64>(), began);
            prop_assert!(report.countries.iter().all(|cell| cell.count >= LEAST || cell.name == JOINED));
            prop_assert_eq!(report.ports.iter().map(|port| port.packets).sum::<u64>(), probes);
        }
    }
}
