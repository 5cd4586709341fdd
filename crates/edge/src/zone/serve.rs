//! The running primary: sockets around the machine, inside a runtime that somebody else has.

mod contents;
mod listen;
mod tell;

use std::collections::HashMap;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, RwLock};

use tokio::net::{TcpListener, UdpSocket};
use tokio::sync::{Notify, Semaphore, mpsc};
use tokio::task::JoinSet;

use super::answer::{Book, Verdict};
use super::name::FullName;
use super::notify::Notifier;
use super::settings::Settings;
use crate::sinkhole::serve::Clock;

/// Where the contents of zones come from.
pub trait Source: Send + Sync + 'static {
    /// What a zone is to block now: owner names as `renkei_formats::rpz::owners` makes them. In words, why it cannot be
    /// said: the zone stays as it was.
    fn owners(&self, zone: &FullName) -> impl Future<Output = Result<Vec<String>, String>> + Send;
}

/// Why the primary does not run: an address cannot be listened on.
#[derive(Debug, thiserror::Error)]
#[error("`{address}`: {source}")]
pub struct StartError {
    /// Which.
    pub address: SocketAddr,
    /// Why.
    pub source: io::Error,
}

/// Says that contents changed. It may be said often: contents are asked for once, after the last time at the latest.
#[derive(Debug, Clone)]
pub struct Changes(Arc<Notify>);

impl Changes {
    /// Contents changed.
    pub fn announce(&self) {
        self.0.notify_one();
    }
}

/// What happened so far.
#[derive(Debug, Default)]
pub struct Counters {
    /// Answers with the SOA alone.
    pub soa: AtomicU64,
    /// Whole zones sent.
    pub whole: AtomicU64,
    /// Differences sent.
    pub differences: AtomicU64,
    /// Queries refused.
    pub refused: AtomicU64,
    /// Queries whose signature did not hold.
    pub not_auth: AtomicU64,
    /// Queries not understood, or for a zone without contents yet.
    pub odd: AtomicU64,
    /// Connections closed because too many were open.
    pub shed: AtomicU64,
    /// Secondaries that acknowledged a change.
    pub told: AtomicU64,
    /// Secondaries that were given up until the next change.
    pub given_up: AtomicU64,
}

impl Counters {
    fn count(&self, verdict: Verdict) {
        let counter = match verdict {
            Verdict::Soa => &self.soa,
            Verdict::Whole => &self.whole,
            Verdict::Differences => &self.differences,
            Verdict::Refused => &self.refused,
            Verdict::NotAuth => &self.not_auth,
            Verdict::NotReady | Verdict::Odd => &self.odd,
            Verdict::Dropped => return,
        };
        counter.fetch_add(1, Ordering::Relaxed);
    }
}

/// What all tasks share.
#[derive(Debug)]
struct Shared {
    settings: Settings,
    book: RwLock<Book>,
    counters: Arc<Counters>,
    clock: Clock,
    changes: Arc<Notify>,
    told: fn(&str),
}

impl Shared {
    fn unix_seconds(&self) -> u64 {
        u64::try_from(self.clock.now().0 / renkei_core::time::SECOND).unwrap_or(0)
    }

    fn steady_millis(&self) -> u64 {
        self.clock.steady() / 1000
    }
}

/// A running primary. Dropping it ends it, transfers in the middle included.
#[derive(Debug)]
pub struct Running {
    shared: Arc<Shared>,
    tasks: JoinSet<()>,
    /// The addresses that are listened on, in the order of the settings.
    pub addresses: Vec<SocketAddr>,
}

/// Starts a primary in the runtime that is here. What it tells of its work in words goes to `told`. A zone is served
/// as soon as `source` has given its contents for the first time.
///
/// # Errors
/// When an address cannot be listened on. Nothing is served then.
pub async fn start(
    settings: Settings,
    source: impl Source,
    clock: Clock,
    told: fn(&str),
) -> Result<Running, StartError> {
    let mut sockets = Vec::new();
    let mut addresses = Vec::new();
    for address in &settings.listen {
        let failed = |source| StartError { address: *address, source };
        let (tcp, udp) = bind(*address).await.map_err(failed)?;
        addresses.push(tcp.local_addr().map_err(failed)?);
        sockets.push((tcp, udp));
    }
    let mut senders = Vec::new();
    for address in &settings.listen {
        // A secondary believes news only from the address that it knows its primary by.
        let failed = |source| StartError { address: *address, source };
        senders.push(Arc::new(UdpSocket::bind((address.ip(), 0)).await.map_err(failed)?));
    }
    let notifier = Notifier::new(settings.targets.clone());
    let book = Book { zones: HashMap::new(), recipients: settings.recipients.clone() };
    let room = Arc::new(Semaphore::new(settings.limits.connections));
    let shared = Arc::new(Shared {
        settings,
        book: RwLock::new(book),
        counters: Arc::default(),
        clock,
        changes: Arc::default(),
        told,
    });
    let mut tasks = JoinSet::new();
    for (tcp, udp) in sockets {
        tasks.spawn(listen::tcp(shared.clone(), tcp, room.clone()));
        tasks.spawn(listen::udp(shared.clone(), udp));
    }
    let (news, heard) = mpsc::channel(64);
    tasks.spawn(tell::run(shared.clone(), senders, notifier, heard));
    tasks.spawn(contents::follow(shared.clone(), source, news));
    Ok(Running { shared, tasks, addresses })
}

/// A port of 0 is chosen by the kernel for TCP, and then taken for UDP too.
async fn bind(address: SocketAddr) -> io::Result<(TcpListener, UdpSocket)> {
    let mut last = None;
    for _ in 0..16 {
        let tcp = TcpListener::bind(address).await?;
        match UdpSocket::bind(tcp.local_addr()?).await {
            Ok(udp) => return Ok((tcp, udp)),
            Err(error) if address.port() == 0 => last = Some(error),
            Err(error) => return Err(error),
        }
    }
    Err(last.unwrap_or_else(|| io::Error::other("no port")))
}

impl Running {
    /// What says that contents changed.
    pub fn changes(&self) -> Changes {
        Changes(self.shared.changes.clone())
    }

    /// What happened so far.
    pub fn counters(&self) -> Arc<Counters> {
        self.shared.counters.clone()
    }

    /// The zones that are served: name, serial, how many names they block.
    pub fn zones(&self) -> Vec<(FullName, u32, usize)> {
        let book = self.shared.book.read().unwrap_or_else(std::sync::PoisonError::into_inner);
        let mut zones: Vec<_> =
            book.zones.values().map(|zone| (zone.apex().clone(), zone.serial().0, zone.set().len())).collect();
        zones.sort();
        zones
    }

    /// Stops, and waits until nothing listens any more.
    pub async fn stop(mut self) {
        self.tasks.shutdown().await;
    }
}
