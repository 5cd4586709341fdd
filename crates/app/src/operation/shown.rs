//! Operations as shown.

use renkei_core::ruling::Ruling;
use renkei_store::operation::Recorded;
use schemars::JsonSchema;
use serde::Serialize;

use super::document::{Both, Channel, Document, Role};
use crate::campaign::read::RulingShown;
use crate::signin::BilingualShown;
use crate::words::{Show, Words, number, table};

/// Operations.
#[derive(Debug, Serialize, JsonSchema)]
pub struct OperationList {
    /// By id.
    pub operations: Vec<OperationListed>,
}

/// An operation in a list.
#[derive(Debug, Serialize, JsonSchema)]
pub struct OperationListed {
    /// Its id.
    pub operation: String,
    /// What it is called.
    pub name: BilingualShown,
    /// Version of its record.
    pub version: u64,
    /// The hour of the joint action.
    pub hour: Option<String>,
    /// Domains in it.
    pub domains: u64,
    /// Orders exported so far.
    pub serial: u64,
}

/// A record that was written.
#[derive(Debug, Serialize, JsonSchema)]
pub struct OperationRecorded {
    /// Its id.
    pub operation: String,
    /// Its version now.
    pub version: u64,
    /// Domains in it.
    pub domains: u64,
}

/// An operation.
#[derive(Debug, Serialize, JsonSchema)]
pub struct OperationShown {
    /// As in a list.
    #[serde(flatten)]
    pub listed: OperationListed,
    /// What it is for.
    pub purpose: BilingualShown,
    /// Who recorded this version, and when.
    pub recorded_by: String,
    /// When.
    pub recorded_at: String,
    /// Seats that need to know before the hour; empty: every seat whose duty it is.
    pub need_to_know: Vec<String>,
    /// Its domains.
    pub list: Vec<DomainShown>,
    /// Ways by which each family is commanded, and the share covered.
    pub channels: Vec<ChannelShown>,
    /// Who does what, on which basis (S2.21).
    pub roles: Vec<RoleShown>,
    /// What is arranged before, and since when; none: not yet (S3.12).
    #[schemars(with = "Vec<Vec<serde_json::Value>>")]
    pub prerequisites: Vec<(&'static str, Option<String>)>,
}

/// A domain.
#[derive(Debug, Serialize, JsonSchema)]
pub struct DomainShown {
    /// Its name.
    pub domain: String,
    /// Family of its bots.
    pub family: String,
    /// Where it stands.
    pub state: &'static str,
    /// The legal route.
    pub route: &'static str,
    /// How sure the sources are of that route (S2.16, S2.17).
    pub grade: &'static str,
    /// The authority record that unlocks it.
    pub authority: Option<String>,
    /// When its registration ends.
    pub registered_until: Option<String>,
    /// What the gate says of a sinkhole on it now.
    pub ruling: RulingShown,
}

/// A way by which a family is commanded.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "CommandChannelShown")]
pub struct ChannelShown {
    /// Family.
    pub family: String,
    /// Which way.
    pub channel: String,
    /// Percent that the operation covers; none: nobody knows.
    pub covered_percent: Option<u8>,
    /// Who says so.
    pub source: String,
}

/// Who does what.
#[derive(Debug, Serialize, JsonSchema)]
pub struct RoleShown {
    /// A party, or what it is.
    pub party: String,
    /// What it does.
    pub does: BilingualShown,
    /// On which basis.
    pub basis: String,
}

impl From<Both> for BilingualShown {
    fn from(Both { ja, en }: Both) -> Self {
        Self { ja, en }
    }
}

pub(super) fn listed(recorded: &Recorded, document: &Document) -> OperationListed {
    OperationListed {
        operation: recorded.id.to_string(),
        name: document.name.clone().into(),
        version: recorded.version,
        hour: document.hour.map(|hour| hour.to_string()),
        domains: document.domains.len() as u64,
        serial: recorded.serial,
    }
}

pub(super) fn shown(recorded: &Recorded, document: &Document, rulings: Vec<Ruling>) -> OperationShown {
    let domains = document.domains.iter().zip(rulings).map(|(domain, ruling)| DomainShown {
        domain: domain.name.to_string(),
        family: domain.family.clone(),
        state: domain.state.word(),
        route: domain.route.word(),
        grade: domain.route.grade().word(),
        authority: domain.authority.clone(),
        registered_until: domain.registered_until.map(|day| day.to_string()),
        ruling: ruling.into(),
    });
    let channels = document.channels.iter().map(|Channel { family, channel, covered_percent, source }| ChannelShown {
        family: family.clone(),
        channel: channel.clone(),
        covered_percent: *covered_percent,
        source: source.clone(),
    });
    let roles = document.roles.iter().map(|Role { party, does, basis }| RoleShown {
        party: party.clone(),
        does: does.clone().into(),
        basis: basis.clone(),
    });
    OperationShown {
        listed: listed(recorded, document),
        purpose: document.purpose.clone().into(),
        recorded_by: recorded.recorded_by.to_string(),
        recorded_at: recorded.recorded_at.to_string(),
        need_to_know: document.need_to_know.iter().map(ToString::to_string).collect(),
        list: domains.collect(),
        channels: channels.collect(),
        roles: roles.collect(),
        prerequisites: document.prerequisites.iter().map(|(what, on)| (what.word(), on.clone())).collect(),
    }
}

fn own(both: &BilingualShown, words: &Words) -> String {
    match words.language() {
        renkei_core::text::Language::Ja => both.ja.clone(),
        renkei_core::text::Language::En => both.en.clone(),
    }
}

impl Show for OperationList {
    fn show(&self, words: &Words) -> String {
        if self.operations.is_empty() {
            return words.of("operation-none");
        }
        let head = ["operation", "operation-name", "operation-hour", "operation-domains", "operation-orders"];
        let rows = self.operations.iter().map(|one| {
            vec![
                one.operation.clone(),
                own(&one.name, words),
                one.hour.clone().unwrap_or_else(|| "-".to_owned()),
                number(one.domains),
                number(one.serial),
            ]
        });
        table(&head.map(|key| words.of(key)), &rows.collect::<Vec<_>>())
    }
}

impl Show for OperationRecorded {
    fn show(&self, words: &Words) -> String {
        let values = [
            ("operation", self.operation.clone()),
            ("version", number(self.version)),
            ("domains", number(self.domains)),
        ];
        words.say("operation-recorded", &values)
    }
}

impl Show for OperationShown {
    fn show(&self, words: &Words) -> String {
        let mut text =
            format!("{}  {}\n{}\n", self.listed.operation, own(&self.listed.name, words), own(&self.purpose, words));
        let head = [
            "operation-domain-name",
            "by-family",
            "operation-state",
            "operation-route",
            "operation-grade",
            "operation-ruling",
        ];
        let rows = self.list.iter().map(|domain| {
            let codes: Vec<_> =
                domain.ruling.grounds.iter().map(|ground| format!("{}/{}", ground.gate, ground.code)).collect();
            vec![
                domain.domain.clone(),
                domain.family.clone(),
                words.of(&format!("domain-{}", domain.state)),
                words.of(&format!("route-{}", domain.route)),
                words.of(&format!("grade-{}", domain.grade)),
                format!("{} {}", words.of(&format!("outcome-{}", domain.ruling.outcome)), codes.join(" ")),
            ]
        });
        text.push_str(&table(&head.map(|key| words.of(key)), &rows.collect::<Vec<_>>()));
        for (what, on) in &self.prerequisites {
            let on = on.clone().unwrap_or_else(|| words.of("operation-not-yet"));
            text.push_str(&format!("\n{}  {on}", words.of(&format!("prerequisite-{what}"))));
        }
        for channel in &self.channels {
            let covered =
                channel.covered_percent.map_or_else(|| words.of("operation-unknown"), |share| format!("{share} %"));
            text.push_str(&format!("\n{}  {}  {covered}  {}", channel.family, channel.channel, channel.source));
        }
        for role in &self.roles {
            text.push_str(&format!("\n{}  {}  {}", role.party, own(&role.does, words), role.basis));
        }
        text
    }
}
