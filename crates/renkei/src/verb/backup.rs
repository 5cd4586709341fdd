//! `backup` and `restore`: the whole office elsewhere, and back.

use std::path::Path;

use renkei_app::backup::check;
use renkei_app::restore::{Wish, restore};

use crate::cli::{BackupArgs, BackupVerb, RestoreArgs};
use crate::desk::Desk;
use crate::exit::Exit;
use crate::progress::Bars;

/// Makes or checks a backup.
pub async fn run(desk: &Desk<'_>, args: &BackupArgs) -> anyhow::Result<Exit> {
    let bars = Bars::new(desk.arguments.json);
    let progress = |path: &Path, done: u64, total: u64| bars.read(path, done, total);
    match (&args.verb, &args.folder) {
        (Some(BackupVerb::Verify { folder }), _) => {
            let checked = check(folder, &progress).await?;
            desk.tell(&checked)?;
            Ok(if checked.whole { Exit::Done } else { Exit::NotIntact })
        }
        (None, Some(folder)) => {
            let office = desk.office().await?;
            desk.tell(&office.back_up(folder, args.with_keys.as_deref(), desk.at, &progress).await?)?;
            Ok(Exit::Done)
        }
        (None, None) => Ok(Exit::Usage),
    }
}

/// Makes an office from a backup.
pub async fn back(desk: &Desk<'_>, args: &RestoreArgs) -> anyhow::Result<Exit> {
    let bars = Bars::new(desk.arguments.json);
    let progress = |path: &Path, done: u64, total: u64| bars.read(path, done, total);
    let wish = Wish {
        backup: &args.folder,
        to: &args.to,
        registry: desk.arguments.registry.as_deref(),
        identity: args.identity.as_deref(),
    };
    let restored = restore(wish, desk.at, &progress).await?;
    desk.tell(&restored)?;
    Ok(if restored.intact { Exit::Done } else { Exit::NotIntact })
}
