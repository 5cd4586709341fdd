//! Two approvals confirmed by one touch: the ledger alone shows that they were, and every change is seen.

use alloc::string::ToString;
use alloc::vec::Vec;

use super::*;
use crate::id::Digest;
use crate::ledger::check::{Checker, Fault, Keyring, Verdict};
use crate::ledger::{ObjectNote, Signer, chain, genesis};
use crate::passkey::tests::{authenticator, said, site};
use crate::time::Moment;

fn approver() -> Signer {
    Signer::from_seed("office.example/seat/head/1".parse().unwrap(), &[2; 32])
}

fn passkey() -> Digest {
    Digest::of(&authenticator().credential)
}

fn entry(kind: EntryKind, act: &str, detail: Detail) -> Entry {
    Entry {
        seq: 0,
        at: Moment(1),
        kind,
        act: act.to_string(),
        seat: Some("head".parse().unwrap()),
        objects: Vec::new(),
        ruling: None,
        detail,
        approval: None,
    }
}

fn approval(request: &str, detail: Detail) -> Entry {
    let objects = Vec::from([ObjectNote { kind: "request".to_string(), id: request.to_string(), version: 1 }]);
    let signed = Approval::sign(request, Digest::of(request.as_bytes()), &approver());
    Entry { objects, approval: Some(signed), ..entry(EntryKind::Act, "approve", detail) }
}

/// The seat's key, its passkey, the confirmation, and the approvals that it is for.
fn entries() -> Vec<Entry> {
    let (mut authenticator, site) = (authenticator(), site());
    let key = PasskeyKey::from_cose(&authenticator.cose()).unwrap();
    let signer = approver().public();
    let approved = ["r1", "r2"].map(|request| (request, Digest::of(request.as_bytes())));
    let assertion = said(authenticator.answer(&challenge(approved).0));
    let confirmation = Confirmation { passkey: passkey(), site: site.clone(), approvals: 2, assertion };
    let detail = Detail::new().put("confirmed", BY_PASSKEY).put("confirmation", 3);
    let introduced = Detail::new().put("key", signer.name()).put("public", &signer).put("state", "active");
    Vec::from([
        entry(EntryKind::Key, "manage-key", introduced),
        entry(EntryKind::Key, "keep-passkeys", introduction(passkey(), &site, &key)),
        entry(EntryKind::Note, CONFIRMED, confirmation.detail()),
        approval("r1", detail.clone()),
        approval("r2", detail),
    ])
}

fn check(change: impl FnOnce(&mut Vec<Entry>)) -> Verdict {
    let origin: crate::ledger::Origin = "office.example/renkei".parse().unwrap();
    let (mut entries, keyring, mut head) = (entries(), Keyring::default(), genesis(&origin));
    change(&mut entries);
    let mut checker = Checker::new(origin, &keyring, Vec::new(), Vec::new());
    for (seq, mut entry) in (1..).zip(entries) {
        entry.seq = seq;
        let bytes = entry.canonical();
        head = chain(head, &bytes);
        checker.entry(seq, head, &bytes);
    }
    checker.finish()
}

#[test]
fn a_confirmation_holds_for_all_that_was_approved() {
    let verdict = check(|_| ());
    assert_eq!((verdict.faults, verdict.approvals, verdict.confirmed_by_passkey), (Vec::new(), 2, 2));
    // Nothing of it is withheld, and it comes back.
    let detail = entries()[2].detail.clone();
    assert!(detail.iter().all(|(_, value)| value != "withheld"));
    assert_eq!(Confirmation::read(&detail).unwrap().detail(), detail);
}

#[test]
fn other_bytes_fewer_more_or_reordered_are_found() {
    let wrong = |change: &dyn Fn(&mut Vec<Entry>)| check(|entries| change(entries)).faults;
    let other = wrong(&|entries| {
        entries[4].approval = Some(Approval::sign("r2", Digest::of(b"another manifest"), &approver()));
    });
    assert_eq!(other, [Fault::ConfirmationWrong { seq: 3 }]);
    assert_eq!(wrong(&|entries| entries.truncate(4)), [Fault::ConfirmationWrong { seq: 3 }]);
    assert_eq!(wrong(&|entries| entries.swap(3, 4)), [Fault::ConfirmationWrong { seq: 3 }]);
    let detail = entries()[3].detail.clone();
    let more = wrong(&|entries| entries.push(approval("r3", detail.clone())));
    assert_eq!(more, [Fault::ConfirmationWrong { seq: 6 }]);
    // An approval that says that a passkey confirmed it, and has no confirmation.
    let bare = Detail::new().put("confirmed", BY_PASSKEY);
    let alone = wrong(&|entries| entries.push(approval("r3", bare.clone())));
    assert_eq!(alone, [Fault::ConfirmationWrong { seq: 6 }]);
    let unreadable = wrong(&|entries| entries[2].detail = Detail::new().put("passkey", passkey()));
    assert_eq!(unreadable.len(), 3);
}

#[test]
fn a_passkey_must_be_the_seats_and_not_ended() {
    let unknown = [Fault::PasskeyUnknown { seq: 3, passkey: passkey() }];
    let moved = check(|entries| entries[1].seat = Some("other".parse().unwrap()));
    assert_eq!(moved.faults, unknown);
    let never = check(|entries| entries[1].kind = EntryKind::Note);
    assert_eq!(never.faults, unknown);
    let elsewhere = check(|entries| entries[1].detail = entries[1].detail.clone().put("site", "other.example"));
    assert_eq!(elsewhere.faults, unknown);
    let ended = check(|entries| {
        entries[0] = entry(EntryKind::Key, "keep-passkeys", entries[1].detail.clone());
        entries[1] = entry(EntryKind::Key, "keep-passkeys", ending(passkey()));
    });
    assert!(ended.faults.contains(&unknown[0]), "{:?}", ended.faults);
    // One that ended does not come back under the same name.
    let again = check(|entries| {
        let made = entries[1].clone();
        entries.splice(0..1, [made, entry(EntryKind::Key, "keep-passkeys", ending(passkey()))]);
        for approval in &mut entries[4..] {
            approval.detail = approval.detail.clone().put("confirmation", 4);
        }
    });
    assert!(again.faults.iter().any(|fault| matches!(fault, Fault::PasskeyUnknown { .. })), "{:?}", again.faults);
}
