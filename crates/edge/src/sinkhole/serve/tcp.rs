//! Connections: bytes from sockets to the machines and back, each with its time.

use std::future::poll_fn;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, ReadBuf};
use tokio::net::TcpStream;
use tokio::task::spawn_local;
use tokio::time::timeout;

use super::seats::{Price, Seat, Seated};
use super::worker::{Acted, Worker};
use super::{h2c, secure};
use crate::sinkhole::hit::{Hello, Out};
use crate::sinkhole::settings::{Limits, Listen};
use crate::sinkhole::talk::{Phase, Talk, Turn};

/// How much is read at once; one buffer on the stack while reading, none while waiting.
const READ: usize = 16 << 10;

/// How long a blank answer may take to leave.
const WRITE: Duration = Duration::from_secs(10);

/// How long, and how much, is taken and dropped behind a reply to something too long.
const DRAIN: Duration = Duration::from_secs(2);
const MOST_DRAINED: usize = 4 << 20;

/// Accepts connections until the worker stops.
pub(super) async fn accept(worker: Rc<Worker>, listen: Listen, socket: std::net::TcpListener) {
    let Ok(listener) = tokio::net::TcpListener::from_std(socket) else { return };
    let Ok(local) = listener.local_addr() else { return };
    let listen = Rc::new(listen);
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => seat(&worker, &listen, stream, peer, local),
            // Out of descriptors, or the peer is gone: others may still be served.
            Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
        }
    }
}

fn seat(worker: &Rc<Worker>, listen: &Rc<Listen>, stream: TcpStream, peer: SocketAddr, local: SocketAddr) {
    let counters = &worker.shared.counters;
    counters.connections.one();
    // Without authority nothing is served: the connection is closed before a byte is read (G8).
    if !worker.table().serves_anything(worker.now()) {
        counters.locked.one();
        return;
    }
    let (at, seat) = match worker.seats.borrow_mut().take(peer.ip()) {
        Seated::At(at, seat) => (at, seat),
        Seated::Instead(at, seat) => {
            counters.connections_shed.one();
            counters.open.less();
            (at, seat)
        }
        Seated::Refused => {
            counters.connections_shed.one();
            return;
        }
    };
    counters.open.one();
    let (worker, listen, own) = (worker.clone(), listen.clone(), seat.clone());
    let task = spawn_local(async move {
        let local = if local.ip().is_unspecified() { stream.local_addr().unwrap_or(local) } else { local };
        let talk = Talk::new(peer, local, listen.is_balancer(peer.ip()));
        plain(&worker, stream, talk, &own).await;
        worker.seats.borrow_mut().leave(at, &own);
        worker.shared.counters.open.less();
    });
    seat.hold(task.abort_handle());
}

/// A connection from its first byte.
async fn plain(worker: &Rc<Worker>, mut stream: TcpStream, mut talk: Talk, seat: &Seat) {
    match converse(worker, &mut stream, &mut talk, None, seat).await {
        Turn::Stay => {}
        Turn::Tls(first) => secure::serve(worker, stream, first, &talk, seat).await,
        Turn::H2(first) => h2c::serve(worker, stream, first, (talk.source, talk.destination), None).await,
    }
}

/// Talks until the connection is over or something else begins on it.
pub(super) async fn converse<S: AsyncRead + AsyncWrite + Unpin>(
    worker: &Worker,
    stream: &mut S,
    talk: &mut Talk,
    hello: Option<&Hello>,
    seat: &Seat,
) -> Turn {
    let limits = worker.shared.settings.limits;
    let mut timer = Timer { phase: Phase::First, answered: 0, since: worker.shared.clock.steady() };
    loop {
        let left = timer.left(talk, &limits, worker.shared.clock.steady());
        let step = timeout(left, poll_fn(|cx| poll(worker, stream, talk, hello, cx))).await;
        let Ok(Ok(Acted { given, unsent, closes, drains })) = step else {
            if step.is_err() {
                worker.shared.counters.timed_out.one();
            }
            end(worker, talk, hello);
            return Turn::Stay;
        };
        if !unsent.is_empty() && !matches!(timeout(WRITE, stream.write_all(&unsent)).await, Ok(Ok(()))) {
            return Turn::Stay;
        }
        if given != Turn::Stay {
            return given;
        }
        if closes {
            // Dropping a socket of which all was read ends it as well, with one call to the kernel less. TLS
            // says goodbye itself, and a reply before unread bytes has to be let through. The other side
            // may be gone.
            if drains || hello.is_some() {
                let _ = timeout(WRITE, stream.shutdown()).await;
            }
            if drains {
                let _ = timeout(DRAIN, drain(stream)).await;
            }
            return Turn::Stay;
        }
        seat.price.set(price(talk.phase()));
    }
}

