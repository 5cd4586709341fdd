//! Approve: the seat the organisation set signs the very bytes of each request (S4.13, G7).

use renkei_core::act::Act;
use renkei_core::id::{CampaignId, Digest, SeatId};
use renkei_core::ledger::confirm::{self, Confirmation};
use renkei_core::ledger::{Approval as Signature, Detail, KeyName, Signer};
use renkei_core::party::Party;
use renkei_core::passkey::{RelyingParty, to_text};
use renkei_core::question::{Approval, Object, ObjectKind, Question, Recipient};
use renkei_core::request::State;
use renkei_core::seat::{Duty, Seat};
use renkei_core::time::Moment;
use renkei_store::key::{KeyPurpose, KeyState};
use renkei_store::passkey::Used;
use renkei_store::request::{Request, RequestFilter};
use renkei_store::{DbError, WriteError};
use schemars::JsonSchema;
use serde::Serialize;

use crate::office::{AskError, Office};
use crate::secret::{self, SecretError};
use crate::signin::Visitor;
use crate::signin::passkey::{Answered, Asking, PasskeyUseError, Purpose};
use crate::words::{Show, Words, number};

/// Why requests are not approved.
#[derive(Debug, thiserror::Error)]
pub enum ApproveError {
    /// The gate.
    #[error("{0}")]
    Ask(#[from] AskError),
    /// The registry.
    #[error("{0}")]
    Write(#[from] WriteError),
    /// The registry.
    #[error("{0}")]
    Db(#[from] DbError),
    /// The seat's key.
    #[error("{0}")]
    Secret(#[from] SecretError),
    /// The seat has no key.
    #[error("the seat `{0}` has no key to sign with: make one with `renkei key rotate`")]
    NoKey(SeatId),
    /// The campaign has no drafts.
    #[error("the campaign `{0}` has no draft to approve")]
    Nothing(CampaignId),
    /// The passkey.
    #[error("{0}")]
    Passkey(#[from] PasskeyUseError),
    /// The seat has no passkey.
    #[error("the seat `{0}` has no passkey")]
    NoPasskey(SeatId),
}

/// How the person who approves showed that it is the seat's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Confirmed {
    /// It holds the seat's key file, at the shell.
    KeyFile,
    /// By a fresh time code: the weaker kind.
    TimeCode,
    /// By a passkey, over the digest of what is approved.
    Passkey,
}

impl Confirmed {
    /// The stable word in the ledger.
    pub const fn word(self) -> &'static str {
        match self {
            Self::KeyFile => "key-file",
            Self::TimeCode => "time-code",
            Self::Passkey => "passkey",
        }
    }
}

/// What was approved.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Approved {
    /// The campaign.
    pub campaign: String,
    /// Requests approved.
    pub requests: u64,
    /// Who approved.
    pub seat: String,
    /// The key it signed with.
    pub key: String,
    /// Whether the same seat drafted (the office allows it; every ruling says so).
    pub drafted_by_same_seat: bool,
}

impl Show for Approved {
    fn show(&self, words: &Words) -> String {
        let values = [
            ("count", number(self.requests)),
            ("seat", self.seat.clone()),
            ("key", self.key.clone()),
            ("campaign", self.campaign.clone()),
        ];
        let mut text = words.say("approve-done", &values);
        if self.drafted_by_same_seat {
            text.push('\n');
            text.push_str(&words.of("approve-same-seat"));
        }
        text
    }
}

impl Office {
    /// Approves every draft of a campaign, each over its own bytes.
    ///
    /// `confirmed` says how the person showed that it is the seat's: at the shell by holding the key
    /// file, in the pages by a fresh time code. It stands in the ledger.
    pub async fn approve(
        &self,
        campaign: CampaignId,
        confirmed: Confirmed,
        at: Moment,
    ) -> Result<Approved, ApproveError> {
        let requests = self.drafts(campaign).await?;
        self.approve_drafts(campaign, &requests, confirmed, None, at).await
    }

    /// Begins approving by a passkey: what it is asked to sign is the digest of what is approved.
    pub async fn begin_approval(
        &self,
        campaign: CampaignId,
        visitor: &Visitor,
        site: &RelyingParty,
        at: Moment,
    ) -> Result<Asking, ApproveError> {
        let challenge = challenge_for(&self.drafts(campaign).await?);
        self.ask_passkey(visitor, site, challenge, at).await
    }

    /// Approves every draft of a campaign by one touch of a passkey. Its signature is over the digest of
    /// all the bytes approved, and is kept in the ledger, where it can be checked without the office.
    pub async fn approve_by_passkey(
        &self,
        campaign: CampaignId,
        visitor: &Visitor,
        site: &RelyingParty,
        (answered, source): (&Answered<'_>, &str),
        at: Moment,
    ) -> Result<Approved, ApproveError> {
        let requests = self.drafts(campaign).await?;
        let approvals = requests.len() as u64;
        let (confirmation, used) =
            self.passkey_word(visitor, site, (answered, source), (challenge_for(&requests), approvals), at).await?;
        let approved =
            self.approve_drafts(campaign, &requests, Confirmed::Passkey, Some((&confirmation, &used)), at).await;
        if let Err(ApproveError::Write(WriteError::Counter(passkey))) = &approved {
            // The approval took nothing with it: what happened is entered on its own.
            let detail = Detail::new().put("passkey", passkey).put("counter", used.told.counter);
            self.store.record_note(at, "passkey-counts-back", detail).await?;
        }
        approved
    }

    /// Begins approving by a passkey of the visitor's seat: what it is asked to sign.
    pub(crate) async fn ask_passkey(
        &self,
        visitor: &Visitor,
        site: &RelyingParty,
        challenge: Digest,
        at: Moment,
    ) -> Result<Asking, ApproveError> {
        let seat = &visitor.seat.id;
        let known = self.store.passkeys(seat).await?;
        if known.is_empty() {
            return Err(ApproveError::NoPasskey(seat.clone()));
        }
        self.open_ceremony(Purpose::Approve(visitor), &challenge.0, at).await?;
        Ok(Asking {
            challenge: to_text(&challenge.0),
            rp_id: site.id().to_owned(),
            known: known.iter().map(|passkey| to_text(&passkey.credential)).collect(),
        })
    }

    /// What a passkey of the visitor's seat said, if it signed this very challenge; what was mended meanwhile has
    /// another one.
    pub(crate) async fn passkey_word(
        &self,
        visitor: &Visitor,
        site: &RelyingParty,
        (answered, source): (&Answered<'_>, &str),
        (challenge, approvals): (Digest, u64),
        at: Moment,
    ) -> Result<(Confirmation, Used), ApproveError> {
        let seat = &visitor.seat.id;
        self.may_try(seat, source, at).await.map_err(|error| PasskeyUseError::from(Box::new(error)))?;
        let (assertion, passkey) = self.answer_of(answered).await?;
        self.take_ceremony(Purpose::Approve(visitor), &assertion.client_data, at).await?;
        let held = match assertion.holds(&passkey.key, site, &challenge.0) {
            Ok(_) if passkey.seat != *seat => Err(PasskeyUseError::Unknown),
            held => held.map_err(PasskeyUseError::from),
        };
        let told = match held {
            Ok(told) => told,
            Err(error) => {
                self.store.note_failure(seat, source, at).await?;
                return Err(error.into());
            }
        };
        self.store.forget_failures(seat, source).await?;
        let confirmation = Confirmation { passkey: passkey.mark, site: site.clone(), approvals, assertion };
        Ok((confirmation, Used { passkey: passkey.mark, told, at }))
    }

    /// The drafts of a campaign; there is at least one.
    async fn drafts(&self, campaign: CampaignId) -> Result<Vec<Request>, ApproveError> {
        let filter = RequestFilter { campaign: Some(campaign), state: Some(State::Draft), ..RequestFilter::default() };
        let requests = self.store.requests(&filter).await?;
        if requests.is_empty() { Err(ApproveError::Nothing(campaign)) } else { Ok(requests) }
    }

    async fn approve_drafts(
        &self,
        campaign: CampaignId,
        requests: &[Request],
        confirmed: Confirmed,
        passkey: Option<(&Confirmation, &Used)>,
        at: Moment,
    ) -> Result<Approved, ApproveError> {
        let seat = self.seat(Duty::Approver).await?;
        let same = requests.iter().any(|request| request.drafted_by == seat.id);
        let signer = self.signer(&seat).await?;
        let parties = self.store.parties().await?;
        let mut approved = Vec::with_capacity(requests.len());
        for request in requests {
            let approval = Approval::about_to_be_given(&seat, &request.drafted_by);
            let question = self.about(Act::Approve, seat.clone(), request, &parties, at).approved(approval);
            let permit = self.ask(question).await?;
            let signature = Signature::sign(&request.id.to_string(), request.digest, &signer);
            approved.push((permit, request.id, signature));
        }
        self.store.approve_all(approved, confirmed.word(), passkey).await?;
        Ok(Approved {
            campaign: campaign.to_string(),
            requests: requests.len() as u64,
            key: signer.public().name().to_string(),
            drafted_by_same_seat: same,
            seat: seat.id.to_string(),
        })
    }

    /// A question about a request and the party it goes to.
    pub(crate) fn about(&self, act: Act, seat: Seat, request: &Request, parties: &[Party], at: Moment) -> Question {
        let question = self
            .question(act, seat, at)
            .on(Object::new(ObjectKind::Request, request.id, request.version))
            .asking(request.measure)
            .with_class(request.class);
        match parties.iter().find(|party| party.id == request.party) {
            Some(party) => question.to(Recipient::of(party, at, true)),
            None => question,
        }
    }

    /// The approval a request rests on, as the gate must know it.
    pub(crate) async fn approval_of(&self, request: &Request) -> Result<Option<Approval>, DbError> {
        Ok(approval_by(&self.store.seats().await?, request))
    }

    /// The key a seat signs with.
    pub(crate) async fn signer(&self, seat: &Seat) -> Result<Signer, ApproveError> {
        let name = self.active_key(Some(&seat.id), KeyPurpose::Approval).await?;
        let name = name.ok_or_else(|| ApproveError::NoKey(seat.id.clone()))?;
        Ok(secret::read_signer(&self.key_file(name.as_str()), name)?)
    }

    /// The name of the key in force for a purpose.
    pub(crate) async fn active_key(
        &self,
        seat: Option<&SeatId>,
        purpose: KeyPurpose,
    ) -> Result<Option<KeyName>, DbError> {
        let keys = self.store.keys().await?.into_iter();
        let mut fitting =
            keys.filter(|key| key.state == KeyState::Active && key.purpose == purpose && key.seat.as_ref() == seat);
        Ok(fitting.next().map(|key| key.name))
    }
}

/// What a passkey is asked to sign for drafts: the digest of the statements the seat's key signs.
fn challenge_for(requests: &[Request]) -> Digest {
    let named: Vec<_> = requests.iter().map(|request| (request.id.to_string(), request.digest)).collect();
    confirm::challenge(named.iter().map(|(id, digest)| (id.as_str(), *digest)))
}

/// The approval a request rests on, by one of the office's seats.
pub(crate) fn approval_by(seats: &[Seat], request: &Request) -> Option<Approval> {
    let given = request.approval.as_ref()?;
    let seat = seats.iter().find(|seat| seat.id == given.by);
    Some(Approval {
        by: given.by.clone(),
        approver_is_set: seat.is_some_and(Seat::can_approve),
        by_deputy: seat.is_some_and(|seat| !seat.has(Duty::Approver)),
        same_seat_as_drafter: given.by == request.drafted_by,
        bytes_match: given.signed.digest == request.digest,
    })
}
