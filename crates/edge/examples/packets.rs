//! Writes the made capture: `packets FILE [PACKETS] [SCALE] [SEED] [SECONDS]`; its truth goes to standard output.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::fs::File;
use std::io::{BufWriter, Write as _};

use renkei_edge::sense::generate::{Plan, write};

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let Some(path) = arguments.first() else { panic!("usage: packets FILE [PACKETS] [SCALE] [SEED] [SECONDS]") };
    let number = |at: usize| arguments.get(at).map(|text| text.parse::<f64>().expect("a number"));
    let plan = Plan {
        packets: number(1).map_or(Plan::FULL.packets, |packets| packets as u64),
        scale: number(2).unwrap_or(Plan::FULL.scale),
        seed: number(3).map_or(Plan::FULL.seed, |seed| seed as u64),
        seconds: number(4).map_or(Plan::FULL.seconds, |seconds| seconds as u32),
        ..Plan::FULL
    };
    let mut file = BufWriter::with_capacity(1 << 20, File::create(path).expect("the file can be made"));
    let truth = write(&plan, plan.packets <= 1_000_000, &mut file).expect("the file can be written");
    file.flush().expect("the file can be written");
    println!("{}", serde_json::to_string_pretty(&truth).expect("the truth is JSON"));
}
