//! The aggregate against a naive map, with little memory and times that jump.

use std::collections::{BTreeMap, BTreeSet};

use arrow::array::AsArray;
use arrow::datatypes::{Int32Type, Int64Type, TimestampMicrosecondType};
use proptest::prelude::*;
use renkei_formats::packet::{flag, protocol};

use super::flow::ttl_class;
use super::*;

type Key = (i64, String, i32, i32, i32, i32);
/// Packets, bytes, destinations of the one part.
type Sum = (i64, i64, BTreeSet<u32>);

fn fact() -> impl Strategy<Value = Fact<u32>> {
    (0_u32..40, 0_u32..90, 0_u32..400, 40_u32..60, prop::sample::select(vec![23_u16, 80]), any::<bool>()).prop_map(
        |(source, place, second, length, port, syn)| Fact {
            source,
            actor: source,
            place,
            second: 6_000 + second,
            length,
            port,
            protocol: protocol::TCP,
            flags: if syn { flag::SYN } else { flag::RST },
            ttl: 64 - (source % 2) as u8 * 40,
            ..Fact::default()
        },
    )
}

proptest! {
    /// Packets and bytes add up whatever the memory; destinations too where a minute has one part.
    #[test]
    fn as_a_naive_map_says(
        facts in prop::collection::vec(fact(), 0..800),
        memory in prop::sample::select(vec![1_usize << 13, 1 << 15, 1 << 24]),
        steps in prop::collection::vec(any::<prop::sample::Index>(), 0..5),
    ) {
        let mut naive: BTreeMap<Key, Sum> = BTreeMap::new();
        for fact in &facts {
            let minute = i64::from(fact.second / 60) * 60_000_000;
            let key = (minute, fact.source.ip().to_string(), i32::from(fact.port), 6, i32::from(fact.flags), i32::from(ttl_class(fact.ttl)));
            let sum = naive.entry(key).or_default();
            sum.0 += 1;
            sum.1 += i64::from(fact.length);
            sum.2.insert(fact.place);
        }
        let mut batches = Vec::new();
        let mut out = |batch: RecordBatch| -> Result<(), HandOverError> { batches.push(batch); Ok(()) };
        let mut aggregate = Aggregate::<u32>::new("s", 100, memory, 7);
        let steps: BTreeSet<usize> = steps.iter().map(|at| at.index(facts.len().max(1))).collect();
        let mut closed = 0;
        for (at, fact) in facts.iter().enumerate() {
            if steps.contains(&at) {
                closed = closed.max(fact.second / 60);
                aggregate.close(closed, &mut out).unwrap();
            }
            aggregate.add(fact, closed, &mut out).unwrap();
        }
        aggregate.close(u32::MAX, &mut out).unwrap();
        let handed = aggregate.handed;
        let mut seen: BTreeMap<Key, (i64, i64, Vec<i64>)> = BTreeMap::new();
        let mut unique = BTreeSet::new();
        for batch in &batches {
            let int = |name: &str| batch.column_by_name(name).unwrap().as_primitive::<Int32Type>().values().to_vec();
            let long = |name: &str| batch.column_by_name(name).unwrap().as_primitive::<Int64Type>().values().to_vec();
            let minutes = batch.column_by_name("minute").unwrap().as_primitive::<TimestampMicrosecondType>();
            let sources = batch.column_by_name("src_ip").unwrap().as_string::<i32>();
            let (ports, protocols, flags, ttls, parts) =
                (int("dst_port"), int("protocol"), int("tcp_flags"), int("ttl_class"), int("part"));
            let (packets, bytes, destinations) = (long("packets"), long("bytes"), long("destinations"));
            for row in 0..batch.num_rows() {
                let key = (minutes.value(row), sources.value(row).to_owned(), ports[row], protocols[row], flags[row], ttls[row]);
                prop_assert!(unique.insert((key.clone(), parts[row])), "a key stands once in a part");
                let sum = seen.entry(key).or_default();
                sum.0 += packets[row];
                sum.1 += bytes[row];
                sum.2.push(destinations[row]);
            }
        }
        prop_assert_eq!(handed.packets, facts.len() as u64);
        prop_assert_eq!(handed.rows, unique.len() as u64);
        prop_assert_eq!(seen.len(), naive.len());
        for (key, (packets, bytes, destinations)) in seen {
            let expected = &naive[&key];
            prop_assert_eq!((packets, bytes), (expected.0, expected.1));
            let count = expected.2.len() as i64;
            match destinations.as_slice() {
                [whole] => prop_assert_eq!(*whole, count),
                parts => prop_assert!(parts.iter().all(|part| *part <= count) && parts.iter().sum::<i64>() >= count),
            }
        }
    }
}
