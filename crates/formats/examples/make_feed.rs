//! Writes a feed file of the benchmark: `make_feed FILE LINES [--shuffled] [--day DAY] [--routes RANGES.csv]`.
//!
//! `event4_sinkhole`, 33 columns of the newer schema, about 290 bytes a line, four lines a device;
//! the devices' addresses are drawn from the ranges of a route table (each range as often as any
//! other) where one is given, else from 198.18.0.0/15. `--shuffled` writes the same lines in another order.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::io::{BufWriter, Write};
use std::net::Ipv4Addr;

const HEADER: &str = "timestamp,protocol,src_ip,src_port,src_asn,src_geo,src_region,src_city,src_hostname,src_naics,\
    src_sector,device_vendor,device_type,device_model,severity,dst_ip,dst_port,dst_asn,dst_geo,dst_region,dst_city,\
    dst_hostname,dst_naics,dst_sector,public_source,infection,family,tag,application,version,event_id,ssl_cipher,ssl_servername\n";

fn main() {
    let mut arguments = std::env::args().skip(1);
    let path = arguments.next().expect("FILE");
    let lines: u64 = arguments.next().expect("LINES").parse().expect("a number");
    let (mut shuffled, mut day, mut ranges) = (false, "2026-11-20".to_owned(), Vec::new());
    while let Some(word) = arguments.next() {
        match word.as_str() {
            "--shuffled" => shuffled = true,
            "--day" => day = arguments.next().expect("DAY"),
            "--routes" => ranges = read_ranges(&arguments.next().expect("RANGES.csv")),
            other => panic!("what is `{other}`?"),
        }
    }
    let mut out = BufWriter::with_capacity(1 << 20, std::fs::File::create(path).unwrap());
    out.write_all(HEADER.as_bytes()).unwrap();
    // A step that shares no factor with the number of lines visits each line once, in another order.
    let step = if shuffled { (lines / 2 + 1..).find(|step| gcd(*step, lines) == 1).unwrap() } else { 1 };
    let mut at = 0u64;
    for _ in 0..lines {
        line(&mut out, at, &day, &ranges);
        at = (at + step) % lines;
    }
    out.flush().unwrap();
}

/// First and last address of each IPv4 range.
fn read_ranges(path: &str) -> Vec<(u32, u32)> {
    let address = |field: Option<&str>| Some(field?.parse::<Ipv4Addr>().ok()?.to_bits());
    let text = std::fs::read_to_string(path).unwrap();
    let ranges = text.lines().filter_map(|line| {
        let mut fields = line.splitn(3, ',');
        Some((address(fields.next())?, address(fields.next())?))
    });
    ranges.collect()
}

fn address(device: u64, ranges: &[(u32, u32)]) -> Ipv4Addr {
    match ranges.get((device >> 32) as usize % ranges.len().max(1)) {
        Some((first, last)) => {
            Ipv4Addr::from_bits(first + (u64::from(device as u32) % u64::from(last - first + 1)) as u32)
        }
        None => Ipv4Addr::from_bits(0xC612_0000 | (device as u32 & 0x1_FFFF)),
    }
}

fn gcd(a: u64, b: u64) -> u64 {
    if b == 0 { a } else { gcd(b, a % b) }
}

fn mix(seed: u64) -> u64 {
    let mut z = seed.wrapping_add(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

fn line(out: &mut impl Write, number: u64, day: &str, ranges: &[(u32, u32)]) {
    let random = mix(number);
    let device = mix(number / 4);
    let source = address(device, ranges);
    let second = number * 86_400 / 12_000_000 % 86_400;
    let family =
        ["avalanche-andromeda", "m0yv", "ramnit", "conficker", "lumma", "socks5systemz"][(random % 6) as usize];
    let vendor = ["nec", "buffalo", "mikrotik", "", "", "hikvision"][(device % 6) as usize];
    writeln!(
        out,
        "{day} {:02}:{:02}:{:02},tcp,{source},{},{},JP,TOKYO,CHIYODA,h{:x}.isp-a.example,517311,\"Communications, Service Provider, and Hosting Service\",\
         {vendor},router,,critical,198.19.0.{},80,64511,NL,NOORD-HOLLAND,AMSTERDAM,,518210,\"Information Technology\",bka,{family},{family},{family};sinkhole,http,1.1,{:032x},,",
        second / 3600,
        second / 60 % 60,
        second % 60,
        1024 + random % 64_000,
        64_496 + device % 8,
        device & 0xF_FFFF,
        random % 250 + 1,
        u128::from(mix(number ^ 0xABCD)) << 64 | u128::from(random),
    )
    .unwrap();
}
