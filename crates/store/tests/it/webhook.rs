//! Webhooks in the registry: calls made from the ledger once each, lent to one process, dead and alive again.

use renkei_core::act::Act;
use renkei_core::id::{CallId, PartyId, WebhookId};
use renkei_core::question::{Object, ObjectKind};
use renkei_core::seat::Duty;
use renkei_core::time::{Moment, SECOND};
use renkei_store::WriteError;
use renkei_store::replay::{Kept, Replay};
use renkei_store::webhook::{Call, CallState, Matter, Tried, Webhook};

use crate::desk::{Desk, REQUEST, isp, seat};
use crate::suite::on_both;

on_both!(
    each_entry_is_told_once,
    a_call_is_lent_to_one_process_at_a_time,
    a_webhook_that_ends_takes_its_calls_with_it,
    a_key_is_used_for_one_question,
);

fn webhook(number: u128, party: PartyId, at: Moment) -> Webhook {
    Webhook {
        id: WebhookId::from_bits(number),
        party,
        url: "https://hooks.isp.example/".to_owned(),
        secret: vec![1, 2, 3],
        made_by: seat(Duty::Keeper).id,
        made_at: at,
        ended_at: None,
    }
}

async fn make(desk: &Desk, webhook: &Webhook) {
    let object = Object::new(ObjectKind::Seat, &webhook.made_by, 0);
    let permit = desk.permit(desk.ask(Act::ManageSeats, Duty::Keeper).on(object));
    desk.store.make_webhook(permit, webhook).await.unwrap();
}

fn call(number: u128, webhook: WebhookId, event: &str, at: Moment) -> Call {
    Call {
        id: CallId::from_bits(number),
        webhook,
        event: event.to_owned(),
        body: "{}".to_owned(),
        state: CallState::Waiting,
        tries: 0,
        made_at: at,
        next_at: at,
        status: None,
        error: None,
    }
}

/// Gathers; the events that were told to each webhook.
async fn gather(desk: &Desk) -> Vec<(String, WebhookId)> {
    let told = std::sync::Mutex::new(Vec::new());
    let number = std::sync::atomic::AtomicU64::new(desk.store.head().await.unwrap().size * 1000);
    let calls = |happened: &renkei_store::webhook::Happened, webhooks: &[Webhook]| {
        assert!(matches!(&happened.matter, Matter::Request(request) if request.id == REQUEST));
        let one = |webhook: &Webhook| {
            told.lock().unwrap().push((happened.event.to_owned(), webhook.id));
            let number = number.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            call(u128::from(number), webhook.id, happened.event, happened.at)
        };
        webhooks.iter().map(one).collect()
    };
    while desk.store.gather_calls(Moment(0), &calls).await.unwrap() > 0 {}
    told.into_inner().unwrap()
}

async fn each_entry_is_told_once(desk: Desk) {
    desk.furnish().await;
    desk.plan().await;
    // What happened before there was a webhook is told to none.
    assert!(gather(&desk).await.is_empty());
    let one = webhook(1, isp().id, desk.now());
    make(&desk, &one).await;
    desk.approve().await;
    desk.send(1).await;
    // Two processes gather at once: what one read the other does not.
    let (a, b) = tokio::join!(gather(&desk), gather(&desk));
    assert_eq!([a, b].concat(), [("request.sent".to_owned(), one.id)]);
    let request = desk.request().await;
    let permit = desk.permit(desk.about(Act::RecordAnswer, &request));
    desk.store.acknowledge(permit, REQUEST).await.unwrap();
    assert_eq!(gather(&desk).await, [("request.acknowledged".to_owned(), one.id)]);
    assert!(gather(&desk).await.is_empty());
    let waiting = desk.store.calls(one.id, CallState::Waiting, 9).await.unwrap();
    assert_eq!(waiting.len(), 2);
    // Delivered calls are forgotten in time, others never.
    desk.store.call_tried(waiting[0].id, &Tried::Delivered { status: 204 }).await.unwrap();
    desk.store.gather_calls(Moment(i64::MAX), |_, _| Vec::new()).await.unwrap();
    assert_eq!(desk.store.call(waiting[0].id).await.unwrap(), None);
    assert_eq!(desk.store.call(waiting[1].id).await.unwrap().as_ref(), Some(&waiting[1]));
    assert!(desk.check(vec![]).await.faults.is_empty());
}

