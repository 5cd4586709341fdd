//! The text of a letter: ja and en in one mail, the party's language first.
//!
//! Every word comes from `locales/letter.*.ftl`; the facts come from the caller. What makes a
//! notice work is in it (direct, details attached, how to answer, whom to ask: S4.19), a person's
//! name is not, and G20 is said in the letter itself: names of subscribers stay with the party.

use std::fmt::Write as _;
use std::sync::LazyLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use renkei_core::answer::Status;
use renkei_core::id::{CampaignId, Digest, LetterId, RequestId};
use renkei_core::measure::Measure;
use renkei_core::ruling::Ground;
use renkei_core::text::{Bilingual, Language};
use renkei_core::time::{Day, Moment};
use unic_langid::LanguageIdentifier;

use super::manifest::LetterKind;
use super::zone::PartyZone;

/// Opens the checkpoint footer of a letter.
pub const CHECKPOINT_BEGIN: &str = "-----BEGIN RENKEI CHECKPOINT-----";
/// Closes the checkpoint footer of a letter.
pub const CHECKPOINT_END: &str = "-----END RENKEI CHECKPOINT-----";

/// All that a letter says.
#[derive(Debug, Clone)]
pub struct Facts<'a> {
    /// First letter, correction or withdrawal.
    pub turn: Turn<'a>,
    /// The party's language: its text stands first.
    pub first_language: Language,
    /// Who is asked.
    pub party: &'a Bilingual,
    /// Who asks.
    pub office: &'a Bilingual,
    /// Name of the campaign, for the subject.
    pub title: &'a Bilingual,
    /// The campaign.
    pub campaign: CampaignId,
    /// The request.
    pub request: RequestId,
    /// What is asked.
    pub measure: Measure,
    /// What for.
    pub purpose: &'a Bilingual,
    /// Why it is lawful, as the gate ruled.
    pub grounds: &'a [Ground],
    /// The rule set of that ruling.
    pub policies: Digest,
    /// Lines handed over.
    pub lines: u64,
    /// Devices among them.
    pub devices: u64,
    /// First and last moment of the lines; `None` where there are none.
    pub period: Option<(Moment, Moment)>,
    /// The party's zone.
    pub zone: &'a PartyZone,
    /// Day by which an answer is hoped for; `None`: no term is set.
    pub due: Option<Day>,
    /// The attachments, by the names they bear in the mail.
    pub files: &'a [FileNote<'a>],
    /// When the office deletes its sealed copies; `None`: it keeps what it sent.
    pub delete_on: Option<Day>,
    /// How they are sealed.
    pub sealed: Sealed<'a>,
    /// Where answers go, reply token included.
    pub reply_to: &'a str,
    /// Name of the contact desk.
    pub desk: &'a Bilingual,
    /// How the desk is reached (mail address, telephone).
    pub desk_contact: &'a str,
    /// Where the leaflet for subscribers is; `None`: there is none.
    pub leaflet: Option<&'a str>,
    /// The newest signed checkpoint of the ledger, as the note's own lines; empty: none yet.
    pub checkpoint: &'a str,
}

/// What a letter is in its thread, with what it says about the first one.
#[derive(Debug, Clone, Copy)]
pub enum Turn<'a> {
    /// The first letter.
    Notice,
    /// A correction.
    Correction(Change<'a>),
    /// A withdrawal.
    Withdrawal(Change<'a>),
}

/// What a later letter says about the first one.
#[derive(Debug, Clone, Copy)]
pub struct Change<'a> {
    /// The first letter.
    pub first: LetterId,
    /// When it was sent.
    pub sent: Moment,
    /// Why it is corrected or withdrawn.
    pub reason: &'a Bilingual,
}

/// An attachment as the letter tells it.
#[derive(Debug, Clone, Copy)]
pub struct FileNote<'a> {
    /// Its name in the mail.
    pub name: &'a str,
    /// What it holds.
    pub kind: FileKind,
}

/// What an attachment holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    /// The sheet of lines.
    Lines,
    /// XARF reports.
    Reports,
    /// A sheet of credentials, sealed as it was read.
    Credentials,
    /// Something else.
    Other,
}

