//! Drafts: the payload files of a request and the manifest that names them.

use std::collections::{BTreeMap, HashSet};
use std::io;

use renkei_core::class::DataClass;
use renkei_core::id::{CampaignId, Digest, RequestId};
use renkei_core::measure::Measure;
use renkei_core::party::{Party, Seal};
use renkei_core::ruling::Ground;
use renkei_core::text::Bilingual;
use renkei_core::time::{Day, Moment};
use renkei_formats::notice::letter::{Facts, FileKind, FileNote, LetterText, LetterTextError, Sealed, Turn, render};
use renkei_formats::notice::manifest::{OneLine, Payload, WordError};
use renkei_formats::notice::zone::ZoneError;
use renkei_formats::notice::{Line, Manifest, PartyZone, csv, xarf};
use renkei_post::address::{AddressError, MailDomain, ReplyToken};
use renkei_post::seal::{KeyError, Recipient};
use renkei_store::request::{Draft, NewRequest};

use super::Purpose;
use super::reason::Reason;
use crate::file;
use crate::office::Office;

/// Names of the payload files.
pub(crate) const LETTER: &str = "letter.txt";
pub(crate) const SUBJECT: &str = "subject.txt";
pub(crate) const LINES: &str = "lines.csv";
pub(crate) const REPORTS: &str = "reports.xarf.jsonl";

