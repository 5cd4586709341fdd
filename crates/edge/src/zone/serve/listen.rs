//! Sockets of those who ask: UDP for serials, TCP for zones; connections are bounded in number and time.

use std::net::SocketAddr;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream, UdpSocket};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::Shared;
use crate::zone::answer::{Reply, Transport, answer};
use crate::zone::query::MOST;

/// How many queries one connection may ask.
const QUERIES: u32 = 200;

/// How long to wait when the machine gives no descriptor.
const BREATH: Duration = Duration::from_millis(10);

/// Answers over UDP.
pub(super) async fn udp(shared: Arc<Shared>, socket: UdpSocket) {
    let mut space = vec![0; MOST + 1];
    loop {
        let Ok((length, from)) = socket.recv_from(&mut space).await else {
            tokio::time::sleep(BREATH).await;
            continue;
        };
        let query = space.get(..length).unwrap_or_default();
        if let Reply::Message(message) = ask(&shared, query, from, Transport::Udp) {
            // The other side may be gone.
            let _ = socket.send_to(&message, from).await;
        }
    }
}

/// Answers over TCP.
pub(super) async fn tcp(shared: Arc<Shared>, listener: TcpListener, room: Arc<Semaphore>) {
    // Ends with this task.
    let mut open = JoinSet::new();
    loop {
        let Ok((stream, from)) = listener.accept().await else {
            tokio::time::sleep(BREATH).await;
            continue;
        };
        while open.try_join_next().is_some() {}
        let Ok(permit) = room.clone().try_acquire_owned() else {
            shared.counters.shed.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            continue;
        };
        let shared = shared.clone();
        open.spawn(async move {
            let _permit = permit;
            // Whoever hangs up or dawdles is gone.
            let _ = converse(&shared, stream, from).await;
        });
    }
}

async fn converse(shared: &Shared, mut stream: TcpStream, from: SocketAddr) -> Option<()> {
    let limits = shared.settings.limits;
    let (idle, write) = (Duration::from_secs(limits.idle_seconds), Duration::from_secs(limits.write_seconds));
    stream.set_nodelay(true).ok()?;
    for _ in 0..QUERIES {
        let query = timeout(idle, frame(&mut stream)).await.ok()??;
        match ask(shared, &query, from, Transport::Tcp) {
            Reply::Nothing => return None,
            Reply::Message(message) => timeout(write, stream.write_all(&framed(&message)?)).await.ok()?.ok()?,
            Reply::Transfer(mut transfer) => {
                while let Some(message) = transfer.next(shared.unix_seconds()) {
                    timeout(write, stream.write_all(&framed(&message)?)).await.ok()?.ok()?;
                }
            }
        }
    }
    None
}

fn ask(shared: &Shared, query: &[u8], from: SocketAddr, transport: Transport) -> Reply {
    let book = shared.book.read().unwrap_or_else(PoisonError::into_inner);
    let (reply, verdict) = answer(&book, query, from.ip(), transport, shared.unix_seconds());
    shared.counters.count(verdict);
    reply
}

async fn frame(stream: &mut TcpStream) -> Option<Vec<u8>> {
    let length = usize::from(stream.read_u16().await.ok()?);
    if length > MOST {
        return None;
    }
    let mut query = vec![0; length];
    stream.read_exact(&mut query).await.ok()?;
    Some(query)
}

fn framed(message: &[u8]) -> Option<Vec<u8>> {
    let length = u16::try_from(message.len()).ok()?;
    Some([&length.to_be_bytes(), message].concat())
}
