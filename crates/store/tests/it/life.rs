//! The life of a request: drafted, approved, sent, answered, corrected, withdrawn, and what is refused.

use std::collections::BTreeMap;

use renkei_core::act::Act;
use renkei_core::answer::{Counts, DeclineReason, Outcome, Status};
use renkei_core::id::{Digest, RequestId};
use renkei_core::ledger::{Approval, EntryKind, Tail, export};
use renkei_core::question::{Object, ObjectKind};
use renkei_core::request::State;
use renkei_core::seat::Duty;
use renkei_core::text::Bilingual;
use renkei_core::time::{Moment, SECOND};
use renkei_store::cost::NewCost;
use renkei_store::letter::LetterState;
use renkei_store::request::{RequestFilter, RequestPage};
use renkei_store::thread::NewFeedback;
use renkei_store::{ApprovalError, WriteError};

use crate::desk::{CAMPAIGN, Desk, REQUEST, approver, approver_key, draft, ledger_signer, request, seat, trusted};
use crate::suite::on_both;

on_both!(
    a_request_lives_its_life,
    an_approval_is_over_these_bytes_by_the_seats_key,
    a_redraft_ends_the_approval,
    a_letter_is_taken_once,
    a_dead_process_leaves_its_letter,
    a_failed_letter_is_tried_again,
    a_correction_is_approved_anew,
    a_withdrawal_drops_what_is_queued,
    overdue_requests_are_found,
    a_plan_is_all_or_nothing,
    an_export_is_checked_by_core_alone,
);

async fn planned(desk: &Desk) {
    desk.furnish().await;
    desk.plan().await;
}

async fn a_request_lives_its_life(desk: Desk) {
    planned(&desk).await;
    let drafted = desk.request().await;
    assert_eq!((drafted.state, drafted.version, drafted.approval.as_ref()), (State::Draft, 1, None));
    desk.approve().await;
    assert_eq!(desk.request().await.approval.unwrap().by, seat(Duty::Approver).id);
    let letters = desk.letters(2);
    desk.store.queue(desk.may(Act::Send).await, REQUEST, &letters).await.unwrap();
    let twice = desk.store.queue(desk.may(Act::Send).await, REQUEST, &desk.letters(1)).await;
    assert!(matches!(twice, Err(WriteError::Queued(_))));
    desk.send_one(letters[0].id, Act::Send).await;
    assert_eq!(desk.request().await.state, State::Approved);
    desk.send_one(letters[1].id, Act::Send).await;
    let sent = desk.request().await;
    assert_eq!((sent.state, sent.sent_at.is_some()), (State::Sent, true));
    desk.store.acknowledge(desk.may(Act::RecordAnswer).await, REQUEST).await.unwrap();
    answer(&desk).await;
    let cost =
        NewCost { minutes: 90, amount: 1275, currency: "JPY".to_owned(), what: "はがき15通の郵送".to_owned() };
    desk.store.record_cost(desk.may(Act::RecordAnswer).await, REQUEST, &cost).await.unwrap();
    let costs = desk.store.costs(REQUEST).await.unwrap();
    assert_eq!((costs.len(), costs[0].number, &costs[0].entry), (1, 1, &cost));
    let feedback = NewFeedback {
        text: Bilingual { ja: "有難うございました".to_owned(), en: "thank you".to_owned() },
        figures: BTreeMap::from([("cleaned".to_owned(), 5)]),
    };
    let letters = desk.letters(1);
    let question = desk.about(Act::GiveFeedback, &desk.request().await);
    desk.store.give_feedback(desk.permit(question), REQUEST, &feedback, &letters).await.unwrap();
    desk.send_one(letters[0].id, Act::GiveFeedback).await;
    assert_eq!(desk.store.feedbacks(REQUEST).await.unwrap()[0].told, feedback);
    desk.store.close_request(desk.may(Act::Close).await, REQUEST).await.unwrap();
    assert_eq!(desk.request().await.state, State::Closed);
    let campaign = desk.ask(Act::Close, Duty::Sender).on(Object::new(ObjectKind::Campaign, CAMPAIGN, 1));
    desk.store.close_campaign(desk.permit(campaign), CAMPAIGN).await.unwrap();
    assert!(desk.store.campaign(CAMPAIGN).await.unwrap().unwrap().closed_at.is_some());
    let verdict = desk.check(vec![]).await;
    assert_eq!((verdict.faults, verdict.approvals), (vec![], 1));
}

