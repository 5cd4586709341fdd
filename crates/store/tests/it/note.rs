//! Addresses that fail: letters that only try one, and requests that leave once more.

use renkei_core::act::Act;
use renkei_core::id::{Digest, LetterId, PartyId};
use renkei_core::mail::{Action, Kind, Proof, State as MailState};
use renkei_core::party::Party;
use renkei_core::question::{Object, ObjectKind};
use renkei_core::request::State;
use renkei_core::seat::Duty;
use renkei_gate::Permit;
use renkei_store::WriteError;
use renkei_store::letter::{Delivery, LetterKind, LetterState};
use renkei_store::mail::{Heed, NewMail};
use renkei_store::note::{About, NewNote, NoteEnd};

use crate::desk::{Desk, REQUEST, isp};
use crate::suite::on_both;
use crate::tamper::sql;

on_both!(
    a_trial_is_sent_and_comes_back,
    a_dead_process_leaves_its_trial,
    a_request_that_came_back_leaves_once_more,
    a_notice_is_queued_only_while_the_word_is_the_partys,
);

const TRIAL: LetterId = LetterId::from_bits(77);

fn may(desk: &Desk) -> Permit {
    desk.permit(desk.ask(Act::TestChannel, Duty::Keeper).on(Object::new(ObjectKind::Party, isp().id, 1)))
}

async fn queue(desk: &Desk) {
    desk.furnish().await;
    let mail = "abuse@aozora.example".to_owned();
    let new = NewNote { id: TRIAL, about: About::Trial, party: isp().id, mail, digest: Digest::of(b"letter") };
    desk.store.queue_note(may(desk), &new).await.unwrap();
}

/// A report that came in by mail.
fn report(number: u8) -> NewMail {
    NewMail {
        digest: Digest::of(&[number]),
        message_id: None,
        request: None,
        kind: Kind::Report,
        proof: Proof::None,
        domain: None,
        state: MailState::Filed,
        faults: Vec::new(),
        counts: Default::default(),
    }
}

async fn a_trial_is_sent_and_comes_back(desk: Desk) {
    queue(&desk).await;
    let trial = desk.store.claim_note(may(&desk), TRIAL).await.unwrap();
    assert_eq!((trial.state, trial.attempts), (LetterState::InFlight, 1));
    desk.store.note_ended(&trial, desk.now(), &NoteEnd::Again("451 later".to_owned())).await.unwrap();
    assert_eq!(desk.store.waiting_notes().await.unwrap()[0].last_error.as_deref(), Some("451 later"));
    let trial = desk.store.claim_note(may(&desk), TRIAL).await.unwrap();
    desk.store.note_ended(&trial, desk.now(), &NoteEnd::Sent("250 ok".to_owned())).await.unwrap();
    let sent = desk.store.note(TRIAL).await.unwrap().unwrap();
    assert_eq!((sent.state, sent.reply.as_deref(), sent.last_error), (LetterState::Sent, Some("250 ok"), None));
    assert!(desk.store.waiting_notes().await.unwrap().is_empty());
    let over = desk.store.claim_note(may(&desk), TRIAL).await;
    assert!(matches!(over, Err(WriteError::Taken(_))));
    // It comes back: the trial and the channel say so; a late delay undoes nothing.
    for (number, action) in [(1, Action::Failed), (2, Action::Delayed)] {
        let delivery = Delivery { action, status: Some("5.1.1".to_owned()), at: desk.now() };
        let heed = Heed {
            channel: Some((isp().id, "abuse@aozora.example".to_owned())),
            letters: Vec::new(),
            notes: vec![(TRIAL, delivery)],
        };
        desk.store.file_mail(desk.now(), &report(number), &heed).await.unwrap();
    }
    let back = desk.store.trials(&isp().id, 9).await.unwrap().remove(0);
    assert_eq!(back.delivery.unwrap().action, Action::Failed);
    assert!(desk.store.channels().await.unwrap()[0].failing_since.is_some());
    // The ledger has each step and no server's word.
    let entries = desk.store.entries(1, 99).await.unwrap();
    let words: Vec<_> = entries.iter().map(|entry| String::from_utf8_lossy(&entry.canonical()).into_owned()).collect();
    assert_eq!(words.iter().filter(|entry| entry.contains("test-channel")).count(), 5);
    assert!(!words.iter().any(|entry| entry.contains("451 later")), "{words:?}");
    assert!(desk.check(vec![]).await.faults.is_empty());
}

