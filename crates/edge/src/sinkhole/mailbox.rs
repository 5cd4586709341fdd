//! Lines on their way from the workers to the disk: bounded, and what does not fit is shed and counted.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;

use super::hit::Least;
use super::spool::Held;

/// Between workers and the spool's thread.
#[derive(Debug)]
pub struct Mailbox {
    lines: Mutex<Inside>,
    filled: Condvar,
    waiting: AtomicU64,
    room: u64,
    held: Held,
    disk_room: u64,
}

#[derive(Debug, Default)]
struct Inside {
    lines: Vec<u8>,
    is_closed: bool,
}

impl Mailbox {
    /// For so many bytes in memory, before a spool of so many on disk.
    pub fn new(room: u64, held: Held, disk_room: u64) -> Self {
        Self { lines: Mutex::default(), filled: Condvar::new(), waiting: AtomicU64::new(0), room, held, disk_room }
    }

    /// What a line must be worth now: by memory or by disk, whichever is fuller.
    pub fn least(&self) -> Least {
        let waiting = self.waiting.load(Ordering::Relaxed);
        Least::of_fill(waiting, self.room).max(Least::of_fill(self.held.bytes() + waiting, self.disk_room))
    }

    /// Adds whole lines.
    pub fn put(&self, lines: &[u8]) {
        if lines.is_empty() {
            return;
        }
        let mut inside = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        inside.lines.extend_from_slice(lines);
        self.waiting.store(inside.lines.len() as u64, Ordering::Relaxed);
    }

    /// No more will come: wakes who waits.
    pub fn close(&self) {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner).is_closed = true;
        self.filled.notify_all();
    }

    /// Waits so long, then changes what came for the (empty) buffer. Gives back whether more can come.
    pub fn take(&self, buffer: &mut Vec<u8>, wait: Duration) -> bool {
        let inside = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        let (mut inside, _) = self
            .filled
            .wait_timeout_while(inside, wait, |inside| !inside.is_closed)
            .unwrap_or_else(PoisonError::into_inner);
        std::mem::swap(&mut inside.lines, buffer);
        self.waiting.store(0, Ordering::Relaxed);
        !inside.is_closed
    }
}
