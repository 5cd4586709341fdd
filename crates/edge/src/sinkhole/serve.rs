//! The running sinkhole: threads with sockets around the machines, one for the disk, one for the office.

mod load;
mod worker;
mod seats;
mod secure;
mod h2c;
mod tcp;
mod name;
mod udp;
mod watch;
mod listeners;
mod keep;

use std::fmt;
use std::io;
use std::net::{SocketAddr, TcpListener, UdpSocket};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use renkei_core::time::Moment;

use super::counters::Counters;
use super::hit::Events;
use super::mailbox::Mailbox;
use super::settings::{Kind, Listen, Settings};
use super::spool::{Limits, Resumed, Spool, SpoolError};
use super::table::Table;
use crate::handover::{Office, OfficeError};

pub use load::{LoadError, Loaded, load};

/// How often lines are taken to the disk. With [`super::spool::SYNC_EVERY`] it is the most that a power
/// cut can take.
pub const FLUSH_EVERY: Duration = Duration::from_millis(100);

/// How often a worker looks at what may have changed: the order, whether to stop.
const TICK: Duration = Duration::from_millis(100);

/// Where times come from: the moment for lines, and microseconds that never step back for waiting.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> (Moment, u64) + Send + Sync>);

impl Clock {
    /// A clock from a function that gives the moment and steady microseconds.
    pub fn new(read: impl Fn() -> (Moment, u64) + Send + Sync + 'static) -> Self {
        Self(Arc::new(read))
    }

    /// Both.
    pub fn read(&self) -> (Moment, u64) {
        (self.0)()
    }

    /// Now.
    pub fn now(&self) -> Moment {
        (self.0)().0
    }

    /// Steady microseconds.
    pub fn steady(&self) -> u64 {
        (self.0)().1
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Clock")
    }
}

/// Why a sinkhole does not run.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// Order, profiles or certificate.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// The spool.
    #[error(transparent)]
    Spool(#[from] SpoolError),
    /// The office.
    #[error(transparent)]
    Office(#[from] OfficeError),
    /// An address cannot be listened on.
    #[error("`{address}`: {source}")]
    Listen {
        /// Which.
        address: SocketAddr,
        /// Why.
        source: io::Error,
    },
    /// The machine gave no thread.
    #[error("no thread: {0}")]
    Thread(io::Error),
}

/// The order in force, for all threads; a new one replaces it while running.
#[derive(Debug)]
pub(super) struct Tables(Mutex<Arc<Table>>);

impl Tables {
    fn get(&self) -> Arc<Table> {
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner).clone()
    }

    fn set(&self, table: Table) {
        *self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = Arc::new(table);
    }
}

/// What all threads share.
#[derive(Debug, Clone)]
pub(super) struct Shared {
    settings: Arc<Settings>,
    tables: Arc<Tables>,
    mailbox: Arc<Mailbox>,
    counters: Arc<Counters>,
    clock: Clock,
    stop: Arc<AtomicBool>,
    is_synchronised: Arc<AtomicBool>,
}

impl Shared {
    fn stops(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }
}

/// A running sinkhole.
#[derive(Debug)]
pub struct Running {
    shared: Shared,
    serving: Vec<thread::JoinHandle<()>>,
    keeping: Vec<thread::JoinHandle<()>>,
    /// The addresses that are listened on, in the order of the settings.
    pub addresses: Vec<SocketAddr>,
    /// What was found in the spool.
    pub resumed: Resumed,
}

/// Starts a sinkhole. What it tells of its work in words goes to `told`.
///
/// # Errors
/// When order, profiles, certificate, spool or office are not what they should be, or an address
/// cannot be listened on. Nothing is served then.
pub fn start(settings: Settings, clock: Clock, told: fn(&str)) -> Result<Running, RunError> {
    let seen = keep::changed(&settings);
    let Loaded { table, tls } = load(&settings)?;
    let office = match &settings.office {
        Some(to) => Some(Office::new(&to.url, Some(&to.feed), &to.token, to.ca.as_ref())?),
        None => None,
    };
    let segment_bytes = settings.limits.segment_mib << 20;
    let segment_age = settings.limits.segment_seconds * 1_000_000;
    let (spool, resumed) = Spool::open(&settings.spool, Limits { segment_bytes, segment_age })?;
    let events = Events::new(spool.start(), 0).of_sensor(settings.sensor.as_deref());
    let limits = settings.limits;
    let mailbox = Mailbox::new(limits.memory_mib << 20, spool.held().clone(), limits.disk_mib << 20);
    let shared = Shared {
        settings: Arc::new(settings),
        tables: Arc::new(Tables(Mutex::new(Arc::new(table)))),
        mailbox: Arc::new(mailbox),
        counters: Arc::default(),
        clock,
        stop: Arc::default(),
        is_synchronised: Arc::default(),
    };
    shared.counters.torn_bytes.set(resumed.torn_bytes);
    let mut sockets = Sockets::bind(&shared.settings)?;
    let addresses = std::mem::take(&mut sockets.addresses);
    let mut running = Running { shared, serving: Vec::new(), keeping: Vec::new(), addresses, resumed };
    running.keep(spool, office, seen, told)?;
    running.serve(sockets, tls, &events)?;
    Ok(running)
}

