//! `warrant`: enters courts, checks what they signed about warrants, shows what was recorded.

use std::fs;
use std::path::Path;

use anyhow::Context as _;
use renkei_app::warrant::{WarrantRead, WarrantsAsked};

use crate::cli::{CourtVerb, WarrantVerb};
use crate::desk::Desk;
use crate::exit::Exit;

/// Does it.
pub async fn run(desk: &Desk<'_>, verb: &WarrantVerb) -> anyhow::Result<Exit> {
    let office = desk.office().await?;
    let at = desk.at;
    match verb {
        WarrantVerb::Courts => desk.tell(&office.courts().await?)?,
        WarrantVerb::Court(CourtVerb::Add { file }) => {
            let text = fs::read_to_string(file).with_context(|| cannot(file))?;
            desk.tell(&office.import_courts(&text, at).await?)?;
        }
        WarrantVerb::Check { statement, document } => {
            let signed = fs::read_to_string(statement).with_context(|| cannot(statement))?;
            let document = fs::read(document).with_context(|| cannot(document))?;
            return checked(desk, &office.check_warrant(&signed, &document, at).await?);
        }
        WarrantVerb::Again { warrant } => return checked(desk, &office.check_warrant_again(*warrant, at).await?),
        WarrantVerb::List { search, outcome, after, limit } => {
            let asked =
                WarrantsAsked { outcome: *outcome, sought: search.clone(), after: *after, most: (*limit).max(1) };
            desk.tell(&office.warrants(&asked, at).await?)?;
        }
        WarrantVerb::Show { warrant } => desk.tell(&office.read_warrant(*warrant, at).await?)?,
    }
    Ok(Exit::Done)
}

/// What a check came to, for people, and for whoever only looks at the exit code.
fn checked(desk: &Desk<'_>, read: &WarrantRead) -> anyhow::Result<Exit> {
    desk.tell(read)?;
    Ok(if read.is_authentic() { Exit::Done } else { Exit::Findings })
}

fn cannot(path: &Path) -> String {
    format!("cannot read `{}`", path.display())
}
