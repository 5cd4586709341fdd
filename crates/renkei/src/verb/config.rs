//! `config` and `doctor`.

use crate::desk::Desk;
use crate::exit::Exit;

/// Shows the settings in force.
pub async fn run(desk: &Desk<'_>) -> anyhow::Result<()> {
    let office = desk.office().await?;
    desk.tell(&office.config().await?)
}

/// Looks the office over.
pub async fn doctor(desk: &Desk<'_>) -> anyhow::Result<Exit> {
    let health = desk.office().await?.doctor().await?;
    desk.tell(&health)?;
    Ok(if health.well { Exit::Done } else { Exit::Failed })
}
