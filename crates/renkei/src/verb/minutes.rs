//! `minutes`: what the sensors saw, summed up or as FlowTuples.

use renkei_app::minutes::Filter;

use crate::cli::MinutesArgs;
use crate::desk::Desk;

/// Sums up or writes.
pub async fn run(desk: &Desk<'_>, args: &MinutesArgs) -> anyhow::Result<()> {
    let office = desk.office().await?;
    let filter = Filter {
        sensor: args.sensor.clone(),
        prefix: args.prefix,
        protocol: args.protocol,
        port: args.port,
        from: args.from,
        until: args.until,
    };
    match &args.flowtuple {
        Some(path) => desk.tell(&office.write_flowtuples(&filter, path, desk.at).await?),
        None => desk.tell(&office.sum_minutes(&filter, &args.by, args.limit, desk.at).await?),
    }
}
