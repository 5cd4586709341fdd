//! Plan and rehearse: who would get what, and why the rest gets nothing (S2.14, S4.19).

use std::collections::BTreeMap;

use renkei_core::act::Act;
use renkei_core::class::DataClass;
use renkei_core::id::{CampaignId, IntentId, PartyId};
use renkei_core::ledger::Detail;
use renkei_core::material::Material;
use renkei_core::party::Party;
use renkei_core::question::{Object, ObjectKind, Question, Recipient};
use renkei_core::ruling::Ruling;
use renkei_core::seat::Duty;
use renkei_core::time::{Moment, Validity};
use renkei_formats::notice::letter::Turn;
use renkei_gate::Gate;
use renkei_lake::{Appended, Filter, ReadError};
use renkei_post::address::ReplyToken;
use renkei_store::campaign::NewCampaign;
use renkei_store::intent::IntentResult;
use renkei_store::request::NewRequest;
use renkei_store::{DbError, WriteError};
use renkei_table::{Selection, Selections};
use schemars::JsonSchema;
use serde::Serialize;

use super::choose::{Chosen, Group, choose};
use super::draft::{DraftError, Handed, Sketch};
use super::history::HistoryError;
use super::owner::Owners;
use super::{Purpose, fresh, new_campaign, new_request};
use crate::directories::DirectoryError;
use crate::office::{AskError, Office};
use crate::parallel;
use crate::words::{Show, Words, number, table};

