//! `specimen`: mails that were handed in, examined in a process of their own.

use std::ffi::OsString;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use renkei_app::words::{Show, Words, number, table};
use renkei_core::text::Language;
use renkei_edge::mail::{
    Attachment, Bounds, Cluster, Desk as Examining, Examined, Manner, Person, Reported, Rules, Weight, child, cluster,
    share,
};
use serde::Serialize;

use crate::cli::{LookArgs, SpecimenVerb};
use crate::desk::Desk;
use crate::exit::Exit;

/// Examines, groups, or is the process that examines.
pub fn run(desk: &Desk<'_>, verb: &SpecimenVerb) -> anyhow::Result<Exit> {
    match verb {
        SpecimenVerb::Look(args) => look(desk, args)?,
        SpecimenVerb::Waves { folder, password } => waves(desk, folder, password)?,
        SpecimenVerb::Child => return examining_process(),
    }
    Ok(Exit::Done)
}

/// Is the process that examines.
pub fn examining_process() -> anyhow::Result<Exit> {
    child()?;
    Ok(Exit::Done)
}

/// The examining process is this program again.
fn examining(passwords: &[String]) -> anyhow::Result<Examining> {
    let program = std::env::current_exe().context("this program cannot find itself")?;
    let arguments = ["specimen", "child"].map(OsString::from).to_vec();
    Ok(Examining::new(program, arguments, Bounds::default(), passwords)?)
}

fn examine(examining: &mut Examining, path: &Path) -> anyhow::Result<Examined> {
    let bytes = std::fs::read(path).with_context(|| format!("cannot read `{}`", path.display()))?;
    Ok(examining.examine(&bytes)?)
}

fn look(desk: &Desk<'_>, args: &LookArgs) -> anyhow::Result<()> {
    let mut process = examining(&args.password)?;
    let mut mails = Vec::new();
    for path in &args.files {
        let examined = examine(&mut process, path)?;
        let (examined, stripped) = match args.pass_on {
            true => {
                let shared = share(&examined, &args.also);
                (shared.examined, Some(shared.stripped))
            }
            false => (examined, None),
        };
        let indicators = examined.indicators().iter().map(|one| (one.kind().word(), one.as_str().to_owned())).collect();
        // A name of a file can hold the reporter's too.
        let file = if args.pass_on { None } else { Some(path.display().to_string()) };
        mails.push(Looked { file, examined, stripped, indicators });
    }
    desk.tell(&Mails(mails))
}

/// Mails that were looked at.
#[derive(Serialize)]
#[serde(transparent)]
struct Mails(Vec<Looked>);

