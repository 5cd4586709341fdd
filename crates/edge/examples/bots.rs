//! Simulated bots, on loopback only: `bots ADDRESS HOST FAMILY COUNT [THREADS]`.
//!
//! Each of COUNT devices checks in once; prints how many were given blank data, and how fast.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Instant;

use renkei_edge::sinkhole::bots::{Bots, Family};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [address, host, family, count, rest @ ..] = words.as_slice() else {
        return Err("usage: bots ADDRESS HOST FAMILY COUNT [THREADS]".into());
    };
    let family = Family::ALL.into_iter().find(|known| known.as_str() == family).ok_or("no such family")?;
    let bots = Bots::new(address.parse()?, family, host)?;
    let count: u32 = count.parse()?;
    let threads: u32 = rest.first().map_or(Ok(2), |threads| threads.parse())?;
    let (next, blank) = (AtomicU32::new(0), AtomicU32::new(0));
    let begun = Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let device = next.fetch_add(1, Ordering::Relaxed);
                    if device >= count {
                        return;
                    }
                    if bots.check_in(device, None).is_ok_and(|told| told.is_blank()) {
                        blank.fetch_add(1, Ordering::Relaxed);
                    }
                }
            });
        }
    });
    let seconds = begun.elapsed().as_secs_f64();
    println!("devices {count} blank {} in {seconds:.1} s", blank.load(Ordering::Relaxed));
    Ok(())
}
