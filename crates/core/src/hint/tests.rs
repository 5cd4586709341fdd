//! What hints promise: the test vectors of RFC 9497, tokens, and the register against a naive model.

mod function;
mod register;

use super::*;
use crate::class::DataClass;
use crate::inquiry::Instrument;
use crate::inquiry::identifier::Kind;
use crate::inquiry::item::Item;
use crate::inquiry::paper::Paper;
use crate::inquiry::paper::tests::sample;

/// A paper with one item.
fn asking(kind: Kind, value: &str) -> (Paper, Item) {
    let mut paper = sample();
    let item = Item { kind, value: value.into(), ..paper.items[0].clone() };
    paper.items.truncate(1);
    paper.items[0] = item.clone();
    (paper, item)
}

fn subject(kind: Kind, value: &str) -> Subject {
    let (paper, item) = asking(kind, value);
    Subject::of(&paper, &item).unwrap()
}

fn randomness(from: u8) -> Randomness {
    Randomness::new([from.max(1); 64])
}

/// A token, and what went to the evaluator on the way.
fn token(subject: &Subject, seed: u8, epoch: u32, random: u8) -> (Token, Blinded) {
    let evaluator = Evaluator::derive(&[seed; 32], Epoch(epoch)).unwrap();
    let (pending, blinded) = subject.blind(Epoch(epoch), randomness(random)).unwrap();
    let evaluated = evaluator.evaluate(&blinded).unwrap();
    (pending.finalise(&evaluated).unwrap(), blinded)
}

#[test]
fn only_plain_inquiries_about_registration_data_take_part() {
    let (mut paper, mut item) = asking(Kind::Mail, "user@mail.example");
    for instrument in Instrument::ALL.iter().copied().filter(|instrument| *instrument != Instrument::Inquiry) {
        paper.instrument = instrument;
        assert_eq!(Subject::of(&paper, &item), Err(NotHinted::Instrument(instrument)));
    }
    paper.instrument = Instrument::Inquiry;
    for class in DataClass::ALL.iter().copied().filter(|class| *class != DataClass::Registration) {
        item.class = class;
        assert_eq!(Subject::of(&paper, &item), Err(NotHinted::Class(class)));
    }
    item.class = DataClass::Registration;
    item.borderline = true;
    assert_eq!(Subject::of(&paper, &item), Err(NotHinted::Borderline));
    item.borderline = false;
    assert!(Subject::of(&paper, &item).is_ok());
    item.value = "nobody".into();
    assert!(matches!(Subject::of(&paper, &item), Err(NotHinted::Misfit(_))));
}

#[test]
fn an_account_is_one_with_its_provider() {
    let (mut paper, item) = asking(Kind::Account, "user-1");
    let here = Subject::of(&paper, &item).unwrap();
    paper.recipient = "another-provider".parse().unwrap();
    assert_ne!(here, Subject::of(&paper, &item).unwrap());
    let (mut paper, item) = asking(Kind::Phone, "+819012345678");
    let here = Subject::of(&paper, &item).unwrap();
    paper.recipient = "another-provider".parse().unwrap();
    assert_eq!(here, Subject::of(&paper, &item).unwrap());
}

#[test]
fn what_is_shown_for_a_log_tells_nobody() {
    use std::format;
    let (subject, seed) = (subject(Kind::Mail, "user@mail.example"), [7; 32]);
    let (pending, _) = subject.blind(Epoch(3), randomness(9)).unwrap();
    let evaluator = Evaluator::derive(&seed, Epoch(3)).unwrap();
    let (token, _) = token(&subject, 7, 3, 9);
    assert_eq!(format!("{subject:?} {pending:?} {evaluator:?} {token:?}"), "Subject Pending(3) Evaluator(3) Token(3)");
}
