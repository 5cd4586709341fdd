//! `init`: what must be decided is asked on a terminal; what nobody decides stays `undecided`.

use std::io::{IsTerminal as _, Write as _};

use renkei_app::settings::{
    Raw, RawApproval, RawEffect, RawHints, RawIntake, RawMailIn, RawOffice, RawPasswords, RawPost, RawRegistry,
    RawRetention, RawWebhooks,
};
use renkei_app::words::Words;

use crate::cli::InitArgs;
use crate::desk::Desk;

/// Makes an office.
pub async fn run(desk: &Desk<'_>, args: &InitArgs) -> anyhow::Result<()> {
    let keep = match &args.keep_days {
        Some(term) => term.clone(),
        None => ask(&Words::new(desk.arguments.language()))?,
    };
    let raw = Raw {
        office: RawOffice {
            name_ja: args.name_ja.clone(),
            name_en: args.name_en.clone(),
            party: args.party.clone(),
            domain: args.domain.clone(),
            zone: args.zone.clone(),
            language: desk.arguments.language().tag().to_owned(),
            virtual_clock: false,
        },
        registry: RawRegistry { url: desk.arguments.registry.clone() },
        approval: RawApproval { one_seat_may_hold_both: args.one_seat },
        intake: RawIntake { accept_reserved: args.accept_reserved, ..RawIntake::default() },
        post: RawPost::default(),
        webhooks: RawWebhooks::default(),
        mail_in: RawMailIn::default(),
        passwords: RawPasswords::default(),
        retention: RawRetention { observation_days: keep.parse()? },
        effect: RawEffect::default(),
        hints: RawHints::default(),
        peers: Vec::new(),
        oidc: Vec::new(),
    };
    let folder = &desk.arguments.office;
    let made = renkei_app::init::init(folder, raw, desk.arguments.registry.clone(), desk.at).await?;
    desk.tell(&made)
}

/// Asks how long observations are kept; without a terminal it stays undecided.
fn ask(words: &Words) -> anyhow::Result<String> {
    let undecided = || "undecided".to_owned();
    if !std::io::stdin().is_terminal() {
        return Ok(undecided());
    }
    eprint!("{} ", words.of("init-ask-keep"));
    std::io::stderr().flush()?;
    let mut line = String::new();
    std::io::stdin().read_line(&mut line)?;
    let line = line.trim();
    Ok(if line.is_empty() { undecided() } else { line.to_owned() })
}
