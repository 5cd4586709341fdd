//! `sinkhole`: answers an operation's bots with blank data, and hands what it saw to the office.

use std::io::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use renkei_edge::sinkhole::serve::{Clock, load, start};
use renkei_edge::sinkhole::settings::Settings;
use tokio::signal::unix::{SignalKind, signal};

use crate::cli::SinkholeVerb;
use crate::moment;

/// Runs a sinkhole, or proves what it would run with.
pub async fn run(verb: &SinkholeVerb) -> anyhow::Result<()> {
    match verb {
        SinkholeVerb::Run { settings } => serve(read(settings)?).await,
        SinkholeVerb::Check { settings } => {
            let table = load(&read(settings)?)?.table;
            let now = moment::now();
            println!("{} order {}", table.order().operation, table.order().serial);
            for served in table.zones() {
                let open = if served.is_open(now) { "open" } else { "locked" };
                println!("{} {} {open}", served.zone.name, served.zone.family);
            }
            Ok(())
        }
    }
}

fn read(path: &Path) -> anyhow::Result<Settings> {
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read `{}`", path.display()))?;
    let folder = path.parent().unwrap_or(Path::new("."));
    Settings::read(&text, folder).with_context(|| format!("`{}` cannot be used", path.display()))
}

async fn serve(settings: Settings) -> anyhow::Result<()> {
    let begun = Instant::now();
    let steady = move || u64::try_from(begun.elapsed().as_micros()).unwrap_or(u64::MAX);
    let running = start(settings, Clock::new(move || (moment::now(), steady())), |told| eprintln!("{told}"))?;
    // Whoever started it may read where it listens, then that it listens; nobody has to.
    let mut out = std::io::stdout();
    for address in &running.addresses {
        let _ = writeln!(out, "{address}");
    }
    let _ = writeln!(out, "ready");
    let (mut stop, mut end) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    let whole = loop {
        if !running.is_whole() {
            break false;
        }
        tokio::select! {
            _ = stop.recv() => break true,
            _ = end.recv() => break true,
            () = tokio::time::sleep(Duration::from_secs(1)) => {}
        }
    };
    tokio::task::block_in_place(|| running.stop());
    if !whole {
        bail!("a thread of the sinkhole ended early; what it knew is on the disk: start it again");
    }
    Ok(())
}
