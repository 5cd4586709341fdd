//! S4.13: whatever is tried in whatever order, nothing is sent that was not approved since its last change.

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use renkei_core::act::Act;
use renkei_core::answer::Outcome;
use renkei_core::question::{Object, ObjectKind};
use renkei_core::seat::Duty;
use renkei_core::text::Bilingual;
use renkei_store::WriteError;
use renkei_store::letter::{Letter, LetterKind, LetterState};
use renkei_store::thread::NewFeedback;

use crate::desk::{Desk, REQUEST, draft};

/// One thing a process may try; most do not fit where the request stands.
#[derive(Debug, Clone, Copy)]
enum Try {
    Approve,
    Redraft,
    Queue,
    Send,
    Fail,
    Die,
    Acknowledge,
    Answer,
    FeedBack,
    Withdraw,
    Close,
}

fn tries() -> impl Strategy<Value = Vec<Try>> {
    use Try::*;
    let one = prop_oneof![
        4 => Just(Approve), 1 => Just(Redraft), 4 => Just(Queue), 5 => Just(Send), 1 => Just(Fail), 1 => Just(Die),
        1 => Just(Acknowledge), 1 => Just(Answer), 1 => Just(FeedBack), 1 => Just(Withdraw), 1 => Just(Close),
    ];
    prop::collection::vec(one, 1..14)
}

#[test]
fn sqlite() {
    run(24, async || Desk::sqlite().await);
}

#[test]
fn postgres() {
    run(8, async || Desk::postgres().await);
}

fn run(cases: u32, desk: impl AsyncFn() -> Desk) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let mut runner = TestRunner::new(Config { cases, failure_persistence: None, ..Config::default() });
    let walked = runner.run(&tries(), |tries| {
        runtime.block_on(async { walk(&desk().await, &tries).await });
        Ok(())
    });
    walked.unwrap();
}

async fn walk(desk: &Desk, tries: &[Try]) {
    desk.furnish().await;
    desk.plan().await;
    let mut approved = false;
    for &attempt in tries {
        let before = desk.store.head().await.unwrap();
        let done = step(desk, attempt).await;
        let after = desk.store.head().await.unwrap();
        match (&done, attempt) {
            (Ok(()), Try::Approve) => approved = true,
            (Ok(()), Try::Redraft) => approved = false,
            (Ok(()), Try::Queue) => assert!(approved),
            (Err(_), _) => assert_eq!(before, after, "a refused write left something"),
            _ => {}
        }
        let request = desk.request().await;
        assert!(!request.state.was_sent() || request.approval.is_some(), "{attempt:?} in {tries:?}");
        let letters = desk.store.letters(REQUEST).await.unwrap();
        let left = letters.iter().any(|letter| letter.state == LetterState::Sent && letter.kind == LetterKind::Notice);
        assert!(!left || request.approval.is_some());
        let verdict = desk.check(vec![]).await;
        assert_eq!(verdict.faults, [], "{attempt:?} in {tries:?}");
    }
}

async fn step(desk: &Desk, attempt: Try) -> Result<(), WriteError> {
    let store = &desk.store;
    match attempt {
        Try::Approve => store.approve(desk.may(Act::Approve).await, REQUEST, &desk.approval().await, "key-file").await,
        Try::Redraft => {
            let version = desk.request().await.version;
            let question = desk.ask(Act::Plan, Duty::Drafter).on(Object::new(ObjectKind::Request, REQUEST, version));
            let manifest = format!("manifest {version}");
            store.redraft(desk.permit(question), REQUEST, &draft(manifest.as_bytes())).await
        }
        Try::Queue => store.queue(desk.may(Act::Send).await, REQUEST, &desk.letters(2)).await,
        Try::Send | Try::Fail | Try::Die => take(desk, attempt).await,
        Try::Acknowledge => store.acknowledge(desk.may(Act::RecordAnswer).await, REQUEST).await,
        Try::Answer => store.record_answer(desk.may(Act::RecordAnswer).await, REQUEST, &Outcome::NoData).await,
        Try::FeedBack => {
            let told = NewFeedback { text: Bilingual::default(), figures: Default::default() };
            store.give_feedback(desk.may(Act::GiveFeedback).await, REQUEST, &told, &desk.letters(1)).await
        }
        Try::Withdraw => store.withdraw(desk.may(Act::Withdraw).await, REQUEST, &desk.letters(1)).await,
        Try::Close => store.close_request(desk.may(Act::Close).await, REQUEST).await,
    }
}

/// Takes one letter that waits, or that a dead process left, and lets it leave, fail, or lie again.
async fn take(desk: &Desk, attempt: Try) -> Result<(), WriteError> {
    let letters = desk.store.letters(REQUEST).await.unwrap();
    let waits = |letter: &&Letter| matches!(letter.state, LetterState::Queued | LetterState::InFlight);
    let Some(letter) = letters.iter().find(waits) else { return Ok(()) };
    let may = desk.may(letter.kind.act()).await;
    let sending = match letter.state {
        LetterState::Queued => desk.store.claim_letter(may, letter.new.id, "p1").await?,
        _ => desk.store.take_over_letter(may, letter, "p2").await?,
    };
    match attempt {
        Try::Send => desk.store.letter_sent(sending, desk.now(), "250 ok").await.map(drop),
        Try::Fail => desk.store.letter_failed(sending, desk.now(), "451", true).await,
        // The process dies with the letter in its hands.
        _ => Ok(()),
    }
}
