//! Filters, counts and pages against a naive model.

use std::ops::ControlFlow;

use arrow::array::{AsArray, RecordBatch};
use renkei_core::net::Asn;
use renkei_core::time::{Day, Moment};
use renkei_lake::{CountRow, Filter, Group, Lake, ReadError, View, Whose};

use crate::office::{FIRST_DAY, Line, care, family_of, feed, ingest, keys, line, runtime};

const LINES: u32 = 600;

#[test]
fn filters_agree_with_a_naive_model() {
    with_lake(|view| {
        let all = |_: u32| true;
        check(view, Filter::default(), &all);
        check(view, Filter { family: Some("gozi".into()), ..Filter::default() }, &|n| family_of(n) == "gozi");
        check(view, Filter { family: Some("none".into()), ..Filter::default() }, &|_| false);
        check(view, Filter { kind: Some("csv/sample".into()), ..Filter::default() }, &all);
        let party = Whose::Party("isp-aozora".parse().unwrap());
        check(view, Filter { party: Some(party), ..Filter::default() }, &|n| n % 2 == 0);
        check(view, Filter { party: Some(Whose::Nobody), ..Filter::default() }, &|n| n % 2 == 1);
        check(view, Filter { asn: Some(Asn(64_497)), ..Filter::default() }, &|n| n % 4 == 1);
        check(view, Filter { country: Some("JP".into()), ..Filter::default() }, &all);
        check(view, Filter { prefix: Some("198.18.1.0/24".parse().unwrap()), ..Filter::default() }, &|n| {
            (256..512).contains(&n)
        });
        check(view, Filter { port: Some(1030), ..Filter::default() }, &|n| n == 6);
        check(view, Filter { port: Some(443), ..Filter::default() }, &all);
        check(view, Filter { from_day: Some(Day(FIRST_DAY + 2)), ..Filter::default() }, &|n| n % 3 == 2);
        check(view, Filter { until_day: Some(Day(FIRST_DAY + 1)), ..Filter::default() }, &|n| n % 3 == 0);
        let noon = Day(FIRST_DAY + 1).start().0 + 100 * 1_000_000;
        let between = Filter { from: Some(Day(FIRST_DAY + 1).start()), until: Some(Moment(noon)), ..Filter::default() };
        check(view, between, &|n| n % 3 == 1 && n < 100);
        check(view, Filter { feed: Some(feed("odd")), ..Filter::default() }, &|n| n % 2 == 1);
        check(view, Filter { text: Some("DEVICE.ex".into()), ..Filter::default() }, &all);
        check(view, Filter { text: Some("198.18.2.10".into()), ..Filter::default() }, &|n| n == 522);
    });
}

#[test]
fn counts_add_up() {
    with_lake(|view| {
        let total: u64 = view.count(&Filter::default(), &[]).unwrap().iter().map(|row| row.lines).sum();
        assert_eq!(total, u64::from(LINES));
        let by_day = view.count(&Filter::default(), &[Group::Day]).unwrap();
        assert_eq!(by_day.iter().map(|row| row.lines).collect::<Vec<_>>(), [200, 200, 200]);
        let both = view.count(&Filter::default(), &[Group::Party, Group::Family]).unwrap();
        let row = |party: Option<&str>, family: &str| CountRow {
            key: vec![party.map(str::to_owned), Some(family.to_owned())],
            lines: 100,
            devices: 0,
        };
        let expected = [None, Some("isp-aozora")]
            .into_iter()
            .flat_map(|party| ["gozi", "ramnit", "vawtrak"].map(|family| row(party, family)));
        assert_eq!(both, expected.collect::<Vec<_>>());
        let devices = view.count_devices(&Filter::default(), &[Group::Asn]).unwrap();
        assert_eq!(devices.len(), 4);
        assert!(devices.iter().all(|row| row.lines == 150 && row.devices == 150));
        assert_eq!(devices[0].key, [Some("AS64496".to_owned())]);
        let ports = view.count(&Filter::default(), &[Group::Port, Group::Country, Group::Kind]).unwrap();
        assert_eq!(ports[0].key, ["443", "JP", "csv/sample"].map(|text| Some(text.to_owned())));
    });
}

#[test]
fn pages_are_the_sorted_lake_cut_in_pieces() {
    runtime().block_on(async {
        let folder = tempfile::tempdir().unwrap();
        let lake = Lake::create(folder.path()).await.unwrap();
        let timeless = |number| Line { timeless: true, ..line(number) };
        let lines: Vec<_> = (0..40).map(line).chain((40..50).map(timeless)).collect();
        ingest(&lake, feed("one"), &lines).await;
        let view = lake.view().await.unwrap();
        let (mut after, mut seen, mut moments) = (None, Vec::new(), Vec::new());
        loop {
            let page = view.page(&Filter::default(), after, 7).unwrap();
            let half = |name: &str| {
                let column = page.rows.column_by_name(name).unwrap();
                column.as_primitive::<arrow::datatypes::Int64Type>().values().to_vec()
            };
            seen.extend(half("line_hi").into_iter().zip(half("line_lo")));
            let at = page.rows.column_by_name("observed_at").unwrap();
            let at = at.as_primitive::<arrow::datatypes::TimestampMicrosecondType>();
            moments.extend(at.iter().map(|at| at.unwrap_or(i64::MAX)));
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        assert!(moments.is_sorted() && moments.iter().filter(|at| **at == i64::MAX).count() == 10);
        seen.sort_unstable();
        assert_eq!(seen, keys(&lake).await);
    });
}

#[test]
fn reading_can_stop_early_and_names_unknown_columns() {
    with_lake(|view| {
        let mut batches = 0;
        view.scan(&Filter::default(), &["src_ip"], |_| {
            batches += 1;
            ControlFlow::Break(())
        })
        .unwrap();
        assert_eq!(batches, 1);
        let error = view.scan(&Filter::default(), &["no_such"], |_| ControlFlow::Continue(())).unwrap_err();
        assert!(matches!(error, ReadError::Column { .. }));
    });
}

/// Runs a check before compaction and after it.
fn with_lake(check: impl Fn(&View)) {
    runtime().block_on(async {
        let folder = tempfile::tempdir().unwrap();
        let lake = Lake::create(folder.path()).await.unwrap();
        for (name, rest) in [("even", 0), ("odd", 1)] {
            let lines: Vec<_> = (0..LINES).filter(|number| number % 2 == rest).map(line).collect();
            ingest(&lake, feed(name), &lines).await;
        }
        check(&lake.view().await.unwrap());
        care(&lake, None).await;
        check(&lake.view().await.unwrap());
    });
}

fn check(view: &View, filter: Filter, wanted: &dyn Fn(u32) -> bool) {
    let mut found = Vec::new();
    let each = |batch: RecordBatch| {
        found.extend(batch.column(1).as_string::<i32>().iter().map(|text| text.unwrap().to_owned()));
        ControlFlow::Continue(())
    };
    view.scan(&filter, &["observed_on", "src_ip", "family"], each).unwrap();
    found.sort();
    let address = |number: u32| std::net::Ipv4Addr::from_bits(0xc612_0000 + number).to_string();
    let mut expected: Vec<_> = (0..LINES).filter(|number| wanted(*number)).map(address).collect();
    expected.sort();
    assert_eq!(found, expected, "{filter:?}");
}
