//! Whatever is drafted, shared, corrected, asked for and taken back: at every door each seat sees what a model says.
//!
//! Walks of random steps through the office itself. After every step a seat is asked at some doors, and now and then every
//! seat at every door. What is not there for a seat is answered as what never was; what it knows and may not do is
//! refused (S3.2, S4.1, S3.14).

mod deeds;
mod doors;
mod model;

use std::collections::HashMap;

use renkei_app::office::{Acting, Office};
use renkei_app::taxii::Hub;
use renkei_core::id::GroupId;
use renkei_core::time::Moment;

use crate::desk::{Desk, text};
use model::{Model, SEATS};

/// Steps of one walk.
const WALK: u64 = 500;
/// The first moment of a walk, 2026-06-01T00:00:00Z in microseconds.
const BEGIN: i64 = 1_780_272_000_000_000;

/// Steps in all; `RENKEI_STEPS` says how many (1,000 here, 100,000 under `./prove leak`).
fn steps() -> u64 {
    std::env::var("RENKEI_STEPS").ok().and_then(|steps| steps.parse().ok()).unwrap_or(1_000)
}

fn seed() -> u64 {
    std::env::var("RENKEI_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(20_160_004)
}

struct Random(u64);

impl Random {
    fn below(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % below.max(1)
    }

    fn one_in(&mut self, of: usize) -> bool {
        self.below(of) == 0
    }

    /// Up to two of several.
    fn some(&mut self, of: usize) -> Vec<usize> {
        (0..self.below(3)).map(|_| self.below(of)).collect()
    }
}

/// A walk: an office, and what was done in it.
struct Walk {
    office: Office,
    hub: Hub,
    model: Model,
    groups: Vec<GroupId>,
    /// The place of each item, by its id.
    number: HashMap<String, usize>,
    random: Random,
    seed: u64,
    step: u64,
}

impl Walk {
    fn at(&self) -> Moment {
        Moment(self.model.now)
    }

    /// Who does what, where and in which walk.
    fn said(&self, seat: usize) -> String {
        format!("seed {}, step {}: {}", self.seed, self.step, SEATS[seat].0)
    }

    fn any_item(&mut self) -> Option<usize> {
        let count = self.model.items.len();
        (count > 0).then(|| self.random.below(count))
    }
}

/// The id of an object that several items may hold.
fn object_id(object: usize) -> String {
    format!("indicator--00000000-0000-4000-8000-00000000000{}", object + 1)
}

async fn walk(desk: &Desk, registry: Option<String>, seed: u64, steps: u64) -> Model {
    let office = Office::open(&desk.office(), registry, Acting::default(), Moment(BEGIN)).await.unwrap();
    let mut walk = Walk {
        office,
        hub: Hub::default(),
        model: Model { now: BEGIN, ..Model::default() },
        groups: Vec::new(),
        number: HashMap::new(),
        random: Random(seed),
        seed,
        step: 0,
    };
    walk.begin().await;
    for step in 0..steps {
        walk.step = step;
        walk.model.now += 1_000;
        walk.deed().await;
        for _ in 0..2 {
            let (door, seat) = (walk.random.below(doors::DOORS), walk.random.below(SEATS.len()));
            walk.look(door, seat).await;
        }
        if step % 100 == 99 {
            for seat in 0..SEATS.len() {
                for door in 0..doors::DOORS {
                    walk.look(door, seat).await;
                }
            }
        }
    }
    walk.model
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap()
}

/// Seats of four organisations beside those of who runs the office.
fn open(registry: Option<String>) -> Desk {
    let desk = Desk::new(registry);
    desk.open();
    let fourth = desk.write(
        "fourth.toml",
        "[[party]]\nid = \"isp-d\"\nname = { ja = \"isp-d\", en = \"isp-d\" }\nrole = \"isp\"\ncountry = \"JP\"\n\
         zone = \"Asia/Tokyo\"\nagreement = [{ kind = \"nda\", from = \"2024-01-01\" }]\n",
    );
    desk.ok(&["party", "import", text(&fourth)]);
    for (seat, party) in &SEATS[..model::desk_of(model::OFFICE)] {
        let duty = if seat.ends_with("desk") { "answerer" } else { "approver" };
        let title = ["--title-ja", "担当", "--title-en", "desk"];
        let of = ["--duty", duty, "--party", model::PARTIES[*party]];
        desk.ok(&[&["seat", "invite", seat], &title[..], &of].concat());
    }
    desk
}

#[test]
fn nothing_leaks_at_any_door() {
    let first = open(None);
    let (steps, seed) = (steps(), seed());
    let walks = steps.div_ceil(WALK);
    let two = std::thread::scope(|scope| {
        let turn = |turn: u64| {
            let first = &first;
            scope.spawn(move || {
                let mine = (0..walks).filter(|walk| walk % 2 == turn);
                mine.map(|number| {
                    let desk = first.copy();
                    let model = runtime().block_on(walk(&desk, None, seed + number, WALK.min(steps)));
                    // All that was done, and refused, is in one unbroken ledger.
                    if number % 20 == 0 {
                        desk.ok(&["audit", "verify"]);
                    }
                    if walks > 10 {
                        println!("walk {number} of {walks}");
                    }
                    [model.items.len(), model.took.len(), model.asked.len()]
                })
                .collect::<Vec<_>>()
            })
        };
        [turn(0), turn(1)].map(|thread| thread.join().unwrap()).concat()
    });
    let sums = two.into_iter().fold([0; 3], |sum, one| [0, 1, 2].map(|place| sum[place] + one[place]));
    let [items, taken, asked] = sums;
    println!(
        "{} steps: {items} items, {taken} taken, {asked} asked onward; no door told more than the model",
        walks * WALK
    );
    assert!(items > 0 && taken > 0 && asked > 0);
}

#[test]
fn nothing_leaks_on_postgresql() {
    let registry = renkei_testkit::postgres::shared().unwrap().fresh_database().unwrap();
    let desk = open(Some(registry.clone()));
    let model = runtime().block_on(walk(&desk, Some(registry), seed(), 200));
    assert!(!model.items.is_empty() && !model.took.is_empty());
}
