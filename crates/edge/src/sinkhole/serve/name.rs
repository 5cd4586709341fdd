//! The name server's sockets: UDP in a thread of its own that waits in the kernel, TCP beside the rest.

use std::net::{SocketAddr, UdpSocket};
use std::rc::Rc;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::spawn_local;
use tokio::time::timeout;

use super::Shared;
use super::worker::{Acted, Worker};
use crate::sinkhole::counters::Counters;
use crate::sinkhole::dns::{Answers, MOST_QUERY, Transport, Verdict, answer, tell};
use crate::sinkhole::hit::{Events, Out, Scene};
use crate::sinkhole::rate::{Allowance, Rate};

/// How long a TCP connection of a resolver may wait between queries.
const IDLE: Duration = Duration::from_secs(10);

/// How many queries one TCP connection may ask.
const MOST_QUERIES: u32 = 200;

/// How many connections of resolvers a worker has at the same time.
const MOST_CONNECTIONS: usize = 1024;

/// How often a waiting thread looks at what may have changed.
const LOOK: Duration = Duration::from_millis(200);

/// Answers over UDP until told to stop.
pub(super) fn udp(shared: &Shared, socket: &UdpSocket, mut events: Events) {
    let (Ok(local), Ok(())) = (socket.local_addr(), socket.set_read_timeout(Some(LOOK))) else { return };
    let mut answers = Answers::default();
    let mut rate = Rate::new(shared.settings.dns.answers_a_second);
    let mut table = shared.tables.get();
    let mut looked = 0;
    let mut query = [0; MOST_QUERY];
    let (mut reply, mut out) = (Vec::new(), Out::default());
    while !shared.stops() {
        let received = socket.recv_from(&mut query);
        let (at, steady) = shared.clock.read();
        if steady.saturating_sub(looked) >= LOOK.as_micros() as u64 {
            looked = steady;
            let newer = shared.tables.get();
            if !std::sync::Arc::ptr_eq(&newer, &table) {
                (table, answers) = (newer, Answers::default());
            }
        }
        let Ok((length, source)) = received else { continue };
        let query = query.get(..length).unwrap_or_default();
        let verdict = answers.answer(&table, at, query, &mut reply);
        count(&shared.counters, verdict);
        if verdict == Verdict::Dropped {
            continue;
        }
        let allowance = rate.ask(source.ip(), (steady / 1_000_000) as u32);
        match allowance {
            Allowance::Send => {}
            Allowance::Truncate => {
                shared.counters.dns_limited.one();
                cut(&mut reply, query);
            }
            Allowance::Drop => {
                shared.counters.dns_limited.one();
                continue;
            }
        }
        // The other side may be gone.
        let _ = socket.send_to(&reply, source);
        if let (true, Allowance::Send, Verdict::Answered(number)) = (shared.settings.dns.record, allowance, verdict)
            && let Some(served) = table.numbered(number)
        {
            let is_synchronised = shared.is_synchronised.load(std::sync::atomic::Ordering::Relaxed);
            let scene = Scene { table: &table, at, is_synchronised, source, destination: local, hello: None };
            out.least = shared.mailbox.least();
            tell(query, served, Transport::Udp, &scene, &mut events, &mut out);
            shared.mailbox.put(&out.lines);
            out.lines.clear();
            shared.counters.take(&mut out);
        }
    }
}

/// The truncated form: the header with TC, and the question, no longer than the query.
fn cut(reply: &mut Vec<u8>, query: &[u8]) {
    reply.truncate(query.len());
    if let Some(header) = reply.first_chunk_mut::<12>() {
        let [_, _, flags, _, _, _, counts @ ..] = header;
        *flags |= 2;
        counts.fill(0);
    }
    let end = question_end(reply);
    reply.truncate(end);
}

fn question_end(message: &[u8]) -> usize {
    let mut at = 12;
    while let Some(length) = message.get(at).filter(|length| **length != 0) {
        at += usize::from(*length) + 1;
    }
    at + 5
}

fn count(counters: &Counters, verdict: Verdict) {
    match verdict {
        Verdict::Answered(_) => counters.dns_answered.one(),
        Verdict::Refused => counters.dns_refused.one(),
        Verdict::Error => counters.dns_errors.one(),
        Verdict::Dropped => counters.dns_dropped.one(),
    }
}

/// Answers over TCP until the worker stops.
pub(super) async fn tcp(worker: Rc<Worker>, socket: std::net::TcpListener) {
    let Ok(listener) = tokio::net::TcpListener::from_std(socket) else { return };
    let room = std::sync::Arc::new(tokio::sync::Semaphore::new(MOST_CONNECTIONS));
    loop {
        let Ok((stream, peer)) = listener.accept().await else {
            tokio::time::sleep(Duration::from_millis(10)).await;
            continue;
        };
        let counters = &worker.shared.counters;
        if !worker.table().serves_anything(worker.now()) {
            counters.locked.one();
            continue;
        }
        let Ok(permit) = room.clone().try_acquire_owned() else {
            counters.connections_shed.one();
            continue;
        };
        let worker = worker.clone();
        spawn_local(async move {
            let _permit = permit;
            converse(&worker, stream, peer).await;
        });
    }
}

async fn converse(worker: &Worker, mut stream: TcpStream, source: SocketAddr) {
    let Ok(destination) = stream.local_addr() else { return };
    for _ in 0..MOST_QUERIES {
        let Ok(Some(query)) = timeout(IDLE, frame(&mut stream)).await else { return };
        let acted = worker.act(
            source,
            destination,
            None,
            |scene, events, out| {
                let verdict = answer(scene.table, scene.at, &query, Transport::Tcp, &mut out.reply);
                count(&worker.shared.counters, verdict);
                if let (true, Verdict::Answered(number)) = (worker.shared.settings.dns.record, verdict)
                    && let Some(served) = scene.table.numbered(number)
                {
                    tell(&query, served, Transport::Tcp, scene, events, out);
                }
            },
            |out, ()| Acted { given: (), unsent: framed(&out.reply), closes: out.reply.is_empty(), drains: false },
        );
        if acted.closes || !matches!(timeout(IDLE, stream.write_all(&acted.unsent)).await, Ok(Ok(()))) {
            return;
        }
    }
}

async fn frame(stream: &mut TcpStream) -> Option<Vec<u8>> {
    let length = usize::from(stream.read_u16().await.ok()?);
    if length > MOST_QUERY {
        return None;
    }
    let mut query = vec![0; length];
    stream.read_exact(&mut query).await.ok()?;
    Some(query)
}

fn framed(reply: &[u8]) -> Vec<u8> {
    let length = u16::try_from(reply.len()).unwrap_or(0);
    [&length.to_be_bytes(), reply].concat()
}
