//! Courts and warrants in the registry: each check stands, the number stays out of the ledger, each its own.

use renkei_core::act::Act;
use renkei_core::id::WarrantId;
use renkei_core::inquiry::Instrument;
use renkei_core::ledger::Signer;
use renkei_core::question::{Inquiry, Object, ObjectKind};
use renkei_core::seat::Duty;
use renkei_core::text::Bilingual;
use renkei_core::time::{Day, Validity};
use renkei_core::warrant::{Checked, Court, CourtKey, Finding, Outcome, Seen, SignedStatement, Statement};
use renkei_gate::Permit;
use renkei_store::WriteError;
use renkei_store::warrant::{Check, NewWarrant, Registered, WarrantFilter};

use crate::desk::{Desk, isp, seat};
use crate::suite::on_both;

on_both!(
    courts_are_entered_and_changed,
    every_check_of_a_warrant_stands,
    a_stale_or_foreign_permit_writes_nothing,
    warrants_are_found_and_paged,
);

const WARRANT: WarrantId = WarrantId::from_bits(7);

fn signer() -> Signer {
    Signer::from_seed("aoba-district-court.example/1".parse().unwrap(), &[3; 32])
}

fn court() -> Court {
    let key = CourtKey { key: signer().public(), from: Some(Day(20_000)), until: None, revoked: None };
    let name = Bilingual { ja: "青葉地方裁判所".to_owned(), en: "Aoba District Court".to_owned() };
    Court { id: "aoba-district-court".parse().unwrap(), name, keys: vec![key] }
}

fn signed(reference: &str) -> SignedStatement {
    let statement = Statement {
        court: court().id,
        reference: reference.parse().unwrap(),
        issued: Day(20_001),
        validity: Validity::ALWAYS,
        media_type: "application/pdf".parse().unwrap(),
        document: Seen::of(b"document"),
    };
    statement.sign(&signer())
}

fn new(id: WarrantId, reference: &str) -> NewWarrant {
    NewWarrant { id, party: seat(Duty::Drafter).party, signed: signed(reference), seen: Seen::of(b"document") }
}

fn may(desk: &Desk, act: Act, id: WarrantId, version: u64) -> Permit {
    let owner = seat(Duty::Drafter).party;
    let question = desk.ask(act, Duty::Drafter).of_inquiry(Inquiry::of(owner, Instrument::Warrant));
    desk.permit(question.on(Object::new(ObjectKind::Warrant, id, version)))
}

async fn set(desk: &Desk, court: &Court, version: u64) -> Result<(), WriteError> {
    let question = desk.ask(Act::ImportCourt, Duty::Keeper).on(Object::new(ObjectKind::Court, &court.id, version));
    desk.store.set_court(desk.permit(question), court).await
}

fn came_out(findings: &[Finding]) -> Check {
    Check { checked: Checked::of(findings.iter().copied()), court_version: 1 }
}

async fn courts_are_entered_and_changed(desk: Desk) {
    assert_eq!(desk.store.courts().await.unwrap(), []);
    set(&desk, &court(), 0).await.unwrap();
    let mut changed = court();
    changed.keys[0].revoked = Some(Day(20_500));
    let second = Signer::from_seed("aoba-district-court.example/2".parse().unwrap(), &[4; 32]).public();
    changed.keys.push(CourtKey { key: second, from: Some(Day(20_500)), until: Some(Day(21_000)), revoked: None });
    assert!(matches!(set(&desk, &changed, 0).await, Err(WriteError::Stale(stale)) if stale.current == 1));
    set(&desk, &changed, 1).await.unwrap();
    let kept = desk.store.courts().await.unwrap();
    assert!(matches!(&kept[..], [Registered { court, version: 2, .. }] if *court == changed), "{kept:?}");
    // A key that is not named stays as it is.
    let Court { keys, .. } = &changed;
    let one = Court { keys: vec![keys[1].clone()], ..changed.clone() };
    set(&desk, &one, 2).await.unwrap();
    assert_eq!(desk.store.courts().await.unwrap()[0].court.keys.len(), 2);
    // The ledger says which keys there were, and until when.
    let entries = desk.store.entries(1, 99).await.unwrap();
    let last = entries.iter().rev().find(|entry| entry.act == "import-court").unwrap();
    assert!(last.detail.get("key-1").unwrap().ends_with("2026-02-16 2027-07-01 -"), "{:?}", last.detail);
    assert!(desk.check(vec![]).await.faults.is_empty());
}