/// Why a request cannot be drafted.
#[derive(Debug, thiserror::Error)]
pub enum DraftError {
    /// The party has no channel, or its zone is unknown.
    #[error("party `{0}` has no channel: give it one with `renkei party import`")]
    Channel(String),
    /// Its zone.
    #[error("{0}")]
    Zone(#[from] ZoneError),
    /// Its key.
    #[error("party `{0}`: its key cannot be used: {1}")]
    Key(String, #[source] KeyError),
    /// The office's domain.
    #[error("{0}")]
    Address(#[from] AddressError),
    /// A name in the manifest.
    #[error("{0}")]
    Word(#[from] WordError),
    /// The letter's text.
    #[error("{0}")]
    Text(#[from] LetterTextError),
    /// The files cannot be written.
    #[error("the files of the request cannot be written: {0}")]
    Io(#[from] io::Error),
}

/// What a draft is made from.
pub(crate) struct Sketch<'a> {
    pub(crate) campaign: CampaignId,
    pub(crate) request: RequestId,
    pub(crate) token: ReplyToken,
    pub(crate) purpose: &'a Purpose,
    pub(crate) party: &'a Party,
    pub(crate) handed: Handed<'a>,
    pub(crate) left: &'a BTreeMap<Reason, u64>,
    pub(crate) measure: Measure,
    pub(crate) class: DataClass,
    pub(crate) grounds: &'a [Ground],
    pub(crate) policies: Digest,
    pub(crate) turn: Turn<'a>,
    pub(crate) checkpoint: &'a str,
    pub(crate) at: Moment,
}

/// What is handed over with a request.
#[derive(Clone, Copy)]
pub(crate) enum Handed<'a> {
    /// Lines, written as a sheet and as reports.
    Lines(&'a [Line]),
    /// Sheets that were sealed to the party before anybody could read them.
    Sealed(&'a SealedSheets),
}

/// Sheets that were sealed as they were read (S2.15).
pub(crate) struct SealedSheets {
    pub(crate) payloads: Vec<Payload>,
    pub(crate) lines: u64,
    pub(crate) devices: u64,
    pub(crate) delete_on: Day,
}

impl Handed<'_> {
    /// How many lines.
    pub(crate) const fn lines(&self) -> u64 {
        match self {
            Self::Lines(lines) => lines.len() as u64,
            Self::Sealed(sheets) => sheets.lines,
        }
    }

    /// How many devices, or accounts, they are taken for.
    pub(crate) fn devices(&self) -> u64 {
        match self {
            Self::Lines(lines) => {
                lines.iter().map(|line| line.device_key.as_str()).collect::<HashSet<_>>().len() as u64
            }
            Self::Sealed(sheets) => sheets.devices,
        }
    }

    /// First and last moment of the lines.
    fn period(&self) -> Option<(Moment, Moment)> {
        let Self::Lines(lines) = self else { return None };
        let seen = lines.iter().map(|line| line.observed_at);
        Some((seen.clone().min()?, seen.max()?))
    }
}

/// When an answer is due: the party's own term from the moment of drafting; none is made up.
pub(crate) fn due(party: &Party, at: Moment) -> Option<Day> {
    party.terms.answer_days.map(|days| at.plus_days(i64::from(days)).day())
}

impl Office {
    /// Makes the payload files and the request that names them.
    pub(crate) fn draft(&self, sketch: &Sketch<'_>) -> Result<NewRequest, DraftError> {
        let Sketch { party, handed, left, .. } = sketch;
        let manifest = self.manifest(sketch)?;
        let not_actionable: BTreeMap<String, u64> =
            left.iter().map(|(reason, count): (&Reason, &u64)| (reason.word().to_owned(), *count)).collect();
        Ok(NewRequest {
            id: sketch.request,
            party: party.id.clone(),
            measure: sketch.measure,
            class: sketch.class,
            reply: sketch.token.bits(),
            draft: Draft {
                lines: handed.lines(),
                devices: manifest.devices,
                due_at: manifest.due.map(Day::start),
                manifest: manifest.to_string().into_bytes(),
                not_actionable,
            },
        })
    }

    fn manifest(&self, sketch: &Sketch<'_>) -> Result<Manifest, DraftError> {
        let Sketch { campaign, request, party, handed, measure, class, policies, at, .. } = *sketch;
        let channel = party.channel.as_ref().ok_or_else(|| DraftError::Channel(party.id.to_string()))?;
        let recipient =
            Recipient::check(&channel.seal, at).map_err(|error| DraftError::Key(party.id.to_string(), error))?;
        let zone: PartyZone = party.zone.parse()?;
        let text = self.letter(sketch, &zone, &channel.seal, &recipient)?;
        let mut manifest = Manifest {
            campaign,
            request,
            party: party.id.clone(),
            measure,
            class,
            kind: sketch.turn.kind(),
            lines: handed.lines(),
            devices: handed.devices(),
            due: due(party, at),
            policies,
            to: channel.mail.parse()?,
            further: channel.further.iter().map(|mail| mail.parse()).collect::<Result<_, _>>()?,
            seal: recipient.to_string().parse::<OneLine>()?,
            payloads: Vec::new(),
        };
        let mut files = vec![(LETTER, text.body.into_bytes()), (SUBJECT, text.subject.into_bytes())];
        match handed {
            Handed::Lines([]) => {}
            Handed::Lines(lines) => {
                files.push((LINES, csv::write(lines, &zone)));
                files.push((REPORTS, self.reports(sketch, lines, &zone)));
            }
            Handed::Sealed(sheets) => sheets.payloads.iter().for_each(|payload| manifest.add(payload.clone())),
        }
        for (name, bytes) in files {
            file::keep(&self.folder, &bytes)?;
            manifest.add(Payload::of(name.parse()?, &bytes));
        }
        Ok(manifest)
    }

    fn reports(&self, sketch: &Sketch<'_>, lines: &[Line], zone: &PartyZone) -> Vec<u8> {
        let domain = self.settings.domain.clone();
        let office = xarf::Contact { org: self.settings.name.en.clone(), contact: format!("desk@{domain}"), domain };
        let context = xarf::Context {
            reporter: &office,
            sender: &office,
            request: sketch.request,
            campaign: sketch.campaign,
            zone,
        };
        xarf::write(lines, &context)
    }

    fn letter(
        &self,
        sketch: &Sketch<'_>,
        zone: &PartyZone,
        seal: &Seal,
        recipient: &Recipient,
    ) -> Result<LetterText, DraftError> {
        let Sketch { party, handed, purpose, .. } = sketch;
        let domain: MailDomain = self.settings.domain.parse()?;
        let reply_to = sketch.token.address(&domain);
        let key = recipient.to_string();
        let key = key.split_once(' ').map_or("", |(_, key)| key);
        let sealed = match seal {
            Seal::OpenPgp(_) => Sealed::OpenPgp(key),
            Seal::Age(_) => Sealed::Age(key),
            Seal::Clear { .. } => Sealed::Clear,
        };
        let desk = Bilingual {
            ja: format!("{} 担当", self.settings.name.ja),
            en: format!("{} case desk", self.settings.name.en),
        };
        let contact = match self.settings.post.contact_desk.as_str() {
            "" => format!("desk@{}", self.settings.domain),
            set => set.to_owned(),
        };
        let note = |name, kind| FileNote { name, kind };
        let files = match handed {
            Handed::Lines([]) => Vec::new(),
            Handed::Lines(_) => vec![note(LINES, FileKind::Lines), note(REPORTS, FileKind::Reports)],
            Handed::Sealed(sheets) => {
                sheets.payloads.iter().map(|payload| note(payload.name.as_str(), FileKind::Credentials)).collect()
            }
        };
        let delete_on = match handed {
            Handed::Lines(_) => None,
            Handed::Sealed(sheets) => Some(sheets.delete_on),
        };
        let facts = Facts {
            turn: sketch.turn,
            first_language: party.channel.as_ref().map(|channel| channel.language).unwrap_or_default(),
            party: &party.name,
            office: &self.settings.name,
            title: &purpose.title,
            campaign: sketch.campaign,
            request: sketch.request,
            measure: sketch.measure,
            purpose: &purpose.purpose,
            grounds: sketch.grounds,
            policies: sketch.policies,
            lines: handed.lines(),
            devices: handed.devices(),
            period: handed.period(),
            zone,
            due: due(party, sketch.at),
            files: &files,
            delete_on,
            sealed,
            reply_to: &reply_to,
            desk: &desk,
            desk_contact: &contact,
            leaflet: purpose.leaflet.as_deref(),
            checkpoint: sketch.checkpoint,
        };
        Ok(render(&facts)?)
    }
}