/// How the attachments are sealed, as the letter tells it.
#[derive(Debug, Clone, Copy)]
pub enum Sealed<'a> {
    /// OpenPGP, to the key with this fingerprint.
    OpenPgp(&'a str),
    /// age, to this recipient.
    Age(&'a str),
    /// Not encrypted.
    Clear,
}

/// The text, ready to be put into a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LetterText {
    /// The subject, in the party's language, one line.
    pub subject: String,
    /// The body in both languages and the checkpoint footer, LF line ends.
    pub body: String,
}

/// Why a letter has no text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LetterTextError {
    /// The template has no such message: no letter asks for this measure yet.
    #[error("`locales/letter.{language}.ftl` has no message `{message}`")]
    NoMessage {
        /// Language tag.
        language: &'static str,
        /// Message id.
        message: String,
    },
    /// A message names something that the letter does not have.
    #[error("message `{message}` of `locales/letter.{language}.ftl` cannot be filled in")]
    NotFilled {
        /// Language tag.
        language: &'static str,
        /// Message id.
        message: String,
    },
}

impl Turn<'_> {
    /// The kind, as the manifest names it.
    pub const fn kind(&self) -> LetterKind {
        match self {
            Self::Notice => LetterKind::Notice,
            Self::Correction(change) => LetterKind::Correction(change.first),
            Self::Withdrawal(change) => LetterKind::Withdrawal(change.first),
        }
    }
}

/// Writes the letter.
pub fn render(facts: &Facts<'_>) -> Result<LetterText, LetterTextError> {
    let [first, second] = match facts.first_language {
        Language::Ja => [Language::Ja, Language::En],
        Language::En => [Language::En, Language::Ja],
    };
    let mut pen = Pen::new(first);
    let subject = pen.text(&format!("subject-{}", facts.turn.kind().word()), &subject_args(facts, first))?;
    pen.write(facts)?;
    pen.say("other-language", &[])?;
    let mut body = pen.out;
    let mut pen = Pen::new(second);
    pen.write(facts)?;
    let _ = write!(body, "\n{}\n\n{}", "=".repeat(70), pen.out);
    if !facts.checkpoint.is_empty() {
        let mut pen = Pen::new(first);
        pen.say("heading-checkpoint", &[])?;
        let note = facts.checkpoint.trim_end_matches('\n');
        let _ = write!(body, "\n{}{CHECKPOINT_BEGIN}\n{note}\n{CHECKPOINT_END}\n", pen.out);
    }
    Ok(LetterText { subject: one_line(&subject), body })
}

/// The subject of one of several mails of a letter: `（2/3通目）` behind it.
pub fn numbered_subject(
    subject: &str,
    language: Language,
    part: usize,
    parts: usize,
) -> Result<String, LetterTextError> {
    if parts < 2 {
        return Ok(subject.to_string());
    }
    let suffix =
        Pen::new(language).text("subject-part", &[("part", count(part as u64)), ("parts", count(parts as u64))])?;
    Ok(format!("{subject}{suffix}"))
}

/// The signed checkpoint in the body of a letter, if it carries one; takes CRLF and LF line ends.
pub fn checkpoint_in(body: &str) -> Option<String> {
    let mut lines = body.lines().skip_while(|line| *line != CHECKPOINT_BEGIN).skip(1).peekable();
    lines.peek()?;
    let note: Vec<&str> = lines.by_ref().take_while(|line| *line != CHECKPOINT_END).collect();
    Some(note.into_iter().flat_map(|line| [line, "\n"]).collect())
}

// ---------------------------------------------------------------------------------------------------------------------

type Args<'a> = [(&'static str, FluentValue<'a>)];

/// Writes one language's half.
struct Pen {
    language: Language,
    out: String,
}

impl Pen {
    const fn new(language: Language) -> Self {
        Self { language, out: String::new() }
    }

    fn write(&mut self, facts: &Facts<'_>) -> Result<(), LetterTextError> {
        self.opening(facts)?;
        let withdrawn = matches!(facts.turn, Turn::Withdrawal(_));
        if !withdrawn {
            self.asked(facts)?;
            self.scope(facts)?;
            self.guidance(facts)?;
        }
        self.why(facts)?;
        if !withdrawn {
            self.files(facts)?;
        }
        self.answering(facts)?;
        self.contact(facts)
    }