async fn every_check_of_a_warrant_stands(desk: Desk) {
    let record = new(WARRANT, "令和8年(る)第12号");
    desk.store.record_warrant(may(&desk, Act::RecordWarrant, WARRANT, 0), &record, &came_out(&[])).await.unwrap();
    let made = desk.store.warrant(WARRANT).await.unwrap().unwrap();
    assert_eq!((&made.new, made.version, made.checked.outcome()), (&record, 1, Outcome::Authentic));
    assert_eq!(made.made_by, seat(Duty::Drafter).id);
    let same = desk.store.same_warrant(&record.party, &record.signed, record.seen).await.unwrap();
    assert_eq!(same.as_ref(), Some(&made));
    let other = desk.store.same_warrant(&record.party, &record.signed, Seen::of(b"other")).await.unwrap();
    assert_eq!(other, None);
    // The same once more is no second record; a later check stands beside the first.
    let twice = new(WarrantId::from_bits(8), "令和8年(る)第12号");
    let twice = desk.store.record_warrant(may(&desk, Act::RecordWarrant, twice.id, 0), &twice, &came_out(&[])).await;
    assert!(matches!(twice, Err(WriteError::Exists { kind: "warrant", id }) if id == WARRANT.to_string()));
    let later = Check { court_version: 2, ..came_out(&[Finding::Expired, Finding::KeyRevoked]) };
    desk.store.check_warrant(may(&desk, Act::RecordWarrant, WARRANT, 1), &made, &later).await.unwrap();
    let now = desk.store.warrant(WARRANT).await.unwrap().unwrap();
    assert_eq!((now.version, now.checked.outcome()), (2, Outcome::NotAuthentic));
    assert!(now.checked_at > now.made_at);
    let checks = desk.store.warrant_checks(WARRANT).await.unwrap();
    assert_eq!(checks.iter().map(|made| made.number).collect::<Vec<_>>(), [1, 2]);
    assert_eq!((&checks[0].check, &checks[1].check), (&came_out(&[]), &later));
    // The ledger has both outcomes and digests, and not the number.
    assert!(desk.check(vec![]).await.faults.is_empty());
    let entries = desk.store.entries(1, 99).await.unwrap();
    let of: Vec<_> = entries.iter().filter(|entry| entry.act == "record-warrant").collect();
    let outcomes: Vec<_> = of.iter().map(|entry| entry.detail.get("outcome").unwrap()).collect();
    assert_eq!(outcomes, ["authentic", "not-authentic"]);
    assert_eq!(of[1].detail.get("findings"), Some("key-revoked expired"));
    assert!(!of.iter().any(|entry| String::from_utf8_lossy(&entry.canonical()).contains("第12号")));
}

async fn a_stale_or_foreign_permit_writes_nothing(desk: Desk) {
    let record = new(WARRANT, "1");
    desk.store.record_warrant(may(&desk, Act::RecordWarrant, WARRANT, 0), &record, &came_out(&[])).await.unwrap();
    let made = desk.store.warrant(WARRANT).await.unwrap().unwrap();
    let before = desk.store.head().await.unwrap();
    let stale = desk.store.check_warrant(may(&desk, Act::RecordWarrant, WARRANT, 2), &made, &came_out(&[])).await;
    assert!(matches!(stale, Err(WriteError::Stale(stale)) if stale.current == 1));
    let reads = desk.store.check_warrant(may(&desk, Act::ReadWarrant, WARRANT, 1), &made, &came_out(&[])).await;
    assert!(matches!(reads, Err(WriteError::OtherAct { given: Act::ReadWarrant, .. })));
    let other = WarrantId::from_bits(9);
    let unnamed = desk.store.check_warrant(may(&desk, Act::RecordWarrant, other, 0), &made, &came_out(&[])).await;
    assert!(matches!(unnamed, Err(WriteError::NotNamed { kind: "warrant", .. })));
    // A court that was entered meanwhile is not passed over.
    set(&desk, &court(), 0).await.unwrap();
    let owner = seat(Duty::Drafter).party;
    let question = desk.ask(Act::RecordWarrant, Duty::Drafter).of_inquiry(Inquiry::of(owner, Instrument::Warrant));
    let question = question.on(Object::new(ObjectKind::Warrant, WARRANT, 1));
    let question = question.on(Object::new(ObjectKind::Court, court().id, 0));
    let blind = desk.store.check_warrant(desk.permit(question), &made, &came_out(&[Finding::NoCourt])).await;
    assert!(matches!(blind, Err(WriteError::Stale(stale)) if stale.kind == "court" && stale.current == 1));
    assert_eq!(desk.store.head().await.unwrap().size, before.size + 1);
    assert_eq!(desk.store.warrant_checks(WARRANT).await.unwrap().len(), 1);
}

async fn warrants_are_found_and_paged(desk: Desk) {
    for (bits, reference) in [(1, "令和8年(る)第1号"), (2, "100%_A"), (3, "100x\\a")] {
        let (id, findings) = (WarrantId::from_bits(bits), if bits == 3 { &[Finding::Expired][..] } else { &[] });
        let permit = may(&desk, Act::RecordWarrant, id, 0);
        desk.store.record_warrant(permit, &new(id, reference), &came_out(findings)).await.unwrap();
    }
    let owner = seat(Duty::Drafter).party;
    let whole = WarrantFilter { party: &owner, outcome: None, sought: "", after: None, most: 10 };
    let found = async |filter: WarrantFilter<'_>| -> Vec<u128> {
        let list = desk.store.warrants(&filter).await.unwrap();
        list.iter().map(|warrant| warrant.new.id.bits()).collect()
    };
    assert_eq!(found(whole).await, [3, 2, 1]);
    assert_eq!(found(WarrantFilter { most: 2, ..whole }).await, [3, 2]);
    assert_eq!(found(WarrantFilter { after: Some(WarrantId::from_bits(2)), ..whole }).await, [1]);
    assert_eq!(found(WarrantFilter { outcome: Some(Outcome::NotInForce), ..whole }).await, [3]);
    for (sought, ids) in
        [("第1号", &[1][..]), ("%", &[2]), ("_a", &[2]), ("X\\A", &[3]), ("100", &[3, 2]), ("Aoba-", &[3, 2, 1])]
    {
        assert_eq!(found(WarrantFilter { sought, ..whole }).await, ids, "{sought}");
    }
    assert_eq!(found(WarrantFilter { party: &isp().id, ..whole }).await, [0u128; 0]);
}
