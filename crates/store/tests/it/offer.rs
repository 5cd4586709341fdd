//! Offers and kept questions in the registry: steps in order, words kept out of the ledger, each seat's own.

use std::collections::BTreeMap;

use renkei_core::act::Act;
use renkei_core::class::DataClass;
use renkei_core::id::{OfferId, QuestionId, RequestId};
use renkei_core::offer::{State, Step};
use renkei_core::question::{Object, ObjectKind, Recipient};
use renkei_core::seat::{Duty, Seat};
use renkei_gate::Permit;
use renkei_store::WriteError;
use renkei_store::offer::{NewOffer, NewStep};
use renkei_store::question::{NewQuestion, QuestionChange};
use renkei_store::webhook::Matter;

use crate::desk::{Desk, REQUEST, isp, seat};
use crate::suite::on_both;

on_both!(
    an_offer_lives_its_life,
    a_step_out_of_order_writes_nothing,
    what_happens_to_an_offer_is_told,
    questions_are_a_seats_own,
);

const OFFER: OfferId = OfferId::from_bits(7);

fn offer() -> NewOffer {
    NewOffer {
        id: OFFER,
        party: isp().id,
        class: Some(DataClass::IdentificationByIp),
        needs: "スパムの送信元IPアドレスと時刻".to_owned(),
        does: "契約者に連絡する".to_owned(),
    }
}

/// A permit about the offer in a version, for the house or for the party.
fn may(desk: &Desk, act: Act, version: u64) -> Permit {
    let question = match act {
        Act::MakeOffer => {
            let mut question = desk.ask(act, Duty::Answerer);
            question.seat = Seat { party: isp().id, party_role: isp().role, ..seat(Duty::Answerer) };
            question
        }
        _ => desk.ask(act, Duty::Drafter),
    };
    let about = question.on(Object::new(ObjectKind::Offer, OFFER, version)).nothing_leaves();
    desk.permit(about.to(Recipient::of(&isp(), desk.now(), true)))
}

async fn make(desk: &Desk) {
    desk.furnish().await;
    desk.store.make_offer(may(desk, Act::MakeOffer, 0), &offer()).await.unwrap();
}

fn said(step: Step) -> NewStep {
    NewStep { step, text: "理由".to_owned(), class: None, request: None }
}

/// Takes a step of the offer as it stands.
async fn step(desk: &Desk, new: &NewStep) -> Result<(), WriteError> {
    let version = desk.store.offer(OFFER).await.unwrap().unwrap().version;
    desk.store.step_offer(may(desk, new.step.act(), version), OFFER, new).await
}

async fn an_offer_lives_its_life(desk: Desk) {
    make(&desk).await;
    desk.plan().await;
    let made = desk.store.offer(OFFER).await.unwrap().unwrap();
    assert_eq!((&made.new, made.version, made.state, made.last), (&offer(), 1, State::Offered, None));
    let part = NewStep { class: Some(DataClass::Counts), ..said(Step::AcceptInPart) };
    step(&desk, &part).await.unwrap();
    step(&desk, &said(Step::Acknowledge)).await.unwrap();
    let provide = NewStep { request: Some(REQUEST), ..said(Step::Provide) };
    step(&desk, &provide).await.unwrap();
    step(&desk, &said(Step::FeedBack)).await.unwrap();
    let ended = desk.store.offer(OFFER).await.unwrap().unwrap();
    assert_eq!((ended.version, ended.state, ended.last), (5, State::FedBack, Some(Step::FeedBack)));
    let steps = desk.store.offer_steps(OFFER).await.unwrap();
    assert_eq!(steps.iter().map(|taken| taken.number).collect::<Vec<_>>(), [1, 2, 3, 4]);
    assert_eq!((&steps[0].new, &steps[2].new), (&part, &provide));
    assert_eq!(steps[1].seat, seat(Duty::Answerer).id);
    assert_eq!(desk.store.offers(Some(&isp().id)).await.unwrap(), [ended]);
    assert_eq!(desk.store.offers(Some(&seat(Duty::Drafter).party)).await.unwrap(), []);
    // The ledger has every step and no word of it.
    assert!(desk.check(vec![]).await.faults.is_empty());
    let entries = desk.store.entries(1, 99).await.unwrap();
    let about = entries.iter().filter(|entry| entry.objects.iter().any(|object| object.id == OFFER.to_string()));
    let bytes: Vec<_> = about.map(|entry| String::from_utf8_lossy(&entry.canonical()).into_owned()).collect();
    assert_eq!(bytes.len(), 5);
    assert!(!bytes.iter().any(|entry| entry.contains("理由") || entry.contains("契約者")), "{bytes:?}");
}

