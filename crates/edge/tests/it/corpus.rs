//! Replays the seeds of the fuzz targets, so that every test run walks them.

use std::fs;
use std::path::Path;

#[path = "../../../../fuzz/src/sinkhole.rs"]
mod sinkhole;
#[path = "../../../../fuzz/src/zone.rs"]
mod zone;

#[test]
fn no_seed_makes_the_sinkhole_fall() {
    replay(&sinkhole::ALL);
}

#[test]
fn no_seed_makes_the_primary_fall() {
    replay(&zone::ALL);
}

fn replay(targets: &[sinkhole::Target]) {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus");
    for (name, run) in targets {
        let seeds: Vec<_> = fs::read_dir(corpus.join(name)).unwrap_or_else(|_| panic!("no seeds for {name}")).collect();
        assert!(!seeds.is_empty(), "no seeds for {name}");
        for seed in seeds {
            let bytes = fs::read(seed.unwrap().path()).unwrap();
            run(&bytes);
            // Every cut of a seed is one more input.
            for cut in (0..bytes.len()).step_by(bytes.len() / 64 + 1) {
                run(&bytes[..cut]);
            }
        }
    }
}
