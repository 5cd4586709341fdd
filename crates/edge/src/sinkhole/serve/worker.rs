//! What the connections of a thread share: the order in force, the machines' pens, the seats.

use std::cell::{Cell, RefCell};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use renkei_core::time::Moment;

use super::Shared;
use super::load::TlsConfig;
use super::seats::Seats;
use crate::sinkhole::hit::{Events, Hello, Out, Scene};
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
    /// With no connection yet.
    pub(super) fn new(shared: &Shared, tls: Option<TlsConfig>, events: Events) -> Self {
        let limits = shared.settings.limits;
        let room = limits.connections.div_ceil(shared.settings.workers).max(1);
        Self {
            shared: shared.clone(),
            tls,
            seats: RefCell::new(Seats::new(room, limits.per_address)),
            table: RefCell::new(shared.tables.get()),
            events: RefCell::new(events),
            out: RefCell::default(),
            is_synchronised: Cell::new(shared.is_synchronised.load(Ordering::Relaxed)),
        }
    }

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

    /// Takes the order and the state of the clock that are in force by now.
    pub(super) fn look(&self) {
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
