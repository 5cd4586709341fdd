//! Parties: importing a file of them, listing and showing them.

pub mod compare;
pub mod file;
pub mod trial;

use std::path::Path;

use renkei_core::act::Act;
use renkei_core::id::PartyId;
use renkei_core::party::{Agreement, AgreementKind, Channel, Competence, CompetenceKey, Party, Seal};
use renkei_core::question::{Object, ObjectKind};
use renkei_core::seat::Duty;
use renkei_core::time::{Moment, Validity};
use renkei_store::channel::ChannelHealth;
use renkei_store::party::Imported;
use renkei_store::{DbError, WriteError};
use schemars::JsonSchema;
use serde::Serialize;

use crate::office::{AskError, Office};
use crate::words::{Show, Words, number, table};
use file::PartyFileError;

pub use trial::{TrialError, TrialShown};

/// Why parties cannot be imported.
#[derive(Debug, thiserror::Error)]
pub enum PartyError {
    /// The file.
    #[error("{0}")]
    File(#[from] PartyFileError),
    /// The gate.
    #[error("{0}")]
    Ask(#[from] AskError),
    /// The registry.
    #[error("{0}")]
    Write(#[from] WriteError),
    /// The registry.
    #[error("{0}")]
    Db(#[from] DbError),
    /// A public key that nothing could be sealed to.
    #[error("party `{0}`: its key cannot be used: {1}")]
    Key(PartyId, #[source] renkei_post::seal::KeyError),
    /// There is none of that name.
    #[error("there is no party `{0}`: `renkei party list` shows who is there")]
    Unknown(PartyId),
}

/// What an import did.
#[derive(Debug, Serialize, JsonSchema)]
pub struct PartiesImported {
    /// Parties that were not there.
    pub added: u64,
    /// Parties that are now different.
    pub changed: u64,
    /// Parties that are as they were.
    pub unchanged: u64,
}

impl Show for PartiesImported {
    fn show(&self, words: &Words) -> String {
        let values =
            [("added", number(self.added)), ("changed", number(self.changed)), ("unchanged", number(self.unchanged))];
        words.say("party-imported", &values)
    }
}

/// A party as shown.
#[derive(Debug, Serialize, JsonSchema)]
pub struct PartyShown {
    /// Its id.
    pub party: String,
    /// Its name in Japanese.
    pub name_ja: String,
    /// Its name in English.
    pub name_en: String,
    /// What it is.
    pub role: &'static str,
    /// Country.
    pub country: String,
    /// Zone.
    pub zone: String,
    /// What it can act on.
    pub competences: Vec<CompetenceShown>,
    /// What it has signed.
    pub agreements: Vec<String>,
    /// Where letters go.
    pub mail: Option<String>,
    /// How that address does, as servers reported; none: nothing is known.
    pub health: Option<HealthShown>,
    /// Every address, in the order in which they are used where those before them fail.
    pub channels: Vec<ChannelShown>,
    /// Letters that only tried an address, newest first; in a list of parties none is shown.
    pub trials: Vec<TrialShown>,
    /// How files to it are sealed.
    pub seal: Option<&'static str>,
    /// Whether subscribers share addresses.
    pub shared_addresses: bool,
    /// Days before it is told of a device again.
    pub repeat_days: Option<u32>,
    /// Days within which it means to answer.
    pub answer_days: Option<u32>,
    /// How often its record changed.
    pub version: u64,
}

/// An address of a party.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ChannelShown {
    /// The address.
    pub mail: String,
    /// Whether letters go there now.
    pub in_use: bool,
    /// How it does; none: nothing is known.
    pub health: Option<HealthShown>,
}

/// How a channel does.
#[derive(Debug, Serialize, JsonSchema)]
pub struct HealthShown {
    /// Letters to it come back since then.
    pub failing_since: Option<String>,
    /// What a server reported last.
    pub action: Option<&'static str>,
    /// Its status code (RFC 3463).
    pub status: Option<String>,
    /// When the last report was read.
    pub reported_at: Option<String>,
    /// When a program there answered last.
    pub auto_reply_at: Option<String>,
}

impl HealthShown {
    fn of(health: &ChannelHealth) -> Self {
        let ChannelHealth { party: _, mail: _, failing_since, last, auto_reply_at } = health;
        Self {
            failing_since: failing_since.map(|at| at.to_string()),
            action: last.as_ref().map(|last| last.action.word()),
            status: last.as_ref().and_then(|last| last.status.clone()),
            reported_at: last.as_ref().map(|last| last.at.to_string()),
            auto_reply_at: auto_reply_at.map(|at| at.to_string()),
        }
    }

    fn show(&self, words: &Words) -> Option<String> {
        let since = self.failing_since.clone()?;
        let status = self.status.clone().unwrap_or_default();
        Some(words.say("party-failing", &[("since", since), ("status", status)]).trim_end().to_owned())
    }
}

/// A competence as shown.
#[derive(Debug, Serialize, JsonSchema)]
pub struct CompetenceShown {
    /// Prefix, AS, domain …
    pub key: String,
    /// From when.
    pub from: Option<String>,
    /// Until when.
    pub until: Option<String>,
}

impl PartyShown {
    fn of(party: Party, health: &[ChannelHealth]) -> Self {
        let known = |mail: &str| health.iter().find(|known| known.party == party.id && known.mail == mail);
        let fails = |mail: &str| known(mail).is_some_and(|known| known.failing_since.is_some());
        let shown = |channel: &Channel| -> Vec<ChannelShown> {
            let used = channel.in_use(fails);
            let each = channel.mails().map(|mail| ChannelShown {
                mail: mail.clone(),
                in_use: mail == used,
                health: known(mail).map(HealthShown::of),
            });
            each.collect()
        };
        let channels = party.channel.as_ref().map(shown).unwrap_or_default();
        let health = party.channel.as_ref().and_then(|channel| known(&channel.mail)).map(HealthShown::of);
        let Party { id, version, name, role, country, zone, competences, agreements, channel, terms } = party;
        Self {
            party: id.to_string(),
            name_ja: name.ja,
            name_en: name.en,
            role: role.word(),
            country,
            zone,
            competences: competences.into_iter().map(competence).collect(),
            agreements: agreements.into_iter().map(agreement).collect(),
            seal: channel.as_ref().map(|channel| seal(&channel.seal)),
            mail: channel.map(|channel| channel.mail),
            health,
            channels,
            trials: Vec::new(),
            shared_addresses: terms.shared_addresses,
            repeat_days: terms.repeat_days,
            answer_days: terms.answer_days,
            version,
        }
    }
}

fn competence(competence: Competence) -> CompetenceShown {
    let Competence { key, validity: Validity { from, until } } = competence;
    let key = match key {
        CompetenceKey::Prefix(prefix) => prefix.to_string(),
        CompetenceKey::Asn(asn) => asn.to_string(),
        CompetenceKey::DomainSuffix(domain) => format!("*.{domain}"),
        CompetenceKey::BankCode(code) => format!("bank {code}"),
        CompetenceKey::CardBin(bin) => format!("BIN {bin}"),
    };
    CompetenceShown { key, from: from.map(|at| at.to_string()), until: until.map(|at| at.to_string()) }
}

fn agreement(agreement: Agreement) -> String {
    let Agreement { kind, validity: Validity { from, until } } = agreement;
    let word = match kind {
        AgreementKind::Nda => "nda",
        AgreementKind::JointResponse => "joint-response",
    };
    let end = |moment: Option<Moment>| moment.map_or_else(String::new, |at| at.day().to_string());
    format!("{word} {}..{}", end(from), end(until))
}

const fn seal(seal: &Seal) -> &'static str {
    match seal {
        Seal::OpenPgp(_) => "openpgp",
        Seal::Age(_) => "age",
        Seal::Clear { .. } => "clear",
    }
}

impl Show for PartyShown {
    fn show(&self, words: &Words) -> String {
        let none = || words.of("none");
        let days = |days: Option<u32>| days.map_or_else(none, |days| days.to_string());
        let mut lines = vec![
            format!("{}  {} / {}", self.party, self.name_ja, self.name_en),
            format!("  {}: {}  {}  {}", words.of("party-role"), self.role, self.country, self.zone),
            format!(
                "  {}: {} ({})",
                words.of("party-channel"),
                self.mail.clone().unwrap_or_else(none),
                self.seal.unwrap_or("-")
            ),
            format!(
                "  {}: {}  {}: {}  {}: {}",
                words.of("party-shared"),
                words.of(if self.shared_addresses { "yes" } else { "no" }),
                words.of("party-repeat"),
                days(self.repeat_days),
                words.of("party-answer"),
                days(self.answer_days)
            ),
            format!("  {}: {}", words.of("party-agreements"), self.agreements.join(", ")),
            format!("  {}:", words.of("party-competences")),
        ];
        if let Some(failing) = self.health.as_ref().and_then(|health| health.show(words)) {
            lines.insert(3, format!("    {failing}"));
        }
        for further in self.channels.iter().skip(1) {
            let failing = further.health.as_ref().and_then(|health| health.show(words));
            let used = further.in_use.then(|| words.of("channel-in-use"));
            let more: Vec<_> = used.into_iter().chain(failing).collect();
            lines.insert(3, format!("    {} {}", further.mail, more.join(" ")).trim_end().to_owned());
        }
        for CompetenceShown { key, from, until } in &self.competences {
            let end = |end: &Option<String>| end.clone().unwrap_or_default();
            let dates = if from.is_none() && until.is_none() {
                String::new()
            } else {
                format!("  {}..{}", end(from), end(until))
            };
            lines.push(format!("    {key}{dates}"));
        }
        lines.extend(self.trials.iter().map(|trial| format!("  {}  {}", trial.queued_at, trial.show(words))));
        lines.join("\n")
    }
}

impl PartyShown {
    /// The address, marked where letters to it come back.
    fn channel(&self, words: &Words) -> String {
        let mail = self.mail.clone().unwrap_or_else(|| words.of("none"));
        match self.health.as_ref().and_then(|health| health.show(words)) {
            Some(failing) => format!("{mail} ({failing})"),
            None => mail,
        }
    }
}

/// Some parties.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct PartyList(pub Vec<PartyShown>);

impl Show for PartyList {
    fn show(&self, words: &Words) -> String {
        if self.0.is_empty() {
            return words.of("party-none");
        }
        let head =
            ["party-id", "party-name", "party-role", "party-competences", "party-channel"].map(|key| words.of(key));
        let rows: Vec<Vec<String>> = self
            .0
            .iter()
            .map(|party| {
                let name =
                    if words.language() == renkei_core::text::Language::Ja { &party.name_ja } else { &party.name_en };
                vec![
                    party.party.clone(),
                    name.clone(),
                    party.role.to_owned(),
                    number(party.competences.len() as u64),
                    party.channel(words),
                ]
            })
            .collect();
        table(&head, &rows)
    }
}

/// Keys that nothing could be sealed to are told before anything is changed.
fn check_keys(parties: &[Party], at: Moment) -> Result<(), PartyError> {
    for party in parties {
        if let Some(channel) = &party.channel {
            renkei_post::seal::Recipient::check(&channel.seal, at)
                .map_err(|error| PartyError::Key(party.id.clone(), error))?;
        }
    }
    Ok(())
}

impl Office {
    /// Imports a party file: all of it, or, where something in it is wrong, nothing.
    pub async fn import_parties(&self, path: &Path, at: Moment) -> Result<PartiesImported, PartyError> {
        self.take_parties(&file::read(path)?, at).await
    }

    /// Imports parties.
    pub async fn take_parties(&self, parties: &[Party], at: Moment) -> Result<PartiesImported, PartyError> {
        check_keys(parties, at)?;
        let known = self.store.parties().await?;
        let object = |party: &Party| {
            let version = known.iter().find(|known| known.id == party.id).map_or(0, |known| known.version);
            Object::new(ObjectKind::Party, &party.id, version)
        };
        let permit = self.ask_for(Act::ImportParty, Duty::Keeper, parties.iter().map(object), at).await?;
        let done = self.store.import_parties(permit, parties).await?;
        let count = |kind: fn(&Imported) -> bool| done.iter().filter(|one| kind(one)).count() as u64;
        Ok(PartiesImported {
            added: count(|one| matches!(one, Imported::Added)),
            changed: count(|one| matches!(one, Imported::Changed)),
            unchanged: count(|one| matches!(one, Imported::Unchanged)),
        })
    }

    /// All parties, or those whose id, name or role holds a text.
    pub async fn parties(&self, search: Option<&str>) -> Result<PartyList, PartyError> {
        let health = self.store.channels().await?;
        let fitting = self.store.parties().await?.into_iter().filter(|party| fits(party, search));
        Ok(PartyList(fitting.map(|party| PartyShown::of(party, &health)).collect()))
    }

    /// A page of the same, by id, and behind which the next one begins.
    pub async fn parties_page(
        &self,
        search: Option<&str>,
        after: Option<&str>,
    ) -> Result<(PartyList, Option<String>), PartyError> {
        const PAGE: usize = 100;
        let health = self.store.channels().await?;
        let mut fitting: Vec<Party> = self.store.parties().await?;
        fitting.retain(|party| fits(party, search) && after.is_none_or(|after| party.id.as_str() > after));
        fitting.sort_by(|a, b| a.id.cmp(&b.id));
        let is_more = fitting.len() > PAGE;
        fitting.truncate(PAGE);
        let next = fitting.last().filter(|_| is_more).map(|party| party.id.to_string());
        Ok((PartyList(fitting.into_iter().map(|party| PartyShown::of(party, &health)).collect()), next))
    }

    /// One party.
    pub async fn party(&self, id: &PartyId) -> Result<PartyShown, PartyError> {
        let party = self.store.party(id).await?.ok_or_else(|| PartyError::Unknown(id.clone()))?;
        let health = self.store.channels().await?;
        Ok(PartyShown { trials: self.trials(id).await?, ..PartyShown::of(party, &health) })
    }

    /// The parties, each with the address first that letters go to now.
    pub(crate) async fn parties_in_use(&self) -> Result<Vec<Party>, DbError> {
        let failing = self.failing().await?;
        let mut parties = self.store.parties().await?;
        for party in &mut parties {
            let Some(channel) = &mut party.channel else { continue };
            let used = channel.in_use(|mail| failing.has(&party.id, mail)).clone();
            let others: Vec<String> = channel.mails().filter(|mail| **mail != used).cloned().collect();
            (channel.mail, channel.further) = (used, others);
        }
        Ok(parties)
    }
}
/// Whether a text that is looked for stands in the party's id, names or role.
fn fits(party: &Party, search: Option<&str>) -> bool {
    let fields = [party.id.as_str(), &party.name.ja, &party.name.en, party.role.word()];
    search.is_none_or(|text| fields.iter().any(|field| field.contains(text)))
}
