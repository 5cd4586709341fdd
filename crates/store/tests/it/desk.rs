//! An office for a test: its seats, its gate, its keys, on a database of its own.

use std::cell::Cell;
use std::collections::BTreeMap;

use renkei_core::act::Act;
use renkei_core::class::DataClass;
use renkei_core::id::{CampaignId, Digest, LetterId, RequestId};
use renkei_core::ledger::{Approval, Checkpoint, Keyring, SignedCheckpoint, Signer, Verdict};
use renkei_core::measure::Measure;
use renkei_core::party::{Agreement, AgreementKind, Channel, Competence, CompetenceKey, Party, Role, Seal, Terms};
use renkei_core::question::{self, Object, ObjectKind, Question, Recipient};
use renkei_core::seat::{Duty, Seat};
use renkei_core::text::{Bilingual, Language};
use renkei_core::time::{Moment, SECOND, Validity};
use renkei_gate::{Gate, Permit};
use renkei_store::Store;
use renkei_store::campaign::NewCampaign;
use renkei_store::key::{KeyMaterial, KeyPurpose, NewKey};
use renkei_store::letter::NewLetter;
use renkei_store::request::{Draft, NewRequest, Request};

/// An office with its registry.
pub struct Desk {
    pub store: Store,
    pub url: String,
    pub gate: Gate,
    clock: Cell<i64>,
    ids: Cell<u128>,
    _dir: Option<tempfile::TempDir>,
}

pub const CAMPAIGN: CampaignId = CampaignId::from_bits(1);
pub const REQUEST: RequestId = RequestId::from_bits(2);

impl Desk {
    pub async fn sqlite() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", dir.path().join("registry.sqlite").display());
        Self::at(url, Some(dir)).await
    }

    pub async fn postgres() -> Self {
        Self::at(postgres_url(), None).await
    }

    pub async fn at(url: String, dir: Option<tempfile::TempDir>) -> Self {
        let origin = "office.example/renkei".parse().unwrap();
        let start = 1_700_000_000 * SECOND;
        let store = Store::create(&url, origin, Moment(start)).await.unwrap();
        Self { store, url, gate: Gate::embedded(), clock: Cell::new(start), ids: Cell::new(100), _dir: dir }
    }

    /// A second handle, as another process would have.
    pub async fn again(&self) -> Store {
        Store::open(&self.url, self.now()).await.unwrap()
    }

    pub fn now(&self) -> Moment {
        self.clock.set(self.clock.get() + SECOND);
        Moment(self.clock.get())
    }

    // ------------------------------------------------------------------------------------- rights

    pub fn ask(&self, act: Act, duty: Duty) -> Question {
        let seat = seat(duty);
        let office = question::Office { party: seat.party.clone(), one_seat_may_hold_both: false };
        Question::new(act, seat, office, self.now())
    }

    pub fn permit(&self, question: Question) -> Permit {
        self.gate.permit(question).unwrap_or_else(|ruling| panic!("{ruling}"))
    }

    /// A permit for an act on the request as it stands.
    pub async fn may(&self, act: Act) -> Permit {
        let request = self.request().await;
        self.permit(self.about(act, &request))
    }

    /// A question about a request as it was seen.
    pub fn about(&self, act: Act, request: &Request) -> Question {
        let duty = match act {
            Act::Approve => Duty::Approver,
            Act::Send | Act::Correct | Act::Withdraw | Act::Close => Duty::Sender,
            _ => Duty::Drafter,
        };
        let question = self
            .ask(act, duty)
            .on(Object::new(ObjectKind::Request, request.id, request.version))
            .asking(request.measure)
            .approved(question::Approval::about_to_be_given(&seat(Duty::Approver), &request.drafted_by));
        match act {
            Act::Send | Act::Correct | Act::Withdraw | Act::GiveFeedback => {
                question.to(Recipient::of(&isp(), self.now(), true))
            }
            _ => question,
        }
    }

    // --------------------------------------------------------------------------------- the office

    /// Brings in the party and the approver's key.
    pub async fn furnish(&self) {
        let permit = self.permit(self.ask(Act::ImportParty, Duty::Keeper));
        self.store.import_parties(permit, &[isp()]).await.unwrap();
        let permit = self.permit(self.ask(Act::ManageKey, Duty::Keeper));
        self.store.insert_key(permit, &approver_key(1)).await.unwrap();
    }

    /// Plans a campaign with one draft request.
    pub async fn plan(&self) {
        let question = self.ask(Act::Plan, Duty::Drafter).on(Object::new(ObjectKind::Campaign, CAMPAIGN, 0));
        self.store.plan(self.permit(question), &campaign(), &[request(REQUEST, b"manifest 1")]).await.unwrap();
    }

    pub async fn approve(&self) {
        let approval = self.approval().await;
        self.store.approve(self.may(Act::Approve).await, REQUEST, &approval, "key-file").await.unwrap();
    }

    /// The approval of the request's present manifest.
    pub async fn approval(&self) -> Approval {
        Approval::sign(&REQUEST.to_string(), self.request().await.digest, &approver(1))
    }

    /// Queues and sends all letters.
    pub async fn send(&self, letters: u32) {
        let letters = self.letters(letters);
        self.store.queue(self.may(Act::Send).await, REQUEST, &letters).await.unwrap();
        for letter in &letters {
            self.send_one(letter.id, Act::Send).await;
        }
    }

    pub async fn send_one(&self, letter: LetterId, act: Act) {
        let sending = self.store.claim_letter(self.may(act).await, letter, "p1").await.unwrap();
        self.store.letter_sent(sending, self.now(), "250 ok").await.unwrap();
    }

    pub fn letters(&self, parts: u32) -> Vec<NewLetter> {
        let letter = |part| {
            self.ids.set(self.ids.get() + 1);
            let id = LetterId::from_bits(self.ids.get());
            let message_id = format!("{id}@office.example");
            NewLetter { id, part, parts, message_id, digest: Digest::of(&self.ids.get().to_be_bytes()) }
        };
        (1..=parts).map(letter).collect()
    }

    pub async fn request(&self) -> Request {
        self.store.request(REQUEST).await.unwrap().unwrap()
    }

    // --------------------------------------------------------------------------------- the ledger

    pub async fn check(&self, outside: Vec<SignedCheckpoint>) -> Verdict {
        self.store.check(&trusted(), outside).await.unwrap()
    }

    /// A checkpoint signed now, as it would lie outside.
    pub async fn checkpoint(&self) -> SignedCheckpoint {
        let head: Checkpoint = self.store.head().await.unwrap();
        head.sign(&ledger_signer())
    }
}

