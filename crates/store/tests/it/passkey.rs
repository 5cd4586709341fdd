//! Passkeys in the registry: entered, named, used, ended; questions to them; what they confirm.

use renkei_core::act::Act;
use renkei_core::id::{Digest, SeatId};
use renkei_core::ledger::{Confirmation, Entry, EntryKind, Fault, confirm};
use renkei_core::passkey::{Assertion, PasskeyKey, RelyingParty, Told};
use renkei_core::question::{Object, ObjectKind};
use renkei_core::request::State;
use renkei_core::seat::Duty;
use renkei_core::time::{Moment, SECOND};
use renkei_gate::Permit;
use renkei_store::WriteError;
use renkei_store::account::NewAccount;
use renkei_store::passkey::{NewPasskey, Used};
use renkei_testkit::authenticator::SoftAuthenticator;

use crate::desk::{Desk, REQUEST, seat};
use crate::suite::on_both;

on_both!(
    a_passkey_is_entered_named_and_removed_by_its_own_seat,
    a_counter_that_goes_back_is_refused_and_told,
    a_question_is_answered_once_and_in_time,
    a_confirmed_approval_can_be_checked_in_the_ledger,
    a_seat_taken_anew_has_no_passkeys,
);

fn site() -> RelyingParty {
    "https://office.example".parse().unwrap()
}

fn authenticator() -> SoftAuthenticator {
    SoftAuthenticator::new(1, "office.example", "https://office.example")
}

fn told(counter: u32) -> Told {
    Told { counter, backup_eligible: false, backed_up: false }
}

fn new(counter: u32) -> NewPasskey {
    NewPasskey {
        credential: authenticator().credential,
        name: "端末".to_owned(),
        key: PasskeyKey::from_cose(&authenticator().cose()).unwrap(),
        told: told(counter),
        site: site(),
    }
}

fn mark() -> Digest {
    Digest::of(&authenticator().credential)
}

fn own(desk: &Desk, duty: Duty) -> Permit {
    desk.permit(desk.ask(Act::KeepPasskeys, duty).on(Object::new(ObjectKind::Seat, &seat(duty).id, 0)))
}

async fn last(desk: &Desk) -> Entry {
    let size = desk.store.head().await.unwrap().size;
    desk.store.entries(size, 1).await.unwrap().remove(0)
}

async fn a_passkey_is_entered_named_and_removed_by_its_own_seat(desk: Desk) {
    desk.store.add_passkey(own(&desk, Duty::Approver), &new(0)).await.unwrap();
    let introduced = last(&desk).await;
    assert_eq!((introduced.kind, introduced.act.as_str()), (EntryKind::Key, "keep-passkeys"));
    assert_eq!(introduced.detail.get("passkey"), Some(mark().to_string().as_str()));
    // The name is the holder's words: not for a record that cannot forget.
    assert!(introduced.detail.iter().all(|(_, value)| value != "端末"));
    let again = desk.store.add_passkey(own(&desk, Duty::Approver), &new(0)).await;
    assert!(matches!(again, Err(WriteError::Exists { kind: "passkey", .. })));

    let seats: SeatId = seat(Duty::Approver).id;
    let kept = desk.store.passkeys(&seats).await.unwrap().remove(0);
    assert_eq!((kept.mark, kept.name.as_str(), kept.told, kept.used_at), (mark(), "端末", told(0), None));
    assert_eq!(kept.key.cose(), authenticator().cose());
    assert_eq!(desk.store.passkey(mark()).await.unwrap(), Some(kept));
    // Another seat cannot name it or take it away, although it may keep its own.
    let other = desk.store.rename_passkey(own(&desk, Duty::Drafter), mark(), "mine").await;
    assert!(matches!(other, Err(WriteError::Missing { kind: "passkey", .. })));
    let other = desk.store.remove_passkey(own(&desk, Duty::Drafter), mark()).await;
    assert!(matches!(other, Err(WriteError::Missing { kind: "passkey", .. })));
    let unnamed = desk.permit(desk.ask(Act::KeepPasskeys, Duty::Approver));
    let refused = desk.store.remove_passkey(unnamed, mark()).await;
    assert!(matches!(refused, Err(WriteError::NotNamed { kind: "seat", .. })));

    desk.store.rename_passkey(own(&desk, Duty::Approver), mark(), "鍵1").await.unwrap();
    assert_eq!(desk.store.passkeys(&seats).await.unwrap()[0].name, "鍵1");
    desk.store.remove_passkey(own(&desk, Duty::Approver), mark()).await.unwrap();
    assert!(desk.store.passkeys(&seats).await.unwrap().is_empty());
    assert_eq!(last(&desk).await.detail.get("state"), Some("ended"));
    assert!(desk.check(vec![]).await.is_intact());
}

