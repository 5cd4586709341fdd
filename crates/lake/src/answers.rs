//! Counts that were asked for before, kept while the table stays as it is: many people look at the same page.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use crate::count::{CountRow, Group};
use crate::filter::Filter;

/// Questions whose answers are kept.
const KEPT: usize = 64;
/// Most rows of an answer that is kept.
const ROWS: usize = 10_000;

/// A question about one version of the observations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Asked {
    pub(crate) version: u64,
    pub(crate) filter: Filter,
    pub(crate) by: Vec<Group>,
    pub(crate) devices: bool,
}

/// The answers, those that were asked for last at the end.
#[derive(Debug, Default)]
pub(crate) struct Answers(Mutex<VecDeque<(Asked, Arc<Vec<CountRow>>)>>);

impl Answers {
    /// The answer to a question, if it is kept.
    pub(crate) fn get(&self, asked: &Asked) -> Option<Vec<CountRow>> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let place = kept.iter().position(|(known, _)| known == asked)?;
        let found = kept.remove(place)?;
        let answer = found.1.to_vec();
        kept.push_back(found);
        Some(answer)
    }

    /// Keeps an answer; what is of an older version is of no use any more.
    pub(crate) fn put(&self, asked: Asked, answer: &[CountRow]) {
        if answer.len() > ROWS {
            return;
        }
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|(known, _)| known.version >= asked.version && *known != asked);
        if kept.len() >= KEPT {
            kept.pop_front();
        }
        kept.push_back((asked, answer.to_vec().into()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(version: u64, text: &str) -> Asked {
        let filter = Filter { text: Some(text.to_owned()), ..Filter::default() };
        Asked { version, filter, by: vec![Group::Party], devices: true }
    }

    fn rows(lines: u64) -> Vec<CountRow> {
        vec![CountRow { key: vec![None], lines, devices: 0 }]
    }

    #[test]
    fn an_answer_is_kept_while_the_table_stays_as_it_is() {
        let answers = Answers::default();
        answers.put(asked(1, "a"), &rows(1));
        assert_eq!(answers.get(&asked(1, "a")), Some(rows(1)));
        assert_eq!((answers.get(&asked(1, "b")), answers.get(&asked(2, "a"))), (None, None));
        answers.put(asked(2, "a"), &rows(2));
        assert_eq!((answers.get(&asked(1, "a")), answers.get(&asked(2, "a"))), (None, Some(rows(2))));
    }

    #[test]
    fn what_nobody_asks_for_goes_first() {
        let answers = Answers::default();
        let text = |number: usize| number.to_string();
        for number in 0..KEPT {
            answers.put(asked(1, &text(number)), &rows(number as u64));
        }
        assert!(answers.get(&asked(1, "0")).is_some());
        answers.put(asked(1, "more"), &rows(7));
        assert!(answers.get(&asked(1, "0")).is_some() && answers.get(&asked(1, "1")).is_none());
        answers.put(asked(1, "long"), &vec![CountRow { key: vec![], lines: 1, devices: 0 }; ROWS + 1]);
        assert_eq!(answers.get(&asked(1, "long")), None);
    }
}
