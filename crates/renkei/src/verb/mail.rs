//! `mail`: what came in is read, and what waits is decided.

use crate::cli::MailVerb;
use crate::desk::Desk;

/// Reads, lists, confirms, drops.
pub async fn run(desk: &Desk<'_>, verb: &MailVerb) -> anyhow::Result<()> {
    let office = desk.office().await?;
    match verb {
        MailVerb::Read { maildir, remove } => desk.tell(&office.read_mails(maildir, *remove, desk.at).await?),
        MailVerb::List { all } => desk.tell(&office.received(*all).await?),
        MailVerb::Confirm { mail } => desk.tell(&office.confirm_mail(*mail, desk.at).await?),
        MailVerb::Drop { mail } => desk.tell(&office.drop_mail(*mail, desk.at).await?),
    }
}
