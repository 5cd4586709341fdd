//! A good dossier holds; each of the planted forgeries is found, with the office's own key misused or not.

use alloc::vec;

use super::*;
use crate::inquiry::answer::tests::sample as answer;
use crate::inquiry::paper::tests::sample as paper;
use crate::ledger::{Keyring, PublicKey};

fn signer(name: &str, seed: u8) -> Signer {
    Signer::from_seed(alloc::format!("office.example/{name}").parse().unwrap(), &[seed; 32])
}

fn office() -> Signer {
    signer("ledger-1", 1)
}

fn seats() -> [(&'static str, Signer); 4] {
    [
        ("aoba-drafter", signer("aoba-drafter-1", 2)),
        ("aoba-chief", signer("aoba-chief-1", 3)),
        ("aoba-head", signer("aoba-head-1", 4)),
        ("mail-desk", signer("mail-desk-1", 5)),
    ]
}

fn keys() -> Keyring {
    let mut keys: Vec<PublicKey> = seats().iter().map(|(_, signer)| signer.public()).collect();
    keys.push(office().public());
    Keyring::new(keys)
}

/// Drafted, given back once, mended, signed by three stages, sent, asked about, answered.
pub(super) fn dossier() -> Dossier {
    let inquiry = answer().inquiry;
    let (paper, answer) = (paper(), answer());
    let mut before = paper.clone();
    before.purpose = "x".into();
    let walk = [
        ("aoba-drafter", Step::Submit),
        ("aoba-chief", Step::Return),
        ("aoba-drafter", Step::Mend),
        ("aoba-drafter", Step::Submit),
        ("aoba-chief", Step::Countersign),
        ("aoba-head", Step::Approve),
        ("aoba-drafter", Step::Send),
        ("mail-desk", Step::Receive),
        ("mail-desk", Step::AskBack),
        ("aoba-head", Step::Clarify),
        ("mail-desk", Step::Answer),
    ];
    let steps = walk.iter().zip(1u64..).map(|((seat, step), number)| {
        let digest = match step {
            Step::Answer => answer.digest(),
            _ if number < 3 => before.digest(),
            _ => paper.digest(),
        };
        let [(_, key)] = &seats().into_iter().filter(|(name, _)| name == seat).collect::<Vec<_>>()[..] else {
            panic!()
        };
        Taken {
            number,
            at: Moment(1_000 * number as i64),
            step: *step,
            seat: seat.parse().unwrap(),
            policy_set: Digest([9; 32]),
            signed: step.is_signed().then(|| Signed::make(inquiry, number, *step, digest, key)),
        }
    });
    Dossier { inquiry, paper: paper.clone(), steps: steps.collect(), answer: Some(answer.clone()) }
}

/// The same dossier when it had so many steps.
pub(super) fn kept(whole: &Dossier, steps: usize) -> Dossier {
    let steps = whole.steps[..steps].to_vec();
    let answer = steps.iter().any(|taken| taken.step == Step::Answer).then(|| whole.answer.clone()).flatten();
    Dossier { steps, answer, ..whole.clone() }
}

fn found(text: &str) -> Vec<Fault> {
    check(text, &keys()).faults.iter().map(|found| found.fault).collect()
}

/// What is found where the office itself signs the forgery: the seats' signatures stand against it.
fn by_the_office(forge: impl FnOnce(&mut Dossier)) -> Vec<Fault> {
    let mut forged = dossier();
    forge(&mut forged);
    found(&forged.sign(&office()))
}

#[test]
fn a_good_dossier_holds() {
    let text = dossier().sign(&office());
    let verdict = check(&text, &keys());
    assert!(verdict.holds(), "{:?}", verdict.lines());
    assert_eq!(verdict.dossier, Some(dossier()));
    assert_eq!(verdict.rules, vec![Digest([9; 32])]);
}

#[test]
fn ten_planted_forgeries_are_found() {
    use Fault::*;
    // Another value is asked for than was signed (and the answer was to the other).
    let changed = by_the_office(|it| it.paper.items[0].value = "user two".into());
    assert!(changed.contains(&OtherBytes) && changed.contains(&Answer), "{changed:?}");
    // Another approver is named.
    assert_eq!(by_the_office(|it| it.steps[5].seat = "aoba-deputy".parse().unwrap()), [AnothersKey]);
    // The stage before the approver is taken out.
    assert!(by_the_office(|it| drop(it.steps.remove(4))).contains(&Order));
    let cut = by_the_office(|it| {
        it.steps.remove(4);
        it.steps.iter_mut().zip(1..).for_each(|(taken, number)| taken.number = number);
    });
    assert!(cut.contains(&Signature), "{cut:?}");
    // The approval is taken out, and the numbers are mended.
    let unapproved = by_the_office(|it| {
        it.steps.remove(5);
        it.steps.iter_mut().zip(1..).for_each(|(taken, number)| taken.number = number);
    });
    assert!(unapproved.contains(&NotApproved) && unapproved.contains(&WrongStep), "{unapproved:?}");
    // Two stages change places.
    let swapped = by_the_office(|it| it.steps.swap(4, 5));
    assert!(swapped.contains(&Order) && swapped.contains(&TimeBackwards), "{swapped:?}");
    // An approval is moved to a time before what it approves.
    assert!(by_the_office(|it| it.steps[5].at = Moment(1)).contains(&TimeBackwards));
    // The rules' version is blotted out.
    assert_eq!(by_the_office(|it| it.steps[6].policy_set = Digest([0; 32])), [NoRules]);
    // A refusal becomes "no data".
    let softened = by_the_office(|it| {
        let item = &mut it.answer.as_mut().unwrap().items[1];
        (item.outcome, item.ground) = (crate::inquiry::item::Outcome::NoData, None);
    });
    assert_eq!(softened, [OtherBytes]);
    // Another file is put in the place of what was handed over.
    assert_eq!(by_the_office(|it| it.answer.as_mut().unwrap().files[0].digest = Digest([3; 32])), [OtherBytes]);
    // The answer is taken out.
    assert!(by_the_office(|it| it.answer = None).contains(&Answer));
    // A signature is taken from another place.
    let moved = by_the_office(|it| it.steps[3].signed = it.steps[0].signed.clone());
    assert!(moved.contains(&Signature) && moved.contains(&OtherBytes), "{moved:?}");
    // A signature is left out.
    let bare = by_the_office(|it| it.steps[4].signed = None);
    assert_eq!(bare, [Unsigned]);
}

#[test]
fn without_the_offices_key_no_byte_can_be_changed() {
    let text = dossier().sign(&office());
    let stranger = dossier().sign(&signer("ledger-9", 77));
    assert_eq!(found(&stranger), [Fault::UnknownKey]);
    let seat = dossier().sign(&seats()[2].1);
    assert_eq!(found(&seat), [Fault::AnothersKey]);
    assert!(found(&dossier().unsigned()).contains(&Fault::Office));
    for at in 0..text.len() {
        let mut bytes = text.clone().into_bytes();
        bytes[at] ^= 1;
        let Ok(changed) = String::from_utf8(bytes) else { continue };
        assert!(!found(&changed).is_empty(), "byte {at} was changed unseen");
    }
}

#[test]
fn a_cut_or_doubled_text_is_found() {
    let text = dossier().sign(&office());
    for (at, _) in text.char_indices() {
        assert!(!found(&text[..at]).is_empty(), "cut at {at}");
    }
    assert!(!found(&alloc::format!("{text}{text}")).is_empty());
}
