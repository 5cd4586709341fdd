//! How fast chunks are cut and parsed: `cargo run --release -p renkei-formats --example parse_speed -- 1000000`.
//!
//! Makes `event4_sinkhole` lines of the newer schema (33 columns, about 290 bytes) in memory, so
//! that neither disk nor commit is in the figure. CPU per line = seconds / lines, one thread.

use std::fmt::Write as _;
use std::time::Instant;

use renkei_core::id::Digest;
use renkei_core::time::Day;
use renkei_formats::{Chunks, DetectError, HEAD_BYTES, Limits, Options, Reader, detect};

const HEADER: &str = "timestamp,protocol,src_ip,src_port,src_asn,src_geo,src_region,src_city,src_hostname,src_naics,\
    src_sector,device_vendor,device_type,device_model,severity,dst_ip,dst_port,dst_asn,dst_geo,dst_region,dst_city,\
    dst_hostname,dst_naics,dst_sector,public_source,infection,family,tag,application,version,event_id,ssl_cipher,\
    ssl_servername\n";

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let lines: u32 = std::env::args().nth(1).map_or(Ok(1_000_000), |text| text.parse())?;
    let text = generate(lines)?;
    let head = text.as_bytes().get(..HEAD_BYTES).unwrap_or(text.as_bytes());
    let source = detect("2026-11-20-event4_sinkhole-bench.csv", head, None).map_err(|error: DetectError| error)?;
    let reader = Reader::new(&source, Digest([0; 32]), Options { accept_reserved: true, day: Day(0) });
    let begun = Instant::now();
    let chunks = Chunks::new(&source, text.as_bytes(), Limits::default())?.collect::<Result<Vec<_>, _>>()?;
    let cut = begun.elapsed();
    let begun = Instant::now();
    let mut stored = 0;
    for chunk in &chunks {
        stored += reader.parse(chunk)?.batch.num_rows();
    }
    let parsed = begun.elapsed();
    let per_line = |time: std::time::Duration| time.as_secs_f64() * 1e6 / f64::from(lines);
    println!("{lines} lines, {} bytes each, {stored} stored", text.len() / lines.max(1) as usize);
    println!("cutting {:.3} µs a line, parsing {:.3} µs a line", per_line(cut), per_line(parsed));
    Ok(())
}

fn generate(lines: u32) -> Result<String, std::fmt::Error> {
    let mut text = String::from(HEADER);
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    for _ in 0..lines {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        let (a, b, c) = (state & 0xff, (state >> 8) & 0xff, state >> 16);
        let cities = ["TOKYO", "OSAKA", "NAGOYA", "SAPPORO", "FUKUOKA", "SENDAI", "NAHA"];
        let families = ["vawtrak", "lumma", "mirai", "virut", "avalanche-andromeda"];
        let city = cities.get((c % 7) as usize).copied().unwrap_or("");
        let family = families.get((c % 5) as usize).copied().unwrap_or("");
        writeln!(
            text,
            "2026-11-20 {:02}:{:02}:{:02},tcp,198.{}.{a}.{b},{},{},JP,{city},{city},host-{a}-{b}.example,517311,\
             \"Communications, Service Provider, and Hosting Service\",,iot,,critical,198.19.{}.{},{},65551,NL,\
             NOORD-HOLLAND,AMSTERDAM,,518210,,bka,{family},{family},{family},https,,{state:016x}{c:016x},,",
            c % 24,
            c % 60,
            (c >> 6) % 60,
            18 + (c & 1),
            1024 + c % 60_000,
            64_496 + c % 16,
            c % 4,
            c % 250,
            443 + c % 3,
        )?;
    }
    Ok(text)
}
