//! `line`: sets lines to other offices up, tells them now, takes a message that came by another way.

use std::fs;
use std::io::Write as _;
use std::path::Path;

use anyhow::Context as _;
use renkei_app::line::{Callers, LineGiven};

use crate::cli::LineVerb;
use crate::desk::Desk;

/// Does it.
pub async fn run(desk: &Desk<'_>, verb: &LineVerb) -> anyhow::Result<()> {
    let office = desk.office().await?;
    let at = desk.at;
    match verb {
        LineVerb::Init { host } => desk.tell(&office.init_line(host, at).await?),
        LineVerb::Give { url, to } => {
            let given = office.give_line(url).await?;
            write(to, toml::to_string(&given)?.as_bytes())?;
            eprintln!("{}", given.fingerprint());
            Ok(())
        }
        LineVerb::Add { file } => {
            let text = fs::read_to_string(file).with_context(|| format!("cannot read `{}`", file.display()))?;
            let given: LineGiven = toml::from_str(&text).with_context(|| file.display().to_string())?;
            desk.tell(&office.add_line(&given, at).await?)
        }
        LineVerb::List => desk.tell(&office.lines().await?),
        LineVerb::Tell => desk.tell(&office.tell_lines(&mut Callers::default(), at).await?),
        LineVerb::Remove { party } => desk.tell(&office.remove_line(party, at).await?),
        LineVerb::Carry { inquiry, to } => write(to, office.carry_message(*inquiry, at).await?.as_bytes()),
        LineVerb::Returned { inquiry, file } => {
            let bytes = fs::read(file).with_context(|| format!("cannot read `{}`", file.display()))?;
            desk.tell(&office.message_returned(*inquiry, &bytes, at).await?)
        }
        LineVerb::Take { party, file, to } => {
            let bytes = fs::read(file).with_context(|| format!("cannot read `{}`", file.display()))?;
            let reply = office.take_carried(party, &bytes, at).await?;
            write(to, reply.body.as_bytes())
        }
    }
}

fn write(to: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    if to == Path::new("-") {
        std::io::stdout().write_all(bytes)?;
    } else {
        let mut file = fs::File::create_new(to).with_context(|| format!("cannot write `{}`", to.display()))?;
        file.write_all(bytes)?;
    }
    Ok(())
}
