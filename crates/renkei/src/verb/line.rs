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
            // Where a receipt lies beside the answer it is kept.
            let receipt = fs::read_to_string(beside(file)).ok();
            desk.tell(&office.message_returned(*inquiry, (&bytes, receipt.as_deref()), at).await?)
        }
        LineVerb::Take { party, file, to } => {
            let bytes = fs::read(file).with_context(|| format!("cannot read `{}`", file.display()))?;
            let reply = office.take_carried(party, &bytes, at).await?;
            write(to, reply.body.as_bytes())?;
            if to == Path::new("-") { Ok(()) } else { write(&beside(to), reply.receipt.as_bytes()) }
        }
        LineVerb::Receipts { inquiry, to } => {
            let receipts = office.receipts(*inquiry).await?;
            let Some(folder) = to else { return desk.tell(&receipts) };
            fs::create_dir_all(folder).with_context(|| format!("cannot make `{}`", folder.display()))?;
            for (number, receipt) in receipts.0.iter().enumerate() {
                let name = format!("{:02}-{}.receipt", number + 1, receipt.evidence.to_lowercase());
                write(&folder.join(name), receipt.text.as_bytes())?;
            }
            desk.tell(&receipts)
        }
    }
}

/// Where the receipt of an answer lies: beside it.
fn beside(file: &Path) -> std::path::PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".receipt");
    name.into()
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