async fn a_dead_process_leaves_its_trial(desk: Desk) {
    queue(&desk).await;
    desk.store.claim_note(may(&desk), TRIAL).await.unwrap();
    let again = desk.store.claim_note(may(&desk), TRIAL).await.unwrap();
    assert_eq!(again.attempts, 2);
    let last = desk.store.entries(desk.store.head().await.unwrap().size, 1).await.unwrap().remove(0);
    assert_eq!(last.detail.get("may-repeat"), Some("yes"));
    desk.store.note_ended(&again, desk.now(), &NoteEnd::Refused("550 no".to_owned())).await.unwrap();
    assert_eq!(desk.store.note(TRIAL).await.unwrap().unwrap().state, LetterState::Failed);
    // The permit is for this party.
    let other = desk.permit(desk.ask(Act::TestChannel, Duty::Keeper));
    let new = NewNote {
        id: LetterId::from_bits(78),
        about: About::Trial,
        party: isp().id,
        mail: "x@y".to_owned(),
        digest: Digest::of(b""),
    };
    assert!(matches!(desk.store.queue_note(other, &new).await, Err(WriteError::NotNamed { kind: "party", .. })));
}

/// An inquiry of a force to the provider, of which nothing but whose word is next matters here.
const INQUIRY: &str = "INSERT INTO inquiries (id, version, asker, recipient, instrument, number, section, officer, form, \
    basis, subject, purpose, days, state, signed, drafted_by, drafted_at, turn) VALUES \
    ('inq-00000000000000000000000001', 1, 'aoba-force', 'isp-aozora', 'inquiry', '1', '', '', 1, '', '', '', 0, 'sent', 1, \
    'desk', 0, 'provider')";

async fn a_notice_is_queued_only_while_the_word_is_the_partys(desk: Desk) {
    desk.furnish().await;
    let force = Party { id: "aoba-force".parse().unwrap(), ..isp() };
    desk.store
        .import_parties(desk.permit(desk.ask(Act::ImportParty, Duty::Keeper)), std::slice::from_ref(&force))
        .await
        .unwrap();
    sql(&desk, INQUIRY).await;
    let untold = desk.store.untold_inquiries().await.unwrap().remove(0);
    assert_eq!(untold.party, isp().id);
    let notice = |number: u128, party: &PartyId| {
        let (id, about) = (LetterId::from_bits(number), About::Inquiry(untold.inquiry));
        let permit = desk.permit(desk.ask(Act::GiveNotice, Duty::Keeper).on(Object::new(ObjectKind::Party, party, 1)));
        let mail = "desk@aozora.example".to_owned();
        (permit, NewNote { id, about, party: party.clone(), mail, digest: Digest::of(b"notice") })
    };
    // The provider asks back between the reading and the writing: its notice is not written, the force's not lost.
    sql(&desk, "UPDATE inquiries SET turn = 'asker'").await;
    let (permit, late) = notice(90, &untold.party);
    assert!(matches!(desk.store.queue_note(permit, &late).await, Err(WriteError::Taken(_))));
    desk.store.leave_untold(&untold).await.unwrap();
    assert!(desk.store.waiting_notes().await.unwrap().is_empty());
    assert_eq!(desk.store.untold_inquiries().await.unwrap()[0].party, force.id);
    // Two processes that read it at once write one.
    for (number, queued) in [(91, true), (92, false)] {
        let (permit, new) = notice(number, &force.id);
        assert_eq!(desk.store.queue_note(permit, &new).await.is_ok(), queued, "{number}");
    }
    assert_eq!(desk.store.waiting_notes().await.unwrap().len(), 1);
    assert!(desk.store.untold_inquiries().await.unwrap().is_empty());
}

async fn a_request_that_came_back_leaves_once_more(desk: Desk) {
    desk.furnish().await;
    desk.plan().await;
    desk.approve().await;
    let early = desk.store.queue_again(desk.may(Act::Send).await, REQUEST, &desk.letters(1)).await;
    assert!(matches!(early, Err(WriteError::Step(_))), "what never left is not sent again");
    desk.send(1).await;
    let before = desk.request().await;
    let letters = desk.letters(2);
    desk.store.queue_again(desk.may(Act::Send).await, REQUEST, &letters).await.unwrap();
    let twice = desk.store.queue_again(desk.may(Act::Send).await, REQUEST, &desk.letters(1)).await;
    assert!(matches!(twice, Err(WriteError::Queued(_))));
    for letter in &letters {
        desk.send_one(letter.id, Act::Send).await;
    }
    let after = desk.request().await;
    assert_eq!((after.state, after.version, after.revision), (State::Sent, before.version + 1, before.revision));
    assert_eq!((after.sent_at, &after.approval), (before.sent_at, &before.approval));
    let kinds: Vec<_> = desk.store.letters(REQUEST).await.unwrap().iter().map(|letter| letter.kind).collect();
    assert_eq!(kinds, [LetterKind::Notice, LetterKind::Again, LetterKind::Again]);
    assert!(desk.check(vec![]).await.faults.is_empty());
    desk.store.withdraw(desk.may(Act::Withdraw).await, REQUEST, &[]).await.unwrap();
    let late = desk.store.queue_again(desk.may(Act::Send).await, REQUEST, &desk.letters(1)).await;
    assert!(matches!(late, Err(WriteError::Step(_))));
}
