//! Mails that came in: filed once, confirmed or dropped once, and what follows in the same transaction.

use std::collections::BTreeMap;

use renkei_core::act::Act;
use renkei_core::answer::{Counts, Outcome, Status};
use renkei_core::id::{Digest, LetterId};
use renkei_core::ledger::EntryKind;
use renkei_core::mail::{Action, Kind, Proof, State};
use renkei_core::request;
use renkei_core::seat::Duty;
use renkei_store::WriteError;
use renkei_store::letter::Delivery;
use renkei_store::mail::{Filed, Heed, NewMail, Says};

use crate::desk::{Desk, REQUEST, isp};
use crate::suite::on_both;

on_both!(
    a_reply_is_filed_once_with_its_answer,
    another_copy_of_a_proved_mail_is_the_same_mail,
    a_mail_that_waits_is_decided_once,
    a_report_marks_letter_and_channel,
    what_is_refused_leaves_nothing,
);

async fn sent(desk: &Desk) -> LetterId {
    desk.furnish().await;
    desk.plan().await;
    desk.approve().await;
    desk.send(1).await;
    desk.store.letters(REQUEST).await.unwrap()[0].new.id
}

fn mail(bytes: &[u8], kind: Kind, state: State) -> NewMail {
    NewMail {
        digest: Digest::of(bytes),
        message_id: Some(Digest::of(b"1@aozora.example")),
        request: Some(REQUEST),
        kind,
        proof: if state == State::Filed { Proof::Signed } else { Proof::None },
        domain: Some("aozora.example".to_owned()),
        state,
        faults: if state == State::Filed { vec![] } else { vec!["M009".to_owned()] },
        counts: BTreeMap::new(),
    }
}

fn answer(count: u64) -> Says {
    let mut counts = Counts::default();
    counts.add(Status::Cleaned, count);
    Says::Answer(Outcome::Part(counts))
}

async fn a_reply_is_filed_once_with_its_answer(desk: Desk) {
    sent(&desk).await;
    let new = mail(b"1", Kind::Reply, State::Filed);
    let file = async || desk.store.file_reply(desk.may(Act::RecordAnswer).await, &new, &answer(3)).await.unwrap();
    assert_eq!(file().await, Filed::Now);
    let size = desk.store.head().await.unwrap().size;
    assert_eq!(file().await, Filed::Before);
    assert_eq!(desk.store.head().await.unwrap().size, size, "nothing was written the second time");
    assert_eq!(desk.store.answers(REQUEST).await.unwrap().len(), 1);
    assert_eq!(desk.request().await.state, request::State::Answered);
    let kept = desk.store.mail(new.id()).await.unwrap().unwrap();
    assert_eq!((kept.new, kept.ended), (new.clone(), None));
    let entry = desk.store.entries(size, 1).await.unwrap().remove(0);
    assert_eq!((entry.kind, entry.detail.get("count.cleaned")), (EntryKind::Act, Some("3")));
    assert_eq!(entry.detail.get("mail"), Some(new.digest.to_string().as_str()));
    assert_eq!(desk.check(vec![]).await.faults, []);
}

async fn another_copy_of_a_proved_mail_is_the_same_mail(desk: Desk) {
    sent(&desk).await;
    // One that is not proved and bears the same Message-ID does not keep the true one out.
    let forged = mail(b"forged", Kind::Reply, State::Unconfirmed);
    assert_eq!(desk.store.file_mail(desk.now(), &forged, &Heed::default()).await.unwrap(), Filed::Now);
    for (bytes, filed) in [(b"one", Filed::Now), (b"two", Filed::Before)] {
        let new = mail(bytes, Kind::Reply, State::Filed);
        let done = desk.store.file_reply(desk.may(Act::RecordAnswer).await, &new, &Says::Received).await.unwrap();
        assert_eq!(done, filed);
    }
    assert_eq!(desk.request().await.state, request::State::Acknowledged);
    assert_eq!(desk.store.mails(false).await.unwrap().len(), 2);
    assert_eq!(desk.store.mails(true).await.unwrap().len(), 1);
}