/// Takes and drops what still comes, so that the reply before it arrives.
async fn drain<S: AsyncRead + Unpin>(stream: &mut S) {
    let mut space = vec![0; READ];
    let mut left = MOST_DRAINED;
    while let Ok(count @ 1..) = stream.read(&mut space).await {
        left = left.saturating_sub(count);
        if left == 0 {
            return;
        }
    }
}

const fn price(phase: Phase) -> Price {
    match phase {
        Phase::Idle => Price::Idle,
        Phase::First => Price::Silent,
        Phase::Head | Phase::Body => Price::Busy,
    }
}

/// Reads once and lets the machine act, while the buffer is on the stack.
fn poll<S: AsyncRead + AsyncWrite + Unpin>(
    worker: &Worker,
    stream: &mut S,
    talk: &mut Talk,
    hello: Option<&Hello>,
    cx: &mut Context<'_>,
) -> Poll<io::Result<Acted<Turn>>> {
    let mut space = [std::mem::MaybeUninit::uninit(); READ];
    let mut buffer = ReadBuf::uninit(&mut space);
    match Pin::new(&mut *stream).poll_read(cx, &mut buffer) {
        Poll::Pending => return Poll::Pending,
        Poll::Ready(Err(error)) => return Poll::Ready(Err(error)),
        Poll::Ready(Ok(())) => {}
    }
    if buffer.filled().is_empty() {
        return Poll::Ready(Err(io::ErrorKind::UnexpectedEof.into()));
    }
    let before = talk.answered();
    let (source, destination) = (talk.source, talk.destination);
    let acted = worker.act(
        source,
        destination,
        hello,
        |scene, events, out| talk.feed(buffer.filled(), scene, events, out),
        |out, given| send(stream, out, given, cx),
    );
    worker.shared.counters.answered.add(u64::from(talk.answered().saturating_sub(before)));
    Poll::Ready(Ok(acted))
}

/// Sends what the socket takes at once; the rest is kept.
fn send<S: AsyncWrite + Unpin>(stream: &mut S, out: &Out, given: Turn, cx: &mut Context<'_>) -> Acted<Turn> {
    let sent = match out.reply.is_empty() {
        true => 0,
        false => match Pin::new(stream).poll_write(cx, &out.reply) {
            Poll::Ready(Ok(sent)) => sent,
            // Tried again, and found broken, when the rest is written.
            Poll::Ready(Err(_)) | Poll::Pending => 0,
        },
    };
    Acted { given, unsent: out.reply.get(sent..).unwrap_or_default().to_vec(), closes: out.closes, drains: out.drains }
}

fn end(worker: &Worker, talk: &mut Talk, hello: Option<&Hello>) {
    let (source, destination) = (talk.source, talk.destination);
    worker.act(
        source,
        destination,
        hello,
        |scene, events, out| talk.end(scene, events, out),
        |_, ()| Acted { given: (), unsent: Vec::new(), closes: true, drains: false },
    );
}

/// How long each part of a connection may take, whatever dribbles in meanwhile.
struct Timer {
    phase: Phase,
    answered: u32,
    since: u64,
}

impl Timer {
    fn left(&mut self, talk: &Talk, limits: &Limits, now: u64) -> Duration {
        let phase = talk.phase();
        if phase != self.phase || talk.answered() != self.answered {
            *self = Self { phase, answered: talk.answered(), since: now };
        }
        let seconds = match phase {
            Phase::First => limits.first_seconds,
            Phase::Head => limits.head_seconds,
            Phase::Body => limits.body_seconds,
            Phase::Idle => limits.idle_seconds,
        };
        Duration::from_micros((self.since + seconds * 1_000_000).saturating_sub(now))
    }
}
