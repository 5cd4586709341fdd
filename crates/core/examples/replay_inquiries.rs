//! What the checks of the drafting desk find: `replay_inquiries`.
//!
//! Prints the table of docs/inquiry-checks.md (1,000 clean inquiries, then the same with errors planted), and
//! how long the checks of one inquiry with 500 items take, median of 101.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

#[path = "../tests/it/replay/mod.rs"]
mod replay;

use std::time::Instant;

use replay::population::{Random, identifier, population};

fn main() {
    print!("{}", replay::replay());
    let mut random = Random::new();
    let mut case = population().into_iter().find(|case| case.timed().is_some() && case.occurred.is_some()).unwrap();
    let model = case.items[0].clone();
    let items = (1..=500).map(|number| {
        let mut item = model.clone();
        (item.number, item.value) = (number, identifier(item.kind, &mut random));
        item
    });
    case.items = items.collect();
    let mut times: Vec<_> = (0..101)
        .map(|_| {
            let begun = Instant::now();
            std::hint::black_box(case.findings());
            begun.elapsed()
        })
        .collect();
    times.sort();
    println!("\n500 items: {} µs", times[50].as_micros());
}
