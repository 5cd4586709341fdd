//! Tells secondaries that a zone changed, and hears their acknowledgement.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use tokio::net::UdpSocket;
use tokio::sync::mpsc;

use super::Shared;
use super::contents::News;
use crate::zone::notify::Notifier;
use crate::zone::query::MOST;

/// How long to wait when there is nothing to tell; any news ends it.
const LONG: u64 = 3_600_000;

/// Tells until there are no more news.
pub(super) async fn run(
    shared: Arc<Shared>,
    sockets: Vec<Arc<UdpSocket>>,
    mut notifier: Notifier,
    mut news: mpsc::Receiver<News>,
) {
    let (heard, mut answers) = mpsc::channel(64);
    let mut hearing = tokio::task::JoinSet::new();
    for socket in &sockets {
        hearing.spawn(hear(socket.clone(), heard.clone()));
    }
    loop {
        let now = shared.steady_millis();
        let due = notifier.due(now, shared.unix_seconds(), rand::random);
        for (address, bytes) in due.send {
            if let Some(socket) = sockets.iter().find(|socket| is_of(socket, address)) {
                // What is not sent is not acknowledged, and sent again.
                let _ = socket.send_to(&bytes, address).await;
            }
        }
        for (address, zone) in due.given_up {
            shared.counters.given_up.fetch_add(1, Ordering::Relaxed);
            (shared.told)(&format!(
                "{address} does not acknowledge that `{zone}` changed; it is told at the next change"
            ));
        }
        let wait = notifier.next().map_or(LONG, |next| next.saturating_sub(now));
        tokio::select! {
            piece = news.recv() => {
                let Some((zone, serial)) = piece else { return };
                notifier.changed(&zone, serial, shared.steady_millis());
            }
            Some((bytes, from)) = answers.recv() => {
                if notifier.heard(&bytes, from, shared.unix_seconds()) {
                    shared.counters.told.fetch_add(1, Ordering::Relaxed);
                }
            }
            () = tokio::time::sleep(Duration::from_millis(wait)) => {}
        }
    }
}

fn is_of(socket: &UdpSocket, address: SocketAddr) -> bool {
    socket.local_addr().is_ok_and(|local| local.is_ipv4() == address.is_ipv4())
}

async fn hear(socket: Arc<UdpSocket>, heard: mpsc::Sender<(Vec<u8>, SocketAddr)>) {
    let mut space = vec![0; MOST + 1];
    loop {
        match socket.recv_from(&mut space).await {
            Ok((length, from)) => {
                if heard.send((space.get(..length).unwrap_or_default().to_vec(), from)).await.is_err() {
                    return;
                }
            }
            // Nobody listens there: told by the kernel, and retried anyway.
            Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
        }
    }
}
