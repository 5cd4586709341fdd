//! Route tables: golden rows and a database made by hand.

use expect_test::{Expect, expect};

use super::*;

fn check(bytes: &[u8], expected: Expect) {
    let routes = read(bytes).unwrap();
    let mut shown = format!("{:?} rows {}\n", routes.form, routes.rows);
    for Route { first, last, asn } in &routes.routes {
        shown += &format!("{first} {last} {asn}\n");
    }
    for (asn, name) in &routes.names {
        shown += &format!("{asn} {name}\n");
    }
    for finding in &routes.findings {
        shown += &format!("line {} at {} {}\n", finding.line, finding.offset, finding.code.as_str());
    }
    expected.assert_eq(&shown);
}

#[test]
fn ranges_and_their_faults() {
    check(include_bytes!("../../../../fuzz/corpus/routes_csv/ranges.csv"), expect![[""]]);
}

#[test]
fn prefixes_as_csv() {
    check(include_bytes!("../../../../fuzz/corpus/routes_csv/prefixes.csv"), expect![[""]]);
}

#[test]
fn pyasn_data() {
    check(include_bytes!("../../../../fuzz/corpus/pyasn/rib.dat"), expect![[""]]);
}

#[test]
fn databases() {
    check(include_bytes!("../../../../fuzz/corpus/mmdb/asn.mmdb"), expect![[""]]);
    assert!(matches!(read(b"nothing".as_slice()), Err(RoutesError::Unknown)));
    assert!(matches!(read(b"\xab\xcd\xefMaxMind.com".as_slice()), Err(RoutesError::Database(_))));
}

#[test]
fn a_tree_that_runs_in_a_circle_ends() {
    let circle = read(include_bytes!("../../../../fuzz/corpus/mmdb/circle.mmdb").as_slice());
    assert!(circle.is_err() || circle.is_ok_and(|routes| routes.routes.len() < 1_000_000));
}
