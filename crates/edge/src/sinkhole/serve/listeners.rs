//! A thread that serves TCP: its own listeners, its own connections, nothing shared but counts and lines.

use std::io;
use std::net::{SocketAddr, TcpListener, UdpSocket};
use std::rc::Rc;

use socket2::{Domain, Protocol, Socket, Type};
use tokio::task::LocalSet;

use super::load::TlsConfig;
use super::worker::Worker;
use super::{Shared, TICK, name, tcp, watch};
use crate::sinkhole::hit::Events;
use crate::sinkhole::settings::{Kind, Listen};

/// Serves until it is told to stop.
pub(super) fn run(
    shared: &Shared,
    listeners: Vec<(Listen, TcpListener)>,
    tls: Option<TlsConfig>,
    events: Events,
    watched: Option<SocketAddr>,
) {
    let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build() else { return };
    let worker = Rc::new(Worker::new(shared, tls, events));
    let tasks = LocalSet::new();
    for (listen, socket) in listeners {
        let worker = worker.clone();
        tasks.spawn_local(async move {
            match listen.kind {
                Kind::Dns => name::tcp(worker, socket).await,
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
