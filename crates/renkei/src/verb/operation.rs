//! `operation`: records, shows, watches, and exports the sinkhole's order.

use anyhow::Context as _;

use crate::cli::OperationVerb;
use crate::desk::Desk;
use crate::exit::Exit;

/// Records an operation, shows what the seat may see of it, turns it into an order, watches its domains.
pub async fn run(desk: &Desk<'_>, verb: &OperationVerb) -> anyhow::Result<Exit> {
    let office = desk.office().await?;
    match verb {
        OperationVerb::Record { file } => {
            let text = std::fs::read_to_string(file).with_context(|| format!("cannot read `{}`", file.display()))?;
            desk.tell(&office.record_operation(&text, desk.at).await?)?;
        }
        OperationVerb::List => desk.tell(&office.operations(desk.at).await?)?,
        OperationVerb::Show { operation } => desk.tell(&office.operation(operation, desk.at).await?)?,
        OperationVerb::Watch { operation } => {
            let watched = office.watch_operation(operation, desk.at).await?;
            desk.tell(&watched)?;
            if !watched.well {
                return Ok(Exit::Failed);
            }
        }
        OperationVerb::Order { operation, profiles, out } => {
            desk.tell(&office.order(operation, profiles, out, desk.at).await?)?;
        }
    }
    Ok(Exit::Done)
}
