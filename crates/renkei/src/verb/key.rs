//! `key`: lists, rotates, revokes.

use crate::cli::KeyVerb;
use crate::desk::Desk;

/// Does it.
pub async fn run(desk: &Desk<'_>, verb: &KeyVerb) -> anyhow::Result<()> {
    let office = desk.office().await?;
    match verb {
        KeyVerb::List => desk.tell(&office.keys().await?),
        KeyVerb::Export => {
            print!("{}", office.export_keys().await?);
            Ok(())
        }
        KeyVerb::Rotate { name } => desk.tell(&office.rotate_key(name, desk.at).await?),
        KeyVerb::Revoke { name } => desk.tell(&office.revoke_key(name, desk.at).await?),
    }
}
