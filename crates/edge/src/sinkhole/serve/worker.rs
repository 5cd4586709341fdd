//! A thread that serves TCP: its own listeners, its own connections, nothing shared but counts and lines.

use std::cell::{Cell, RefCell};
use std::io;
use std::net::{SocketAddr, TcpListener, UdpSocket};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use renkei_core::time::Moment;
use socket2::{Domain, Protocol, Socket, Type};
use tokio::task::LocalSet;

use super::load::TlsConfig;
use super::seats::Seats;
use super::{Shared, TICK, tcp, watch};
use crate::sinkhole::hit::{Events, Hello, Out, Scene};
use crate::sinkhole::settings::{Kind, Listen};
use crate::sinkhole::table::Table;

/// What the connections of a thread share.
pub(super) struct Worker {
    pub(super) shared: Shared,
    pub(super) tls: Option<TlsConfig>,
    pub(super) seats: RefCell<Seats>,
    table: RefCell<Arc<Table>>,
    events: RefCell<Events>,
    out: RefCell<Out>,
    is_synchronised: Cell<bool>,
}

impl Worker {
    /// Runs a machine: what it gives back is counted and kept, and the reply is left in `then`'s hands.
    pub(super) fn act<T>(
        &self,
        source: SocketAddr,
        destination: SocketAddr,
        hello: Option<&Hello>,
        machine: impl FnOnce(&Scene<'_>, &mut Events, &mut Out) -> T,
        then: impl FnOnce(&Out, T) -> Acted<T>,
    ) -> Acted<T> {
        let table = self.table.borrow();
        let is_synchronised = self.is_synchronised.get();
        let scene = Scene { table: &table, at: self.now(), is_synchronised, source, destination, hello };
        let out = &mut *self.out.borrow_mut();
        out.least = self.shared.mailbox.least();
        let given = machine(&scene, &mut self.events.borrow_mut(), out);
        self.shared.mailbox.put(&out.lines);
        out.lines.clear();
        self.shared.counters.take(out);
        let acted = then(out, given);
        out.reply.clear();
        (out.closes, out.drains) = (false, false);
        acted
    }

    /// The order in force.
    pub(super) fn table(&self) -> Arc<Table> {
        self.table.borrow().clone()
    }

    /// Now.
    pub(super) fn now(&self) -> Moment {
        self.shared.clock.now()
    }

    fn look(&self) {
        *self.table.borrow_mut() = self.shared.tables.get();
        self.is_synchronised.set(self.shared.is_synchronised.load(Ordering::Relaxed));
    }
}

/// What a machine said, what of its reply is still to be sent, and whether to close then.
pub(super) struct Acted<T> {
    pub(super) given: T,
    pub(super) unsent: Vec<u8>,
    pub(super) closes: bool,
    pub(super) drains: bool,
}

/// Serves until it is told to stop.
pub(super) fn run(
    shared: &Shared,
    listeners: Vec<(Listen, TcpListener)>,
    tls: Option<TlsConfig>,
    events: Events,
    watched: Option<SocketAddr>,
) {
    let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build() else { return };
    let limits = shared.settings.limits;
    let room = limits.connections.div_ceil(shared.settings.workers).max(1);
    let worker = Rc::new(Worker {
        shared: shared.clone(),
        tls,
        seats: RefCell::new(Seats::new(room, limits.per_address)),
        table: RefCell::new(shared.tables.get()),
        events: RefCell::new(events),
        out: RefCell::default(),
        is_synchronised: Cell::new(shared.is_synchronised.load(Ordering::Relaxed)),
    });
    let tasks = LocalSet::new();
    for (listen, socket) in listeners {
        let worker = worker.clone();
        tasks.spawn_local(async move {
            match listen.kind {
                Kind::Dns => super::name::tcp(worker, socket).await,
                Kind::Tcp | Kind::Udp => tcp::accept(worker, listen, socket).await,
            }
        });
    }
    if let Some(address) = watched {
        tasks.spawn_local(watch::serve(worker.clone(), address));
    }
    tasks.block_on(&runtime, async {
        while !worker.shared.stops() {
            tokio::time::sleep(TICK).await;
            worker.look();
        }
        // What was asked before this moment was answered; connections that wait are closed.
    });
}

/// A listener that other workers may share the address with.
pub(super) fn tcp_listener(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = socket(address, Type::STREAM, Protocol::TCP)?;
    socket.listen(4096)?;
    Ok(socket.into())
}

/// A UDP socket that other workers may share the address with.
pub(super) fn udp_socket(address: SocketAddr) -> io::Result<UdpSocket> {
    let socket = socket(address, Type::DGRAM, Protocol::UDP)?;
    // Bursts of resolvers; the kernel gives what it may.
    socket.set_recv_buffer_size(4 << 20)?;
    Ok(socket.into())
}

fn socket(address: SocketAddr, kind: Type, protocol: Protocol) -> io::Result<Socket> {
    let socket = Socket::new(Domain::for_address(address), kind, Some(protocol))?;
    if address.is_ipv6() {
        socket.set_only_v6(true)?;
    }
    if kind == Type::STREAM {
        socket.set_reuse_address(true)?;
        socket.set_nonblocking(true)?;
    }
    socket.set_reuse_port(true)?;
    socket.bind(&address.into())?;
    Ok(socket)
}
