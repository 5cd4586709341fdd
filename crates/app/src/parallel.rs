//! The same work on many things at once, answers in the order of the things.

use std::sync::atomic::{AtomicUsize, Ordering};

/// More threads than cores: most of the work ends in waiting for the disk, and a disk that several
/// wait for brings what all of them wrote at once.
const THREADS: usize = 8;

/// Does the work on each thing; threads take the things one after the other, from the first on.
pub(crate) fn each<T: Sync, R: Send>(things: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let run = || {
        let mut done = Vec::new();
        loop {
            let place = next.fetch_add(1, Ordering::Relaxed);
            let Some(thing) = things.get(place) else { return done };
            done.push((place, work(thing)));
        }
    };
    let mut all = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..THREADS.min(things.len())).map(|_| scope.spawn(run)).collect();
        let ends =
            threads.into_iter().map(|thread| thread.join().unwrap_or_else(|lost| std::panic::resume_unwind(lost)));
        ends.flatten().collect::<Vec<_>>()
    });
    all.sort_unstable_by_key(|(place, _)| *place);
    all.into_iter().map(|(_, answer)| answer).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_come_in_the_order_of_the_things() {
        let things: Vec<u32> = (0..1000).collect();
        assert_eq!(each(&things, |thing| thing * 2), things.iter().map(|thing| thing * 2).collect::<Vec<_>>());
        assert_eq!(each(&[], |thing: &u32| *thing), Vec::<u32>::new());
    }
}
