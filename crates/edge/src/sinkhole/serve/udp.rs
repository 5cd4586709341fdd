//! Plain UDP: first bytes are recorded, nothing is ever answered, so nobody can be hit through it.

use std::net::UdpSocket;
use std::sync::atomic::Ordering;
use std::time::Duration;

use super::Shared;
use crate::sinkhole::hit::{Events, Out, Scene};
use crate::sinkhole::settings::Listen;
use crate::sinkhole::talk;

/// Hears datagrams until told to stop.
pub(super) fn hear(shared: &Shared, _listen: &Listen, socket: &UdpSocket, mut events: Events) {
    let wait = socket.set_read_timeout(Some(Duration::from_millis(200)));
    let (Ok(destination), Ok(())) = (socket.local_addr(), wait) else { return };
    let mut space = [0; 2048];
    let mut out = Out::default();
    while !shared.stops() {
        let Ok((length, source)) = socket.recv_from(&mut space) else { continue };
        let table = shared.tables.get();
        let is_synchronised = shared.is_synchronised.load(Ordering::Relaxed);
        let at = shared.clock.now();
        let scene = Scene { table: &table, at, is_synchronised, source, destination, hello: None };
        out.least = shared.mailbox.least();
        talk::tell(space.get(..length).unwrap_or_default(), "udp", &scene, &mut events, &mut out);
        shared.mailbox.put(&out.lines);
        out.lines.clear();
        shared.counters.take(&mut out);
    }
}