async fn a_mail_that_waits_is_decided_once(desk: Desk) {
    sent(&desk).await;
    let (one, two) = (mail(b"1", Kind::Reply, State::Unconfirmed), mail(b"2", Kind::Reply, State::Waiting));
    for new in [&one, &two] {
        desk.store.file_mail(desk.now(), new, &Heed::default()).await.unwrap();
    }
    assert_eq!(desk.request().await.state, request::State::Sent, "what waits changes nothing");
    let counts = BTreeMap::from([("cleaned".to_owned(), 2)]);
    let confirm = async |says: &Says| {
        let permit = desk.may(Act::RecordAnswer).await;
        desk.store.confirm_mail(permit, one.id(), &counts, says, &Heed::default()).await
    };
    confirm(&answer(2)).await.unwrap();
    assert!(matches!(confirm(&answer(2)).await, Err(WriteError::Missing { kind: "mail that waits", .. })));
    desk.store.drop_mail(desk.may(Act::RecordAnswer).await, two.id()).await.unwrap();
    assert!(desk.store.drop_mail(desk.may(Act::RecordAnswer).await, two.id()).await.is_err());
    let kept = desk.store.mail(one.id()).await.unwrap().unwrap();
    assert_eq!((kept.new.state, kept.new.counts), (State::Confirmed, counts.clone()));
    assert!(kept.ended.is_some());
    assert_eq!(desk.store.mail(two.id()).await.unwrap().unwrap().new.state, State::Dropped);
    assert_eq!(desk.store.mails(true).await.unwrap(), []);
    assert_eq!(desk.store.answers(REQUEST).await.unwrap().len(), 1);
    assert_eq!(desk.check(vec![]).await.faults, []);
}

async fn a_report_marks_letter_and_channel(desk: Desk) {
    let letter = sent(&desk).await;
    let mut bytes = 0u8;
    let mut report = async |action: Action, status: Option<&str>| {
        bytes += 1;
        let at = desk.now();
        let new = NewMail { message_id: None, proof: Proof::None, ..mail(&[bytes], Kind::Report, State::Filed) };
        let delivery = Delivery { action, status: status.map(str::to_owned), at };
        let channel = Some((isp().id, "abuse@aozora.example".to_owned()));
        let heed = Heed { channel, letters: vec![(letter, delivery)], ..Heed::default() };
        assert_eq!(desk.store.file_mail(at, &new, &heed).await.unwrap(), Filed::Now);
        let health = desk.store.channels().await.unwrap().remove(0);
        let delivery = desk.store.letter(letter).await.unwrap().unwrap().delivery.unwrap();
        (at, health, delivery.action)
    };
    let (_, health, on_letter) = report(Action::Delayed, Some("4.4.1")).await;
    assert_eq!((health.failing_since, on_letter), (None, Action::Delayed));
    let (first, health, on_letter) = report(Action::Failed, Some("5.1.1")).await;
    assert_eq!((health.failing_since, on_letter), (Some(first), Action::Failed));
    assert_eq!(desk.store.bounced_letters().await.unwrap().len(), 1);
    let (_, health, on_letter) = report(Action::Delayed, None).await;
    assert_eq!((health.failing_since, on_letter), (Some(first), Action::Failed), "a delay does not undo an end");
    let (_, health, _) = report(Action::Failed, None).await;
    assert_eq!(health.failing_since, Some(first), "since the first");
    let (_, health, on_letter) = report(Action::Delivered, Some("2.0.0")).await;
    assert_eq!((health.failing_since, on_letter), (None, Action::Delivered));
    assert_eq!(desk.store.bounced_letters().await.unwrap(), []);
    let size = desk.store.head().await.unwrap().size;
    let entry = desk.store.entries(size, 1).await.unwrap().remove(0);
    assert_eq!((entry.kind, entry.act.as_str(), entry.seat), (EntryKind::Note, "mail-received", None));
    assert!(entry.detail.iter().all(|(_, value)| !value.contains('@')), "no address goes into the ledger");
}

async fn what_is_refused_leaves_nothing(desk: Desk) {
    sent(&desk).await;
    let new = mail(b"1", Kind::Reply, State::Filed);
    let before = desk.store.head().await.unwrap();
    let nobody = desk.permit(desk.ask(Act::RecordAnswer, Duty::Answerer));
    let unnamed = desk.store.file_reply(nobody, &new, &answer(1)).await;
    assert!(matches!(unnamed, Err(WriteError::NotNamed { kind: "request", .. })));
    let heed = Heed {
        channel: None,
        letters: vec![(LetterId::from_bits(1), Delivery { action: Action::Failed, status: None, at: desk.now() })],
        ..Heed::default()
    };
    let missing = desk.store.file_mail(desk.now(), &new, &heed).await;
    assert!(matches!(missing, Err(WriteError::Missing { kind: "letter", .. })));
    assert_eq!(desk.store.mail(new.id()).await.unwrap(), None);
    assert_eq!(desk.store.head().await.unwrap(), before);
}
