//! The counters over HTTP, on a loopback address.

use std::net::SocketAddr;
use std::rc::Rc;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;

use super::worker::Worker;

/// Shows the counters until the worker stops. That the address is loopback is checked with the settings.
pub(super) async fn serve(worker: Rc<Worker>, address: SocketAddr) {
    let Ok(listener) = TcpListener::bind(address).await else { return };
    loop {
        match listener.accept().await {
            // One at a time: a scrape is short.
            Ok((stream, _)) => drop(timeout(Duration::from_secs(2), show(&worker, stream)).await),
            Err(_) => tokio::time::sleep(Duration::from_millis(100)).await,
        }
    }
}

async fn show(worker: &Worker, mut stream: TcpStream) -> std::io::Result<()> {
    let mut request = [0; 1024];
    let _ = stream.read(&mut request).await?;
    let text = worker.shared.counters.text();
    let head = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: text/plain; version=0.0.4\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        text.len()
    );
    stream.write_all(head.as_bytes()).await?;
    stream.write_all(text.as_bytes()).await?;
    stream.shutdown().await
}