async fn answer(desk: &Desk) {
    let mut counts = Counts::default();
    counts.add(Status::CustomerTold, 5);
    for outcome in
        [Outcome::Declined(DeclineReason::NoCapacity), Outcome::Part(counts), Outcome::NoData, Outcome::Full(counts)]
    {
        desk.store.record_answer(desk.may(Act::RecordAnswer).await, REQUEST, &outcome).await.unwrap();
        assert_eq!(desk.store.answers(REQUEST).await.unwrap().last().unwrap().outcome, outcome);
    }
    assert_eq!(desk.store.answers(REQUEST).await.unwrap().len(), 4);
    let latest = desk.store.latest_answers(CAMPAIGN).await.unwrap();
    assert_eq!(latest[&REQUEST].outcome, Outcome::Full(counts));
}

async fn an_approval_is_over_these_bytes_by_the_seats_key(desk: Desk) {
    planned(&desk).await;
    let good = desk.approval().await;
    let subject = REQUEST.to_string();
    let other_bytes = Approval::sign(&subject, Digest::of(b"other"), &approver(1));
    let other_request = Approval::sign("req-other", good.digest, &approver(1));
    let forged = Approval { signature: [7; 64], ..good.clone() };
    let unknown = Approval::sign(&subject, good.digest, &approver(2));
    for (approval, error) in [
        (other_bytes, ApprovalError::OtherBytes),
        (other_request, ApprovalError::OtherBytes),
        (forged, ApprovalError::Signature(good.key.clone())),
        (unknown, ApprovalError::Key(approver_key(2).name)),
    ] {
        let refused = desk.store.approve(desk.may(Act::Approve).await, REQUEST, &approval, "key-file").await;
        assert!(matches!(refused, Err(WriteError::Approval(found)) if found == error));
    }
    assert_eq!(desk.request().await.state, State::Draft);
    let revoke = desk.permit(desk.ask(Act::ManageKey, Duty::Keeper));
    desk.store.revoke_key(revoke, &good.key).await.unwrap();
    let revoked = desk.store.approve(desk.may(Act::Approve).await, REQUEST, &good, "key-file").await;
    assert!(matches!(revoked, Err(WriteError::Approval(ApprovalError::Key(_)))));
}

async fn a_redraft_ends_the_approval(desk: Desk) {
    planned(&desk).await;
    desk.approve().await;
    desk.store.queue(desk.may(Act::Send).await, REQUEST, &desk.letters(1)).await.unwrap();
    let seen = desk.request().await;
    let late = desk.permit(desk.about(Act::Send, &seen));
    let permit =
        desk.permit(desk.ask(Act::Plan, Duty::Drafter).on(Object::new(ObjectKind::Request, REQUEST, seen.version)));
    desk.store.redraft(permit, REQUEST, &draft(b"manifest 2")).await.unwrap();
    let now = desk.request().await;
    assert_eq!((now.state, now.revision, now.approval), (State::Draft, 2, None));
    assert_eq!(now.digest, Digest::of(b"manifest 2"));
    assert_eq!(desk.store.manifests(REQUEST).await.unwrap().len(), 2);
    let letter = &desk.store.letters(REQUEST).await.unwrap()[0];
    assert_eq!(letter.state, LetterState::Cancelled);
    let refused = desk.store.claim_letter(late, letter.new.id, "p1").await;
    assert!(matches!(refused, Err(WriteError::Stale(_))));
    let unapproved = desk.store.queue(desk.may(Act::Send).await, REQUEST, &desk.letters(1)).await;
    assert!(matches!(unapproved, Err(WriteError::Step(_))));
}

async fn a_letter_is_taken_once(desk: Desk) {
    planned(&desk).await;
    desk.approve().await;
    let letters = desk.letters(1);
    desk.store.queue(desk.may(Act::Send).await, REQUEST, &letters).await.unwrap();
    let other = desk.again().await;
    let (a, b) = (desk.may(Act::Send).await, desk.may(Act::Send).await);
    let (a, b) =
        tokio::join!(desk.store.claim_letter(a, letters[0].id, "p1"), other.claim_letter(b, letters[0].id, "p2"));
    assert!(a.is_ok() != b.is_ok());
    let loser = if a.is_ok() { b } else { a };
    assert!(matches!(loser, Err(WriteError::Taken(_))));
    assert_eq!(desk.store.letters_in(LetterState::InFlight, 9).await.unwrap()[0].attempts, 1);
}

