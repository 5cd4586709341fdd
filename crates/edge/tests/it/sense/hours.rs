//! Hours: what is counted for publication equals what was made, on any number of threads, without an address.

use std::collections::BTreeSet;
use std::net::Ipv4Addr;
use std::sync::Arc;

use renkei_edge::sense::generate::{Plan, Sent, Truth, write};
use renkei_edge::sense::{Countries, Hours, RuleName, Settings};

use super::{Ran, run, settings};

const DARK: &str = "198.18.0.0/21";
/// Half of the addresses are known to be of a country.
const COUNTRIES: &str = "0.0.0.0,127.255.255.255,JP\n";
/// Over three hours.
const PLAN: Plan = Plan { packets: 40_000, seconds: 9_000, ..Plan::HUNDREDTH };

fn made(plan: &Plan) -> (Vec<u8>, Truth) {
    let mut capture = Vec::new();
    let truth = write(plan, true, &mut capture).unwrap();
    (capture, truth)
}

fn counted(threads: usize, capture: &[u8]) -> (Hours, Ran) {
    let countries = Arc::new(Countries::read(COUNTRIES));
    let ran = run(Settings { hours: true, countries, ..settings(DARK, threads) }, capture);
    (ran.report.hours.clone().unwrap(), ran)
}

#[test]
fn hours_add_up_to_what_was_made() {
    let (capture, truth) = made(&PLAN);
    let (hours, ran) = counted(1, &capture);
    assert_eq!(Hours::read(&hours.to_bytes().unwrap()).unwrap(), hours, "the office can take it");
    let sum = |count: &dyn Fn(&renkei_formats::hours::Hour) -> u64| hours.hours.iter().map(count).sum::<u64>();
    assert_eq!(sum(&|hour| hour.packets()), truth.packets);
    let probes = ["mirai", "zmap", "masscan", "system", "echo", "udp"].map(|kind| truth.kinds[kind]);
    // A request over UDP from a port of a reflector is taken for its answer.
    assert_eq!(sum(&|hour| hour.probes + hour.reflection), probes.iter().sum::<u64>());
    assert_eq!(sum(&|hour| u64::from(hour.minutes)), ran.report.minutes);
    assert_eq!((hours.hours.len(), hours.addresses), (3, 2_048));
    assert_eq!(
        sum(&|hour| hour.detections.get("mirai-like").copied().unwrap_or(0)),
        ran.opened(RuleName::MiraiLike).len() as u64
    );
    for hour in &hours.hours {
        assert_eq!(hour.countries.values().sum::<u64>(), hour.began);
        assert_eq!(hour.victim_countries.values().sum::<u64>(), hour.victims);
        assert!(hour.countries.keys().all(|country| ["JP", "unknown"].contains(&country.as_str())), "{hour:?}");
    }
}

/// The sources of the middle hour, counted naively from what the capture says of its makers.
#[test]
fn sources_of_an_hour_are_those_that_sent_in_it() {
    let (capture, truth) = made(&PLAN);
    let (hours, _) = counted(1, &capture);
    let middle = hours.hours[1].hour;
    let sent = |all: &std::collections::BTreeMap<Ipv4Addr, Sent>| {
        let within = |sent: &Sent| sent.seconds.iter().any(|second| second / 3_600 == middle);
        all.iter().filter(|(_, sent)| within(sent)).map(|(address, _)| *address).collect::<Vec<_>>()
    };
    let named: BTreeSet<Ipv4Addr> =
        [&truth.mirai, &truth.zmap, &truth.masscan, &truth.victims].into_iter().flat_map(sent).collect();
    let counted = hours.hours[1].sources;
    // Those that are not kept by second (operating systems, routers) come on top; an estimate is within some percent.
    let most = (named.len() + truth.others.len()) as f64 * 1.05 + truth.kinds["unreachable"] as f64;
    assert!(
        counted as f64 >= named.len() as f64 * 0.95 && counted as f64 <= most,
        "{counted} of {} to {most}",
        named.len()
    );
}

#[test]
fn threads_change_nothing() {
    let (capture, _) = made(&PLAN);
    let (one, _) = counted(1, &capture);
    for threads in [2, 3] {
        let (mut many, _) = counted(threads, &capture);
        for (many, one) in many.hours.iter_mut().zip(&one.hours) {
            // Sketches of several shards are estimated apart.
            assert!(many.sources.abs_diff(one.sources) * 20 <= one.sources, "{} and {}", many.sources, one.sources);
            many.sources = one.sources;
        }
        assert_eq!(many, one, "{threads} threads");
    }
}

#[test]
fn no_address_of_the_sensor_and_none_that_was_seen_is_in_it() {
    let (capture, truth) = made(&PLAN);
    let (hours, _) = counted(1, &capture);
    let text = String::from_utf8(hours.to_bytes().unwrap()).unwrap();
    assert!(!text.contains("198.18."));
    for address in truth.mirai.keys().chain(truth.victims.keys()) {
        assert!(!text.contains(&address.to_string()), "{address}");
    }
}