async fn a_counter_that_goes_back_is_refused_and_told(desk: Desk) {
    desk.store.add_passkey(own(&desk, Duty::Approver), &new(4)).await.unwrap();
    let use_it = async |told: Told| {
        let used = Used { passkey: mark(), told, at: desk.now() };
        desk.store.use_passkey(&used).await
    };
    use_it(told(5)).await.unwrap();
    for bad in [told(5), told(3), told(0), Told { backup_eligible: true, ..told(9) }] {
        assert!(matches!(use_it(bad).await, Err(WriteError::Counter(found)) if found == mark()), "{bad:?}");
        assert_eq!(last(&desk).await.act, "passkey-counts-back");
    }
    use_it(told(9)).await.unwrap();
    let kept = desk.store.passkey(mark()).await.unwrap().unwrap();
    assert_eq!((kept.told.counter, kept.used_at.is_some()), (9, true));
}

async fn a_question_is_answered_once_and_in_time(desk: Desk) {
    let at = desk.now();
    let later = |seconds: i64| Moment(at.0 + seconds * SECOND);
    let (one, two) = (Digest::of(b"one"), Digest::of(b"two"));
    desk.store.begin_ceremony(one, at, later(300)).await.unwrap();
    desk.store.begin_ceremony(two, at, later(300)).await.unwrap();
    assert!(!desk.store.end_ceremony(Digest::of(b"never asked"), later(1)).await.unwrap());
    assert!(desk.store.end_ceremony(one, later(299)).await.unwrap());
    assert!(!desk.store.end_ceremony(one, later(299)).await.unwrap());
    assert!(!desk.store.end_ceremony(two, later(300)).await.unwrap());
    // Asked again, it is open again.
    desk.store.begin_ceremony(two, later(300), later(600)).await.unwrap();
    desk.store.begin_ceremony(two, later(301), later(601)).await.unwrap();
    assert!(desk.again().await.end_ceremony(two, later(600)).await.unwrap());
}

async fn a_confirmed_approval_can_be_checked_in_the_ledger(desk: Desk) {
    desk.furnish().await;
    desk.plan().await;
    desk.store.add_passkey(own(&desk, Duty::Approver), &new(0)).await.unwrap();
    let approval = desk.approval().await;
    let challenge = confirm::challenge([(approval.subject.as_str(), approval.digest)]);
    let said = authenticator().answer(&challenge.0);
    let assertion = Assertion {
        authenticator_data: said.authenticator_data,
        client_data: said.client_data,
        signature: said.signature,
    };
    let confirmation = Confirmation { passkey: mark(), site: site(), approvals: 1, assertion };
    let used = Used { passkey: mark(), told: told(0), at: desk.now() };
    let all = async |used: &Used| {
        let approvals = vec![(desk.may(Act::Approve).await, REQUEST, approval.clone())];
        desk.store.approve_all(approvals, "passkey", Some((&confirmation, used))).await
    };
    // A copied passkey approves nothing: neither the approval nor its confirmation stays.
    let before = desk.store.head().await.unwrap();
    let copied = all(&Used { told: Told { backup_eligible: true, ..told(0) }, ..used }).await;
    assert!(matches!(copied, Err(WriteError::Counter(_))));
    assert_eq!(desk.store.head().await.unwrap(), before);
    all(&used).await.unwrap();
    assert_eq!(desk.request().await.state, State::Approved);
    let verdict = desk.check(vec![]).await;
    assert_eq!((verdict.faults, verdict.approvals, verdict.confirmed_by_passkey), (vec![], 1, 1));
    let entry = last(&desk).await;
    assert_eq!(entry.detail.get("confirmation"), Some((entry.seq - 1).to_string().as_str()));
    // What it confirmed still holds when it is gone.
    desk.store.remove_passkey(own(&desk, Duty::Approver), mark()).await.unwrap();
    assert_eq!(desk.check(vec![]).await.confirmed_by_passkey, 1);
}

async fn a_seat_taken_anew_has_no_passkeys(desk: Desk) {
    desk.store.add_passkey(own(&desk, Duty::Approver), &new(0)).await.unwrap();
    let (who, link) = (seat(Duty::Approver), Digest::of(b"link"));
    let may = desk.ask(Act::ManageSeats, Duty::Keeper).on(Object::new(ObjectKind::Seat, &who.id, 0));
    let at = desk.now();
    desk.store.invite(desk.permit(may), &who, link, Moment(at.0 + 60 * SECOND)).await.unwrap();
    let account = NewAccount { seat: who.id.clone(), password: "x".to_owned(), totp: vec![1], recovery: Vec::new() };
    desk.store.take_seat(desk.now(), link, &account).await.unwrap();
    assert!(desk.store.passkeys(&who.id).await.unwrap().is_empty());
    let verdict = desk.check(vec![]).await;
    assert_eq!(verdict.faults, Vec::<Fault>::new());
    let ended = desk.store.entries(1, 100).await.unwrap();
    assert!(ended.iter().any(|entry| entry.act == "passkey-ended" && entry.kind == EntryKind::Key));
}
