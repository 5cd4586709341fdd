//! Splitting: one pass over the file, each record sealed as it is read.

use std::collections::{BTreeMap, HashSet};
use std::io::{self, Read};
use std::path::Path;

use renkei_core::act::Act;
use renkei_core::class::DataClass;
use renkei_core::directory::sites::{Owner, Sites};
use renkei_core::id::{CampaignId, Digest, IntentId, PartyId, RequestId};
use renkei_core::ledger::Detail;
use renkei_core::measure::Measure;
use renkei_core::party::{Party, Seal};
use renkei_core::question::{Object, ObjectKind, Question, Recipient};
use renkei_core::ruling::Ruling;
use renkei_core::seat::Seat;
use renkei_core::time::{Day, Moment, Validity};
use renkei_formats::Quarantined;
use renkei_formats::credentials::{Credential, Credentials, site};
use renkei_formats::notice::letter::Turn;
use renkei_post::address::ReplyToken;
use renkei_post::seal::AgeKey;
use renkei_store::campaign::NewCampaign;
use renkei_store::intent::IntentResult;
use renkei_table::{DeviceKeyBasis, LineKey, Selection, Selections};
use zeroize::Zeroize as _;

use super::blind::Blind;
use super::spool::Spool;
use super::{DELETE_ON, NAMED, RECORDS, REST, SOURCE, Split, SplitError, SplitOperator};
use crate::campaign::draft::{Handed, SealedSheets, Sketch};
use crate::campaign::reason::Reason;
use crate::campaign::{Purpose, fresh, new_campaign, new_request};
use crate::ingest::quarantine::Quarantine;
use crate::office::Office;

/// An operator that credentials may go to.
pub(super) struct Operator<'a> {
    party: &'a Party,
    ruling: Ruling,
    spool: Spool<'a>,
    records: u64,
    accounts: HashSet<u128>,
}

/// A record as the office remembers it.
pub(super) struct Kept {
    line: LineKey,
    account: u128,
    party: Option<PartyId>,
    reason: Option<Reason>,
}

/// Everything that goes on while a file is read.
pub(super) struct Splitting<'a> {
    pub(super) office: &'a Office,
    pub(super) at: Moment,
    pub(super) seat: Seat,
    pub(super) sites: Sites,
    pub(super) parties: BTreeMap<&'a PartyId, &'a Party>,
    pub(super) operators: BTreeMap<PartyId, Result<Operator<'a>, Reason>>,
    pub(super) refused: Vec<(Question, Ruling)>,
    pub(super) rest: Spool<'a>,
    pub(super) blind: Blind,
    pub(super) told: HashSet<LineKey>,
    pub(super) seen: HashSet<LineKey>,
    pub(super) kept: Vec<Kept>,
    pub(super) unknown: BTreeMap<String, u64>,
    pub(super) split: Split,
}

impl<'a> Splitting<'a> {
    pub(super) fn read(
        &mut self,
        path: &Path,
        input: impl Read,
        quarantine: &mut Quarantine,
    ) -> Result<(), SplitError> {
        let mut credentials = Credentials::new(input).map_err(|error| SplitError::Shape(path.to_path_buf(), error))?;
        self.split.columns_dropped = credentials.dropped().to_vec();
        while let Some(record) = credentials.next_record().map_err(|error| SplitError::Io(path.to_path_buf(), error))? {
            self.split.records += 1;
            let host = |credential: &Credential<'_>| site::host(credential.site);
            let read = record.read.and_then(|credential| match host(&credential) {
                Some(host) => Ok((credential, host)),
                None => Err(renkei_formats::Code::CredentialSite),
            });
            match read {
                Ok((credential, host)) => self.take(&credential, host).map_err(SplitError::Write)?,
                Err(code) => {
                    *self.split.quarantined.entry(code.as_str()).or_default() += 1;
                    let mut line = Quarantined {
                        line: record.line,
                        offset: record.offset,
                        code,
                        class: DataClass::Credential,
                        bytes: record.raw.to_vec(),
                    };
                    let kept = quarantine.keep(&line);
                    line.bytes.zeroize();
                    kept.map_err(SplitError::Write)?;
                }
            }
        }
        Ok(())
    }

    /// Seals one credential to whoever may have it.
    fn take(&mut self, credential: &Credential<'_>, host: String) -> io::Result<()> {
        let line = self.blind.line(&host, credential);
        if !self.seen.insert(line) {
            self.split.repeated += 1;
            return Ok(());
        }
        let account = self.blind.account(&host, credential);
        let owner = match self.sites.look_up(&host, self.at) {
            Owner::One(party) => Ok(party.clone()),
            Owner::Several => Err(Reason::SeveralOperators),
            Owner::Nobody => Err(Reason::NoOperator),
        };
        let owner = if self.told.contains(&line) { Err(Reason::ToldBefore) } else { owner };
        let (party, reason) = match owner {
            Err(reason) => (None, Some(reason)),
            Ok(id) => {
                if !self.operators.contains_key(&id) {
                    let operator = self.operator(&id);
                    self.operators.insert(id.clone(), operator);
                }
                match self.operators.get_mut(&id) {
                    Some(Ok(operator)) => {
                        operator.spool.push(line, credential)?;
                        operator.records += 1;
                        operator.accounts.insert(account);
                        (Some(id), None)
                    }
                    Some(Err(reason)) => (Some(id), Some(*reason)),
                    None => (Some(id), Some(Reason::NoOperator)),
                }
            }
        };
        match reason {
            None => self.split.sealed += 1,
            Some(reason) => {
                *self.split.left.entry(reason.word()).or_default() += 1;
                // What was handed on before need not be kept once more.
                if reason != Reason::ToldBefore {
                    self.rest.push(line, credential)?;
                }
                if reason == Reason::NoOperator {
                    *self.unknown.entry(host).or_default() += 1;
                }
            }
        }
        self.kept.push(Kept { line, account, party, reason });
        Ok(())
    }

