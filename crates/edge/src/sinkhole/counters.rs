//! What the sinkhole counts of itself, as text for Prometheus.

use std::fmt::Write as _;
use std::sync::atomic::{AtomicU64, Ordering};

use super::hit::{Out, WORTHS, Worth};

/// A number that only grows, or is set.
#[derive(Debug, Default)]
pub struct Count(AtomicU64);

impl Count {
    /// One more.
    pub fn one(&self) {
        self.add(1);
    }

    /// So many more.
    pub fn add(&self, more: u64) {
        self.0.fetch_add(more, Ordering::Relaxed);
    }

    /// One less.
    pub fn less(&self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }

    /// Is now this.
    pub fn set(&self, value: u64) {
        self.0.store(value, Ordering::Relaxed);
    }

    /// How many.
    pub fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// The counters of a running sinkhole.
#[derive(Debug, Default)]
pub struct Counters {
    /// Lines given to the spool, by worth.
    pub kept: [Count; WORTHS],
    /// Lines shed for want of room, by worth.
    pub shed: [Count; WORTHS],
    /// Requests and connections for what is locked.
    pub locked: Count,
    /// Connections accepted.
    pub connections: Count,
    /// Connections open now.
    pub open: Count,
    /// Idle connections closed, or new ones refused, for want of room.
    pub connections_shed: Count,
    /// Connections closed because their time was over.
    pub timed_out: Count,
    /// HTTP requests answered.
    pub answered: Count,
    /// TLS handshakes that came to an end.
    pub tls: Count,
    /// TLS handshakes that failed.
    pub tls_failed: Count,
    /// Queries answered for a zone.
    pub dns_answered: Count,
    /// Queries refused.
    pub dns_refused: Count,
    /// Queries answered with an error.
    pub dns_errors: Count,
    /// Datagrams that are no query.
    pub dns_dropped: Count,
    /// Answers not sent, or cut, by the rate limit.
    pub dns_limited: Count,
    /// Segments that the office acknowledged.
    pub segments_sent: Count,
    /// Segments that it refused.
    pub segments_refused: Count,
    /// Tries that failed since the last that did not.
    pub office_failures: Count,
    /// Bytes in the spool.
    pub spool_bytes: Count,
    /// Bytes of a torn end, cut at the last start.
    pub torn_bytes: Count,
    /// Times the disk refused.
    pub disk_errors: Count,
    /// Orders that were refused while running.
    pub orders_refused: Count,
    /// Serial of the order in force.
    pub order_serial: Count,
}

impl Counters {
    /// Adds what a machine gave back, and clears it there.
    pub fn take(&self, out: &mut Out) {
        for (counts, new) in [(&self.kept, &mut out.kept), (&self.shed, &mut out.shed)] {
            for (count, new) in counts.iter().zip(new) {
                if *new > 0 {
                    count.add(std::mem::take(new));
                }
            }
        }
        if out.locked > 0 {
            self.locked.add(std::mem::take(&mut out.locked));
        }
    }

    /// Text in Prometheus' exposition format 0.0.4.
    pub fn text(&self) -> String {
        let mut out = String::new();
        for (name, counts) in [("lines_kept_total", &self.kept), ("lines_shed_total", &self.shed)] {
            // Writing to a String does not fail.
            let _ = writeln!(out, "# TYPE renkei_sinkhole_{name} counter");
            for (worth, count) in Worth::ALL.iter().zip(counts) {
                let _ = writeln!(out, "renkei_sinkhole_{name}{{worth=\"{}\"}} {}", worth.as_str(), count.get());
            }
        }
        for (name, count) in self.plain() {
            let kind = if name.ends_with("_total") { "counter" } else { "gauge" };
            let _ = writeln!(out, "# TYPE renkei_sinkhole_{name} {kind}\nrenkei_sinkhole_{name} {}", count.get());
        }
        out
    }

    fn plain(&self) -> [(&'static str, &Count); 21] {
        [
            ("locked_total", &self.locked),
            ("connections_total", &self.connections),
            ("connections_open", &self.open),
            ("connections_shed_total", &self.connections_shed),
            ("connections_timed_out_total", &self.timed_out),
            ("http_answered_total", &self.answered),
            ("tls_total", &self.tls),
            ("tls_failed_total", &self.tls_failed),
            ("dns_answered_total", &self.dns_answered),
            ("dns_refused_total", &self.dns_refused),
            ("dns_errors_total", &self.dns_errors),
            ("dns_dropped_total", &self.dns_dropped),
            ("dns_limited_total", &self.dns_limited),
            ("segments_sent_total", &self.segments_sent),
            ("segments_refused_total", &self.segments_refused),
            ("office_failures", &self.office_failures),
            ("spool_bytes", &self.spool_bytes),
            ("torn_bytes", &self.torn_bytes),
            ("disk_errors_total", &self.disk_errors),
            ("orders_refused_total", &self.orders_refused),
            ("order_serial", &self.order_serial),
        ]
    }
}
