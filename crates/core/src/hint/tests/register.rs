//! The register against a naive model, and its refusals one by one.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::vec::Vec;
use std::format;

use proptest::prelude::*;

use super::*;
use crate::id::{InquiryId, PartyId};
use crate::time::{DAY, Moment};

const TERMS: Terms = Terms { kept_days: 10, asks_per_day: 3 };

fn made(number: u8, epoch: u32) -> Token {
    Token::of(Epoch(epoch), [number; 64])
}

fn force(number: u8) -> PartyId {
    format!("force-{number}").parse().unwrap()
}

fn offered(token: Token, inquiry: u8, asker: u8, sent: Moment) -> Offered {
    Offered {
        token,
        inquiry: InquiryId::from_bits(u128::from(inquiry)),
        asker: force(asker),
        desk: format!("force {asker}, desk {inquiry}").parse().unwrap(),
        instrument: Instrument::Inquiry,
        class: DataClass::Registration,
        sent,
    }
}

fn inquiry(number: u8) -> InquiryId {
    InquiryId::from_bits(u128::from(number))
}

#[test]
fn an_answer_is_a_number_and_desks() {
    let (mut register, at) = (Register::new(TERMS, Epoch(1)), Moment(5 * DAY));
    for (number, asker) in [(1, 1), (2, 2), (3, 3)] {
        assert_eq!(register.enter(offered(made(7, 1), number, asker, at), at), Ok(true));
    }
    assert_eq!(register.enter(offered(made(7, 1), 1, 1, at), at), Ok(false));
    assert_eq!(register.enter(offered(made(8, 1), 4, 4, at), at), Ok(true));
    let hint = register.ask(&made(7, 1), inquiry(1), &force(1), at).unwrap();
    let desks: Vec<_> = hint.desks.iter().map(|desk| format!("{desk}")).collect();
    assert_eq!((hint.others, desks.join("; ").as_str()), (2, "force 2, desk 2; force 3, desk 3"));
    assert_eq!(register.ask(&made(8, 1), inquiry(4), &force(4), at), Ok(Hint { others: 0, desks: Vec::new() }));
    // What is closed is not counted; a stranger closes nothing.
    assert_eq!(register.close(inquiry(2), &force(1)), 0);
    assert_eq!(register.close(inquiry(2), &force(2)), 1);
    assert_eq!(register.ask(&made(7, 1), inquiry(1), &force(1), at).unwrap().others, 1);
}

#[test]
fn nobody_asks_without_an_open_inquiry_of_its_own() {
    let (mut register, at) = (Register::new(TERMS, Epoch(1)), Moment(0));
    register.enter(offered(made(7, 1), 1, 1, at), at).unwrap();
    assert_eq!(register.ask(&made(7, 1), inquiry(1), &force(2), at), Err(AskError::NotOpen));
    assert_eq!(register.ask(&made(7, 1), inquiry(2), &force(2), at), Err(AskError::NotOpen));
    assert_eq!(register.enter(offered(made(8, 1), 1, 2, at), at), Err(EnterError::Stranger));
    // Tries that were refused count as well.
    assert_eq!(register.ask(&made(6, 1), inquiry(1), &force(2), at), Err(AskError::NotOpen));
    let refused = Err(AskError::TooMany(TooMany { per_day: 3 }));
    assert_eq!(register.ask(&made(7, 1), inquiry(1), &force(2), at), refused);
    assert_eq!(register.ask(&made(7, 1), inquiry(1), &force(2), Moment(-DAY)), refused);
    assert_eq!(register.ask(&made(7, 1), inquiry(1), &force(2), Moment(DAY)), Err(AskError::NotOpen));
}

#[test]
fn never_for_warrants_or_what_secrecy_covers() {
    let (mut register, at) = (Register::new(TERMS, Epoch(1)), Moment(0));
    for instrument in Instrument::ALL.iter().copied().filter(|instrument| *instrument != Instrument::Inquiry) {
        let refused = register.enter(Offered { instrument, ..offered(made(7, 1), 1, 1, at) }, at);
        assert_eq!(refused, Err(EnterError::Instrument(instrument)));
    }
    for class in DataClass::ALL.iter().copied().filter(|class| *class != DataClass::Registration) {
        let refused = register.enter(Offered { class, ..offered(made(7, 1), 1, 1, at) }, at);
        assert_eq!(refused, Err(EnterError::Class(class)));
    }
    assert!(register.entries().is_empty());
}

#[test]
fn a_new_epoch_drops_the_old_one_and_prolongs_nothing() {
    let (mut register, sent) = (Register::new(TERMS, Epoch(1)), Moment(0));
    register.enter(offered(made(7, 1), 1, 1, sent), sent).unwrap();
    assert_eq!(register.turn(Epoch(1)), Err(WrongEpoch { due: Epoch(2), found: Epoch(1) }));
    assert_eq!(register.turn(Epoch(2)), Ok(1));
    let wrong = EnterError::Epoch(WrongEpoch { due: Epoch(2), found: Epoch(1) });
    assert_eq!(register.enter(offered(made(7, 1), 1, 1, sent), sent), Err(wrong));
    register.enter(offered(made(7, 2), 1, 1, sent), Moment(9 * DAY)).unwrap();
    assert_eq!(register.entries()[0].until, Moment(10 * DAY));
    assert_eq!(register.care(Moment(10 * DAY)), 1);
    assert_eq!(register.enter(offered(made(7, 2), 1, 1, sent), Moment(10 * DAY)), Err(EnterError::Over));
}

