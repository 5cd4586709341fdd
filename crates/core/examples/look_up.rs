//! Look-ups in the directory: `cargo run --release -p renkei-core --example look_up -- [RANGES.csv]`.
//!
//! Prints millions of look-ups a second on one thread: addresses of the benchmark's feed, uniformly
//! random IPv4, random IPv6, and competences with dates. Without a route table it makes 412,000 ranges.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::hint::black_box;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::time::Instant;

use renkei_core::directory::{Directory, Route};
use renkei_core::net::Asn;
use renkei_core::party::{Competence, CompetenceKey, Party, Role, Terms};
use renkei_core::text::Bilingual;
use renkei_core::time::{Moment, Validity};

const LOOK_UPS: u64 = 20_000_000;

fn main() {
    let routes = std::env::args().nth(1).map_or_else(made, |path| read(&path));
    let parties: Vec<Party> = (0..8).map(|number| party(number, None)).collect();
    let begun = Instant::now();
    let directory = Directory::new(&parties, &routes);
    println!(
        "{} ranges, intervals {:?}, built in {:.2} s",
        routes.len(),
        directory.intervals(),
        begun.elapsed().as_secs_f64()
    );
    let dated: Vec<Party> = (0..8).map(|number| party(number, Some(Moment(0)))).collect();
    let dated = Directory::new(&dated, &routes);
    let v4 = |random: u64| IpAddr::V4(Ipv4Addr::from_bits(random as u32));
    let feed = |random: u64| IpAddr::V4(Ipv4Addr::from_bits(0xC612_0000 | (random as u32 & 0x1_FFFF)));
    let v6 = |random: u64| IpAddr::V6(Ipv6Addr::from_bits(0x2001u128 << 112 | u128::from(random) << 48));
    time("addresses of the feed", &directory, feed);
    time("uniformly random IPv4", &directory, v4);
    time("random IPv6 in 2001::/16", &directory, v6);
    time("addresses of the feed, dated competences", &dated, feed);
}

fn time(name: &str, directory: &Directory, address: impl Fn(u64) -> IpAddr) {
    let mut best = f64::MAX;
    for _ in 0..5 {
        let (mut random, mut found) = (88_172_645_463_325_252u64, 0u64);
        let begun = Instant::now();
        for _ in 0..LOOK_UPS {
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            found += u64::from(black_box(directory.look_up(address(random), Moment(1))).operator.is_some());
        }
        black_box(found);
        best = best.min(begun.elapsed().as_secs_f64());
    }
    println!("{name}: {:.1} M/s", LOOK_UPS as f64 / best / 1e6);
}

fn party(number: u32, from: Option<Moment>) -> Party {
    let prefix = format!("198.{}.{}.0/18", 18 + number / 4, number % 4 * 64).parse().unwrap();
    Party {
        id: format!("isp-{number}").parse().unwrap(),
        version: 1,
        name: Bilingual::default(),
        role: Role::Isp,
        country: "JP".into(),
        zone: "Asia/Tokyo".into(),
        competences: vec![Competence { key: CompetenceKey::Prefix(prefix), validity: Validity { from, until: None } }],
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
