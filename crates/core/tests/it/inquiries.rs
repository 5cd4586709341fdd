//! The page on the checks of inquiries says what the replay finds, and all codes that there are.

use renkei_core::inquiry::check::Code;
use renkei_core::inquiry::identifier::{Kind, Reason};

use crate::replay::breaks::breaks;
use crate::replay::population::{Random, identifier, population};
use crate::replay::replay;

const PAGE: &str = include_str!("../../../../docs/inquiry-checks.md");

#[test]
fn the_page_says_what_the_replay_finds() {
    let table = replay().to_string();
    assert!(PAGE.contains(&table), "docs/inquiry-checks.md should say:\n{table}");
}

#[test]
fn no_broken_identifier_passes() {
    let broken = replay();
    let row = broken.rows.iter().find(|row| row.planted.starts_with("(a)")).unwrap();
    assert_eq!((row.inquiries, row.stopped), (1000, 1000));
}

/// All breaks of many identifiers, also those that the replay did not happen to draw.
#[test]
fn no_break_of_a_grammar_has_a_normal_form() {
    let mut random = Random::new();
    for kind in Kind::ALL {
        for _ in 0..500 {
            let value = identifier(*kind, &mut random);
            assert_eq!(kind.normal(&value).as_deref(), Ok(value.as_str()));
            for (how, broken) in breaks(*kind, &value, &mut random) {
                assert!(kind.normal(&broken).is_err(), "{kind}, {how}: {broken:?} of {value:?}");
            }
        }
    }
}

#[test]
fn the_population_is_as_described() {
    let all = population();
    let share = |count: usize| count * 100 / all.len();
    let timed = all.iter().filter(|case| case.timed().is_some()).count();
    let told = all.iter().filter(|case| case.occurred.is_some()).count();
    let single = all.iter().filter(|case| case.items.len() == 1).count();
    assert_eq!(all.len(), 1000);
    assert!((66..=74).contains(&share(timed)), "{timed} have a time");
    assert!((66..=74).contains(&share(told)), "{told} have the facts");
    assert!((56..=64).contains(&share(single)), "{single} have one item");
    for kind in Kind::ALL {
        assert!(all.iter().any(|case| case.items.iter().any(|item| item.kind == *kind)), "{kind}");
    }
}

#[test]
fn the_page_has_every_code_and_reason() {
    for code in Code::ALL {
        let row = format!("| `{code}` | {} |", code.weight());
        assert!(PAGE.contains(&row), "docs/inquiry-checks.md lacks {row}");
    }
    for reason in Reason::ALL {
        assert!(PAGE.contains(&format!("`{reason}`")), "docs/inquiry-checks.md lacks `{reason}`");
    }
}