pub fn postgres_url() -> String {
    let server = renkei_testkit::postgres::shared().unwrap_or_else(|error| panic!("{error}"));
    server.fresh_database().unwrap()
}

pub fn trusted() -> Keyring {
    Keyring::new(vec![ledger_signer().public()])
}

pub fn ledger_signer() -> Signer {
    Signer::from_seed("office.example/ledger/1".parse().unwrap(), &[9; 32])
}

pub fn approver(number: u8) -> Signer {
    Signer::from_seed(format!("office.example/seat/approver/{number}").parse().unwrap(), &[number; 32])
}

pub fn approver_key(number: u8) -> NewKey {
    let public = approver(number).public();
    NewKey {
        name: public.name().clone(),
        seat: Some(seat(Duty::Approver).id),
        purpose: KeyPurpose::Approval,
        public: KeyMaterial::Ed25519(public),
    }
}

/// One seat for each duty, named after it.
pub fn seat(duty: Duty) -> Seat {
    Seat {
        id: duty.word().parse().unwrap(),
        party: "office".parse().unwrap(),
        party_role: Role::Npa,
        title: Bilingual { ja: "係".to_owned(), en: "desk".to_owned() },
        duties: vec![duty],
        machine: false,
    }
}

pub fn isp() -> Party {
    let from = Some(Moment(0));
    Party {
        id: "isp-aozora".parse().unwrap(),
        version: 0,
        name: Bilingual { ja: "青空ネット".to_owned(), en: "Aozora Net".to_owned() },
        role: Role::Isp,
        country: "JP".to_owned(),
        zone: "Asia/Tokyo".to_owned(),
        competences: vec![
            Competence {
                key: CompetenceKey::Prefix("198.18.0.0/16".parse().unwrap()),
                validity: Validity { from, until: None },
            },
            Competence { key: CompetenceKey::Asn("AS64496".parse().unwrap()), validity: Validity::ALWAYS },
            Competence { key: CompetenceKey::DomainSuffix("aozora.example".to_owned()), validity: Validity::ALWAYS },
        ],
        agreements: [AgreementKind::Nda, AgreementKind::JointResponse]
            .map(|kind| Agreement { kind, validity: Validity { from, until: Some(Moment(i64::MAX)) } })
            .to_vec(),
        channel: Some(Channel {
            mail: "abuse@aozora.example".to_owned(),
            further: vec!["noc@aozora.example".to_owned()],
            language: Language::Ja,
            seal: Seal::Clear { reason: "test".to_owned() },
        }),
        terms: Terms { shared_addresses: true, repeat_days: Some(30), answer_days: None },
    }
}

pub fn campaign() -> NewCampaign {
    NewCampaign {
        id: CAMPAIGN,
        title: Bilingual { ja: "注意喚起".to_owned(), en: "Notice".to_owned() },
        family: "vawtrak".to_owned(),
        period: Validity { from: Some(Moment(1)), until: None },
        purpose: "user notice".to_owned(),
        fields: BTreeMap::from([("contact".to_owned(), "desk@office.example".to_owned())]),
    }
}

pub fn request(id: RequestId, manifest: &[u8]) -> NewRequest {
    NewRequest {
        id,
        party: isp().id,
        measure: Measure::NotifyUser,
        class: DataClass::IdentificationByIp,
        reply: id.bits(),
        draft: draft(manifest),
    }
}

pub fn draft(manifest: &[u8]) -> Draft {
    Draft {
        manifest: manifest.to_vec(),
        lines: 12,
        devices: 7,
        not_actionable: BTreeMap::from([("no-port".to_owned(), 3)]),
        due_at: Some(Moment(1_800_000_000 * SECOND)),
    }
}
