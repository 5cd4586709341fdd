//! `credentials`: splits, lists, deletes.

use renkei_app::credentials::Source;

use super::campaign::said;
use crate::cli::{CredentialsVerb, SplitArgs};
use crate::desk::Desk;

/// Splits a file by operator, lists the batches, deletes what is due.
pub async fn run(desk: &Desk<'_>, verb: &CredentialsVerb) -> anyhow::Result<()> {
    let office = desk.office().await?;
    match verb {
        CredentialsVerb::Split(args) => {
            let (source, purpose) = (source(args)?, said(&args.words));
            desk.tell(&office.split_credentials(&source, &purpose, args.delete_on, desk.at).await?)
        }
        CredentialsVerb::List => desk.tell(&office.credential_batches(desk.at).await?),
        CredentialsVerb::Delete => desk.tell(&office.delete_credentials(desk.at).await?),
    }
}

fn source(args: &SplitArgs) -> anyhow::Result<Source> {
    match (&args.file, args.rest) {
        (Some(file), _) => Ok(Source::File(file.clone())),
        (None, Some(campaign)) => Ok(Source::Rest(campaign)),
        (None, None) => anyhow::bail!("name a file, or a batch with --rest"),
    }
}
