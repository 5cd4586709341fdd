//! Properties: order, splitting, quoting and the order of columns change nothing.

use proptest::prelude::*;
use renkei_formats::Limits;

use crate::damage::gz;
use crate::read::{OPTIONS, read, read_with};

const NAMES: [&str; 6] = ["timestamp", "src_ip", "src_port", "family", "odd", "even"];

fn rows() -> impl Strategy<Value = Vec<Vec<String>>> {
    let row = (
        prop_oneof!["2026-11-2[0-9] 0[0-9]:00:00", "2026-02-30 00:00:00", ""],
        prop_oneof![6 => "198\\.18\\.[0-9]\\.[0-9]", 1 => "2001:db8::[0-9a-f]", 1 => "198\\.18\\.0", 1 => ""],
        prop_oneof!["[1-9][0-9]{0,3}", "", "x"],
        "[a-c\",\n]{0,4}",
        "[ab]?",
        "[é\"]?",
    );
    let row = row.prop_map(|(time, address, port, family, odd, even)| vec![time, address, port, family, odd, even]);
    prop::collection::vec(row, 0..40)
}

fn write(rows: &[Vec<String>], columns: &[usize], always_quote: bool) -> String {
    let cell = |text: &str| match always_quote || text.contains(['"', ',', '\n']) {
        true => format!("\"{}\"", text.replace('"', "\"\"")),
        false => text.to_owned(),
    };
    let header = columns.iter().map(|place| cell(NAMES[*place])).collect::<Vec<_>>().join(",");
    let line = |row: &Vec<String>| columns.iter().map(|place| cell(&row[*place])).collect::<Vec<_>>().join(",");
    std::iter::once(header).chain(rows.iter().map(line)).map(|line| line + "\n").collect()
}

const FIXED: [usize; 6] = [0, 1, 2, 3, 4, 5];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn permuting_and_splitting_give_the_same_lines(
        (rows, shuffled, cut) in rows().prop_flat_map(|rows| {
            let count = rows.len();
            (Just(rows.clone()), Just(rows).prop_shuffle(), 0..=count)
        }),
        chunk in 1usize..200,
        columns in Just(FIXED.to_vec()).prop_shuffle(),
        quote: bool,
    ) {
        let name = "2026-11-20-event4_sinkhole-x.csv";
        let whole = read(name, write(&rows, &FIXED, false).as_bytes());
        prop_assert_eq!(whole.lines(), rows.len() as u64);
        let other = write(&shuffled, &columns, quote);
        let limits = Limits { chunk, ..Limits::default() };
        let packed = gz(other.as_bytes());
        for bytes in [other.as_bytes(), &packed] {
            let other = read_with(name, bytes, None, OPTIONS, limits);
            prop_assert_eq!(other.keys(), whole.keys());
            prop_assert_eq!((other.lines(), other.stored(), other.blank()), (whole.lines(), whole.stored(), whole.blank()));
        }
        let (first, second) = rows.split_at(cut);
        let halves = [first, second].map(|half| read(name, write(half, &FIXED, false).as_bytes()));
        let mut keys = halves[0].keys();
        for (key, count) in halves[1].keys() {
            *keys.entry(key).or_default() += count;
        }
        prop_assert_eq!(keys, whole.keys());
    }

    #[test]
    fn chunks_never_change_what_strange_bytes_give(bytes in "[a\",\n\r\0é]{0,80}", chunk in 1usize..20, max_line in 1usize..40) {
        let text = format!("timestamp,src_ip\n{bytes}");
        let small = Limits { chunk, max_line };
        let large = Limits { chunk: 1 << 20, max_line };
        let [small, large] = [small, large].map(|limits| read_with("a.csv", text.as_bytes(), None, OPTIONS, limits));
        prop_assert_eq!(small.quarantined(), large.quarantined());
        prop_assert_eq!(small.findings(), large.findings());
        prop_assert_eq!((small.lines(), small.blank()), (large.lines(), large.blank()));
    }
}
