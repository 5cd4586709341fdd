//! Watches captures: `sense DARK,… THREADS detect|minutes|digest|print FILE…`; the report goes to standard output.
//!
//! `minutes` counts the rows of the batches that it is handed and drops them; nothing is written. `digest`
//! also adds up a digest of each row, so that two versions can be compared whatever the order of rows.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::fs::File;
use std::hash::{DefaultHasher, Hasher as _};
use std::sync::atomic::{AtomicU64, Ordering};

use arrow::array::RecordBatch;
use arrow::row::{RowConverter, SortField};
use renkei_edge::sense::{Baseline, Dark, Detection, Receiver, Refusal, Rules, Sense, Settings};

#[derive(Default)]
struct Count {
    rows: AtomicU64,
    detections: AtomicU64,
    print: bool,
    digest: bool,
    sum: AtomicU64,
}

/// The sum of the digests of its rows.
fn digest(rows: &RecordBatch) -> u64 {
    let fields = rows.schema().fields().iter().map(|field| SortField::new(field.data_type().clone())).collect();
    let rows = RowConverter::new(fields).and_then(|converter| converter.convert_columns(rows.columns()));
    let digest = |row: &[u8]| {
        let mut hasher = DefaultHasher::new();
        hasher.write(row);
        hasher.finish()
    };
    rows.expect("the rows can be compared").iter().map(|row| digest(row.as_ref())).fold(0, u64::wrapping_add)
}

impl Receiver for Count {
    fn minutes(&self, rows: RecordBatch) -> Result<(), Refusal> {
        self.rows.fetch_add(rows.num_rows() as u64, Ordering::Relaxed);
        if self.digest {
            self.sum.fetch_add(digest(&rows), Ordering::Relaxed);
        }
        Ok(())
    }

    fn detection(&self, detection: &Detection) -> Result<(), Refusal> {
        self.detections.fetch_add(1, Ordering::Relaxed);
        if self.print {
            println!("{}", serde_json::to_string(detection)?);
        }
        Ok(())
    }
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [dark, threads, mode, files @ ..] = arguments.as_slice() else {
        panic!("usage: sense DARK,… THREADS detect|minutes|digest|print FILE…");
    };
    let prefixes: Vec<_> = dark.split(',').map(|text| text.parse().expect("a prefix")).collect();
    let rules = Rules::shipped().expect("the rules are whole");
    let mut settings = Settings::new("bench", Dark::new(&prefixes), rules, 0x5eed);
    settings.threads = threads.parse().expect("a number of threads");
    settings.aggregates = mode == "minutes" || mode == "digest";
    settings.exact_sources = std::env::var_os("EXACT").is_some();
    if let Some(memory) = std::env::var("MEMORY").ok().and_then(|text| text.parse().ok()) {
        settings.memory = memory;
    }
    let count = Count { print: mode == "print", digest: mode == "digest", ..Count::default() };
    let mut sense = Sense::new(settings, Baseline::default());
    for file in files {
        sense.read(File::open(file).expect("the capture can be opened"), &count).expect("the capture can be read");
    }
    let (report, _) = sense.finish(&count).expect("the end");
    print!("{report}");
    if count.digest {
        println!("digest of rows {:016x}", count.sum.load(Ordering::Relaxed));
    }
    println!("{} rows, {} detections", count.rows.into_inner(), count.detections.into_inner());
}
