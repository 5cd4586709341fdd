//! `publish`: takes in hours, draws reports, writes alerts, lets everybody read them, takes them back.

use std::fs;

use anyhow::Context as _;

use crate::cli::PublishVerb;
use crate::desk::Desk;

/// Does what was asked with publications.
pub async fn run(desk: &Desk<'_>, verb: &PublishVerb) -> anyhow::Result<()> {
    let (office, at) = (desk.office().await?, desk.at);
    match verb {
        PublishVerb::Take { files } => desk.tell(&office.take_hours(files, at).await?),
        PublishVerb::Open { to } => desk.tell(&office.draw_open(to, at).await?),
        PublishVerb::Closed { group, to } => desk.tell(&office.draw_closed(*group, to, at).await?),
        PublishVerb::Alert { file, of } => {
            let text = fs::read_to_string(file).with_context(|| format!("cannot read `{}`", file.display()))?;
            desk.tell(&office.write_alert(&text, *of, at).await?)
        }
        PublishVerb::Approve { publication } => desk.tell(&office.publish(*publication, at).await?),
        PublishVerb::Retract(args) => {
            desk.tell(&office.retract_publication(args.publication, &args.reason_ja, &args.reason_en, at).await?)
        }
        PublishVerb::List => desk.tell(&office.publications().await?),
        PublishVerb::Site { to } => desk.tell(&office.lay_out_public(to).await?),
    }
}
