//! TLS: answered with the given certificate; what the client says of itself is kept, then it talks as any other.

use std::io;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;

use super::h2c;
use super::seats::Seat;
use super::tcp::converse;
use super::worker::{Acted, Worker};
use crate::sinkhole::hello::{Heard, hear};
use crate::sinkhole::hit::{Hello, Worth};
use crate::sinkhole::http::is_locked;
use crate::sinkhole::talk::{Talk, Turn};

/// A stream of which some bytes were read already.
#[derive(Debug)]
pub(super) struct Prefixed<S> {
    first: Vec<u8>,
    at: usize,
    stream: S,
}

impl<S> Prefixed<S> {
    pub(super) const fn new(first: Vec<u8>, stream: S) -> Self {
        Self { first, at: 0, stream }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Prefixed<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let rest = self.first.get(self.at..).unwrap_or_default();
        if rest.is_empty() {
            return Pin::new(&mut self.stream).poll_read(cx, buf);
        }
        let now = rest.len().min(buf.remaining());
        buf.put_slice(rest.get(..now).unwrap_or_default());
        self.at += now;
        if self.at == self.first.len() {
            (self.first, self.at) = (Vec::new(), 0);
        }
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Prefixed<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

/// Serves a connection that begins with a whole ClientHello.
pub(super) async fn serve(worker: &Rc<Worker>, stream: TcpStream, first: Vec<u8>, talk: &Talk, seat: &Seat) {
    let Heard::Yes(client) = hear(&first) else { return };
    let mut hello = Hello { server_name: client.server_name, ja4: client.ja4, cipher: None };
    let ends = (talk.source, talk.destination);
    if locked(worker, &hello, ends) {
        worker.shared.counters.locked.one();
        return;
    }
    let seconds = worker.shared.settings.limits.head_seconds;
    let shaken = match &worker.tls {
        Some(config) => {
            let accept = TlsAcceptor::from(config.clone()).accept(Prefixed::new(first, stream));
            timeout(Duration::from_secs(seconds), accept).await.ok().and_then(Result::ok)
        }
        None => None,
    };
    let Some(mut stream) = shaken else {
        // No certificate to show, or not one that the client takes: it called all the same.
        worker.shared.counters.tls_failed.one();
        tell_failed(worker, &hello, ends);
        return;
    };
    worker.shared.counters.tls.one();
    let (_, session) = stream.get_ref();
    hello.cipher = session.negotiated_cipher_suite().and_then(|suite| suite.suite().as_str().map(str::to_owned));
    if session.alpn_protocol() == Some(b"h2") {
        h2c::serve(worker, stream, Vec::new(), ends, Some(hello)).await;
        return;
    }
    let mut talk = Talk::new(ends.0, ends.1, false);
    if let Turn::H2(first) = converse(worker, &mut stream, &mut talk, Some(&hello), seat).await {
        h2c::serve(worker, stream, first, ends, Some(hello)).await;
    }
}

fn locked(worker: &Worker, hello: &Hello, ends: super::h2c::Ends) -> bool {
    worker
        .act(
            ends.0,
            ends.1,
            Some(hello),
            |scene, _, _| is_locked(scene, None),
            |_, given| Acted { given, unsent: Vec::new(), closes: false, drains: false },
        )
        .given
}

fn tell_failed(worker: &Worker, hello: &Hello, ends: super::h2c::Ends) {
    worker.act(
        ends.0,
        ends.1,
        Some(hello),
        |scene, events, out| {
            let mut line = out.line(scene, events, "tcp", "tls");
            line.text("broken", "no-session");
            let family = crate::sinkhole::http::family_of(scene, None);
            line.some("family", family);
            if family.is_some() {
                line.text("confidence", "medium");
            }
            line.end(if family.is_some() { Worth::Infection } else { Worth::Touch });
        },
        |_, ()| Acted { given: (), unsent: Vec::new(), closes: true, drains: false },
    );
}
