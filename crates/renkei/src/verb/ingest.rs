//! `ingest`: reads feed files, with a bar while it works.

use crate::cli::IngestArgs;
use crate::desk::Desk;
use crate::exit::Exit;
use crate::progress::Bars;

/// How far reading feeds stands back behind the served pages: on a machine with nothing else to do it costs nothing.
const NICE: i32 = 10;

/// Reads the files.
pub async fn run(desk: &Desk<'_>, args: &IngestArgs) -> anyhow::Result<Exit> {
    yield_to_people();
    let office = desk.office().await?;
    let bars = Bars::new(desk.arguments.json);
    let progress = |path: &std::path::Path, done: u64, total: u64| bars.read(path, done, total);
    let read = office.ingest(&args.files, args.mapping.as_deref(), desk.at, &progress).await?;
    desk.tell(&read)?;
    let bad = read.feeds.iter().any(|feed| feed.quarantined > 0);
    Ok(if args.strict && bad { Exit::Findings } else { Exit::Done })
}

/// Lowers the process's priority, so that pages which are served from the same machine do not wait for it.
fn yield_to_people() {
    // Where it is not allowed, feeds are read as fast as everything else.
    let _ = rustix::process::nice(NICE);
}
