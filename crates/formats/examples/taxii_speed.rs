//! How fast pages are cut and written: `cargo run --release -p renkei-formats --example taxii_speed -- 1000000`.
//!
//! Fills a shelf with objects of 1,368 bytes (the mean of ATT&CK Enterprise 18.1), one in ten of them a second version, in
//! the shares of types that ATT&CK has, roughly; then asks through the door as a client does and writes each answer. One
//! thread, no socket. Bodies of one type are shared, so that memory is not what is measured.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::sync::Arc;
use std::time::{Duration, Instant};

use renkei_core::time::Moment;
use renkei_formats::taxii::{Asked, Door, Entry, Limits, Pushed, Request, Shelf, Spec, answer, stamp};

const KINDS: [&str; 10] = [
    "relationship",
    "relationship",
    "relationship",
    "relationship",
    "relationship",
    "attack-pattern",
    "indicator",
    "indicator",
    "malware",
    "x-role",
];

fn main() {
    let count: i64 = std::env::args().nth(1).map_or(1_000_000, |text| text.parse().expect("a number"));
    let begun = Instant::now();
    let shelf = fill(count);
    let filled = begun.elapsed().as_secs_f64();
    println!("{count} entries put in {filled:.2} s, {:.0} a second", count as f64 / filled);
    let door = Door::new(["/hub/".parse().unwrap()], Limits::default());
    let middle = stamp(Moment(count * 500));
    let end = stamp(Moment((count - 1_000) * 1_000));
    let id = id(7);
    for (what, query) in [
        ("limit", "limit=100".to_owned()),
        ("added_after middle, type", format!("limit=100&added_after={middle}&match[type]=malware")),
        ("added_after middle, two types", format!("limit=100&added_after={middle}&match[type]=malware,indicator")),
        ("added_after end", format!("limit=100&added_after={end}")),
        ("all versions", format!("limit=100&added_after={middle}&match[version]=all")),
        ("one id", format!("match[id]={id}")),
        ("no such type", "match[type]=none".to_owned()),
        ("no such stix", "match[spec_version]=2.0".to_owned()),
        ("no such version", "match[version]=2011-01-01T00:00:00Z".to_owned()),
        (
            "a walk through half: no such version of a type",
            "match[type]=relationship&match[version]=2026-01-02T00:00:00Z".to_owned(),
        ),
    ] {
        ask(&door, &shelf, what, &query);
    }
}

fn id(number: i64) -> String {
    format!("{}--{number:08x}-0000-4000-8000-000000000000", KINDS[(number % 10) as usize])
}

fn fill(count: i64) -> Shelf {
    let mut shelf = Shelf::new();
    let kinds = KINDS.map(Arc::<str>::from);
    let body: Arc<[u8]> = format!("{{\"x\":\"{}\"}}", "x".repeat(1_360)).into_bytes().into();
    for number in 0..count {
        // The last tenth are second versions of objects all over the shelf.
        let first = count - count / 10;
        let (object, version) = if number < first { (number, 1) } else { ((number - first) * 9 + 1, 2) };
        let entry = Entry {
            added: Moment(number * 1_000),
            id: id(object).into(),
            kind: Arc::clone(&kinds[(object % 10) as usize]),
            version: format!("2026-01-0{version}T00:00:00.000Z").parse().unwrap(),
            spec: Spec::V21,
            body: Arc::clone(&body),
        };
        assert!(matches!(shelf.push(entry), Ok(Pushed::New(_))));
    }
    shelf
}

/// Asks for two seconds and tells how often.
fn ask(door: &Door, shelf: &Shelf, what: &str, query: &str) {
    let path = "/hub/collections/91a7b528-80eb-42ed-a74d-c6fbd5a26116/objects/";
    let accept: &[&str] = &["application/taxii+json;version=2.1"];
    let request = Request { method: "GET", path, query, accept, ..Request::default() };
    let (begun, mut asked, mut bytes, mut entries) = (Instant::now(), 0u32, 0, 0);
    while begun.elapsed() < Duration::from_secs(2) {
        let Ok(Asked::Objects { search, .. }) = door.ask(&request) else { panic!("{query}") };
        let page = shelf.page(&search, |_| true);
        entries = page.entries.len();
        bytes = answer::envelope(&page).body.len();
        asked += 1;
    }
    let rate = f64::from(asked) / begun.elapsed().as_secs_f64();
    println!("{what}: {rate:.0} requests a second, {entries} entries, {bytes} bytes each");
}
