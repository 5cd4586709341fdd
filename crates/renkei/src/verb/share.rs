//! `group` and `item`: who shares with whom, what is shared, who else knows a value.

use std::io::Write as _;
use std::path::Path;

use anyhow::Context as _;
use renkei_app::share::{ItemTyped, ItemsAsked, ListAsked, Narrowing};
use renkei_app::taxii::{DrawnList, Rounds};
use renkei_core::share::{Conditions, Step, Target, Terms};
use renkei_core::time::Validity;

use crate::cli::{DraftArgs, ExportArgs, GroupVerb, ItemVerb, MandateVerb, NarrowArgs, PeerVerb, TargetArgs};
use crate::desk::Desk;

/// Does what was asked with a topic group.
pub async fn groups(desk: &Desk<'_>, verb: &GroupVerb) -> anyhow::Result<()> {
    let office = desk.office().await?;
    match verb {
        GroupVerb::List => desk.tell(&office.groups(desk.at).await?),
        GroupVerb::Add { name } => desk.tell(&office.make_group(name, desk.at).await?),
        GroupVerb::Join { group, member, from, until } => {
            let within = Some(Validity { from: *from, until: *until });
            desk.tell(&office.put_member(*group, member, within, desk.at).await?)
        }
        GroupVerb::Leave { group, member } => desk.tell(&office.put_member(*group, member, None, desk.at).await?),
        GroupVerb::End { group } => desk.tell(&office.end_group(*group, desk.at).await?),
    }
}

/// Does what was asked with a mandate.
pub async fn mandates(desk: &Desk<'_>, verb: &MandateVerb) -> anyhow::Result<()> {
    let office = desk.office().await?;
    match verb.clone() {
        MandateVerb::List => desk.tell(&office.mandates(desk.at).await?),
        MandateVerb::Give { member: seat, group, tlp, pap, unnamed, days, from, until } => {
            let within = Validity { from, until: Some(until) };
            let terms = Terms { group, tlp, pap, unnamed, days, within };
            desk.tell(&office.give_mandate(seat, terms, desk.at).await?)
        }
        MandateVerb::End { mandate } => desk.tell(&office.end_mandate(mandate, desk.at).await?),
    }
}

/// Does what was asked with a peer.
pub async fn peers(desk: &Desk<'_>, verb: &PeerVerb) -> anyhow::Result<()> {
    let office = desk.office().await?;
    match verb {
        PeerVerb::List => desk.tell(&office.peers(desk.at).await?),
        PeerVerb::Draw { name: Some(name) } => {
            desk.tell(&office.draw_peer(name, &mut Rounds::default(), desk.at).await?)
        }
        PeerVerb::Draw { name: None } => {
            // One that does not answer keeps no other from being drawn.
            let (mut drawn, mut failed) = (DrawnList::default(), None);
            for peer in &office.settings().peers.0 {
                match office.draw_peer(&peer.name, &mut Rounds::default(), desk.at).await {
                    Ok(one) => drawn.0.push(one),
                    Err(error) => failed = Some(anyhow::Error::from(error).context(format!("peer `{}`", peer.name))),
                }
            }
            desk.tell(&drawn)?;
            failed.map_or(Ok(()), Err)
        }
    }
}

/// Does what was asked with an item.
pub async fn items(desk: &Desk<'_>, verb: &ItemVerb) -> anyhow::Result<()> {
    let office = desk.office().await?;
    match verb {
        ItemVerb::Draft(args) => desk.tell(&office.draft_item(typed(args)?, desk.at).await?),
        ItemVerb::Post { item } => desk.tell(&office.post_item(*item, desk.at).await?),
        ItemVerb::List { before, limit } => {
            let asked = ItemsAsked { before: *before, limit: *limit };
            desk.tell(&office.items(&asked, desk.at).await?)
        }
        ItemVerb::Show { item } => desk.tell(&office.read_item(*item, "shell", desk.at).await?),
        ItemVerb::Withdraw { item } => desk.tell(&office.end_item(*item, Step::Withdraw, desk.at).await?),
        ItemVerb::Drop { item } => desk.tell(&office.end_item(*item, Step::Drop, desk.at).await?),
        ItemVerb::Narrow(args) => desk.tell(&office.narrow_item(args.item, &narrowing(args), desk.at).await?),
        ItemVerb::Widen { item, to } => desk.tell(&office.widen_item(*item, &target(to)?, desk.at).await?),
        ItemVerb::Ask { item, to, purpose } => {
            desk.tell(&office.ask_onward(*item, target(to)?, purpose, desk.at).await?)
        }
        ItemVerb::Onward => desk.tell(&office.onwards(desk.at).await?),
        ItemVerb::Answer { question, yes, words, .. } => {
            desk.tell(&office.answer_onward(*question, *yes, words, desk.at).await?)
        }
        ItemVerb::Return { item, what, count, note } => {
            desk.tell(&office.tell_return(*item, *what, *count, note, desk.at).await?)
        }
        ItemVerb::Returns { before, limit } => {
            let asked = ItemsAsked { before: *before, limit: *limit };
            desk.tell(&office.returns(&asked, desk.at).await?)
        }
        ItemVerb::Export(args) => export(desk, args).await,
        ItemVerb::Lookup { value } => desk.tell(&office.look_up(value, desk.at).await?),
    }
}

/// Writes a list whole to its file, or to the standard output.
async fn export(desk: &Desk<'_>, args: &ExportArgs) -> anyhow::Result<()> {
    let ExportArgs { form, kinds, group, warned, zone, output } = args;
    let asked = ListAsked { form: *form, kinds: kinds.clone(), group: *group, warned: *warned, zone: zone.clone() };
    let list = desk.office().await?.list(&asked, "shell", desk.at).await?;
    let Some(path) = output else {
        return Ok(std::io::stdout().write_all(list.body.as_bytes())?);
    };
    let failed = || format!("cannot write `{}`", path.display());
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(folder).with_context(failed)?;
    file.write_all(list.body.as_bytes()).and_then(|()| file.as_file().sync_all()).with_context(failed)?;
    file.persist(path).map_err(|error| error.error).with_context(failed)?;
    desk.tell(&list)
}

fn target(to: &TargetArgs) -> anyhow::Result<Target> {
    to.target().context("say whom: --to-group, --to-party, --to-seat or --outside")
}

fn narrowing(args: &NarrowArgs) -> Narrowing {
    Narrowing {
        tlp: args.tlp,
        pap: args.pap,
        groups: args.not_group.iter().copied().collect(),
        parties: args.not_party.iter().cloned().collect(),
        seats: args.not_seat.iter().cloned().collect(),
        unhinted: args.unhinted,
        ends: args.ends,
    }
}

fn typed(args: &DraftArgs) -> anyhow::Result<ItemTyped> {
    let read = |path: &Path| std::fs::read(path).with_context(|| format!("cannot read `{}`", path.display()));
    let text = match &args.text_file {
        Some(path) => String::from_utf8(read(path)?).context("the text is not UTF-8")?,
        None => args.text.clone(),
    };
    let conditions = Conditions {
        groups: args.to_group.iter().copied().collect(),
        parties: args.to_party.iter().cloned().collect(),
        seats: args.to_seat.iter().cloned().collect(),
        unnamed: args.unnamed,
        hinted: args.hinted,
        ends: args.ends,
        ..Conditions::closed(args.tlp, args.pap)
    };
    let stix = args.stix.as_deref().map(read).transpose()?;
    let (kind, title, values, replaces) = (args.kind, args.title.clone(), args.values.clone(), args.replaces);
    Ok(ItemTyped { kind, title, text, values, stix, conditions, replaces })
}
