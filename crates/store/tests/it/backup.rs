//! A copy of either engine is one file, and goes into either engine: nothing is lost on the way.

use renkei_core::act::Act;
use renkei_core::question::{Object, ObjectKind};
use renkei_core::seat::Duty;
use renkei_store::letter::LetterState;
use renkei_store::{OpenError, Store, WriteError};

use crate::desk::{CAMPAIGN, Desk, REQUEST, postgres_url};
use crate::suite::on_both;

on_both!(a_copy_is_the_whole_office, a_copy_is_of_one_moment, a_copy_needs_its_own_permit);

async fn lived_in(desk: &Desk) {
    desk.furnish().await;
    desk.plan().await;
    desk.approve().await;
    desk.send(2).await;
}

async fn copy(desk: &Desk, folder: &tempfile::TempDir) -> Store {
    let file = folder.path().join("copy.sqlite");
    let permit = desk.permit(desk.ask(Act::BackUp, Duty::Keeper));
    desk.store.back_up(permit, &file).await.unwrap();
    Store::read_backup(&file).await.unwrap()
}

async fn a_copy_is_the_whole_office(desk: Desk) {
    lived_in(&desk).await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("copy.sqlite");
    let copied = copy(&desk, &folder).await;
    let bytes = std::fs::read(&file).unwrap();
    let server = postgres_url();
    copied.restore_into(&server).await.unwrap();
    let taken = copied.restore_into(&server).await;
    assert!(matches!(taken, Err(OpenError::Office(_))), "an office is never written over");
    assert_eq!(std::fs::read(&file).unwrap(), bytes, "reading leaves the copy as it is");
    copied.close().await;
    for url in [server, format!("sqlite://{}", file.display())] {
        let again = Store::open(&url, desk.now()).await.unwrap();
        same(&desk, &again).await;
        // And it goes on from there.
        let permit = desk.permit(desk.ask(Act::SetOffice, Duty::Keeper));
        again.record_act(permit, Default::default()).await.unwrap();
        assert_eq!(again.head().await.unwrap().size, desk.store.head().await.unwrap().size + 1);
    }
}

async fn same(desk: &Desk, again: &Store) {
    assert_eq!(again.head().await.unwrap(), desk.store.head().await.unwrap());
    assert_eq!(again.entries(1, 1000).await.unwrap(), desk.store.entries(1, 1000).await.unwrap());
    assert_eq!(again.request(REQUEST).await.unwrap(), desk.store.request(REQUEST).await.unwrap());
    assert_eq!(again.letters(REQUEST).await.unwrap(), desk.store.letters(REQUEST).await.unwrap());
    assert_eq!(again.keys().await.unwrap(), desk.store.keys().await.unwrap());
    assert_eq!(
        again.campaign(CAMPAIGN).await.unwrap().is_some(),
        desk.store.campaign(CAMPAIGN).await.unwrap().is_some()
    );
    assert_eq!(again.letters_in(LetterState::Sent, 10).await.unwrap().len(), 2);
    assert_eq!(again.announced().await.unwrap(), desk.store.announced().await.unwrap());
}

async fn a_copy_is_of_one_moment(desk: Desk) {
    desk.furnish().await;
    let folder = tempfile::tempdir().unwrap();
    let writing = async {
        for _ in 0..60 {
            let permit = desk.permit(desk.ask(Act::SetOffice, Duty::Keeper));
            desk.store.record_act(permit, Default::default()).await.unwrap();
        }
    };
    let (copied, ()) = tokio::join!(copy(&desk, &folder), writing);
    let verdict = copied.check(&Default::default(), Vec::new()).await.unwrap();
    assert!(verdict.faults.is_empty(), "{:?}", verdict.faults);
    assert_eq!(verdict.entries, copied.head().await.unwrap().size);
}

async fn a_copy_needs_its_own_permit(desk: Desk) {
    let object = Object::new(ObjectKind::Ledger, desk.store.origin(), 0);
    let other = desk.permit(desk.ask(Act::ExportLedger, Duty::Auditor).on(object));
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("copy.sqlite");
    assert!(matches!(desk.store.back_up(other, &file).await, Err(WriteError::OtherAct { .. })));
    assert!(!file.exists());
}
