//! Look-ups in the directory: `look_up [--routes RANGES.csv]... [--feed FEED.csv]`.
//!
//! Prints millions of look-ups a second on one thread: the IPv4 addresses of a feed file in its order
//! (without one: of 198.18.0.0/15), uniformly random IPv4, random addresses of the table's IPv6
//! ranges, and the feed's addresses with dated competences. Without a route table it makes 412,000 ranges.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::collections::BTreeSet;
use std::hint::black_box;
use std::io::{BufRead as _, BufReader};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::time::Instant;

use renkei_core::directory::{Directory, Route};
use renkei_core::net::Asn;
use renkei_core::party::{Competence, CompetenceKey, Party, Role, Terms};
use renkei_core::text::Bilingual;
use renkei_core::time::{Moment, Validity};

const LOOK_UPS: usize = 20_000_000;
/// Addresses kept of each kind; look-ups go round through them.
const ADDRESSES: usize = 1 << 21;

fn main() {
    let (mut routes, mut feed) = (Vec::new(), None);
    let mut arguments = std::env::args().skip(1);
    while let Some(word) = arguments.next() {
        let path = arguments.next().expect("a file");
        match word.as_str() {
            "--routes" => routes.extend(read(&path)),
            "--feed" => feed = Some(path),
            other => panic!("what is `{other}`?"),
        }
    }
    if routes.is_empty() {
        routes = made();
    }
    let operators = asns(&routes);
    let begun = Instant::now();
    let directory = Directory::new(&parties(&operators, None), &routes);
    let (built, (v4, v6)) = (begun.elapsed().as_secs_f64(), directory.intervals());
    println!("{} ranges, {v4} intervals of IPv4, {v6} of IPv6, built in {built:.2} s", routes.len());
    let dated = Directory::new(&parties(&operators, Some(Moment(0))), &routes);
    let mut random = Random(88_172_645_463_325_252);
    let fed =
        feed.map_or_else(|| fill(|| v4_of(0xC612_0000 | (random.next() as u32 & 0x1_FFFF))), |path| addresses(&path));
    let v4 = fill(|| v4_of(random.next() as u32));
    let wide: Vec<(u128, u128)> = routes.iter().filter_map(wide).collect();
    let v6 = fill(|| {
        let (first, last) =
            wide.get(random.next() as usize % wide.len().max(1)).copied().unwrap_or((0x2001 << 112, 0x2002 << 112));
        let bits = u128::from(random.next()) << 64 | u128::from(random.next());
        IpAddr::V6(Ipv6Addr::from_bits(first + bits % (last - first).max(1)))
    });
    time("IPv4 of the feed", &directory, &fed);
    time("IPv4 uniformly random", &directory, &v4);
    time("IPv6 random in the ranges of the table", &directory, &v6);
    time("IPv4 of the feed, competences with dates", &dated, &fed);
    time("IPv4 uniformly random, competences with dates", &dated, &v4);
}

fn time(name: &str, directory: &Directory, addresses: &[IpAddr]) {
    let (mut best, mut found) = (f64::MAX, 0u64);
    for _ in 0..5 {
        found = 0;
        let begun = Instant::now();
        for address in addresses.iter().cycle().take(LOOK_UPS) {
            found += u64::from(black_box(directory.look_up(*address, Moment(1))).operator.is_some());
        }
        best = best.min(begun.elapsed().as_secs_f64());
    }
    let share = found as f64 / LOOK_UPS as f64 * 100.0;
    println!("look-ups, {name}: {:.1} M/s on one core ({share:.0} % with an operator)", LOOK_UPS as f64 / best / 1e6);
}

struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }
}

fn fill(mut address: impl FnMut() -> IpAddr) -> Vec<IpAddr> {
    (0..ADDRESSES).map(|_| address()).collect()
}

fn v4_of(bits: u32) -> IpAddr {
    IpAddr::V4(Ipv4Addr::from_bits(bits))
}

/// The third column of a feed file, as far as it is IPv4.
fn addresses(path: &str) -> Vec<IpAddr> {
    let lines = BufReader::new(std::fs::File::open(path).unwrap()).lines().map_while(Result::ok);
    let v4 = lines.filter_map(|line| Some(IpAddr::V4(line.split(',').nth(2)?.parse().ok()?)));
    v4.take(ADDRESSES).collect()
}

fn wide(route: &Route) -> Option<(u128, u128)> {
    match (route.first, route.last) {
        (IpAddr::V6(first), IpAddr::V6(last)) => Some((first.to_bits(), last.to_bits())),
        _ => None,
    }
}

/// Every second AS of the table.
fn asns(routes: &[Route]) -> Vec<Asn> {
    let all: BTreeSet<Asn> = routes.iter().map(|route| route.asn).collect();
    all.into_iter().step_by(2).collect()
}

/// Eight parties with a prefix each, and fifty that share the AS numbers.
fn parties(asns: &[Asn], from: Option<Moment>) -> Vec<Party> {
    let prefix = |number: u32| {
        let prefix = format!("198.{}.{}.0/18", 18 + number / 4, number % 4 * 64);
        party(number, vec![CompetenceKey::Prefix(prefix.parse().unwrap())], from)
    };
    let share = |number: u32| {
        let keys = asns.iter().skip(number as usize).step_by(50).map(|asn| CompetenceKey::Asn(*asn));
        party(8 + number, keys.collect(), from)
    };
    (0..8).map(prefix).chain((0..50).map(share)).collect()
}

fn party(number: u32, keys: Vec<CompetenceKey>, from: Option<Moment>) -> Party {
    let validity = Validity { from, until: None };
    Party {
        id: format!("isp-{number}").parse().unwrap(),
        version: 1,
        name: Bilingual::default(),
        role: Role::Isp,
        country: "JP".into(),
        zone: "Asia/Tokyo".into(),
        competences: keys.into_iter().map(|key| Competence { key, validity }).collect(),
        agreements: vec![],
        channel: None,
        terms: Terms::default(),
    }
}

fn made() -> Vec<Route> {
    let range = |number: u32| Route {
        first: IpAddr::V4(Ipv4Addr::from_bits(number * 10_400)),
        last: IpAddr::V4(Ipv4Addr::from_bits(number * 10_400 + 10_000)),
        asn: Asn(64_512 + number % 1000),
    };
    (0..412_000).map(range).collect()
}

fn read(path: &str) -> Vec<Route> {
    let text = std::fs::read_to_string(path).unwrap();
    let row = |line: &str| {
        let mut fields = line.splitn(4, ',');
        let first = fields.next()?.parse().ok()?;
        let last = fields.next()?.parse().ok()?;
        Some(Route { first, last, asn: Asn(fields.next()?.parse().ok()?) })
    };
    text.lines().filter_map(row).collect()
}