    /// Whether a party may be given credentials, and to which key they are sealed.
    fn operator(&mut self, id: &PartyId) -> Result<Operator<'a>, Reason> {
        let party = *self.parties.get(id).ok_or(Reason::NoOperator)?;
        let channel = party.channel.as_ref().ok_or(Reason::NoChannel)?;
        let Seal::Age(recipient) = &channel.seal else { return Err(Reason::NoKey) };
        let key = AgeKey::check(recipient).map_err(|_| Reason::NoKey)?;
        let question = Question::new(Act::Plan, self.seat.clone(), self.office.facts(), self.at)
            .with_class(DataClass::Credential)
            .asking(Measure::ResetCredentials)
            .to(Recipient::of(party, self.at, true));
        let ruling = self.office.gate.rule(&question);
        if !ruling.is_allowed() {
            self.refused.push((question, ruling));
            return Err(Reason::Refused);
        }
        let spool = Spool::new(&self.office.folder, key, self.office.settings.post.part_bytes);
        Ok(Operator { party, ruling, spool, records: 0, accounts: HashSet::new() })
    }

    /// Drafts a request for each operator and enters all of it.
    pub(super) async fn draft(
        mut self,
        purpose: &Purpose,
        source: Digest,
        delete_on: Day,
    ) -> Result<Split, SplitError> {
        let (office, at) = (self.office, self.at);
        let rest = self.rest.finish().map_err(SplitError::Write)?;
        let mut unknown: Vec<(String, u64)> = std::mem::take(&mut self.unknown).into_iter().collect();
        unknown.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        unknown.truncate(NAMED);
        self.split.unknown_sites = unknown;
        let campaign = new_campaign(at);
        let checkpoint = office.newest_checkpoint().await?;
        let mut fields = purpose.fields();
        fields.insert(SOURCE.into(), source.to_string());
        fields.insert(DELETE_ON.into(), delete_on.to_string());
        fields.insert(RECORDS.into(), self.split.records.to_string());
        if !rest.is_empty() {
            let digests: Vec<String> = rest.iter().map(|payload| payload.digest.to_string()).collect();
            fields.insert(REST.into(), digests.join(" "));
        }
        let mut requests = Vec::new();
        for (id, operator) in self.operators {
            let Ok(Operator { party, ruling, spool, records, accounts }) = operator else { continue };
            let payloads = spool.finish().map_err(SplitError::Write)?;
            let sheets = SealedSheets { payloads, lines: records, devices: accounts.len() as u64, delete_on };
            let sketch = Sketch {
                campaign,
                request: new_request(at),
                token: ReplyToken::fresh(),
                purpose,
                party,
                handed: Handed::Sealed(&sheets),
                left: &BTreeMap::new(),
                measure: Measure::ResetCredentials,
                class: DataClass::Credential,
                grounds: &ruling.grounds,
                policies: ruling.policy_set,
                turn: Turn::Notice,
                checkpoint: &checkpoint,
                at,
            };
            requests.push(office.draft(&sketch)?);
            self.split.operators.push(SplitOperator {
                party: id.to_string(),
                request: sketch.request.to_string(),
                records,
                accounts: sheets.devices,
                sheets: sheets.payloads.len(),
            });
        }
        let permits = [
            office.plan_permit(campaign, DataClass::Credential, at).await?,
            office.plan_permit(campaign, DataClass::Credential, at).await?,
        ];
        let [for_lake, for_registry] = permits;
        let intent = IntentId::from_bits(fresh(at));
        let object = Object::new(ObjectKind::Campaign, campaign, 0);
        office.store.open_intent(&for_lake, intent, &object, Detail::new().put("what", "selections")).await?;
        let of_party: BTreeMap<&PartyId, _> = requests.iter().map(|request| (&request.party, request.id)).collect();
        let rows = selections(campaign, &self.kept, &of_party, at)?;
        office.lake().await?.append_selections(for_lake, intent, (campaign, 1), rows).await?;
        let plan = NewCampaign {
            id: campaign,
            title: purpose.title.clone(),
            family: String::new(),
            period: Validity { from: None, until: None },
            purpose: purpose.purpose.ja.clone(),
            fields,
        };
        office.store.plan(for_registry, &plan, &requests).await?;
        let detail = Detail::new().put("rows", self.kept.len());
        office.store.close_intent(at, intent, IntentResult::Done, detail).await?;
        self.split.campaign = Some(campaign.to_string());
        Ok(self.split)
    }
}

fn selections(
    campaign: CampaignId,
    kept: &[Kept],
    requests: &BTreeMap<&PartyId, RequestId>,
    at: Moment,
) -> Result<Vec<arrow::array::RecordBatch>, SplitError> {
    let mut batches = Vec::new();
    for part in kept.chunks(1 << 16) {
        let mut rows = Selections::new(campaign, at.day());
        for Kept { line, account, party, reason } in part {
            let request = party.as_ref().filter(|_| reason.is_none()).and_then(|party| requests.get(party).copied());
            rows.push(&Selection {
                request,
                party: party.as_ref(),
                line: *line,
                device_key: &format!("{account:032x}"),
                device_key_basis: DeviceKeyBasis::Account.word(),
                family: None,
                observed_at: None,
                reason: reason.map(Reason::word),
                class: DataClass::Credential.word(),
                src_ip: "",
                src_port: None,
            });
        }
        batches.push(rows.finish()?);
    }
    Ok(batches)
}
