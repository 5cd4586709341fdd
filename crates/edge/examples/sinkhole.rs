//! A sinkhole as a process, for tests that kill it and benches that measure it: `sinkhole SETTINGS`.
//!
//! The program of the house is `renkei sinkhole`; this is the same machine without its front door.

use std::path::Path;
use std::time::{Duration, Instant, SystemTime};

use renkei_core::time::Moment;
use renkei_edge::sinkhole::serve::{Clock, start};
use renkei_edge::sinkhole::settings::Settings;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args().nth(1).ok_or("usage: sinkhole SETTINGS")?;
    let folder = Path::new(&path).parent().unwrap_or(Path::new(".")).to_owned();
    let settings = Settings::read(&std::fs::read_to_string(&path)?, &folder)?;
    let begun = Instant::now();
    let clock = Clock::new(move || {
        let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        (Moment(since.as_micros() as i64), begun.elapsed().as_micros() as u64)
    });
    let running = start(settings, clock, |told| eprintln!("{told}"))?;
    // Whoever started it reads where it listens, then that it listens.
    for address in &running.addresses {
        println!("{address}");
    }
    println!("ready {:?}", running.resumed);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let mut term = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
        while running.is_whole() {
            tokio::select! {
                _ = term.recv() => return Ok(()),
                () = tokio::time::sleep(Duration::from_secs(1)) => {}
            }
        }
        Err(std::io::Error::other("a thread fell"))
    })?;
    running.stop();
    Ok(())
}
