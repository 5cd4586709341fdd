//! Messages of our own making, with fictitious ends and values, and a register in memory.

use std::collections::BTreeMap;

use renkei_core::id::Digest;
use renkei_core::time::Moment;

use crate::hi1::build::{self, Envelope};
use crate::hi1::check::Side;
use crate::hi1::engine::{Effect, Known, Line, Register, State, born, digest, updated};
use crate::hi1::part::{
    Approval, Authorisation, Base, Content, Delivery, Disclosure, Document, Identifier, Notice, Part, Preservation,
    Role, Standing, Window,
};
use crate::hi1::tree::Object;
use crate::hi1::word::*;
use crate::hi1::{DeliveryId, Endpoint, Kind, Message, ObjectId, TransactionId};

/// 2026-11-20T01:00:00Z.
pub const NOW: Moment = Moment(1_795_136_400_000_000);

pub fn police() -> Endpoint {
    Endpoint::new("JP", "police-hinode")
}

pub fn provider() -> Endpoint {
    Endpoint::new("JP", "isp-aozora")
}

pub fn id(bits: u128) -> ObjectId {
    ObjectId::from_bits(0x1000_0000_0000_4000_8000_0000_0000_0000 | bits)
}

pub fn to_provider(transaction: u128) -> Envelope {
    Envelope { sender: police(), receiver: provider(), transaction: TransactionId::from_bits(transaction), at: NOW }
}

pub fn to_police(transaction: u128) -> Envelope {
    Envelope { sender: provider(), receiver: police(), transaction: TransactionId::from_bits(transaction), at: NOW }
}

/// The provider's end of the line to the police.
pub fn at_provider() -> Line {
    Line { own: provider(), peer: police(), peer_side: Side::Requester }
}

/// The police's end of the line to the provider.
pub fn at_police() -> Line {
    Line { own: police(), peer: provider(), peer_side: Side::Provider }
}

pub fn approval(role: Role, minutes: i64) -> Approval {
    Approval {
        role: Some(role),
        name: format!("生活安全課 {}", role.word()),
        at: Moment(NOW.0 - (60 - minutes) * 60_000_000),
        is_deputy: role == Role::DivisionChief,
        reference: Some("ledger:42".to_owned()),
    }
}

pub fn authorisation(bits: u128) -> Authorisation {
    Authorisation {
        base: Base::new(id(bits), police(), vec![]),
        document_number: "日の出生安発第123号".to_owned(),
        form_serial: "2026-000045".to_owned(),
        priority: Some(AuthorisationPriority::Routine),
        status: None,
        desired: Some(AuthorisationDesiredStatus::SubmittedToCSP),
        valid: Some(Window { from: NOW, until: NOW.plus_days(60) }),
        providers: vec![provider()],
        created: Some(NOW),
        approvals: vec![
            approval(Role::Drafter, 0),
            approval(Role::UnitChief, 10),
            approval(Role::DivisionChief, 20),
            approval(Role::SectionHead, 30),
        ],
        is_test: true,
        words: Some("試験 <&> \"test\"".to_owned()),
        case: Some(AuthorisationTypeOfCase::Cybercrime),
        section: Some("日の出警察署".to_owned()),
    }
}

pub fn value(text: &str) -> Identifier {
    Identifier { owner: "JP".to_owned(), form: "AccountId".to_owned(), value: text.to_owned() }
}

pub fn disclosure(bits: u128, authorisation: u128) -> Disclosure {
    Disclosure {
        base: Base::new(id(bits), police(), vec![id(authorisation)]),
        reference: format!("JP-police-hinode-{bits}"),
        status: None,
        reason: None,
        desired: Some(LDTaskDesiredStatus::AwaitingDisclosure),
        class: Some(RequestType::SubscriberData),
        window: Some(Window { from: NOW.plus_days(-3), until: NOW.plus_days(-2) }),
        values: vec![value("taro.test")],
        fields: vec!["Name".to_owned(), "Address".to_owned()],
        provider: provider(),
        deadline: Some(NOW.plus_days(14)),
        words: None,
    }
}

pub fn preservation(bits: u128, authorisation: u128, days: i64) -> Preservation {
    Preservation {
        base: Base::new(id(bits), police(), vec![id(authorisation)]),
        status: None,
        reason: None,
        desired: Some(LPTaskDesiredStatus::Preserved),
        class: Some(RequestType::TrafficData),
        window: Some(Window { from: NOW.plus_days(-3), until: NOW.plus_days(-2) }),
        values: vec![value("taro.test"), value("hana.test")],
        until: NOW.plus_days(days),
        granted: None,
        provider: provider(),
    }
}

pub fn notice(bits: u128, about: u128) -> Notice {
    Notice {
        base: Base::new(id(bits), provider(), vec![id(about)]),
        words: "時間帯を確認したい。".to_owned(),
        is_new: true,
        at: NOW,
        standings: vec![Standing {
            object: id(about),
            dictionary: "LDTaskStatus".to_owned(),
            word: "AwaitingApproval".to_owned(),
            details: Some("確認待ち".to_owned()),
        }],
    }
}

