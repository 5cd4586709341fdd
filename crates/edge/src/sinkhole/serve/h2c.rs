//! HTTP/2, without TLS (prior knowledge) or inside it: the same answers and the same lines as HTTP/1.1.

use std::net::SocketAddr;
use std::rc::Rc;
use std::time::Duration;

use bytes::Bytes;
use h2::RecvStream;
use h2::server::{Builder, SendResponse};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::task::spawn_local;
use tokio::time::timeout;

use super::secure::Prefixed;
use super::worker::{Acted, Worker};
use crate::sinkhole::hit::Hello;
use crate::sinkhole::http::{Body, MOST_HEAD, Seen, Telling, answer_parts, tell};

/// The device, and the address that it called.
pub(super) type Ends = (SocketAddr, SocketAddr);

/// Requests at the same time on one connection.
const STREAMS: u32 = 32;

/// Serves a connection until it is over or silent for too long.
pub(super) async fn serve<S>(worker: &Rc<Worker>, stream: S, first: Vec<u8>, ends: Ends, hello: Option<Hello>)
where
    S: AsyncRead + AsyncWrite + Unpin + 'static,
{
    let limits = worker.shared.settings.limits;
    let mut builder = Builder::new();
    builder
        .max_concurrent_streams(STREAMS)
        .max_header_list_size(MOST_HEAD as u32)
        .initial_window_size(64 << 10)
        .max_send_buffer_size(64 << 10)
        .max_concurrent_reset_streams(8)
        .max_pending_accept_reset_streams(8);
    let shake = builder.handshake(Prefixed::new(first, stream));
    let Ok(Ok(mut connection)) = timeout(Duration::from_secs(limits.head_seconds), shake).await else { return };
    let hello = Rc::new(hello);
    let idle = Duration::from_secs(limits.idle_seconds);
    // A connection that only sends control frames never comes to a request, and ends here.
    while let Ok(Some(Ok((request, respond)))) = timeout(idle, connection.accept()).await {
        let (parts, body) = request.into_parts();
        let (worker, hello) = (worker.clone(), hello.clone());
        if body.is_end_stream() {
            answer(&worker, &parts, &Body::new(0, false).seen(), respond, ends, hello.as_ref().as_ref());
        } else {
            spawn_local(async move {
                let time = Duration::from_secs(worker.shared.settings.limits.body_seconds);
                let mut counted = Body::new(u64::MAX, false);
                // What is not whole in time is answered as far as it came.
                let _ = timeout(time, count(body, &mut counted)).await;
                answer(&worker, &parts, &counted.seen(), respond, ends, hello.as_ref().as_ref());
            });
        }
    }
}

async fn count(mut body: RecvStream, counted: &mut Body) {
    while let Some(Ok(bytes)) = body.data().await {
        let _ = body.flow_control().release_capacity(bytes.len());
        if !counted.add_framed(&bytes) {
            return;
        }
    }
}

fn answer(
    worker: &Worker,
    parts: &http::request::Parts,
    seen: &Seen,
    mut respond: SendResponse<Bytes>,
    ends: Ends,
    hello: Option<&Hello>,
) {
    let text = |name| parts.headers.get(name).and_then(|value: &http::HeaderValue| value.to_str().ok());
    let host = parts
        .uri
        .host()
        .or_else(|| text(http::header::HOST))
        .map(|host| host.trim_end_matches('.').to_ascii_lowercase());
    let telling = Telling {
        method: parts.method.as_str(),
        path: parts.uri.path_and_query().map_or("/", |path| path.as_str()),
        agent: text(http::header::USER_AGENT),
        referer: text(http::header::REFERER),
        host: host.as_deref(),
    };
    let Acted { given, .. } = worker.act(
        ends.0,
        ends.1,
        hello,
        |scene, events, out| {
            let answer = answer_parts(scene, telling.host);
            tell(&telling, seen, false, scene, events, out);
            answer
        },
        |_, given| Acted { given, unsent: Vec::new(), closes: false, drains: false },
    );
    let Some((status, kind, body)) = given else {
        respond.send_reset(h2::Reason::REFUSED_STREAM);
        return;
    };
    let mut response = http::Response::new(());
    *response.status_mut() = http::StatusCode::from_u16(status).unwrap_or_default();
    if status != 204 {
        response.headers_mut().insert(http::header::CONTENT_TYPE, http::HeaderValue::from_static(kind));
        response.headers_mut().insert(http::header::CONTENT_LENGTH, body.len().into());
    }
    let is_last = body.is_empty() || telling.method == "HEAD";
    worker.shared.counters.answered.one();
    if let Ok(mut stream) = respond.send_response(response, is_last)
        && !is_last
    {
        // The other side may be gone.
        let _ = stream.send_data(Bytes::from(body), true);
    }
}
