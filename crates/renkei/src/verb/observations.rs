//! `observations`: counts, or rows a page at a time.

use super::filter::filter;
use crate::cli::ObservationsArgs;
use crate::desk::Desk;

/// Counts or shows.
pub async fn run(desk: &Desk<'_>, args: &ObservationsArgs) -> anyhow::Result<()> {
    let office = desk.office().await?;
    let which = filter(&args.filter)?;
    if args.count || !args.by.is_empty() {
        desk.tell(&office.count(&which, &args.by, desk.at).await?)
    } else {
        desk.tell(&office.look(&which, args.after.as_deref(), args.limit, desk.at).await?)
    }
}
