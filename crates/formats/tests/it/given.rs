//! Given data: every Shadowserver file, IntelMQ events and route tables, each line accounted for.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use renkei_formats::{Code, routes};

use crate::read::read;

fn data() -> Option<PathBuf> {
    let data = std::env::var_os("RENKEI_TESTDATA").map(PathBuf::from);
    if data.is_none() {
        println!("not run: no RENKEI_TESTDATA");
    }
    data
}

#[test]
fn every_shadowserver_type_loads_with_each_line_accounted_for() {
    let Some(data) = data() else { return };
    let mut files: Vec<_> =
        fs::read_dir(data.join("shadowserver")).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "csv"));
    files.sort();
    assert!(files.len() >= 47);
    let mut totals = (0, 0, 0);
    for path in &files {
        let name = path.file_name().unwrap().to_str().unwrap();
        let feed = read(name, &fs::read(path).unwrap());
        let mut codes: BTreeMap<&str, usize> = BTreeMap::new();
        feed.findings().iter().for_each(|finding| *codes.entry(finding.code.as_str()).or_default() += 1);
        let quarantined = feed.quarantined().len() as u64;
        println!(
            "{} lines {} stored {} quarantined {quarantined} {codes:?}",
            feed.source.kind,
            feed.lines(),
            feed.stored()
        );
        assert_eq!(feed.source.kind, format!("shadowserver/{}", name.trim_end_matches(".csv")));
        assert_eq!(feed.lines(), feed.stored() + quarantined, "{name}");
        assert!(
            feed.lines() > 0 && feed.column("zone_basis").iter().all(|basis| basis == "format" || basis == "missing")
        );
        totals = (totals.0 + feed.lines(), totals.1 + feed.stored(), totals.2 + quarantined);
    }
    println!("{} files: lines {} = stored {} + quarantined {}", files.len(), totals.0, totals.1, totals.2);
    assert_eq!(totals.0, totals.1 + totals.2);
}

#[test]
fn the_five_octets_of_row_three_become_a_finding() {
    let Some(data) = data() else { return };
    let feed = read("event4_sinkhole.csv", &fs::read(data.join("shadowserver/event4_sinkhole.csv")).unwrap());
    assert_eq!((feed.lines(), feed.stored()), (3, 3));
    let findings: Vec<_> =
        feed.findings().iter().map(|f| (f.line, f.code, f.column.as_deref().unwrap().to_owned())).collect();
    assert_eq!(findings, [(4, Code::BadDestination, "dst_ip".to_owned())]);
    assert_eq!(feed.column("dst_ip").len(), 2);
}

#[test]
fn intelmq_events_load() {
    let Some(data) = data() else { return };
    let path = data.join("cert/intelmq-events/from-3.5.0-parser-generated-input.jsonl");
    let feed = read("events.jsonl", &fs::read(path).unwrap());
    assert_eq!((feed.source.kind.as_str(), feed.lines(), feed.stored()), ("intelmq", 200, 200));
    assert!(feed.findings().iter().all(|finding| finding.code == Code::RawDropped), "nothing else is wrong with them");
    assert!(feed.column("has_time").iter().all(|has| has == "true"));
}

#[test]
fn the_as_tables_load() {
    let Some(data) = data() else { return };
    for (name, least) in [("asn-ipv4.csv.gz", 400_000), ("asn-ipv6.csv.gz", 100_000)] {
        let file = fs::read(data.join("asn").join(name)).unwrap();
        let routes = routes::read(file.as_slice()).unwrap();
        println!("{name}: rows {} ranges {} findings {}", routes.rows, routes.routes.len(), routes.findings.len());
        assert!(routes.rows > least);
        let refused = routes.findings.iter().filter(|finding| finding.code != Code::RouteOverlap).count() as u64;
        assert_eq!(routes.rows, routes.routes.len() as u64 + refused);
    }
}