    fn opening(&mut self, facts: &Facts<'_>) -> Result<(), LetterTextError> {
        self.say("greeting", &[("party", self.word(facts.party))])?;
        self.say("sender", &[("office", self.word(facts.office))])?;
        let kind = facts.turn.kind().word();
        match facts.turn {
            Turn::Notice => self.paragraph("opening-notice", &[]),
            Turn::Correction(change) | Turn::Withdrawal(change) => {
                let args = [
                    ("first", text(change.first)),
                    ("sent", text(facts.zone.local(change.sent))),
                    ("reason", self.word(change.reason)),
                ];
                self.paragraph(&format!("opening-{kind}"), &args)
            }
        }
    }

    fn asked(&mut self, facts: &Facts<'_>) -> Result<(), LetterTextError> {
        self.paragraph("heading-asked", &[])?;
        self.say(&format!("asked-{}", facts.measure), &[])?;
        self.say("names-stay", &[])?;
        match facts.due {
            Some(due) => {
                let day = self.day(due)?;
                self.say("due", &[("due", day.into())])
            }
            None => self.say("due-none", &[]),
        }
    }

    fn scope(&mut self, facts: &Facts<'_>) -> Result<(), LetterTextError> {
        self.paragraph("heading-scope", &[])?;
        let scope = match facts.measure {
            Measure::ResetCredentials => "scope-credentials",
            Measure::RepairSite => "scope-sites",
            Measure::SecureServer => "scope-servers",
            _ => "scope",
        };
        self.say(scope, &[("devices", count(facts.devices)), ("lines", count(facts.lines))])?;
        let Some((from, until)) = facts.period else { return Ok(()) };
        let (from, until) = (facts.zone.local(from), facts.zone.local(until));
        self.say("scope-period", &[("from", text(from)), ("until", text(until))])
    }

    /// Where to look and what to do: whoever runs a site sees nothing unusual and does not know what to
    /// do (S3.7), and the logs of an abused server may have been switched off (S0.11).
    fn guidance(&mut self, facts: &Facts<'_>) -> Result<(), LetterTextError> {
        if !matches!(facts.measure, Measure::RepairSite | Measure::SecureServer) {
            return Ok(());
        }
        self.paragraph("heading-check", &[])?;
        self.say(&format!("check-{}", facts.measure), &[])?;
        self.paragraph("heading-steps", &[])?;
        self.say(&format!("steps-{}", facts.measure), &[])
    }

    fn why(&mut self, facts: &Facts<'_>) -> Result<(), LetterTextError> {
        self.paragraph("heading-purpose", &[])?;
        // Said in one language alone, it is better read in that one than missing.
        let purpose = match facts.purpose.get(self.language) {
            "" => facts.purpose.get(self.language.other()),
            said => said,
        };
        let _ = writeln!(self.out, "{purpose}");
        self.paragraph("heading-grounds", &[])?;
        for ground in facts.grounds {
            let rows: Vec<&str> = ground.requirements.iter().map(|row| row.as_str()).collect();
            let args = [
                ("gate", text(&ground.gate)),
                ("requirements", rows.join(", ").into()),
                ("reason", self.word(&ground.reason)),
            ];
            self.say("ground", &args)?;
        }
        self.say("grounds-rules", &[("policies", text(facts.policies))])
    }

    fn files(&mut self, facts: &Facts<'_>) -> Result<(), LetterTextError> {
        if facts.files.is_empty() {
            return Ok(());
        }
        self.paragraph("heading-files", &[])?;
        for file in facts.files {
            let message = match file.kind {
                FileKind::Lines => "file-lines",
                FileKind::Reports => "file-reports",
                FileKind::Credentials => "file-credentials",
                FileKind::Other => "file-other",
            };
            self.say(message, &[("name", text(file.name))])?;
        }
        if let (Some(day), Sealed::Age(key)) = (facts.delete_on, facts.sealed) {
            let day = self.day(day)?;
            return self.say("sealed-as-read", &[("key", text(key)), ("day", day.into())]);
        }
        match facts.sealed {
            Sealed::OpenPgp(key) => self.say("sealed-openpgp", &[("key", text(key))]),
            Sealed::Age(key) => self.say("sealed-age", &[("key", text(key))]),
            Sealed::Clear => self.say("sealed-clear", &[]),
        }
    }