pub fn document(bits: u128, authorisation: u128) -> Document {
    Document {
        base: Base::new(id(bits), police(), vec![id(authorisation)]),
        reference: None,
        name: "照会書".to_owned(),
        kind: None,
        media_type: "text/plain".to_owned(),
        bytes: b"signed note".to_vec(),
    }
}

pub fn delivery(bits: u128, task: u128, content: Content) -> Delivery {
    Delivery {
        base: Base::new(id(bits), provider(), vec![id(task)]),
        reference: format!("JP-police-hinode-{task}"),
        delivery: DeliveryId::from_bits(77),
        sequence: 1,
        is_last: true,
        content,
        status: None,
        desired: Some(DeliveryDesiredStatus::Available),
    }
}

pub fn file() -> Content {
    Content::File {
        name: "answer.json".to_owned(),
        media_type: "application/json".to_owned(),
        bytes: b"{\"holder\":\"fictitious\"}".to_vec(),
    }
}

/// An inquiry with so many items; the authorisation is object 1, items follow.
pub fn inquiry(items: u128) -> Message {
    let items: Vec<_> = (0..items).map(|item| disclosure(2 + item, 1)).collect();
    build::inquiry(&to_provider(5), &authorisation(1), &items)
}

/// Every message that the builders make.
pub fn all() -> Vec<(Side, Message)> {
    let files = build::documents(&[document(9, 1)]);
    let asks = vec![
        build::Ask::Get(id(2)),
        build::Ask::List(build::Query {
            kind: Some(ObjectType::LDTask),
            since: Some(NOW.plus_days(-1)),
            most: Some(100),
        }),
        build::Ask::Config,
    ];
    let record =
        build::Record { kind: ObjectType::LDTask, id: id(2), owner: police(), generation: 3, changed: Some(NOW) };
    let form = build::Form { owner: "JP".to_owned(), name: "AccountId".to_owned(), guidance: Some("ID".to_owned()) };
    let stored = born(&disclosure(2, 1).to_object(), &police(), NOW);
    let answers = vec![
        (0, build::Answer::Object(stored)),
        (1, build::Answer::Records(vec![record])),
        (2, build::Answer::Config(vec![form], NOW)),
        (3, build::Answer::Done(crate::hi1::Verb::Create, id(2))),
        (4, build::Answer::Refused(crate::hi1::Code::Stale.into())),
    ];
    vec![
        (Side::Requester, inquiry(3)),
        (Side::Requester, build::preservation(&to_provider(6), &authorisation(1), &[preservation(2, 1, 30)])),
        (Side::Requester, build::request(&to_provider(7), files)),
        (Side::Requester, build::request(&to_provider(8), asks)),
        (Side::Provider, build::notice(&to_police(9), &notice(20, 2))),
        (
            Side::Provider,
            build::delivery(&to_police(10), &[delivery(21, 2, Content::Existence(false)), delivery(22, 3, file())]),
        ),
        (Side::Provider, build::response(&to_police(8), answers)),
        (Side::Provider, build::refusal(&to_police(8), &crate::hi1::Code::OtherReceiver.into())),
    ]
}

/// A register in memory, which applies effects.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Memory {
    pub objects: BTreeMap<ObjectId, (Known, Object)>,
    pub done: BTreeMap<(Endpoint, TransactionId), Digest>,
}

impl Register for Memory {
    fn known(&self, id: ObjectId) -> Option<Known> {
        self.objects.get(&id).map(|(known, _)| known.clone())
    }

    fn carried_out(&self, sender: &Endpoint, transaction: TransactionId) -> Option<Digest> {
        self.done.get(&(sender.clone(), transaction)).copied()
    }
}

impl Memory {
    pub fn apply(&mut self, message: &Message, line: &Line, effects: &[Effect<'_>]) {
        for effect in effects {
            match effect {
                Effect::Create(_, id, _, object) | Effect::Deliver(_, id, object) => {
                    let known = Self::fresh(object, line);
                    assert!(self.objects.insert(*id, (known, born(object, &line.peer, NOW))).is_none(), "made twice");
                }
                Effect::Update(_, id, from, object) => {
                    let (known, kept) = self.objects.get_mut(id).unwrap();
                    assert_eq!(known.generation, *from);
                    *kept = updated(kept, object, NOW);
                    known.generation = kept.count("Generation").unwrap();
                }
                Effect::Get(..) | Effect::List(..) | Effect::Config(_) => {}
            }
        }
        let transaction = message.header().unwrap().transaction;
        self.done.insert((line.peer.clone(), transaction), digest(message));
    }

    fn fresh(object: &Object, line: &Line) -> Known {
        Known {
            kind: Kind::from_type_name(object.text("@xsi:type").unwrap()).unwrap(),
            generation: 0,
            owner: line.peer.clone(),
            addressee: line.own.clone(),
            state: State::Open,
            class: Disclosure::from_object(object).ok().and_then(|task| task.class),
        }
    }

    /// One that knows what the police sent: on either side it looks the same.
    pub fn after(message: &Message) -> Self {
        let mut memory = Self::default();
        let line = at_provider();
        let crate::hi1::engine::Decision::Accepted(effects) =
            crate::hi1::engine::decide(message, &line, &Self::default())
        else {
            panic!("refused")
        };
        memory.apply(message, &line, &effects);
        memory
    }
}
