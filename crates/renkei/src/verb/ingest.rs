//! `ingest`: reads feed files, with a bar while it works.

use crate::cli::IngestArgs;
use crate::desk::Desk;
use crate::exit::Exit;
use crate::progress::Bars;

/// Reads the files.
pub async fn run(desk: &Desk<'_>, args: &IngestArgs) -> anyhow::Result<Exit> {
    let office = desk.office().await?.behind_the_served()?;
    let bars = Bars::new(desk.arguments.json);
    let progress = |path: &std::path::Path, done: u64, total: u64| bars.read(path, done, total);
    let read = office.ingest(&args.files, args.mapping.as_deref(), desk.at, &progress).await?;
    desk.tell(&read)?;
    let bad = read.feeds.iter().any(|feed| feed.quarantined > 0);
    Ok(if args.strict && bad { Exit::Findings } else { Exit::Done })
}