    fn answering(&mut self, facts: &Facts<'_>) -> Result<(), LetterTextError> {
        self.paragraph("heading-answer", &[])?;
        self.say("answer", &[("reply", text(facts.reply_to))])?;
        for status in Status::of(facts.measure) {
            let meaning = self.text(&format!("status-{}", status.word()), &[])?;
            self.say("status-row", &[("word", status.word().into()), ("meaning", meaning.into())])?;
        }
        self.paragraph("heading-after", &[])?;
        self.say("after", &[])
    }

    fn contact(&mut self, facts: &Facts<'_>) -> Result<(), LetterTextError> {
        if let Some(leaflet) = facts.leaflet {
            self.paragraph("heading-leaflet", &[])?;
            self.say("leaflet", &[("leaflet", text(leaflet))])?;
        }
        self.paragraph("heading-desk", &[])?;
        self.say("desk", &[("desk", self.word(facts.desk)), ("contact", text(facts.desk_contact))])?;
        self.paragraph("reference", &[("request", text(facts.request)), ("campaign", text(facts.campaign))])
    }

    fn day(&self, day: Day) -> Result<String, LetterTextError> {
        let (year, month, day) = day.civil();
        let two = |number: u32| match self.language {
            Language::Ja => number.to_string(),
            Language::En => format!("{number:02}"),
        };
        let args = [("year", year.to_string().into()), ("month", two(month).into()), ("day", two(day).into())];
        self.text("year-month-day", &args)
    }

    fn word<'t>(&self, words: &'t Bilingual) -> FluentValue<'t> {
        words.get(self.language).into()
    }

    /// A message after an empty line.
    fn paragraph(&mut self, message: &str, args: &Args<'_>) -> Result<(), LetterTextError> {
        self.out.push('\n');
        self.say(message, args)
    }

    /// A message and a line end.
    fn say(&mut self, message: &str, args: &Args<'_>) -> Result<(), LetterTextError> {
        let text = self.text(message, args)?;
        self.out.push_str(&text);
        self.out.push('\n');
        Ok(())
    }

    fn text(&self, message: &str, args: &Args<'_>) -> Result<String, LetterTextError> {
        let language = self.language.tag();
        let bundle = bundle(self.language);
        let found = bundle.get_message(message);
        let pattern = found.and_then(|found| found.value());
        let pattern = pattern.ok_or_else(|| LetterTextError::NoMessage { language, message: message.to_string() })?;
        let args: FluentArgs<'_> = args.iter().map(|(name, value)| (*name, value.clone())).collect();
        let mut errors = Vec::new();
        let text = bundle.format_pattern(pattern, Some(&args), &mut errors).into_owned();
        if errors.is_empty() {
            Ok(text)
        } else {
            Err(LetterTextError::NotFilled { language, message: message.to_string() })
        }
    }
}

fn subject_args<'a>(facts: &Facts<'a>, language: Language) -> [(&'static str, FluentValue<'a>); 2] {
    [("title", facts.title.get(language).into()), ("request", text(facts.request))]
}

fn text<'a>(value: impl std::fmt::Display) -> FluentValue<'a> {
    value.to_string().into()
}

fn count<'a>(number: u64) -> FluentValue<'a> {
    number.into()
}

/// Control characters would let a title write headers of its own.
fn one_line(text: &str) -> String {
    let spaced: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    spaced.trim().to_string()
}

fn bundle(language: Language) -> &'static FluentBundle<FluentResource> {
    static JA: LazyLock<FluentBundle<FluentResource>> =
        LazyLock::new(|| load("ja", include_str!("../../../../locales/letter.ja.ftl")));
    static EN: LazyLock<FluentBundle<FluentResource>> =
        LazyLock::new(|| load("en", include_str!("../../../../locales/letter.en.ftl")));
    match language {
        Language::Ja => &JA,
        Language::En => &EN,
    }
}

/// A mistake in a template leaves its message out; rendering then names it, and a test sees it first.
fn load(tag: &str, source: &str) -> FluentBundle<FluentResource> {
    let language: LanguageIdentifier = tag.parse().unwrap_or_default();
    let mut bundle = FluentBundle::new_concurrent(vec![language]);
    // Marks for mixed writing directions would stand in the mail as strange characters.
    bundle.set_use_isolating(false);
    let resource = match FluentResource::try_new(source.to_string()) {
        Ok(resource) | Err((resource, _)) => resource,
    };
    bundle.add_resource_overriding(resource);
    bundle
}

#[cfg(test)]
#[path = "letter_tests.rs"]
mod tests;
