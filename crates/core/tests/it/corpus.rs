//! Replays the seeds of core's own fuzz targets, so that every test run walks them.

use std::fs;
use std::path::Path;

#[path = "../../../../fuzz/src/inquiries.rs"]
mod inquiries;

#[test]
fn no_seed_makes_a_reader_fall() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus");
    for (name, run) in inquiries::ALL {
        let seeds: Vec<_> = fs::read_dir(corpus.join(name)).unwrap_or_else(|_| panic!("no seeds for {name}")).collect();
        assert!(!seeds.is_empty(), "no seeds for {name}");
        for seed in seeds {
            let bytes = fs::read(seed.unwrap().path()).unwrap();
            // Every cut of a seed is one more input.
            (0..=bytes.len()).for_each(|cut| run(&bytes[..cut]));
        }
    }
}