/// Bound sockets: for TCP one a worker and address, so that the kernel spreads connections.
struct Sockets {
    /// For each worker.
    tcp: Vec<Vec<(Listen, TcpListener)>>,
    udp: Vec<(Listen, UdpSocket)>,
    dns: Vec<UdpSocket>,
    addresses: Vec<SocketAddr>,
}

impl Sockets {
    fn bind(settings: &Settings) -> Result<Self, RunError> {
        let mut sockets = Self { tcp: Vec::new(), udp: Vec::new(), dns: Vec::new(), addresses: Vec::new() };
        sockets.tcp.resize_with(settings.workers, Vec::new);
        for listen in &settings.listen {
            sockets.add(listen).map_err(|source| RunError::Listen { address: listen.address, source })?;
        }
        Ok(sockets)
    }

    fn add(&mut self, listen: &Listen) -> io::Result<()> {
        // A port of 0 is chosen by the kernel once, and then shared.
        let mut address = listen.address;
        if listen.kind != Kind::Udp {
            for worker in &mut self.tcp {
                let socket = listeners::tcp_listener(address)?;
                address = socket.local_addr()?;
                worker.push((listen.clone(), socket));
            }
        }
        match listen.kind {
            Kind::Dns => {
                for _ in 0..self.tcp.len() {
                    self.dns.push(listeners::udp_socket(address)?);
                }
            }
            Kind::Udp => {
                let socket = listeners::udp_socket(address)?;
                address = socket.local_addr()?;
                self.udp.push((listen.clone(), socket));
            }
            Kind::Tcp => {}
        }
        self.addresses.push(address);
        Ok(())
    }
}

impl Running {
    fn keep(&mut self, spool: Spool, office: Option<Office>, seen: keep::Seen, told: fn(&str)) -> Result<(), RunError> {
        let held = spool.held().clone();
        let shared = self.shared.clone();
        self.keeping.push(thread_of("spool", move || keep::spool(&shared, spool, told))?);
        if let Some(office) = office {
            let shared = self.shared.clone();
            self.keeping.push(thread_of("office", move || keep::office(&shared, &held, &office, told))?);
        }
        let shared = self.shared.clone();
        self.keeping.push(thread_of("order", move || keep::order(&shared, seen, told))?);
        Ok(())
    }

    fn serve(&mut self, sockets: Sockets, tls: Option<load::TlsConfig>, events: &Events) -> Result<(), RunError> {
        let mut number = 0;
        let mut next = || {
            number += 1;
            events.of_worker(number)
        };
        for socket in sockets.dns {
            let (shared, events) = (self.shared.clone(), next());
            self.serving.push(thread_of("dns", move || name::udp(&shared, &socket, events))?);
        }
        for (listen, socket) in sockets.udp {
            let (shared, events) = (self.shared.clone(), next());
            self.serving.push(thread_of("udp", move || udp::hear(&shared, &listen, &socket, events))?);
        }
        for (at, listeners) in sockets.tcp.into_iter().enumerate() {
            let (shared, events, tls) = (self.shared.clone(), next(), tls.clone());
            let watch = self.shared.settings.watch.filter(|_| at == 0);
            self.serving.push(thread_of("worker", move || {
                listeners::run(&shared, listeners, tls, events, watch);
            })?);
        }
        Ok(())
    }

    /// The counters.
    pub fn counters(&self) -> &Counters {
        &self.shared.counters
    }

    /// Whether every thread still works.
    pub fn is_whole(&self) -> bool {
        self.serving.iter().chain(&self.keeping).all(|thread| !thread.is_finished())
    }

    /// Stops: no new connections, then what is known goes to the disk. Segments that the office does not
    /// have yet wait in the spool for the next start.
    pub fn stop(self) {
        self.shared.stop.store(true, Ordering::Relaxed);
        for thread in self.serving {
            // A thread that fell has told of it already.
            let _ = thread.join();
        }
        self.shared.mailbox.close();
        for thread in self.keeping {
            let _ = thread.join();
        }
    }
}

fn thread_of(name: &str, work: impl FnOnce() + Send + 'static) -> Result<thread::JoinHandle<()>, RunError> {
    thread::Builder::new().name(name.to_owned()).spawn(work).map_err(RunError::Thread)
}
