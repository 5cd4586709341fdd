//! Drafts: the payload files of a request and the manifest that names them.

use std::collections::BTreeMap;
use std::io;

use renkei_core::class::DataClass;
use renkei_core::id::{CampaignId, Digest, RequestId};
use renkei_core::measure::Measure;
use renkei_core::party::{Party, Role, Seal};
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
use super::choose::{Group, Reason};
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
    pub(crate) group: &'a Group,
    pub(crate) measure: Measure,
    pub(crate) class: DataClass,
    pub(crate) grounds: &'a [Ground],
    pub(crate) policies: Digest,
    pub(crate) turn: Turn<'a>,
    pub(crate) checkpoint: &'a str,
    pub(crate) at: Moment,
}

/// What is asked of a party: an operator in the office's country tells its users, one abroad is told (S2.16).
pub(crate) const fn measure_for(party: &Party) -> Measure {
    match party.role {
        Role::ForeignCert => Measure::TellPartner,
        Role::Isp | Role::HostingProvider | Role::SectorCentre | Role::Centre | Role::PrefecturalPolice | Role::Npa => {
            Measure::NotifyUser
        }
    }
}

/// When an answer is due: the party's own term from the moment of drafting; none is made up.
pub(crate) fn due(party: &Party, at: Moment) -> Option<Day> {
    party.terms.answer_days.map(|days| at.plus_days(i64::from(days)).day())
}

impl Office {
    /// Makes the payload files and the request that names them.
    pub(crate) fn draft(&self, sketch: &Sketch<'_>) -> Result<NewRequest, DraftError> {
        let Group { party, lines, left, .. } = sketch.group;
        let manifest = self.manifest(sketch)?;
        let not_actionable: BTreeMap<String, u64> =
            left.iter().map(|(reason, count): (&Reason, &u64)| (reason.word().to_owned(), *count)).collect();
        Ok(NewRequest {
            id: sketch.request,
            party: party.id.clone(),
            measure: sketch.measure,
            class: sketch.class,
            draft: Draft {
                lines: lines.len() as u64,
                devices: manifest.devices,
                due_at: manifest.due.map(Day::start),
                manifest: manifest.to_string().into_bytes(),
                not_actionable,
            },
        })
    }

    fn manifest(&self, sketch: &Sketch<'_>) -> Result<Manifest, DraftError> {
        let Sketch { campaign, request, group, measure, class, policies, at, .. } = *sketch;
        let party = &group.party;
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
            lines: group.lines.len() as u64,
            devices: group.devices(),
            due: due(party, at),
            policies,
            to: channel.mail.parse()?,
            seal: recipient.to_string().parse::<OneLine>()?,
            payloads: Vec::new(),
        };
        let mut files = vec![(LETTER, text.body.into_bytes()), (SUBJECT, text.subject.into_bytes())];
        if !group.lines.is_empty() {
            files.push((LINES, csv::write(&group.lines, &zone)));
            files.push((REPORTS, self.reports(sketch, &group.lines, &zone)));
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
        let Sketch { group, purpose, .. } = sketch;
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
        let files =
            [FileNote { name: LINES, kind: FileKind::Lines }, FileNote { name: REPORTS, kind: FileKind::Reports }];
        let facts = Facts {
            turn: sketch.turn,
            first_language: group.party.channel.as_ref().map(|channel| channel.language).unwrap_or_default(),
            party: &group.party.name,
            office: &self.settings.name,
            title: &purpose.title,
            campaign: sketch.campaign,
            request: sketch.request,
            measure: sketch.measure,
            purpose: &purpose.purpose,
            grounds: sketch.grounds,
            policies: sketch.policies,
            lines: group.lines.len() as u64,
            devices: group.devices(),
            period: group.period(),
            zone,
            due: due(&group.party, sketch.at),
            files: if group.lines.is_empty() { &[] } else { &files },
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
