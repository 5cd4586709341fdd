//! What the registry keeps: settings, parties, seats, keys, feeds, intents.

use renkei_core::act::Act;
use renkei_core::id::{Digest, IntentId};
use renkei_core::ledger::{Detail, EntryKind};
use renkei_core::party::Party;
use renkei_core::question::{Object, ObjectKind};
use renkei_core::seat::Duty;
use renkei_store::feed::{FindingCount, NewFeed};
use renkei_store::intent::IntentResult;
use renkei_store::key::{KeyMaterial, KeyPurpose, KeyState, NewKey};
use renkei_store::party::Imported;
use renkei_store::setting::Setting;
use renkei_store::{OpenError, Store, WriteError};

use crate::desk::{Desk, approver_key, campaign, isp, seat};

/// Runs each function on both engines.
macro_rules! on_both {
    ($($name:ident),+ $(,)?) => {
        mod sqlite {
            $(#[tokio::test]
            async fn $name() {
                super::$name($crate::desk::Desk::sqlite().await).await;
            })+
        }
        mod postgres {
            $(#[tokio::test]
            async fn $name() {
                super::$name($crate::desk::Desk::postgres().await).await;
            })+
        }
    };
}
pub(crate) use on_both;

on_both!(
    an_office_is_made_once,
    settings_come_back,
    parties_are_added_changed_and_left,
    a_stale_permit_writes_nothing,
    a_permit_for_another_act_writes_nothing,
    seats_come_back,
    keys_live_and_end,
    a_feed_is_recorded_once,
    intents_are_opened_and_closed,
    refusals_and_views_are_entries,
    two_handles_take_turns,
);

async fn an_office_is_made_once(desk: Desk) {
    let origin = "other.example/renkei".parse().unwrap();
    assert!(matches!(Store::create(&desk.url, origin, desk.now()).await, Err(OpenError::Office(_))));
    assert_eq!(desk.again().await.origin(), desk.store.origin());
    let nowhere = "mysql://localhost/x";
    assert!(matches!(Store::open(nowhere, desk.now()).await, Err(OpenError::Address(_))));
}

async fn settings_come_back(desk: Desk) {
    let name = "retention.observations".parse().unwrap();
    assert_eq!(desk.store.setting(&name).await.unwrap(), None);
    for setting in [Setting::Undecided, Setting::Set("90 days".to_owned())] {
        let permit = desk.permit(desk.ask(Act::SetOffice, Duty::Keeper));
        desk.store.set(permit, &name, &setting).await.unwrap();
        assert_eq!(desk.store.setting(&name).await.unwrap(), Some(setting));
    }
    assert_eq!(desk.store.settings().await.unwrap().len(), 1);
}

async fn parties_are_added_changed_and_left(desk: Desk) {
    let import = async |party: &Party| {
        let permit = desk.permit(desk.ask(Act::ImportParty, Duty::Keeper));
        desk.store.import_parties(permit, std::slice::from_ref(party)).await.unwrap()
    };
    let mut party = isp();
    assert_eq!(import(&party).await, [Imported::Added]);
    assert_eq!(import(&party).await, [Imported::Unchanged]);
    party.competences.pop();
    party.channel = None;
    assert_eq!(import(&party).await, [Imported::Changed]);
    let kept = desk.store.party(&party.id).await.unwrap().unwrap();
    assert_eq!(kept, Party { version: 2, ..party });
    assert_eq!(desk.store.parties().await.unwrap(), [kept].into());
}

async fn a_stale_permit_writes_nothing(desk: Desk) {
    desk.furnish().await;
    let about =
        |version| desk.ask(Act::ImportParty, Duty::Keeper).on(Object::new(ObjectKind::Party, isp().id, version));
    let before = desk.store.head().await.unwrap();
    for version in [0, 2] {
        let error = desk.store.import_parties(desk.permit(about(version)), &[isp()]).await.unwrap_err();
        assert!(matches!(error, WriteError::Stale(stale) if stale.current == 1 && stale.permitted == version));
    }
    assert_eq!(desk.store.head().await.unwrap(), before);
    desk.store.import_parties(desk.permit(about(1)), &[isp()]).await.unwrap();
}

async fn a_permit_for_another_act_writes_nothing(desk: Desk) {
    let before = desk.store.head().await.unwrap();
    let permit = desk.permit(desk.ask(Act::SetOffice, Duty::Keeper));
    let error = desk.store.import_parties(permit, &[isp()]).await.unwrap_err();
    assert!(matches!(error, WriteError::OtherAct { given: Act::SetOffice, needed: Act::ImportParty }));
    let permit = desk.permit(desk.ask(Act::Plan, Duty::Drafter));
    let error = desk.store.plan(permit, &campaign(), &[]).await.unwrap_err();
    assert!(matches!(error, WriteError::NotNamed { kind: "campaign", .. }));
    assert_eq!(desk.store.head().await.unwrap(), before);
}

async fn seats_come_back(desk: Desk) {
    let seats = [seat(Duty::Approver), seat(Duty::Drafter)];
    let permit = desk.permit(desk.ask(Act::SetOffice, Duty::Keeper));
    desk.store.set_seats(permit, &seats).await.unwrap();
    assert_eq!(desk.store.seats().await.unwrap(), seats);
    assert_eq!(desk.store.seat(&seats[1].id).await.unwrap().as_ref(), Some(&seats[1]));
}