async fn a_dead_process_leaves_its_letter(desk: Desk) {
    planned(&desk).await;
    desk.approve().await;
    let letters = desk.letters(1);
    desk.store.queue(desk.may(Act::Send).await, REQUEST, &letters).await.unwrap();
    let dead = desk.store.claim_letter(desk.may(Act::Send).await, letters[0].id, "dead").await.unwrap();
    let left = desk.again().await.letters_in(LetterState::InFlight, 9).await.unwrap();
    assert_eq!((left.len(), left[0].worker.as_deref()), (1, Some("dead")));
    let taken = desk.store.take_over_letter(desk.may(Act::Send).await, &left[0], "alive").await.unwrap();
    assert_eq!(taken.letter().new.message_id, letters[0].message_id);
    let again = desk.store.take_over_letter(desk.may(Act::Send).await, &left[0], "third").await;
    assert!(matches!(again, Err(WriteError::Taken(_))));
    let late = desk.store.letter_sent(dead, desk.now(), "250 ok").await;
    assert!(matches!(late, Err(WriteError::Taken(_))));
    assert_eq!(desk.store.letter_sent(taken, desk.now(), "250 ok").await.unwrap(), State::Sent);
    let entries = desk.store.entries(1, 99).await.unwrap();
    let noted = entries.iter().filter(|entry| entry.detail.get("may-repeat") == Some("yes"));
    assert_eq!(noted.count(), 1);
    assert_eq!(entries.last().unwrap().kind, EntryKind::Completion);
}

async fn a_failed_letter_is_tried_again(desk: Desk) {
    planned(&desk).await;
    desk.approve().await;
    let letters = desk.letters(1);
    desk.store.queue(desk.may(Act::Send).await, REQUEST, &letters).await.unwrap();
    for (again, state) in [(true, LetterState::Queued), (false, LetterState::Failed)] {
        let sending = desk.store.claim_letter(desk.may(Act::Send).await, letters[0].id, "p1").await.unwrap();
        desk.store.letter_failed(sending, desk.now(), "450 <desk@aozora.example> busy", again).await.unwrap();
        assert_eq!(desk.store.letters(REQUEST).await.unwrap()[0].state, state);
    }
    desk.store.retry_letter(desk.may(Act::Send).await, letters[0].id).await.unwrap();
    desk.send_one(letters[0].id, Act::Send).await;
    assert_eq!(desk.request().await.state, State::Sent);
    assert_eq!(desk.store.letters(REQUEST).await.unwrap()[0].attempts, 3);
    let entries = desk.store.entries(1, 99).await.unwrap();
    assert!(entries.iter().all(|entry| entry.detail.iter().all(|(_, value)| !value.contains('@'))));
}

async fn a_correction_is_approved_anew(desk: Desk) {
    planned(&desk).await;
    desk.approve().await;
    desk.send(1).await;
    let new = draft(b"manifest 2");
    let letters = desk.letters(1);
    let by = seat(Duty::Approver).id;
    let old = desk.approval().await;
    let refused = desk.store.correct(desk.may(Act::Correct).await, REQUEST, &new, (&by, &old), &letters).await;
    assert!(matches!(refused, Err(WriteError::Approval(ApprovalError::OtherBytes))));
    let approval = Approval::sign(&REQUEST.to_string(), Digest::of(&new.manifest), &approver(1));
    desk.store.correct(desk.may(Act::Correct).await, REQUEST, &new, (&by, &approval), &letters).await.unwrap();
    desk.send_one(letters[0].id, Act::Correct).await;
    let now = desk.request().await;
    assert_eq!((now.state, now.revision, now.digest), (State::Sent, 2, Digest::of(b"manifest 2")));
    assert_eq!(desk.store.manifest(REQUEST, 1).await.unwrap().unwrap().bytes, b"manifest 1");
    assert_eq!(desk.check(vec![]).await.approvals, 2);
}

async fn a_withdrawal_drops_what_is_queued(desk: Desk) {
    planned(&desk).await;
    desk.approve().await;
    let letters = desk.letters(2);
    desk.store.queue(desk.may(Act::Send).await, REQUEST, &letters).await.unwrap();
    let sending = desk.store.claim_letter(desk.may(Act::Send).await, letters[0].id, "p1").await.unwrap();
    let early = desk.store.withdraw(desk.may(Act::Withdraw).await, REQUEST, &[]).await;
    assert!(matches!(early, Err(WriteError::UnderWay(_))));
    desk.store.letter_sent(sending, desk.now(), "250 ok").await.unwrap();
    let told = desk.letters(1);
    desk.store.withdraw(desk.may(Act::Withdraw).await, REQUEST, &told).await.unwrap();
    desk.send_one(told[0].id, Act::Withdraw).await;
    assert_eq!(desk.request().await.state, State::Withdrawn);
    let states: Vec<_> = desk.store.letters(REQUEST).await.unwrap().iter().map(|letter| letter.state).collect();
    assert_eq!(states, [LetterState::Sent, LetterState::Cancelled, LetterState::Sent]);
}

