//! `inquiry`: drafts, signs, sends, answers, takes along, closes.

use std::fs;
use std::path::Path;

use anyhow::Context as _;
use renkei_app::campaign::approve::Confirmed;
use renkei_app::inquiry::{Answering, Encoding, InquiryTyped, Print, StageTyped};
use renkei_core::dossier;
use renkei_core::inquiry::Step;
use renkei_core::ledger::Keyring;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::cli::{InquiryVerb, Wordy};
use crate::desk::Desk;
use crate::exit::Exit;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Stages {
    stage: Vec<StageTyped>,
}

/// Does what was asked with an inquiry.
pub async fn run(desk: &Desk<'_>, verb: &InquiryVerb) -> anyhow::Result<Exit> {
    if let InquiryVerb::Verify { file, keys } = verb {
        return verify(desk, file, keys);
    }
    let office = desk.office().await?;
    let at = desk.at;
    match verb {
        InquiryVerb::List => desk.tell(&office.inquiries(None, at).await?)?,
        InquiryVerb::Show { inquiry } => desk.tell(&office.read_inquiry(*inquiry, at).await?)?,
        InquiryVerb::Draft { file, items } => {
            let typed = typed(file, items.as_deref())?;
            desk.tell(&office.draft_inquiry(&typed, at).await?)?;
        }
        InquiryVerb::Mend { inquiry, file, items } => {
            let typed = typed(file, items.as_deref())?;
            desk.tell(&office.mend_inquiry(*inquiry, &typed, at).await?)?;
        }
        InquiryVerb::Submit { inquiry } => desk.tell(&office.submit_inquiry(*inquiry, at).await?)?,
        InquiryVerb::Sign { inquiry } => desk.tell(&office.sign_inquiry(*inquiry, Confirmed::KeyFile, at).await?)?,
        InquiryVerb::Send { inquiry } => desk.tell(&office.send_inquiry(*inquiry, at).await?)?,
        InquiryVerb::Step { inquiry, step, text } => {
            desk.tell(&office.step_inquiry(*inquiry, (*step).into(), text, at).await?)?;
        }
        InquiryVerb::Judge { inquiry, item, allow, reason } => {
            desk.tell(&office.judge_item(*inquiry, (*item, *allow), reason, at).await?)?;
        }
        InquiryVerb::Answer { inquiry, file } => {
            let typed: Answering = read(file)?;
            desk.tell(&office.answer_inquiry(*inquiry, &typed, at).await?)?;
        }
        InquiryVerb::Take { inquiry, number, to } => {
            let (_, bytes) = office.answer_file(*inquiry, *number, at).await?;
            keep(to, &bytes)?;
        }
        InquiryVerb::Dossier { inquiry, to } => {
            let text = office.dossier(*inquiry, at).await?;
            keep(to, text.as_bytes())?;
        }
        InquiryVerb::Message { inquiry, xml, to } => {
            let encoding = if *xml { Encoding::Xml } else { Encoding::Json };
            let text = office.inquiry_message(*inquiry, encoding, at).await?;
            keep(to, text.as_bytes())?;
        }
        InquiryVerb::Print { inquiry, answer, to } => {
            let print = if *answer { Print::Answer } else { Print::Inquiry };
            let printed = office.print_inquiry(*inquiry, print, desk.arguments.language(), at).await?;
            keep(to, &printed.pdf)?;
        }
        InquiryVerb::Scan { file } => desk.tell(&office.find_pages(file).await?)?,
        InquiryVerb::Close { inquiry } => desk.tell(&office.close_inquiry(*inquiry, at).await?)?,
        InquiryVerb::Figures { from, until, least, csv: true } => {
            print!("{}", office.inquiry_table((*from, *until), *least, at).await?);
        }
        InquiryVerb::Figures { from, until, least, csv: false } => {
            desk.tell(&office.inquiry_figures((*from, *until), *least, at).await?)?;
        }
        InquiryVerb::Form { set: Some(file), .. } => {
            let text = fs::read_to_string(file).with_context(|| format!("cannot read `{}`", file.display()))?;
            desk.tell(&office.set_inquiry_form(&text, at).await?)?;
        }
        InquiryVerb::Form { take: Some(file), .. } => {
            let text = fs::read_to_string(file).with_context(|| format!("cannot read `{}`", file.display()))?;
            desk.tell(&office.take_form(&text, at).await?)?;
        }
        InquiryVerb::Form { of, agree, to, .. } => {
            let of = of.as_ref().context("name the provider with --of, or set your own form with --set FILE")?;
            match (agree, to) {
                (Some(version), _) => desk.tell(&office.agree_to_form(of, *version, at).await?)?,
                (None, Some(to)) => keep(to, office.signed_form(of).await?.to_string().as_bytes())?,
                (None, None) => desk.tell(&office.form_for(of).await?)?,
            }
        }
        InquiryVerb::Stages { set: Some(file) } => {
            let Stages { stage } = read(file)?;
            desk.tell(&office.set_approval_stages(&stage, at).await?)?;
        }
        InquiryVerb::Stages { set: None } => desk.tell(&office.approval_stages().await?)?,
        InquiryVerb::Verify { .. } => {}
    }
    Ok(Exit::Done)
}

/// A draft from its file, and the items of a list.
fn typed(file: &Path, items: Option<&Path>) -> anyhow::Result<InquiryTyped> {
    let mut typed: InquiryTyped = read(file)?;
    if let Some(list) = items {
        let bytes = fs::read(list).with_context(|| format!("cannot read `{}`", list.display()))?;
        typed.add_list(&bytes).with_context(|| list.display().to_string())?;
    }
    Ok(typed)
}

/// Writes a file that is not there yet: a dossier or an answer is not written over.
fn keep(to: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    use std::io::Write as _;
    let file = fs::File::options().write(true).create_new(true).open(to);
    let mut file = file.with_context(|| format!("cannot write `{}`: it has to be a new file", to.display()))?;
    file.write_all(bytes).with_context(|| format!("cannot write `{}`", to.display()))?;
    eprintln!("{} · {} B", to.display(), bytes.len());
    Ok(())
}

/// The same check as the small program `verify` makes.
fn verify(desk: &Desk<'_>, file: &Path, keys: &Path) -> anyhow::Result<Exit> {
    let text = |path: &Path| fs::read_to_string(path).with_context(|| format!("cannot read `{}`", path.display()));
    let ring = Keyring::parse(&text(keys)?)
        .map_err(|(line, error)| anyhow::anyhow!("{}, line {line}: {error}", keys.display()))?;
    let verdict = dossier::check(&text(file)?, &ring);
    desk.tell(&renkei_app::inquiry::DossierVerdict::from(&verdict))?;
    Ok(if verdict.holds() { Exit::Done } else { Exit::NotIntact })
}

fn read<T: DeserializeOwned>(path: &Path) -> anyhow::Result<T> {
    let text = fs::read_to_string(path).with_context(|| format!("cannot read `{}`", path.display()))?;
    toml::from_str(&text).with_context(|| format!("`{}` is not as it should be (docs/inquiries.md)", path.display()))
}

impl From<Wordy> for Step {
    fn from(step: Wordy) -> Self {
        match step {
            Wordy::Return => Self::Return,
            Wordy::Receive => Self::Receive,
            Wordy::AskBack => Self::AskBack,
            Wordy::Clarify => Self::Clarify,
            Wordy::SendBack => Self::SendBack,
            Wordy::Withdraw => Self::Withdraw,
        }
    }
}
