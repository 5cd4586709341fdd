//! Answers that were given before, kept while the table stays as it is: many people look at the same page.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use crate::count::{CountRow, Group};
use crate::filter::Filter;
use crate::page::{Page, Place};
use crate::view::{ReadError, View};

/// Questions whose answers are kept.
const KEPT: usize = 64;
/// Most rows of counts that are kept.
const COUNTS: usize = 10_000;
/// Most rows of a page that is kept.
const ROWS: usize = 500;

/// What was asked of the observations, with the answers.
#[derive(Debug, Default)]
pub struct Known {
    counts: Answers<(Filter, Vec<Group>), Vec<CountRow>>,
    pages: Answers<(Filter, Option<Place>, usize), Page>,
}

impl Known {
    /// As [`View::count_devices`], without reading again what was read for the same question.
    ///
    /// # Errors
    /// When a file cannot be read.
    pub fn count_devices(&self, view: &View, filter: &Filter, by: &[Group]) -> Result<Vec<CountRow>, ReadError> {
        let asked = (filter.clone(), by.to_vec());
        self.counts.answer(view.version(), asked, |rows| rows.len() <= COUNTS, || view.count_devices(filter, by))
    }

    /// As [`View::page`], without reading again what was read for the same question.
    ///
    /// # Errors
    /// When a file cannot be read.
    pub fn page(&self, view: &View, filter: &Filter, after: Option<Place>, limit: usize) -> Result<Page, ReadError> {
        let asked = (filter.clone(), after, limit);
        self.pages.answer(view.version(), asked, |_| limit <= ROWS, || view.page(filter, after, limit))
    }
}

/// Answers to questions about one version of a table, those that were asked for last at the end.
#[derive(Debug)]
struct Answers<Q, A>(Mutex<VecDeque<(u64, Q, A)>>);

impl<Q, A> Default for Answers<Q, A> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<Q: PartialEq, A: Clone> Answers<Q, A> {
    /// The answer that is kept, or the one that is read now, which is kept if it is `small`.
    fn answer<E>(
        &self,
        version: u64,
        asked: Q,
        small: impl FnOnce(&A) -> bool,
        read: impl FnOnce() -> Result<A, E>,
    ) -> Result<A, E> {
        if let Some(answer) = self.get(version, &asked) {
            return Ok(answer);
        }
        let answer = read()?;
        if small(&answer) {
            self.put(version, asked, answer.clone());
        }
        Ok(answer)
    }

    fn get(&self, version: u64, asked: &Q) -> Option<A> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let place = kept.iter().position(|(of, known, _)| *of == version && known == asked)?;
        let found = kept.remove(place)?;
        let answer = found.2.clone();
        kept.push_back(found);
        Some(answer)
    }

    /// What is of an older version is of no use any more.
    fn put(&self, version: u64, asked: Q, answer: A) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|(of, known, _)| *of > version || *of == version && *known != asked);
        if kept.len() >= KEPT {
            kept.pop_front();
        }
        kept.push_back((version, asked, answer));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_kept_while_the_table_stays_as_it_is() {
        let answers = Answers::default();
        let ask = |version, asked, now: u32| answers.answer(version, asked, |_| true, || Ok::<_, ()>(now)).unwrap();
        assert_eq!((ask(1, "a", 10), ask(1, "a", 11), ask(1, "b", 12)), (10, 10, 12));
        assert_eq!((ask(2, "a", 20), ask(2, "a", 21), ask(2, "b", 22)), (20, 20, 22));
        // Who still looks at an older version takes nothing from the others.
        assert_eq!((ask(1, "a", 10), ask(2, "a", 23)), (10, 20));
    }

    #[test]
    fn what_is_large_or_failed_is_not_kept_and_what_nobody_asks_for_goes_first() {
        let answers = Answers::default();
        assert_eq!(answers.answer(1, 0, |_| false, || Ok::<_, ()>(1)), Ok(1));
        assert_eq!(answers.answer(1, 0, |_| true, || Err(2)), Err(2));
        assert_eq!(answers.get(1, &0), None);
        (0..KEPT).for_each(|number| answers.put(1, number, number));
        assert_eq!(answers.get(1, &0), Some(0));
        answers.put(1, KEPT, KEPT);
        assert_eq!((answers.get(1, &0), answers.get(1, &1)), (Some(0), None));
    }
}
