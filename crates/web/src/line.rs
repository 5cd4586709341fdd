//! The door of the line: other offices post messages of ETSI TS 103 120 here, each known by its certificate (S4.5).
//!
//! It is a listener of its own: no page, no session and no token lives here, and nobody is answered whose certificate
//! no line's authority issued.

mod peer;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::DefaultBodyLimit;
use axum::http::{Method, Response, StatusCode, Uri, header};
use base64::Engine as _;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::service::TowerToHyperService;
use renkei_app::line::{LineError, RECEIPT};
use renkei_app::office::Office;
use renkei_core::id::PartyId;
use renkei_core::time::Moment;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_rustls::TlsAcceptor;

/// Most bytes of a message: base 64 of the largest answer, and what stands around it.
const MOST: usize = 17 << 20;
/// A hello ends after this long.
const HELLO: Duration = Duration::from_secs(10);
/// A request's head is sent within this.
const HEAD: Duration = Duration::from_secs(15);
/// Connections at once.
const AT_ONCE: usize = 256;

/// Takes messages of other offices until `stop` resolves.
///
/// # Errors
/// When the office has no certificate for its lines, or it cannot be used.
pub async fn serve(
    office: Office,
    listener: TcpListener,
    clock: fn() -> Moment,
    stop: impl Future<Output = ()>,
) -> Result<(), LineError> {
    let door = Arc::new(peer::Door::open(office, clock)?);
    let at_once = Arc::new(Semaphore::new(AT_ONCE));
    tokio::pin!(stop);
    loop {
        let stream = tokio::select! {
            () = &mut stop => return Ok(()),
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => stream,
                Err(error) => {
                    tracing::warn!(%error, "the line cannot accept now");
                    tokio::time::sleep(Duration::from_millis(100)).await;
                    continue;
                }
            },
        };
        let Ok(turn) = Arc::clone(&at_once).try_acquire_owned() else { continue };
        let door = Arc::clone(&door);
        tokio::spawn(async move {
            if let Err(why) = speak(&door, stream).await {
                tracing::debug!(why, "a connection of the line ended");
            }
            drop(turn);
        });
    }
}

/// One connection: who it is, then what it asks.
async fn speak(door: &Arc<peer::Door>, stream: TcpStream) -> Result<(), &'static str> {
    let config = door.config().await.map_err(|_| "no line can be used")?;
    let hello = TlsAcceptor::from(config).accept(stream);
    let stream = tokio::time::timeout(HELLO, hello).await.map_err(|_| "the hello took too long")?;
    let stream = stream.map_err(|_| "the hello failed")?;
    let party = door.known(stream.get_ref().1).await.ok_or("no line's certificate")?;
    let door = Arc::clone(door);
    let take = move |method: Method, uri: Uri, body: Bytes| {
        let under = uri.path().ends_with("/hint");
        take(Arc::clone(&door), party.clone(), method, under, body)
    };
    let router: Router = Router::new().fallback(take).layer(DefaultBodyLimit::max(MOST));
    let mut builder = Builder::new(TokioExecutor::new());
    builder.http1().timer(TokioTimer::new()).header_read_timeout(HEAD);
    let served = builder.serve_connection(TokioIo::new(stream), TowerToHyperService::new(router)).await;
    served.map_err(|_| "the connection broke")
}

async fn take(door: Arc<peer::Door>, party: PartyId, method: Method, is_hint: bool, body: Bytes) -> Response<Body> {
    let plain = |status: StatusCode| {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = status;
        response
    };
    if method != Method::POST {
        return plain(StatusCode::METHOD_NOT_ALLOWED);
    }
    let at = door.now();
    if is_hint {
        return match door.office().take_hint_call(&party, &body, at).await {
            Ok(reply) => {
                let mut response = Response::new(Body::from(reply.to_json()));
                let kind = header::HeaderValue::from_static("application/json");
                response.headers_mut().insert(header::CONTENT_TYPE, kind);
                response
            }
            Err(error) => {
                tracing::error!(%party, %error, "a call of `{party}` about hints cannot be answered now");
                plain(StatusCode::SERVICE_UNAVAILABLE)
            }
        };
    }
    match door.office().take_message(&party, &body, at).await {
        Ok(reply) => {
            tracing::info!(%party, bytes = body.len(), "a message of `{party}` was answered");
            let kind = header::HeaderValue::from_static(reply.encoding.media_type());
            let mut response = Response::new(Body::from(reply.body));
            response.headers_mut().insert(header::CONTENT_TYPE, kind);
            let receipt = base64::engine::general_purpose::STANDARD.encode(reply.receipt);
            if let Ok(value) = header::HeaderValue::from_str(&receipt) {
                response.headers_mut().insert(RECEIPT, value);
            }
            response
        }
        Err(error) => {
            tracing::error!(%party, %error, "a message of `{party}` cannot be taken now");
            plain(StatusCode::SERVICE_UNAVAILABLE)
        }
    }
}
