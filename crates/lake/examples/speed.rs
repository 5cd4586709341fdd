//! Measures the lake alone: append, the same lines again, counts, a fold; seconds and CPU a line.
//!
//! `cargo run --release -p renkei-lake --example speed -- [LINES] [FOLDER]`
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::net::Ipv4Addr;
use std::time::Instant;

use arrow::array::RecordBatch;
use renkei_core::act::Act;
use renkei_core::class::DataClass;
use renkei_core::id::{Digest, IntentId};
use renkei_core::net::Asn;
use renkei_core::party::Role;
use renkei_core::question::{Office, Question};
use renkei_core::seat::{Duty, Seat};
use renkei_core::text::Bilingual;
use renkei_core::time::{DAY, Day, Moment};
use renkei_gate::{Gate, Permit};
use renkei_lake::{Filter, Group, Lake};
use renkei_table::{Attribution, Builder, Row, Text, ZoneBasis, attach};

const BATCH: u64 = 65_536;
const DAY_ONE: i32 = 20_759;

#[tokio::main]
async fn main() {
    let mut arguments = std::env::args().skip(1);
    let lines: u64 = arguments.next().map_or(1_000_000, |text| text.parse().unwrap());
    let folder = arguments.next().map_or_else(|| std::env::temp_dir().join("renkei-speed"), Into::into);
    let _ = std::fs::remove_dir_all(&folder);
    let lake = Lake::create(&folder).await.unwrap();
    for name in ["first", "the same lines in another file"] {
        let feed = Digest::of(name.as_bytes());
        let mut append = lake.begin(feed).await.unwrap();
        let (mut making, start, cpu) = (0.0, Instant::now(), cpu_seconds());
        for from in (0..lines).step_by(BATCH as usize) {
            let clock = Instant::now();
            let batch = make(feed, from, BATCH.min(lines - from));
            making += clock.elapsed().as_secs_f64();
            append.write(&batch).unwrap();
        }
        let done = append.commit(permit(), IntentId::from_bits(1)).await.unwrap();
        report(name, lines, start, cpu, &format!("{done:?}; of the wall {making:.2} s made the rows"));
    }
    let view = lake.view().await.unwrap();
    let cases: [(&str, Filter, &[Group]); 4] = [
        ("count by party and day", Filter::default(), &[Group::Party, Group::Day]),
        ("count by family, filtered by port", Filter { port: Some(443), ..Filter::default() }, &[Group::Family]),
        ("count in a /24", Filter { prefix: Some("198.18.7.0/24".parse().unwrap()), ..Filter::default() }, &[]),
        ("count by text", Filter { text: Some("host-77.".into()), ..Filter::default() }, &[]),
    ];
    for (name, filter, by) in cases {
        let (start, cpu) = (Instant::now(), cpu_seconds());
        let rows = view.count(&filter, by).unwrap();
        report(name, lines, start, cpu, &format!("{} groups", rows.len()));
    }
    let (start, cpu) = (Instant::now(), cpu_seconds());
    let rows = view.count_devices(&Filter::default(), &[Group::Party, Group::Day]).unwrap();
    report("devices by party and day", lines, start, cpu, &format!("{} groups", rows.len()));
    let (start, cpu) = (Instant::now(), cpu_seconds());
    let page = view.page(&Filter::default(), None, 100).unwrap();
    report("first page of 100", lines, start, cpu, &format!("{} rows", page.rows.num_rows()));
    println!("peak resident {} MiB", peak_mib());
}

fn report(name: &str, lines: u64, start: Instant, cpu: f64, note: &str) {
    let (wall, cpu) = (start.elapsed().as_secs_f64(), cpu_seconds() - cpu);
    println!("{name}: {wall:.2} s wall, {:.2} µs CPU a line ({note})", cpu * 1e6 / lines as f64);
}

fn make(feed: Digest, from: u64, rows: u64) -> RecordBatch {
    let mut builder = Builder::new("shadowserver/event4_sinkhole", feed, Day(DAY_ONE));
    let mut attribution = Attribution::default();
    let parties = ["isp-aozora", "isp-minato", "isp-yamabiko"].map(|id| id.parse().unwrap());
    let mut hostname = String::new();
    for number in from..from + rows {
        let device = (number.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40) % 120_000;
        let address = Ipv4Addr::from_bits(Ipv4Addr::new(198, 18, 0, 0).to_bits() + device as u32);
        let mut row = Row::new(number + 2, address.into(), DataClass::IdentificationByIp);
        row.observed_at = Some(Moment(i64::from(DAY_ONE) * DAY + (number % 86_400) as i64 * 1_000_000));
        row.zone = ZoneBasis::Format;
        row.to_second = true;
        row.src_port = Some(1024 + (number.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 48) as u16 % 60_000);
        row.dst_port = Some([80, 443, 8080][number as usize % 3]);
        row.dst_ip = Some(Ipv4Addr::new(198, 19, 0, (number % 4) as u8).into());
        row.src_asn = Some(Asn(64_496 + (device % 16) as u32));
        row.dst_asn = Some(Asn(65_551));
        hostname.clear();
        std::fmt::Write::write_fmt(&mut hostname, format_args!("host-{device}.isp.example")).unwrap();
        row.set(Text::SrcHostname, &hostname);
        row.set(Text::DstHostname, ["a.sinkhole.example", "b.sinkhole.example"][number as usize % 2]);
        for (column, text) in [
            (Text::Family, ["vawtrak", "gozi", "ramnit"][device as usize % 3]),
            (Text::Protocol, "tcp"),
            (Text::SrcCc, "JP"),
            (Text::SrcRegion, ["Tokyo", "Osaka", "Hokkaido"][device as usize % 3]),
            (Text::SrcCity, ["Chiyoda", "Kita", "Chuo"][device as usize % 3]),
            (Text::SrcNaics, "517311"),
            (Text::DstCc, "US"),
            (Text::Infection, "vawtrak"),
            (Text::Tag, "botnet"),
            (Text::Application, "http"),
            (Text::Severity, "high"),
            (Text::PublicSource, "sample"),
        ] {
            row.set(column, text);
        }
        builder.push(&row);
        attribution.push(Some(Asn(64_496 + (device % 16) as u32)), parties.get(device as usize % 4), []);
    }
    attach(&builder.finish().unwrap(), attribution.finish()).unwrap()
}

fn permit() -> Permit {
    let seat = Seat {
        id: "desk-of-tests".parse().unwrap(),
        party: "tests-office".parse().unwrap(),
        party_role: Role::Centre,
        title: Bilingual::default(),
        duties: Duty::ALL.to_vec(),
        machine: false,
    };
    let office = Office { party: seat.party.clone(), one_seat_may_hold_both: false };
    Gate::embedded().permit(Question::new(Act::Ingest, seat, office, Moment(0))).unwrap()
}

/// User and system seconds of this process (Linux), in hundredths.
fn cpu_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<_> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks = |at: usize| fields.get(at).and_then(|text| text.parse::<f64>().ok()).unwrap_or(0.0);
    (ticks(11) + ticks(12)) / 100.0
}

fn peak_mib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM")).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|text| text.parse::<u64>().ok()).unwrap_or(0) / 1024
}
