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
    check(
        include_bytes!("../../../../fuzz/corpus/routes_csv/ranges.csv"),
        expect![[r#"
        Csv rows 5
        198.18.0.0 198.18.0.255 AS64496
        198.18.0.128 198.18.1.255 AS64497
        AS64496 Aozora, Inc.
        AS64497 b
        line 4 at 98 R043
        line 5 at 128 R042
        line 6 at 160 R040
        line 3 at 64 R041
    "#]],
    );
}

#[test]
fn prefixes_as_csv() {
    check(
        include_bytes!("../../../../fuzz/corpus/routes_csv/prefixes.csv"),
        expect![[r#"
        Csv rows 3
        198.18.0.0 198.18.0.255 AS64496
        2001:db8:: 2001:db8:ffff:ffff:ffff:ffff:ffff:ffff AS64497
        AS64496 Aozora
        AS64497 b
        line 4 at 113 R040
    "#]],
    );
}

#[test]
fn pyasn_data() {
    check(
        include_bytes!("../../../../fuzz/corpus/pyasn/rib.dat"),
        expect![[r#"
        Pyasn rows 4
        198.18.0.0 198.19.255.255 AS64496
        2001:db8:: 2001:db8:ffff:ffff:ffff:ffff:ffff:ffff AS65536
        line 4 at 52 R040
        line 5 at 72 R040
    "#]],
    );
}

#[test]
fn databases() {
    check(
        include_bytes!("../../../../fuzz/corpus/mmdb/asn.mmdb"),
        expect![[r#"
        Mmdb rows 3
        198.18.0.0 198.18.0.255 AS64496
        198.18.1.0 198.18.1.255 AS64497
        2001:db8:: 2001:db8:ffff:ffff:ffff:ffff:ffff:ffff AS65536
        AS64496 Aozora
        AS64497 Hidamari
        AS65536 Yuugure
    "#]],
    );
    assert!(matches!(read(b"nothing".as_slice()), Err(RoutesError::Unknown)));
    assert!(matches!(read(b"\xab\xcd\xefMaxMind.com".as_slice()), Err(RoutesError::Database(_))));
}

/// Found by the fuzz target: a record that leads into the gap between tree and data.
#[test]
fn a_record_that_leads_into_the_gap_before_the_data_is_refused() {
    let gap = include_bytes!("../../../../fuzz/corpus/mmdb/separator.mmdb");
    assert!(read(gap.as_slice()).is_err());
}

/// Found by the fuzz target: an extended type beyond what a byte holds.
#[test]
fn a_type_that_does_not_exist_is_a_finding() {
    let read = read(include_bytes!("../../../../fuzz/corpus/mmdb/type.mmdb").as_slice());
    assert!(read.is_err() || read.is_ok_and(|read| !read.findings.is_empty()));
}

#[test]
fn a_tree_that_runs_in_a_circle_ends() {
    let circle = read(include_bytes!("../../../../fuzz/corpus/mmdb/circle.mmdb").as_slice());
    assert!(circle.is_err() || circle.is_ok_and(|routes| routes.routes.len() < 1_000_000));
}
