//! What is told of sources: each rule at its threshold and just below.

use renkei_formats::packet::protocol;

use super::*;
use crate::sense::detection::Phase;
use crate::sense::rule::RuleName;

/// A sensor of 2,048 addresses: a scan needs 100 of them.
const SIZE: u64 = 2_048;
/// 2024-03-01, the end of ZMap's mark.
const MARCH: u32 = 1_709_251_200;

fn syn(place: u32, port: u16, second: u32, marks: u8) -> Fact<u32> {
    Fact { actor: 7, source: 7, place, port, second, protocol: protocol::TCP, marks, length: 40, ..Fact::default() }
}

/// The rules that were told of these facts, opened ones.
fn told(facts: &[Fact<u32>]) -> Vec<RuleName> {
    let mut sources = Sources::new(&Rules::shipped().unwrap(), SIZE, SIZE, 1 << 10, 5);
    facts.iter().for_each(|fact| {
        sources.add(fact);
    });
    let mut out = Vec::new();
    let end = facts.iter().map(|fact| fact.second).max().unwrap() / 60 * 60 + 60;
    sources.close(end, &mut out);
    let opened = out.len();
    assert!(out.iter().all(|one| one.phase == Phase::Opened));
    sources.close(end + 60, &mut out);
    assert_eq!(out.len(), opened, "told once");
    sources.close(end + 600, &mut out);
    assert_eq!((out.len(), sources.len()), (2 * opened, 0), "and once more at the end");
    out.iter().take(opened).map(|one| one.rule).collect()
}

#[test]
fn one_port_of_many_addresses() {
    let scan = |count: u32| (0..count).map(|at| syn(at, 80, 60 + at / 10, 0)).collect::<Vec<_>>();
    assert_eq!(told(&scan(100)), [RuleName::ScanHorizontal]);
    assert_eq!(told(&scan(99)), []);
    let again: Vec<_> = (0..300).map(|at| syn(at % 99, 80, 60, 0)).collect();
    assert_eq!(told(&again), [], "the same addresses again are no more addresses");
}

#[test]
fn many_ports_of_one_address() {
    let ports = |count: u16| (0..count).map(|port| syn(3, 1_000 + port, 60, 0)).collect::<Vec<_>>();
    assert_eq!(told(&ports(15)), [RuleName::ScanVertical]);
    assert_eq!(told(&ports(14)), []);
    let slow: Vec<_> = (0..15).map(|port| syn(3, 1_000 + port, 60 + u32::from(port) * 100, 0)).collect();
    assert_eq!(told(&slow), [], "over 25 minutes");
}

#[test]
fn many_ports_of_many_addresses() {
    let wide: Vec<_> = (0..2_500).map(|at| syn(at % SIZE as u32, (at % 40) as u16, 60 + at / 100, 0)).collect();
    assert_eq!(told(&wide), [RuleName::ScanHorizontal, RuleName::Survey]);
}

#[test]
fn marks_need_more_than_chance() {
    assert_eq!(told(&[syn(1, 80, 60, mark::MIRAI)]), []);
    assert_eq!(told(&[syn(1, 80, 60, mark::MIRAI), syn(2, 80, 60, mark::MIRAI)]), [RuleName::MiraiLike]);
    assert_eq!(told(&[syn(1, 2323, 60, mark::MIRAI)]), [RuleName::MiraiLike]);
    assert_eq!(told(&[syn(1, 23, 60, 0), syn(2, 23, 60, 0)]), []);
    assert_eq!(told(&[syn(1, 80, 60, mark::MASSCAN), syn(2, 80, 60, mark::MASSCAN)]), []);
    assert_eq!(told(&(0..3).map(|at| syn(at, 80, 60, mark::MASSCAN)).collect::<Vec<_>>()), [RuleName::Masscan]);
    assert_eq!(told(&(0..9).map(|at| syn(at, 80, 60, mark::STATELESS)).collect::<Vec<_>>()), [RuleName::StatelessScan]);
}

#[test]
fn the_mark_of_zmap_ends() {
    let zmap = |second: u32| [syn(1, 80, second, mark::ZMAP), syn(2, 80, second, mark::ZMAP)];
    assert_eq!(told(&zmap(MARCH - 120)), [RuleName::Zmap]);
    assert_eq!(told(&zmap(MARCH)), []);
}

#[test]
fn looking_for_amplifiers() {
    let udp = |place: u32, port: u16| Fact { protocol: protocol::UDP, ..syn(place, port, 60, 0) };
    assert_eq!(told(&[udp(1, 11_211), udp(2, 11_211), udp(3, 11_211)]), [RuleName::AmplificationProbe]);
    assert_eq!(told(&[udp(1, 11_211), udp(1, 11_211), udp(1, 11_211)]), []);
    assert_eq!(told(&[udp(1, 9), udp(2, 9), udp(3, 9)]), []);
}

#[test]
fn a_full_table_is_counted() {
    let mut sources = Sources::<u32>::new(&Rules::shipped().unwrap(), SIZE, SIZE, 64, 5);
    for actor in 1..200 {
        sources.add(&Fact { actor, ..syn(1, 80, 60, 0) });
    }
    assert_eq!((sources.len(), sources.unfollowed), (56, 143));
}
