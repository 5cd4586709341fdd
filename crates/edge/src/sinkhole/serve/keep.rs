//! The threads beside the sockets: lines to the disk, segments to the office, newer orders from the file.

use std::fs;
use std::sync::atomic::Ordering;
use std::thread;
use std::time::{Duration, SystemTime};

use super::{FLUSH_EVERY, Shared, load};
use crate::handover::{Office, Round, wait};
use crate::sinkhole::handover::round;
use crate::sinkhole::settings::Settings;
use crate::sinkhole::spool::{Held, Spool};

/// How often order and clock are looked at.
const LOOK: Duration = Duration::from_secs(1);

/// Takes lines to the disk until the mailbox is closed and empty.
pub(super) fn spool(shared: &Shared, mut spool: Spool, told: fn(&str)) {
    let mut lines = Vec::new();
    let mut fails = false;
    loop {
        let goes_on = match lines.is_empty() {
            true => shared.mailbox.take(&mut lines, FLUSH_EVERY),
            // The disk refused these: they wait here, the mailbox fills, and what does not fit is shed.
            false => {
                thread::sleep(FLUSH_EVERY);
                !shared.stops()
            }
        };
        let now = shared.clock.steady();
        let written = match lines.is_empty() {
            true => Ok(()),
            false => spool.append(&lines, now).map(|()| lines.clear()),
        };
        let done = written.and_then(|()| spool.tick(now));
        shared.counters.spool_bytes.set(spool.held().bytes());
        if let Err(error) = &done {
            shared.counters.disk_errors.one();
            if !fails {
                told(&format!("the spool cannot write: {error}"));
            }
        }
        fails = done.is_err();
        if !goes_on {
            break;
        }
    }
    if let Err(error) = spool.close() {
        told(&format!("the last segment stays open: {error}"));
    }
}

/// Hands segments over until told to stop.
pub(super) fn office(shared: &Shared, held: &Held, office: &Office, told: fn(&str)) {
    let mut failures = 0;
    while !shared.stops() {
        let pause = match round(&shared.settings.spool, held, office) {
            Ok(Round::Sent) => {
                shared.counters.segments_sent.one();
                failures = 0;
                Duration::ZERO
            }
            Ok(Round::Nothing) => {
                failures = 0;
                LOOK
            }
            Ok(Round::Refused(why)) => {
                shared.counters.segments_refused.one();
                told(&format!("the office refused a segment, it lies in `refused`: {why}"));
                Duration::ZERO
            }
            Ok(Round::Later(why)) => {
                failures += 1;
                if failures == 1 {
                    told(&format!("the office does not take segments now, they wait: {why}"));
                }
                wait(failures)
            }
            Err(error) => {
                failures += 1;
                told(&format!("the spool cannot be read: {error}"));
                wait(failures)
            }
        };
        shared.counters.office_failures.set(u64::from(failures));
        sleep(shared, pause);
    }
}

/// What the order's file was when it was last looked at: its time and length.
pub(super) type Seen = Option<(SystemTime, u64)>;

/// Looks for a newer order and at the state of the clock until told to stop.
pub(super) fn order(shared: &Shared, mut seen: Seen, told: fn(&str)) {
    loop {
        let synchronised = shared.settings.ntp_file.exists();
        shared.is_synchronised.store(synchronised, Ordering::Relaxed);
        shared.counters.order_serial.set(shared.tables.get().order().serial);
        if shared.stops() {
            return;
        }
        sleep(shared, LOOK);
        let now = changed(&shared.settings);
        if now != seen {
            seen = now;
            replace(shared, told);
        }
    }
}

/// What the order's file is now.
pub(super) fn changed(settings: &Settings) -> Seen {
    let file = fs::metadata(&settings.order).ok()?;
    Some((file.modified().ok()?, file.len()))
}

/// A newer order takes effect; anything else is refused, and the one in force stays.
fn replace(shared: &Shared, told: fn(&str)) {
    let in_force = shared.tables.get();
    let refused = match load::table(&shared.settings) {
        Ok(table) if table.order().operation != in_force.order().operation => "it is of another operation".to_owned(),
        Ok(table) if table.order().serial <= in_force.order().serial => {
            format!("its serial {} is not above {}", table.order().serial, in_force.order().serial)
        }
        Ok(table) => {
            told(&format!("order {} is in force", table.order().serial));
            shared.tables.set(table);
            return;
        }
        Err(error) => error.to_string(),
    };
    shared.counters.orders_refused.one();
    told(&format!("the new order is refused, {} stays in force: {refused}", in_force.order().serial));
}

fn sleep(shared: &Shared, pause: Duration) {
    let mut left = pause;
    while !left.is_zero() && !shared.stops() {
        let step = left.min(Duration::from_millis(200));
        thread::sleep(step);
        left -= step;
    }
}