async fn a_call_is_lent_to_one_process_at_a_time(desk: Desk) {
    desk.furnish().await;
    let (at, hook) = (desk.now(), webhook(1, isp().id, desk.now()));
    make(&desk, &hook).await;
    for number in 0..20 {
        desk.store.add_call(&call(number, hook.id, "test", at)).await.unwrap();
    }
    let until = Moment(at.0 + 60 * SECOND);
    let other = desk.again().await;
    let (a, b) = tokio::join!(desk.store.claim_calls(at, until, 15), other.claim_calls(at, until, 15));
    let (a, b) = (a.unwrap(), b.unwrap());
    let mut all: Vec<CallId> = a.iter().chain(&b).map(|call| call.id).collect();
    all.sort_unstable();
    all.dedup();
    assert_eq!((a.len() + b.len(), all.len()), (20, 20));
    assert!(desk.store.claim_calls(at, until, 15).await.unwrap().is_empty());
    // What a dead process held comes due again.
    assert_eq!(desk.store.claim_calls(until, Moment(until.0 + SECOND), 99).await.unwrap().len(), 20);
    let first = all[0];
    let later = Tried::Later { at, status: None, error: "no answer".to_owned() };
    desk.store.call_tried(first, &later).await.unwrap();
    let kept = desk.store.call(first).await.unwrap().unwrap();
    assert_eq!((kept.tries, kept.next_at, kept.error.as_deref()), (1, at, Some("no answer")));
    let dead = Tried::Dead { status: Some(500), error: "HTTP status 500".to_owned() };
    desk.store.call_tried(first, &dead).await.unwrap();
    // How a try ended that came back too late changes nothing.
    desk.store.call_tried(first, &Tried::Delivered { status: 204 }).await.unwrap();
    let kept = desk.store.call(first).await.unwrap().unwrap();
    assert_eq!((kept.state, kept.tries, kept.status), (CallState::Dead, 2, Some(500)));
    desk.store.revive_call(first, at).await.unwrap();
    assert_eq!(desk.store.call(first).await.unwrap().unwrap().tries, 0);
    let missing = desk.store.revive_call(first, at).await;
    assert!(matches!(missing, Err(WriteError::Missing { kind: "dead call", .. })));
}

async fn a_webhook_that_ends_takes_its_calls_with_it(desk: Desk) {
    desk.furnish().await;
    let (one, two) = (webhook(1, isp().id, desk.now()), webhook(2, seat(Duty::Keeper).party, desk.now()));
    for hook in [&one, &two] {
        make(&desk, hook).await;
        desk.store.add_call(&call(hook.id.bits(), hook.id, "test", desk.now())).await.unwrap();
    }
    let permit =
        || desk.permit(desk.ask(Act::ManageSeats, Duty::Keeper).on(Object::new(ObjectKind::Seat, &one.made_by, 0)));
    // Another party's is not there.
    let other = desk.store.end_webhook(permit(), &two.party, one.id).await;
    assert!(matches!(other, Err(WriteError::Missing { kind: "webhook", .. })));
    desk.store.end_webhook(permit(), &one.party, one.id).await.unwrap();
    assert_eq!(desk.store.calls(one.id, CallState::Dead, 9).await.unwrap().len(), 1);
    assert_eq!(desk.store.calls(two.id, CallState::Waiting, 9).await.unwrap().len(), 1);
    assert!(desk.store.webhooks(Some(&one.party)).await.unwrap()[0].ended_at.is_some());
    desk.store.webhook_gone(two.id, desk.now()).await.unwrap();
    assert_eq!(desk.store.calls(two.id, CallState::Dead, 9).await.unwrap().len(), 1);
    assert_eq!(desk.store.webhooks(None).await.unwrap().len(), 2);
}

async fn a_key_is_used_for_one_question(desk: Desk) {
    use renkei_core::id::Digest;
    let (mark, one, two) = (Digest::of(b"key"), Digest::of(b"one"), Digest::of(b"two"));
    let (at, soon, late) = (Moment(0), Moment(60 * SECOND), Moment(600 * SECOND));
    let begin = async |question, at, ends| desk.store.begin_replay(mark, question, at, ends).await.unwrap();
    assert_eq!(begin(one, at, soon).await, Replay::New);
    assert_eq!(begin(one, at, soon).await, Replay::UnderWay);
    assert_eq!(begin(two, at, soon).await, Replay::OtherQuestion);
    // Whoever took it died: after its time it is anybody's.
    assert_eq!(begin(one, soon, late).await, Replay::New);
    let kept =
        Kept { status: 200, kind: "application/json".to_owned(), tag: Some("\"3\"".to_owned()), body: b"{}".to_vec() };
    desk.store.keep_replay(mark, &kept, late).await.unwrap();
    assert_eq!(begin(one, soon, late).await, Replay::Answered(kept));
    assert_eq!(begin(two, soon, late).await, Replay::OtherQuestion);
    desk.store.forget_replay(mark).await.unwrap();
    assert_eq!(begin(two, soon, late).await, Replay::New);
    // Two at the same instant: one of them acts.
    let other = desk.again().await;
    let new = Digest::of(b"another key");
    let (a, b) = tokio::join!(desk.store.begin_replay(new, one, at, soon), other.begin_replay(new, one, at, soon));
    let mut both = [a.unwrap(), b.unwrap()];
    both.sort_by_key(|replay| *replay != Replay::New);
    assert_eq!(both, [Replay::New, Replay::UnderWay]);
}