#[test]
fn a_desk_is_one_line() {
    for bad in ["", " desk", "desk\n", "a\tb", &"x".repeat(201)] {
        assert_eq!(bad.parse::<Desk>(), Err(DeskError), "{bad:?}");
    }
    assert!("青葉県警察 照会担当 電話 000".parse::<Desk>().is_ok());
}

/// What happens to a register.
#[derive(Debug, Clone)]
enum Event {
    Enter {
        token: u8,
        inquiry: u8,
        asker: u8,
        age: i64,
    },
    Ask {
        token: u8,
        inquiry: u8,
        asker: u8,
    },
    Close {
        inquiry: u8,
        asker: u8,
    },
    Wait {
        hours: i64,
    },
    Care,
    Turn,
    /// It is written down and read again.
    Restart,
}

fn event() -> impl Strategy<Value = Event> {
    let (token, inquiry, asker) = (0u8..4, 0u8..6, 0u8..3);
    prop_oneof![
        4 => (token.clone(), inquiry.clone(), asker.clone(), 0i64..15)
            .prop_map(|(token, inquiry, asker, age)| Event::Enter { token, inquiry, asker, age }),
        6 => (token, inquiry.clone(), asker.clone()).prop_map(|(token, inquiry, asker)| Event::Ask { token, inquiry, asker }),
        2 => (inquiry, asker).prop_map(|(inquiry, asker)| Event::Close { inquiry, asker }),
        2 => (0i64..60).prop_map(|hours| Event::Wait { hours }),
        1 => Just(Event::Care),
        1 => Just(Event::Turn),
        1 => Just(Event::Restart),
    ]
}

/// A register as somebody would keep it on cards: (token, inquiry) → (asker, when it goes).
#[derive(Default)]
struct Cards {
    cards: BTreeMap<(u8, u8), (u8, i64)>,
    asked: BTreeMap<(u8, i64), u32>,
}

impl Cards {
    fn enter(&mut self, token: u8, inquiry: u8, asker: u8, until: i64, now: i64) -> bool {
        let stranger = self.cards.iter().any(|(key, (other, _))| key.1 == inquiry && *other != asker);
        if stranger || until <= now || self.cards.contains_key(&(token, inquiry)) {
            return false;
        }
        self.cards.insert((token, inquiry), (asker, until));
        true
    }

    fn ask(&mut self, token: u8, inquiry: u8, asker: u8, now: i64) -> Option<usize> {
        let asked = self.asked.entry((asker, now / DAY)).or_default();
        *asked += 1;
        let live = |key: &(u8, u8), until: i64| key.0 == token && now < until;
        let own = self.cards.iter().any(|(key, (of, until))| live(key, *until) && key.1 == inquiry && *of == asker);
        let others: BTreeSet<_> = self
            .cards
            .iter()
            .filter(|(key, (_, until))| live(key, *until) && key.1 != inquiry)
            .map(|(key, _)| key.1)
            .collect();
        (own && *asked <= TERMS.asks_per_day).then_some(others.len())
    }
}

proptest! {
    /// Whatever happens in whatever order, the register answers as the cards do: only to who has an open
    /// inquiry, never more often than is allowed, never about what is closed, over or of another epoch.
    #[test]
    fn the_register_answers_as_cards_would(events in prop::collection::vec(event(), 0..120)) {
        let (mut register, mut cards, mut now) = (Register::new(TERMS, Epoch(0)), Cards::default(), 0i64);
        for event in events {
            let epoch = register.epoch().0;
            match event {
                Event::Enter { token, inquiry, asker, age } => {
                    let sent = now - age * DAY;
                    let taken = register.enter(offered(made(token, epoch), inquiry, asker, Moment(sent)), Moment(now));
                    prop_assert_eq!(taken == Ok(true), cards.enter(token, inquiry, asker, sent + 10 * DAY, now));
                }
                Event::Ask { token, inquiry: number, asker } => {
                    let hint = register.ask(&made(token, epoch), inquiry(number), &force(asker), Moment(now));
                    prop_assert_eq!(hint.ok().map(|hint| hint.others as usize), cards.ask(token, number, asker, now));
                }
                Event::Close { inquiry: number, asker } => {
                    register.close(inquiry(number), &force(asker));
                    cards.cards.retain(|key, (of, _)| key.1 != number || *of != asker);
                }
                Event::Wait { hours } => now += hours * DAY / 24,
                Event::Care => {
                    register.care(Moment(now));
                    cards.cards.retain(|_, (_, until)| now < *until);
                }
                Event::Turn => {
                    register.turn(Epoch(epoch + 1)).unwrap();
                    cards.cards.clear();
                }
                Event::Restart => {
                    let counts: Vec<_> = register.pace().counts().map(|(of, day, count)| (of.clone(), day, count)).collect();
                    register = Register::with(TERMS, Epoch(epoch), register.entries().to_vec(), counts);
                }
            }
        }
    }
}
