//! Withdraw, correct, close: what was sent is not unsaid, but what is wrong is put right in its thread.

use std::collections::HashSet;

use renkei_core::act::Act;
use renkei_core::id::{CampaignId, Digest, IntentId, LetterId, RequestId};
use renkei_core::ledger::{Approval as Signature, Detail};
use renkei_core::question::{Approval, Object, ObjectKind};
use renkei_core::request::State;
use renkei_core::seat::Duty;
use renkei_core::text::Bilingual;
use renkei_core::time::Moment;
use renkei_formats::notice::letter::{Change, Turn};
use renkei_formats::notice::{Line, LineKey, Manifest, csv};
use renkei_store::intent::IntentResult;
use renkei_store::letter::{LetterKind, NewLetter};
use renkei_store::request::{Draft, Request, RequestFilter};
use renkei_table::{Selection, Selections};
use schemars::JsonSchema;
use serde::Serialize;

use super::approve::ApproveError;
use super::draft::{DraftError, Handed, LINES, Sketch};
use super::owner::Owners;
use super::plan::PlanError;
use super::send::{SendError, Sent, Thread, reply_token};
use super::{Purpose, fresh};
use crate::file;
use crate::office::Office;
use crate::words::{Show, Words, number};

/// Why a request is not changed.
#[derive(Debug, thiserror::Error)]
pub enum ChangeError {
    /// There is none.
    #[error("there is no request `{0}`: `renkei campaign show` lists them")]
    Unknown(RequestId),
    /// There is no such campaign.
    #[error("there is no campaign `{0}`: `renkei campaign list` shows them")]
    NoCampaign(CampaignId),
    /// Sending.
    #[error("{0}")]
    Send(#[from] SendError),
    /// Drafting.
    #[error("{0}")]
    Draft(#[from] DraftError),
    /// Planning.
    #[error("{0}")]
    Plan(#[from] PlanError),
    /// Approving.
    #[error("{0}")]
    Approve(#[from] ApproveError),
    /// The sheet that was sent.
    #[error("{0}")]
    Sheet(#[from] csv::SheetError),
    /// It has nothing to correct.
    #[error("every line of `{0}` still stands: nothing to correct")]
    Nothing(RequestId),
    /// Nobody here can read its lines.
    #[error("what `{0}` hands over is sealed and cannot be corrected line by line: withdraw it")]
    Sealed(RequestId),
    /// The day of deletion has passed.
    #[error("the sealed sheets of `{0}` were deleted on the day that its letter named")]
    Deleted(RequestId),
    /// Nothing says that it did not arrive.
    #[error("nothing came back of `{0}`: it is sent again only where it did not arrive")]
    Arrived(RequestId),
    /// No address is left.
    #[error(
        "every address of `{0}` that was approved for `{1}` fails: the request stays undelivered. Import the party with another address, withdraw the request, and plan again"
    )]
    AllFail(String, RequestId),
    /// Its letters never left.
    #[error("no letter of `{0}` has left: withdraw it and plan again")]
    NotSent(RequestId),
}

macro_rules! through {
    ($($from:ty => $through:ident),+ $(,)?) => {$(
        impl From<$from> for ChangeError {
            fn from(error: $from) -> Self {
                Self::$through(error.into())
            }
        }
    )+};
}

through! {
    crate::office::AskError => Send,
    renkei_store::WriteError => Send,
    renkei_store::DbError => Send,
    std::io::Error => Send,
    crate::directories::DirectoryError => Plan,
    renkei_lake::OpenError => Plan,
    renkei_lake::AppendError => Plan,
    arrow::error::ArrowError => Plan,
}

/// What was changed.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Changed {
    /// What was done: `withdrawn`, `corrected`, `closed`.
    pub done: &'static str,
    /// Requests.
    pub requests: u64,
    /// Lines taken out by a correction.
    pub lines_removed: u64,
    /// What the outbox did.
    pub sent: Sent,
}

impl Show for Changed {
    fn show(&self, words: &Words) -> String {
        let values = [("count", number(self.requests)), ("lines", number(self.lines_removed))];
        let text = words.say(&format!("change-{}", self.done), &values);
        if self.sent.letters + self.sent.waiting == 0 { text } else { format!("{text}\n{}", self.sent.show(words)) }
    }
}

impl Office {
    /// Takes a request back; a party that was written to is told so in the same thread.
    pub async fn withdraw(&self, id: RequestId, reason: &Bilingual, at: Moment) -> Result<Changed, ChangeError> {
        let lock = self.outbox_lock()?;
        let request = self.store.request(id).await?.ok_or(ChangeError::Unknown(id))?;
        let parties = self.store.parties().await?;
        let left = self.left(id).await?;
        let mut letters = Vec::new();
        let act = self.sending(Act::Withdraw, &request, &parties, at).await?;
        let act = if let Some(first) = left.first() {
            let change = Change { first: first.new.id, sent: first.sent_at.unwrap_or(at), reason };
            let thread: Vec<LetterId> = left.iter().map(|letter| letter.new.id).collect();
            letters = self.follow_up(&request, Turn::Withdrawal(change), Handed::Lines(&[]), &thread, at).await?.1;
            act
        } else {
            act.nothing_leaves()
        };
        let permit = self.ask(act).await?;
        self.store.withdraw(permit, id, &letters).await?;
        let mut sent = Sent::default();
        self.carry(&parties, at, &mut sent).await?;
        drop(lock);
        Ok(Changed { done: "withdrawn", requests: 1, lines_removed: 0, sent })
    }

    /// Takes out of a sent request what was not the party's at that moment by the directory as it is
    /// now, and the lines that are named; tells the party in the same thread, approved anew.
    pub async fn correct(
        &self,
        id: RequestId,
        drop_lines: &HashSet<LineKey>,
        reason: &Bilingual,
        at: Moment,
    ) -> Result<Changed, ChangeError> {
        let lock = self.outbox_lock()?;
        let request = self.store.request(id).await?.ok_or(ChangeError::Unknown(id))?;
        if request.class.is_secret() {
            return Err(ChangeError::Sealed(id));
        }
        let left = self.left(id).await?;
        let first = left.iter().find(|letter| letter.kind == LetterKind::Notice).ok_or(ChangeError::NotSent(id))?;
        let owners = Owners::new(&self.store.parties().await?, self.directories().await?);
        let (kept, removed): (Vec<Line>, Vec<Line>) = self
            .lines_of(&request)
            .await?
            .into_iter()
            .partition(|line| owners.of(line).as_ref() == Ok(&request.party) && !drop_lines.contains(&line.key));
        if removed.is_empty() {
            return Err(ChangeError::Nothing(id));
        }
        let change = Change { first: first.new.id, sent: first.sent_at.unwrap_or(at), reason };
        let thread: Vec<LetterId> = left.iter().map(|letter| letter.new.id).collect();
        let (draft, letters) =
            self.follow_up(&request, Turn::Correction(change), Handed::Lines(&kept), &thread, at).await?;
        let head = self.seat(Duty::Approver).await?;
        let signer = self.signer(&head).await?;
        let digest = Digest::of(&draft.manifest);
        let signature = Signature::sign(&id.to_string(), digest, &signer);
        let parties = self.store.parties().await?;
        let approval = Approval::about_to_be_given(&head, &request.drafted_by);
        let sender = self.seat(Duty::Sender).await?;
        let permit = self.ask(self.about(Act::Correct, sender, &request, &parties, at).approved(approval)).await?;
        self.store.correct(permit, id, &draft, (&head.id, &signature), &letters).await?;
        self.unselect(&request, &removed, at).await?;
        let mut sent = Sent::default();
        self.carry(&parties, at, &mut sent).await?;
        drop(lock);
        Ok(Changed { done: "corrected", requests: 1, lines_removed: removed.len() as u64, sent })
    }

    /// Closes a campaign and every request of it that still waits.
    pub async fn close(&self, campaign: CampaignId, at: Moment) -> Result<Changed, ChangeError> {
        let filter = RequestFilter { campaign: Some(campaign), ..RequestFilter::default() };
        let parties = self.store.parties().await?;
        let seat = self.seat(Duty::Drafter).await?;
        let mut closed = 0;
        for request in self.store.requests(&filter).await? {
            if matches!(request.state, State::Sent | State::Acknowledged | State::Answered | State::FedBack) {
                let permit = self.ask(self.about(Act::Close, seat.clone(), &request, &parties, at)).await?;
                self.store.close_request(permit, request.id).await?;
                closed += 1;
            }
        }
        let version = self.store.campaign(campaign).await?.map_or(0, |campaign| campaign.version);
        let object = Object::new(ObjectKind::Campaign, campaign, version);
        let permit = self.ask_for(Act::Close, Duty::Drafter, [object], at).await?;
        self.store.close_campaign(permit, campaign).await?;
        Ok(Changed { done: "closed", requests: closed, lines_removed: 0, sent: Sent::default() })
    }

    /// The lines that a request's manifest as it stands hands over.
    pub(crate) async fn lines_of(&self, request: &Request) -> Result<Vec<Line>, ChangeError> {
        let manifest = self.manifest_of(request).await?;
        let payload = manifest.payloads.iter().find(|payload| payload.name.as_str() == LINES);
        match payload {
            Some(payload) => Ok(csv::read(&file::read(&self.folder, payload.digest)?)?),
            None => Ok(Vec::new()),
        }
    }

    /// The draft and the mails of a later letter in a request's thread.
    async fn follow_up(
        &self,
        request: &Request,
        turn: Turn<'_>,
        handed: Handed<'_>,
        thread: &[LetterId],
        at: Moment,
    ) -> Result<(Draft, Vec<NewLetter>), ChangeError> {
        let parties = self.parties_in_use().await?;
        let party = parties.iter().find(|party| party.id == request.party);
        let party = party.ok_or_else(|| SendError::Party(request.party.to_string()))?;
        let campaign = self.store.campaign(request.campaign).await?;
        let purpose = campaign.map_or_else(Purpose::default, |campaign| Purpose::of(campaign.plan));
        let draft = self.drafted_anew(request, &purpose, turn, handed, at).await?;
        let token = reply_token(request)?;
        let manifest: Manifest = String::from_utf8_lossy(&draft.manifest).parse().map_err(SendError::Manifest)?;
        let to = manifest.to.as_str();
        let mails = self.mails(&Thread { party, to, manifest: &manifest, token, earlier: thread, at })?;
        Ok((draft, mails))
    }

    /// A draft of a request in other words or with other lines, under the rules of now.
    pub(crate) async fn drafted_anew(
        &self,
        request: &Request,
        purpose: &Purpose,
        turn: Turn<'_>,
        handed: Handed<'_>,
        at: Moment,
    ) -> Result<Draft, ChangeError> {
        let parties = self.parties_in_use().await?;
        let party = parties.iter().find(|party| party.id == request.party);
        let party = party.ok_or_else(|| SendError::Party(request.party.to_string()))?;
        let token = reply_token(request)?;
        let seat = self.seat(Duty::Drafter).await?;
        let ruling = self.gate.rule(&self.about(Act::Plan, seat, request, &parties, at));
        let checkpoint = self.newest_checkpoint().await?;
        let sketch = Sketch {
            campaign: request.campaign,
            request: request.id,
            token,
            purpose,
            party,
            handed,
            left: &std::collections::BTreeMap::new(),
            measure: request.measure,
            class: request.class,
            grounds: &ruling.grounds,
            policies: ruling.policy_set,
            turn,
            checkpoint: &checkpoint,
            at,
        };
        let mut draft = self.draft(&sketch)?.draft;
        draft.due_at = request.due_at;
        draft.not_actionable = request.not_actionable.clone();
        Ok(draft)
    }

    /// Notes in the lake which lines a correction took out, so that the effect is counted anew.
    async fn unselect(&self, request: &Request, removed: &[Line], at: Moment) -> Result<(), ChangeError> {
        let _at_work = self.at_work()?;
        let object = Object::new(ObjectKind::Campaign, request.campaign, 0);
        let permit = self.ask_for(Act::Plan, Duty::Drafter, [object.clone()], at).await?;
        let intent = IntentId::from_bits(fresh(at));
        self.store.open_intent(&permit, intent, &object, Detail::new().put("what", "correction")).await?;
        let mut rows = Selections::new(request.campaign, at.day());
        for line in removed {
            let address = line.src_ip.to_string();
            rows.push(&Selection {
                request: Some(request.id),
                party: Some(&request.party),
                line: line.key,
                device_key: &line.device_key,
                device_key_basis: line.device_key_basis.word(),
                family: line.family.as_deref(),
                observed_at: Some(line.observed_at),
                reason: Some(CORRECTED),
                class: request.class.word(),
                src_ip: &address,
                src_port: line.src_port,
            });
        }
        // A revision of its own for each correction: the request's revisions never meet the campaign's 1.
        let revision = u64::from(request.id.bits() as u32) << 16 | (request.revision + 1);
        let batch = rows.finish()?;
        self.lake().await?.append_selections(permit, intent, (request.campaign, revision), [batch]).await?;
        self.store.close_intent(at, intent, IntentResult::Done, Detail::new().put("rows", removed.len())).await?;
        Ok(())
    }
}

/// The reason in the lake of a line that a correction took out.
pub(crate) const CORRECTED: &str = "corrected";