/// A mail that was looked at.
#[derive(Serialize)]
struct Looked {
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<String>,
    #[serde(flatten)]
    examined: Examined,
    /// What was left out, and how often; absent: nothing was to be.
    #[serde(skip_serializing_if = "Option::is_none")]
    stripped: Option<std::collections::BTreeMap<String, usize>>,
    /// What could be looked for elsewhere.
    indicators: Vec<(&'static str, String)>,
}

impl Show for Mails {
    fn show(&self, words: &Words) -> String {
        self.0.iter().map(|mail| mail.show(words)).collect::<Vec<_>>().join("\n\n")
    }
}

impl Show for Looked {
    fn show(&self, words: &Words) -> String {
        let Examined { head, path, results, attachments, findings, digest, size, .. } = &self.examined;
        let mut lines = vec![format!("■ {}", self.file.as_deref().unwrap_or(digest))];
        let mut line = |key: &str, text: String| {
            if !text.is_empty() {
                lines.push(format!("  {}: {text}", words.of(&format!("specimen-{key}"))));
            }
        };
        line("subject", head.subject.clone().unwrap_or_default());
        line("from", people(&head.from));
        line("reply-to", people(&head.reply_to));
        line("envelope", head.return_path.clone().unwrap_or_default());
        line("date", head.date.clone().unwrap_or_default());
        line("size", number(*size));
        line(
            "hops",
            path.iter().filter_map(|hop| hop.address.clone().or(hop.from.clone())).collect::<Vec<_>>().join(" ← "),
        );
        let said = results.iter().flat_map(|one| &one.results).map(|one| format!("{}={}", one.method, one.result));
        line("results", said.collect::<Vec<_>>().join(" "));
        attachments.iter().for_each(|one| line("attachment", attached(one)));
        self.indicators.iter().for_each(|(kind, value)| line("indicator", format!("{kind} {value}")));
        for finding in findings {
            let mark = if finding.code.weight() == Weight::Sign { "!" } else { "·" };
            let label = finding.code.label(if words.language() == Language::Ja { Language::Ja } else { Language::En });
            lines.push(format!("  {mark} {} {label} {}", finding.code.as_str(), finding.place));
        }
        if let Some(stripped) = &self.stripped {
            let count: usize = stripped.values().sum();
            lines.push(format!("  {}", words.say("specimen-stripped", &[("count", number(count as u64))])));
        }
        lines.join("\n")
    }
}

fn people(people: &[Person]) -> String {
    let person = |one: &Person| match (&one.name, &one.address) {
        (Some(name), Some(address)) => format!("{name} <{address}>"),
        (Some(text), None) | (None, Some(text)) => text.clone(),
        (None, None) => String::new(),
    };
    people.iter().map(person).collect::<Vec<_>>().join(", ")
}

/// A file and what lies in it, one in the other.
fn attached(one: &Attachment) -> String {
    let mut text = one.name.clone().unwrap_or_default();
    // Writing to a string cannot fail.
    let _ = write!(text, " ({}, {})", one.seen.as_deref().or(one.declared.as_deref()).unwrap_or("?"), number(one.size));
    if let Some(digest) = &one.sha256 {
        let _ = write!(text, " {digest}");
    }
    for entry in &one.entries {
        let _ = write!(text, "\n    > {}", attached(entry).replace('\n', "\n  "));
    }
    text
}

fn waves(desk: &Desk<'_>, folder: &Path, passwords: &[String]) -> anyhow::Result<()> {
    let mut process = examining(passwords)?;
    let (mut files, mut reported) = (Vec::new(), Vec::new());
    for organisation in listed(folder)?.into_iter().filter(|path| path.is_dir()) {
        let name = organisation.file_name().unwrap_or_default().to_string_lossy().into_owned();
        for path in listed(&organisation)?.into_iter().filter(|path| path.is_file()) {
            let examined = examine(&mut process, &path)?;
            reported.push(Reported { organisation: name.clone(), keys: examined.keys() });
            files.push(format!("{name}/{}", path.file_name().unwrap_or_default().to_string_lossy()));
        }
    }
    let clusters = cluster(&reported, &Rules::shipped()?);
    let wave = |one: Cluster| Wave {
        manner: one.manner,
        organisations: one.organisations,
        mails: one.mails.iter().filter_map(|place| files.get(*place).cloned()).collect(),
    };
    desk.tell(&Waves(clusters.into_iter().map(wave).collect()))
}

fn listed(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let entries = std::fs::read_dir(folder).with_context(|| format!("cannot read `{}`", folder.display()))?;
    let mut paths = entries.map(|entry| entry.map(|entry| entry.path())).collect::<Result<Vec<_>, _>>()?;
    paths.sort();
    Ok(paths)
}

/// Waves, in the order of their first mail.
#[derive(Serialize)]
#[serde(transparent)]
struct Waves(Vec<Wave>);

/// Mails that share a text or a file.
#[derive(Serialize)]
struct Wave {
    manner: Manner,
    organisations: usize,
    mails: Vec<String>,
}

impl Show for Waves {
    fn show(&self, words: &Words) -> String {
        if self.0.is_empty() {
            return words.of("specimen-none");
        }
        let head = ["manner", "organisations", "mails", "first"].map(|key| words.of(&format!("specimen-{key}")));
        let rows = self.0.iter().map(|wave| {
            let manner = match wave.manner {
                Manner::Scattered => "specimen-scattered",
                Manner::Targeted => "specimen-targeted",
            };
            let first = wave.mails.first().cloned().unwrap_or_default();
            vec![words.of(manner), number(wave.organisations as u64), number(wave.mails.len() as u64), first]
        });
        format!("{}\n{}", table(&head, &rows.collect::<Vec<_>>()), words.of("specimen-caveat"))
    }
}
