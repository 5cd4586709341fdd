//! `party` and `routes`: the directory's two sources.

use anyhow::Context as _;

use crate::cli::{PartyVerb, RoutesVerb};
use crate::desk::Desk;

/// Imports, lists, shows parties, tries their addresses.
pub async fn run(desk: &Desk<'_>, verb: &PartyVerb) -> anyhow::Result<()> {
    let office = desk.office().await?;
    match verb {
        PartyVerb::Import { file, compare: true } => {
            let text = std::fs::read_to_string(file).with_context(|| format!("cannot read `{}`", file.display()))?;
            desk.tell(&office.compare_parties(&text, desk.at).await?)
        }
        PartyVerb::Import { file, compare: false } => desk.tell(&office.import_parties(file, desk.at).await?),
        PartyVerb::List { search } => desk.tell(&office.parties(search.as_deref()).await?),
        PartyVerb::Test { party, mail } => desk.tell(&office.test_channel(party, mail.as_deref(), desk.at).await?),
        PartyVerb::Show { party } => desk.tell(&office.party(party).await?),
    }
}

/// Imports route tables.
pub async fn routes(desk: &Desk<'_>, verb: &RoutesVerb) -> anyhow::Result<()> {
    let RoutesVerb::Import { files, from } = verb;
    let from = from.unwrap_or_else(|| desk.at.day());
    desk.tell(&desk.office().await?.import_routes(files, from, desk.at).await?)
}
