//! What reading, checking and writing a bundle costs: `cargo run --release -p renkei-formats --example stix_speed -- FILE`.
//!
//! One thread. CPU time is the process's own (`/proc/self/schedstat`), so that a busy machine does not change
//! it much; the highest resident memory is the kernel's figure.

use std::time::Instant;

use renkei_formats::indicator::{Indicator, Kind};
use renkei_formats::stix::{Bundle, check, pattern, view};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args().nth(1).ok_or("usage: stix_speed FILE")?;
    let bytes = std::fs::read(path)?;
    println!("{:.1} MB", bytes.len() as f64 / 1e6);
    let bundle = timed("read", || Bundle::read(&bytes, usize::MAX))??;
    println!("{} objects, highest memory after reading {}", bundle.len(), status("VmHWM")?);
    let findings = timed("check", || check(&bundle))?;
    println!("{} findings", findings.len());
    let written = timed("write", || bundle.write())?;
    println!("{:.1} MB written", written.len() as f64 / 1e6);
    let ids = timed("references", || bundle.objects().map(|object| object.all_references().len()).sum::<usize>())?;
    println!("{ids} references");
    let values = timed("patterns and values", || bundle.objects().map(values).sum::<usize>())?;
    println!("{values} values of indicators");
    Ok(())
}

/// How many values the pattern of an indicator looks for.
fn values(object: renkei_formats::stix::Object<'_>) -> usize {
    let Some(indicator) = view::Indicator::of(object).filter(|indicator| indicator.language == "stix") else {
        return 0;
    };
    let Ok(pattern) = pattern::read(indicator.pattern) else { return 0 };
    let found = pattern.simple();
    found.iter().filter_map(Kind::of_simple).filter(|(kind, text)| Indicator::read(*kind, text).is_ok()).count()
}

fn timed<T>(what: &str, work: impl FnOnce() -> T) -> Result<T, Box<dyn std::error::Error>> {
    let (wall, before) = (Instant::now(), cpu()?);
    let done = work();
    println!("{what}: {:.3} s CPU, {:.3} s wall", (cpu()? - before) as f64 / 1e9, wall.elapsed().as_secs_f64());
    Ok(done)
}

/// Nanoseconds on a processor so far.
fn cpu() -> Result<u64, Box<dyn std::error::Error>> {
    let text = std::fs::read_to_string("/proc/self/schedstat")?;
    Ok(text.split(' ').next().unwrap_or_default().parse()?)
}

fn status(name: &str) -> Result<String, std::io::Error> {
    let text = std::fs::read_to_string("/proc/self/status")?;
    let line = text.lines().find(|line| line.starts_with(name)).unwrap_or_default();
    Ok(line.split_once(':').map_or("", |(_, value)| value.trim()).to_owned())
}