async fn overdue_requests_are_found(desk: Desk) {
    planned(&desk).await;
    let overdue = |at| RequestFilter { overdue_at: Some(at), ..RequestFilter::default() };
    let late = Moment(1_900_000_000 * SECOND);
    assert_eq!(desk.store.requests(&overdue(late)).await.unwrap(), []);
    desk.approve().await;
    desk.send(1).await;
    assert_eq!(desk.store.requests(&overdue(desk.now())).await.unwrap(), []);
    assert_eq!(desk.store.requests(&overdue(late)).await.unwrap().len(), 1);
    desk.store.record_answer(desk.may(Act::RecordAnswer).await, REQUEST, &Outcome::NoData).await.unwrap();
    assert_eq!(desk.store.requests(&overdue(late)).await.unwrap(), []);
    let answered = RequestFilter {
        campaign: Some(CAMPAIGN),
        party: Some("isp-aozora".parse().unwrap()),
        state: Some(State::Answered),
        overdue_at: None,
        ..RequestFilter::default()
    };
    assert_eq!(desk.store.requests(&answered).await.unwrap().len(), 1);
    // Counted, and by the page.
    let counts = desk.store.request_counts(late).await.unwrap();
    assert_eq!(
        counts.iter().map(|one| (one.state, one.count, one.overdue)).collect::<Vec<_>>(),
        [(State::Answered, 1, 0)]
    );
    let letters = desk.store.letter_counts(CAMPAIGN).await.unwrap();
    assert_eq!(letters.iter().map(|one| (one.request, one.count)).collect::<Vec<_>>(), [(REQUEST, 1)]);
    let page =
        |after| RequestFilter { sent: true, page: Some(RequestPage { after, most: 5 }), ..RequestFilter::default() };
    assert_eq!(desk.store.requests(&page(None)).await.unwrap().len(), 1);
    assert_eq!(desk.store.requests(&page(Some(REQUEST))).await.unwrap(), []);
}

async fn a_plan_is_all_or_nothing(desk: Desk) {
    planned(&desk).await;
    let before = desk.store.head().await.unwrap();
    let about = || desk.permit(desk.ask(Act::Plan, Duty::Drafter).on(Object::new(ObjectKind::Campaign, CAMPAIGN, 1)));
    let other = RequestId::from_bits(3);
    let twice = [request(other, b"a"), request(REQUEST, b"b")];
    let error = desk.store.draft(about(), CAMPAIGN, &twice).await.unwrap_err();
    assert!(matches!(error, WriteError::Exists { kind: "request", .. }));
    assert_eq!(desk.store.request(other).await.unwrap(), None);
    assert_eq!(desk.store.head().await.unwrap(), before);
    desk.store.draft(about(), CAMPAIGN, &twice[..1]).await.unwrap();
    assert!(desk.store.request(other).await.unwrap().is_some());
}

async fn an_export_is_checked_by_core_alone(desk: Desk) {
    planned(&desk).await;
    desk.approve().await;
    let note = desk.checkpoint().await;
    desk.store.record_checkpoint(&note, desk.now(), "checkpoints").await.unwrap();
    let other = renkei_core::ledger::Checkpoint { size: 2, ..note.unverified().clone() }.sign(&ledger_signer());
    assert!(desk.store.record_checkpoint(&other, desk.now(), "checkpoints").await.is_err());
    assert_eq!(desk.store.checkpoints().await.unwrap()[0].note, note);
    let mut file = Vec::new();
    let written = desk.store.export(&mut file).await.unwrap();
    let verdict = export::check_export(std::str::from_utf8(&file).unwrap(), &trusted(), vec![note]).unwrap();
    assert_eq!((verdict.faults, verdict.entries), (vec![], written));
    assert_eq!((verdict.approvals, verdict.inside_checkpoints), (1, 1));
    assert!(matches!(verdict.tail, Tail::Held { later: 1, .. }));
}