async fn a_step_out_of_order_writes_nothing(desk: Desk) {
    make(&desk).await;
    let before = desk.store.head().await.unwrap();
    for early in [Step::Provide, Step::FeedBack, Step::Acknowledge] {
        assert!(matches!(step(&desk, &said(early)).await, Err(WriteError::OfferStep(wrong)) if wrong.step == early));
    }
    // A permit for another act, for another version, or for nothing of the kind.
    let other = desk.store.step_offer(may(&desk, Act::MakeOffer, 1), OFFER, &said(Step::Accept)).await;
    assert!(matches!(other, Err(WriteError::OtherAct { given: Act::MakeOffer, needed: Act::ReviewOffer })));
    let stale = desk.store.step_offer(may(&desk, Act::ReviewOffer, 2), OFFER, &said(Step::Accept)).await;
    assert!(matches!(stale, Err(WriteError::Stale(stale)) if stale.current == 1));
    let twice = desk.store.make_offer(may(&desk, Act::MakeOffer, 0), &offer()).await;
    assert!(matches!(twice, Err(WriteError::Stale(_))));
    assert_eq!(desk.store.head().await.unwrap(), before);
    // A request that is not there is not named, and nothing of the step stays.
    step(&desk, &said(Step::Accept)).await.unwrap();
    let nowhere = NewStep { request: Some(RequestId::from_bits(99)), ..said(Step::Provide) };
    assert!(matches!(step(&desk, &nowhere).await, Err(WriteError::Missing { kind: "request", .. })));
    assert_eq!(desk.store.offer(OFFER).await.unwrap().unwrap().state, State::Accepted);
    assert_eq!(desk.store.offer_steps(OFFER).await.unwrap().len(), 1);
}

async fn what_happens_to_an_offer_is_told(desk: Desk) {
    desk.furnish().await;
    desk.store.gather_calls(desk.now(), |_, _| Vec::new()).await.unwrap();
    // Entries are only looked at while somebody is to be called.
    let keeper = seat(Duty::Keeper);
    let hook = renkei_store::webhook::Webhook {
        id: renkei_core::id::WebhookId::from_bits(1),
        party: keeper.party.clone(),
        url: "https://hooks.example/".to_owned(),
        secret: vec![1],
        made_by: keeper.id.clone(),
        made_at: desk.now(),
        ended_at: None,
    };
    let object = Object::new(ObjectKind::Seat, &keeper.id, 0);
    let permit = desk.permit(desk.ask(Act::ManageSeats, Duty::Keeper).on(object));
    desk.store.make_webhook(permit, &hook).await.unwrap();
    desk.store.make_offer(may(&desk, Act::MakeOffer, 0), &offer()).await.unwrap();
    step(&desk, &said(Step::Accept)).await.unwrap();
    step(&desk, &said(Step::FeedBack)).await.unwrap();
    let told = std::sync::Mutex::new(Vec::new());
    let hear = |happened: &renkei_store::webhook::Happened, _: &[renkei_store::webhook::Webhook]| {
        assert!(matches!(&happened.matter, Matter::Offer(offer) if offer.new.id == OFFER));
        told.lock().unwrap().push(happened.event);
        Vec::new()
    };
    while desk.store.gather_calls(desk.now(), hear).await.unwrap() > 0 {}
    assert_eq!(told.into_inner().unwrap(), ["offer.made", "offer.reviewed", "offer.feedback"]);
}

async fn questions_are_a_seats_own(desk: Desk) {
    let asked = BTreeMap::from([("family".to_owned(), "testbot".to_owned())]);
    let new = |bits, name: &str, shared| NewQuestion {
        id: QuestionId::from_bits(bits),
        name: name.to_owned(),
        asked: asked.clone(),
        shared,
    };
    let permit = |duty| desk.permit(desk.ask(Act::Count, duty));
    desk.store.keep_question(permit(Duty::Analyst), &new(1, "毎朝", false), 2).await.unwrap();
    desk.store.keep_question(permit(Duty::Drafter), &new(2, "毎朝", true), 2).await.unwrap();
    let twice = desk.store.keep_question(permit(Duty::Analyst), &new(3, "毎朝", false), 2).await;
    assert!(matches!(twice, Err(WriteError::Exists { kind: "question", .. })));
    desk.store.keep_question(permit(Duty::Analyst), &new(4, "毎夕", false), 2).await.unwrap();
    let full = desk.store.keep_question(permit(Duty::Analyst), &new(5, "毎週", false), 2).await;
    assert!(matches!(full, Err(WriteError::Full { most: 2, .. })));
    let seen = async |duty| {
        let list = desk.store.questions(&seat(duty).id).await.unwrap();
        list.iter().map(|question| question.new.id.bits()).collect::<Vec<_>>()
    };
    assert_eq!((seen(Duty::Analyst).await, seen(Duty::Drafter).await), (vec![4, 1, 2], vec![2]));
    // Another's is not there to be changed or forgotten, shared or not.
    let taken = QuestionChange { name: Some("毎朝".to_owned()), shared: None };
    let rename = desk.store.change_question(permit(Duty::Analyst), QuestionId::from_bits(4), &taken).await;
    assert!(matches!(rename, Err(WriteError::Exists { .. })));
    let change = QuestionChange { name: None, shared: Some(true) };
    let foreign = desk.store.change_question(permit(Duty::Analyst), QuestionId::from_bits(2), &change).await;
    assert!(matches!(foreign, Err(WriteError::Missing { .. })));
    let foreign = desk.store.forget_question(permit(Duty::Drafter), QuestionId::from_bits(1)).await;
    assert!(matches!(foreign, Err(WriteError::Missing { .. })));
    desk.store.change_question(permit(Duty::Analyst), QuestionId::from_bits(4), &change).await.unwrap();
    desk.store.forget_question(permit(Duty::Analyst), QuestionId::from_bits(1)).await.unwrap();
    assert_eq!((seen(Duty::Analyst).await, seen(Duty::Drafter).await), (vec![4, 2], vec![4, 2]));
    let kept = desk.store.questions(&seat(Duty::Analyst).id).await.unwrap();
    assert_eq!((&kept[0].new.asked, kept[0].new.shared), (&asked, true));
    assert!(desk.check(vec![]).await.faults.is_empty());
}