/// Why a campaign cannot be planned.
#[derive(Debug, thiserror::Error)]
pub enum PlanError {
    /// The gate.
    #[error("{0}")]
    Ask(#[from] AskError),
    /// The registry.
    #[error("{0}")]
    Db(#[from] DbError),
    /// The registry.
    #[error("{0}")]
    Write(#[from] WriteError),
    /// The directory.
    #[error("{0}")]
    Directory(#[from] DirectoryError),
    /// What was told before.
    #[error("{0}")]
    History(#[from] HistoryError),
    /// The lake.
    #[error("{0}")]
    Open(#[from] renkei_lake::OpenError),
    /// The lake.
    #[error("{0}")]
    Read(#[from] ReadError),
    /// The lake.
    #[error("{0}")]
    Append(#[from] renkei_lake::AppendError),
    /// The lake.
    #[error("{0}")]
    Arrow(#[from] arrow::error::ArrowError),
    /// A request.
    #[error("{0}")]
    Draft(#[from] DraftError),
    /// Changed rules of a rehearsal.
    #[error("{0}")]
    Rules(#[from] renkei_gate::RulesError),
    /// A changed directory of a rehearsal.
    #[error("{0}")]
    Parties(#[from] crate::party::file::PartyFileError),
    /// Nothing matches.
    #[error("no observation matches: `renkei observations` shows what is there")]
    Nothing,
}

/// What a rehearsal changes.
#[derive(Debug, Clone, Default)]
pub struct Changed {
    /// Other rules.
    pub policies: Option<std::path::PathBuf>,
    /// Another directory.
    pub parties: Option<std::path::PathBuf>,
}

/// A plan, drafted or rehearsed.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Planned {
    /// The campaign; none where it was only rehearsed.
    pub campaign: Option<String>,
    /// Lines that the filter took.
    pub lines: u64,
    /// Lines that somebody will be told.
    pub told: u64,
    /// Lines that are listed only, by reason.
    pub left: BTreeMap<&'static str, u64>,
    /// One row a party.
    pub parties: Vec<PlannedParty>,
}

/// What one party would get.
#[derive(Debug, Serialize, JsonSchema)]
pub struct PlannedParty {
    /// The party.
    pub party: String,
    /// The request; none where it was only rehearsed, or nothing would be sent.
    pub request: Option<String>,
    /// What is asked.
    pub measure: &'static str,
    /// Devices.
    pub devices: u64,
    /// Lines.
    pub lines: u64,
    /// Lines listed only, by reason.
    pub left: BTreeMap<&'static str, u64>,
    /// What the gate answers to sending it, approval apart.
    pub ruling: String,
}

impl Show for Planned {
    fn show(&self, words: &Words) -> String {
        let head = ["party-id", "plan-devices", "plan-lines", "plan-left", "plan-measure"].map(|key| words.of(key));
        let sum = |left: &BTreeMap<&str, u64>| number(left.values().sum());
        let mut rows: Vec<Vec<String>> = self
            .parties
            .iter()
            .map(|p| vec![p.party.clone(), number(p.devices), number(p.lines), sum(&p.left), words.of(p.measure)])
            .collect();
        let devices = self.parties.iter().map(|party| party.devices).sum();
        let left = self.parties.iter().flat_map(|party| party.left.values()).sum();
        rows.push(vec![words.of("total"), number(devices), number(self.told), number(left), String::new()]);
        let mut text = table(&head, &rows);
        for (reason, count) in &self.left {
            let values = [("count", number(*count)), ("reason", words.of(&format!("reason-{reason}")))];
            text.push('\n');
            text.push_str(&words.say("plan-reason", &values));
        }
        text.push('\n');
        text.push_str(&match &self.campaign {
            Some(campaign) => words.say("plan-done", &[("campaign", campaign.clone())]),
            None => words.of("plan-rehearsed"),
        });
        text
    }
}

/// A party's part of the plan with the ruling it rests on.
struct Ruled {
    ruling: Ruling,
    class: DataClass,
}

impl Office {
    /// Shows who would get what, with changed rules, directory or date; writes nothing.
    pub async fn rehearse(
        &self,
        purpose: &Purpose,
        filter: &Filter,
        changed: &Changed,
        at: Moment,
    ) -> Result<Planned, PlanError> {
        let changed_gate = changed.policies.as_deref().map(Gate::from_dir).transpose()?;
        let gate = changed_gate.as_ref().unwrap_or(&self.gate);
        let parties = match &changed.parties {
            Some(path) => crate::party::file::read(path)?.into(),
            None => self.store.parties().await?,
        };
        let (chosen, ruled) = self.choose(gate, &parties, purpose, filter, at).await?;
        Ok(planned(None, (purpose.material, &chosen), &ruled, &[]))
    }

    /// Drafts a campaign: one request for each party that can act.
    pub async fn plan(&self, purpose: &Purpose, filter: &Filter, at: Moment) -> Result<Planned, PlanError> {
        let _at_work = self.at_work().map_err(DraftError::Io)?;
        let parties = self.parties_in_use().await?;
        let (chosen, ruled) = self.choose(&self.gate, &parties, purpose, filter, at).await?;
        if chosen.groups.is_empty() && chosen.left.is_empty() {
            return Err(PlanError::Nothing);
        }
        let campaign = new_campaign(at);
        let checkpoint = self.newest_checkpoint().await?;
        let fields = purpose.fields();
        let mut sketches = Vec::new();
        for (id, group) in chosen.groups.iter().filter(|(_, group)| !group.lines.is_empty()) {
            let Some(ruled) = ruled.get(id) else { continue };
            let sketch = Sketch {
                campaign,
                request: new_request(at),
                token: ReplyToken::fresh(),
                purpose,
                party: &group.party,
                handed: Handed::Lines(&group.lines),
                left: &group.left,
                measure: purpose.material.measure(group.party.role),
                class: ruled.class,
                grounds: &ruled.ruling.grounds,
                policies: ruled.ruling.policy_set,
                turn: Turn::Notice,
                checkpoint: &checkpoint,
                at,
            };
            sketches.push(sketch);
        }
        // The longest first: what is begun last ends soon.
        sketches.sort_by_key(|sketch| std::cmp::Reverse(sketch.handed.lines()));
        let drafts = tokio::task::block_in_place(|| parallel::each(&sketches, |sketch| self.draft(sketch)));
        let mut requests = drafts.into_iter().collect::<Result<Vec<_>, _>>()?;
        requests.sort_by(|one, other| one.party.cmp(&other.party));
        let class = DataClass::IdentificationByIp;
        let permits = (self.plan_permit(campaign, class, at).await?, self.plan_permit(campaign, class, at).await?);
        let intent = IntentId::from_bits(fresh(at));
        let object = Object::new(ObjectKind::Campaign, campaign, 0);
        self.store.open_intent(&permits.0, intent, &object, Detail::new().put("what", "selections")).await?;
        let batches = selections(campaign, &chosen, &requests, at)?;
        let appended = self.lake().await?.append_selections(permits.0, intent, (campaign, 1), batches).await?;
        let plan = NewCampaign {
            id: campaign,
            title: purpose.title.clone(),
            family: purpose.family.clone().unwrap_or_default(),
            period: Validity { from: purpose.from, until: purpose.until },
            purpose: purpose.purpose.ja.clone(),
            fields,
        };
        self.store.plan(permits.1, &plan, &requests).await?;
        let detail = match appended {
            Appended::Added { version, stored, .. } => Detail::new().put("version", version).put("rows", stored),
            Appended::AlreadyThere => Detail::new().put("rows", 0),
        };
        self.store.close_intent(at, intent, IntentResult::Done, detail).await?;
        Ok(planned(Some(campaign), (purpose.material, &chosen), &ruled, &requests))
    }

    /// A permit to frame a campaign with material of a class.
    pub(crate) async fn plan_permit(
        &self,
        campaign: CampaignId,
        class: DataClass,
        at: Moment,
    ) -> Result<renkei_gate::Permit, AskError> {
        let question = self.question(Act::Plan, self.seat(Duty::Drafter).await?, at).with_class(class);
        self.ask(question.on(Object::new(ObjectKind::Campaign, campaign, 0))).await
    }

    /// Chooses lines and asks the gate, party by party, whether it may receive them.
    async fn choose(
        &self,
        gate: &Gate,
        parties: &[Party],
        purpose: &Purpose,
        filter: &Filter,
        at: Moment,
    ) -> Result<(Chosen, BTreeMap<PartyId, Ruled>), PlanError> {
        let seat = self.seat(Duty::Drafter).await?;
        let owners = Owners::new(parties, self.directories_of(parties).await?);
        let history = self.history(at).await?;
        let view = self.lake().await?.view().await?;
        let mut chosen = choose(&view, (purpose.material, &narrowed(purpose, filter)), &owners, parties, &history)?;
        let mut ruled = BTreeMap::new();
        for (id, group) in &chosen.groups {
            let class = DataClass::from_word(&group.class).unwrap_or(DataClass::IdentificationByIp);
            let question = Question::new(Act::Plan, seat.clone(), self.facts(), at)
                .with_class(class)
                .asking(purpose.material.measure(group.party.role))
                .to(Recipient::of(&group.party, at, true));
            let ruling = gate.rule(&question);
            if !ruling.is_allowed() {
                self.store.record_refusal(&question, &ruling).await?;
            }
            ruled.insert(id.clone(), Ruled { ruling, class });
        }
        for (id, ruled) in &ruled {
            if !ruled.ruling.is_allowed() {
                chosen.refuse(id);
            }
        }
        Ok((chosen, ruled))
    }
}

/// The filter with what the purpose says.
fn narrowed(purpose: &Purpose, filter: &Filter) -> Filter {
    let mut filter = filter.clone();
    filter.family = filter.family.or_else(|| purpose.family.clone());
    filter.from = filter.from.or(purpose.from);
    filter.until = filter.until.or(purpose.until);
    filter.class = filter.class.or_else(|| purpose.material.class());
    filter
}

/// The rows of the selections table: every line, told or left.
fn selections(
    campaign: CampaignId,
    chosen: &Chosen,
    requests: &[NewRequest],
    at: Moment,
) -> Result<Vec<arrow::array::RecordBatch>, PlanError> {
    const ROWS: usize = 65_536;
    let mut batches = Vec::new();
    let mut rows = Selections::new(campaign, at.day());
    let mut push = |selection: &Selection<'_>| -> Result<(), arrow::error::ArrowError> {
        rows.push(selection);
        if rows.len() >= ROWS {
            batches.push(rows.finish()?);
        }
        Ok(())
    };
    for (id, group) in &chosen.groups {
        let request = requests.iter().find(|request| request.party == *id).map(|request| request.id);
        let Group { lines, class, .. } = group;
        for line in lines {
            let address = line.src_ip.to_string();
            push(&Selection { request, party: Some(id), reason: None, class, src_ip: &address, ..of(line) })?;
        }
    }
    for left in &chosen.left {
        let address = left.line.src_ip.to_string();
        push(&Selection {
            party: left.party.as_ref(),
            reason: Some(left.reason.word()),
            class: &left.class,
            src_ip: &address,
            ..of(&left.line)
        })?;
    }
    if !rows.is_empty() {
        batches.push(rows.finish()?);
    }
    Ok(batches)
}

fn of(line: &renkei_formats::notice::Line) -> Selection<'_> {
    Selection {
        request: None,
        party: None,
        line: line.key,
        device_key: &line.device_key,
        device_key_basis: line.device_key_basis.word(),
        family: line.family.as_deref(),
        observed_at: Some(line.observed_at),
        reason: None,
        class: "",
        src_ip: "",
        src_port: line.src_port,
    }
}

fn planned(
    campaign: Option<CampaignId>,
    (material, chosen): (Material, &Chosen),
    ruled: &BTreeMap<PartyId, Ruled>,
    requests: &[NewRequest],
) -> Planned {
    let mut left: BTreeMap<&'static str, u64> = BTreeMap::new();
    for one in &chosen.left {
        *left.entry(one.reason.word()).or_default() += 1;
    }
    let parties = chosen.groups.iter().map(|(id, group)| PlannedParty {
        party: id.to_string(),
        request: requests.iter().find(|request| request.party == *id).map(|request| request.id.to_string()),
        measure: material.measure(group.party.role).word(),
        devices: group.devices(),
        lines: group.lines.len() as u64,
        left: group.left.iter().map(|(reason, count)| (reason.word(), *count)).collect(),
        ruling: ruled.get(id).map(|ruled| ruled.ruling.to_string()).unwrap_or_default(),
    });
    let parties: Vec<_> = parties.collect();
    let told = parties.iter().map(|party| party.lines).sum();
    Planned {
        campaign: campaign.map(|id| id.to_string()),
        lines: told + left.values().sum::<u64>(),
        told,
        left,
        parties,
    }
}
