//! `audit`: the ledger.

use renkei_app::audit::CheckpointShown;

use crate::cli::AuditVerb;
use crate::desk::Desk;
use crate::exit::Exit;

/// Shows, exports, signs, checks.
pub async fn run(desk: &Desk<'_>, verb: &AuditVerb) -> anyhow::Result<Exit> {
    let office = desk.office().await?;
    match verb {
        AuditVerb::Show { from, limit } => desk.tell(&office.entries(*from, *limit).await?)?,
        AuditVerb::Export { file } => desk.tell(&office.export_ledger(file, desk.at).await?)?,
        AuditVerb::Checkpoint => desk.tell(&CheckpointShown::from(office.checkpoint(desk.at).await?))?,
        AuditVerb::Verify { checkpoint } => {
            let verified = office.verify_ledger(checkpoint).await?;
            desk.tell(&verified)?;
            if !verified.intact {
                return Ok(Exit::NotIntact);
            }
        }
    }
    Ok(Exit::Done)
}
