//! What an evaluation of a duplicate hint costs beside the function's own loop: `hint_speed [--items 20000]`.
//!
//! Three ways over the same blinded subjects, one after the other in every round: `voprf`'s own loop over
//! elements that are read already, ours over the same, and ours from text to text as a server does it.
//! Prints evaluations a second by wall clock and by time on the processor, medians of five rounds.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::hint::black_box;
use std::time::Instant;

use renkei_core::class::DataClass;
use renkei_core::hint::{Blinded, Epoch, Evaluator, Randomness, Subject};
use renkei_core::id::Digest;
use renkei_core::inquiry::Instrument;
use renkei_core::inquiry::identifier::Kind;
use renkei_core::inquiry::item::Item;
use renkei_core::inquiry::paper::Paper;
use voprf::{BlindedElement, OprfServer, Ristretto255};

const ROUNDS: usize = 5;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let items: u64 = match (arguments.next().as_deref(), arguments.next()) {
        (None, _) => 20_000,
        (Some("--items"), Some(count)) => count.parse().expect("a number"),
        other => panic!("what is `{other:?}`?"),
    };
    let blinded: Vec<Blinded> = (0..items).map(blind).collect();
    let texts: Vec<String> = blinded.iter().map(Blinded::to_string).collect();
    let elements: Vec<BlindedElement<Ristretto255>> =
        blinded.iter().map(|blinded| BlindedElement::deserialize(&blinded.bytes()).unwrap()).collect();
    let server = OprfServer::<Ristretto255>::new_from_seed(&[7; 32], b"renkei hint v1 epoch 1").unwrap();
    let ours = Evaluator::derive(&[7; 32], Epoch(1)).unwrap();
    for (element, blinded) in elements.iter().zip(&blinded).take(100) {
        let peer: [u8; 32] = server.blind_evaluate(element).serialize().into();
        assert_eq!(peer, ours.evaluate(blinded).unwrap().bytes());
    }
    let mut rounds: [Vec<(f64, f64)>; 3] = Default::default();
    for _ in 0..ROUNDS {
        rounds[0]
            .push(time(items, || elements.iter().for_each(|element| drop(black_box(server.blind_evaluate(element))))));
        rounds[1].push(time(items, || blinded.iter().for_each(|blinded| drop(black_box(ours.evaluate(blinded))))));
        rounds[2].push(time(items, || {
            texts.iter().for_each(|text| {
                let blinded: Blinded = text.parse().unwrap();
                black_box(ours.evaluate(&blinded).unwrap().to_string());
            });
        }));
    }
    let names = ["voprf's own loop", "hint::Evaluator", "hint::Evaluator, text to text"];
    let peer = median(rounds[0].iter().map(|round| round.1));
    println!("{items} blinded subjects, medians of {ROUNDS} rounds; a second:");
    for (name, round) in names.iter().zip(&rounds) {
        let (wall, processor) = (median(round.iter().map(|round| round.0)), median(round.iter().map(|round| round.1)));
        println!("{name:<30} {wall:>9.0} by wall {processor:>9.0} by processor {:>6.3} of voprf's", processor / peer);
    }
}

fn blind(number: u64) -> Blinded {
    let item = Item {
        number: 1,
        kind: Kind::Phone,
        value: format!("+8190{number:08}"),
        field: "holder-name".into(),
        class: DataClass::Registration,
        borderline: false,
        window: None,
    };
    let paper = Paper {
        number: String::new(),
        salt: None,
        asker: "a-force".parse().unwrap(),
        section: String::new(),
        officer: "a-desk".parse().unwrap(),
        recipient: "a-provider".parse().unwrap(),
        instrument: Instrument::Inquiry,
        form: 1,
        basis: String::new(),
        case: String::new(),
        purpose: String::new(),
        days: 0,
        items: vec![item.clone()],
    };
    let mut random = [0; 64];
    random[..32].copy_from_slice(&Digest::of(&number.to_be_bytes()).0);
    Subject::of(&paper, &item).unwrap().blind(Epoch(1), Randomness::new(random)).unwrap().1
}

/// Items a second by wall clock and by time on the processor.
fn time(items: u64, work: impl FnOnce()) -> (f64, f64) {
    let (processor, wall) = (on_processor(), Instant::now());
    work();
    (items as f64 / wall.elapsed().as_secs_f64(), items as f64 / (on_processor() - processor))
}

/// Seconds that this one thread was on a processor (Linux, `/proc/self/schedstat`).
fn on_processor() -> f64 {
    let text = std::fs::read_to_string("/proc/self/schedstat").expect("Linux with schedstat");
    text.split_whitespace().next().unwrap().parse::<f64>().unwrap() / 1e9
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut sorted: Vec<f64> = values.collect();
    sorted.sort_by(f64::total_cmp);
    sorted[sorted.len() / 2]
}