async fn keys_live_and_end(desk: Desk) {
    let may = || desk.permit(desk.ask(Act::ManageKey, Duty::Keeper));
    desk.store.insert_key(may(), &approver_key(1)).await.unwrap();
    let again = desk.store.insert_key(may(), &approver_key(1)).await.unwrap_err();
    assert!(matches!(again, WriteError::Exists { kind: "key", .. }));
    desk.store.rotate_key(may(), &approver_key(1).name, &approver_key(2)).await.unwrap();
    desk.store.revoke_key(may(), &approver_key(2).name).await.unwrap();
    let age = NewKey {
        name: "office.example/quarantine/1".parse().unwrap(),
        seat: None,
        purpose: KeyPurpose::Quarantine,
        public: KeyMaterial::Age("age1example".to_owned()),
    };
    desk.store.insert_key(may(), &age).await.unwrap();
    let states: Vec<_> = desk.store.keys().await.unwrap().iter().map(|key| key.state).collect();
    assert_eq!(states, [KeyState::Active, KeyState::Rotated, KeyState::Revoked]);
    let missing = desk.store.revoke_key(may(), &"office.example/none".parse().unwrap()).await.unwrap_err();
    assert!(matches!(missing, WriteError::Missing { kind: "key", .. }));
    let kinds: Vec<_> = desk.store.entries(2, 100).await.unwrap().iter().map(|entry| entry.kind).collect();
    assert_eq!(kinds, [EntryKind::Key; 5]);
}

async fn a_feed_is_recorded_once(desk: Desk) {
    let feed = NewFeed {
        digest: Digest::of(b"file"),
        name: "2016-11-30-sinkhole.csv".to_owned(),
        kind: "shadowserver:event4_sinkhole".to_owned(),
        lines: 10,
        stored: 7,
        duplicates: 2,
        quarantined: 1,
        findings: vec![FindingCount { code: "R012".to_owned(), column: "port".to_owned(), count: 2, first_line: 4 }],
    };
    let object = Object::new(ObjectKind::Feed, feed.digest, 0);
    let may = || desk.permit(desk.ask(Act::Ingest, Duty::Drafter).on(object.clone()));
    let intent = IntentId::from_bits(5);
    let early = desk.store.record_feed(may(), &feed, intent).await.unwrap_err();
    assert!(matches!(early, WriteError::Missing { kind: "open intent", .. }));
    assert_eq!(desk.store.feed(feed.digest).await.unwrap(), None);
    desk.store.open_intent(&may(), intent, &object, Detail::new()).await.unwrap();
    desk.store.record_feed(may(), &feed, intent).await.unwrap();
    let again = desk.store.record_feed(may(), &feed, intent).await.unwrap_err();
    assert!(matches!(again, WriteError::Exists { kind: "feed", .. }));
    assert_eq!(desk.store.feed(feed.digest).await.unwrap().unwrap().read, feed);
    assert_eq!(desk.store.feeds().await.unwrap().len(), 1);
    assert_eq!(desk.store.open_intents().await.unwrap(), []);
}

async fn intents_are_opened_and_closed(desk: Desk) {
    let object = Object::new(ObjectKind::Observations, "2016", 0);
    let permit = desk.permit(desk.ask(Act::RemoveObservations, Duty::Keeper));
    let id = IntentId::from_bits(7);
    desk.store.open_intent(&permit, id, &object, Detail::new().put("days", 3)).await.unwrap();
    let open = desk.again().await.open_intents().await.unwrap();
    assert_eq!((open[0].id, open[0].act, open[0].detail["days"].as_str()), (id, Act::RemoveObservations, "3"));
    desk.store.close_intent(desk.now(), id, IntentResult::GivenUp, Detail::new()).await.unwrap();
    let twice = desk.store.close_intent(desk.now(), id, IntentResult::Done, Detail::new()).await;
    assert!(matches!(twice, Err(WriteError::Missing { .. })));
    let kinds: Vec<_> = desk.store.entries(2, 9).await.unwrap().iter().map(|entry| entry.kind).collect();
    assert_eq!(kinds, [EntryKind::Intent, EntryKind::Completion]);
}

async fn refusals_and_views_are_entries(desk: Desk) {
    let question = desk.ask(Act::RemoteDisinfection, Duty::Keeper);
    let ruling = desk.gate.permit(question.clone()).unwrap_err();
    desk.store.record_refusal(&question, &ruling).await.unwrap();
    let permit = desk.permit(desk.ask(Act::View, Duty::Analyst));
    desk.store.record_view(permit, 20, Detail::new()).await.unwrap();
    desk.store.record_virtual_clock(desk.now(), Detail::new()).await.unwrap();
    let entries = desk.store.entries(2, 9).await.unwrap();
    let kinds: Vec<_> = entries.iter().map(|entry| entry.kind).collect();
    assert_eq!(kinds, [EntryKind::Refusal, EntryKind::View, EntryKind::VirtualClock]);
    let noted = entries[0].ruling.as_ref().unwrap();
    assert_eq!((noted.outcome.as_str(), noted.policy_set), ("forbidden", ruling.policy_set));
    assert!(noted.gates.contains(&"G10".to_owned()), "{noted:?}");
    assert_eq!(entries[1].detail.get("rows"), Some("20"));
}

async fn two_handles_take_turns(desk: Desk) {
    let other = desk.again().await;
    let write = |store: Store, name: &'static str, at| async move {
        for number in 0..20 {
            store.record_note(at, name, Detail::new().put("number", number)).await.unwrap();
        }
    };
    let first = tokio::spawn(write(desk.store.clone(), "one", desk.now()));
    let second = tokio::spawn(write(other, "two", desk.now()));
    first.await.unwrap();
    second.await.unwrap();
    let verdict = desk.check(vec![]).await;
    assert_eq!((verdict.faults, verdict.entries), (vec![], 41));
}
