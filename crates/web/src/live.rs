//! Live: tells open pages that something changed, by server-sent events; what changed they read as any page.
//!
//! An event says nothing but that there is news: no number, no name. One task a process asks the registry
//! for the ledger's size, and only while somebody listens.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::http::{HeaderName, HeaderValue};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures::Stream;
use futures::stream::unfold;
use tokio::sync::watch;

use crate::site::Site;
use crate::visit::Visit;

/// How often the registry is asked.
const PAUSE: Duration = Duration::from_secs(1);
/// A connection ends after this long; the page makes a new one, and the guard looks at the session again.
const LONGEST: Duration = Duration::from_secs(300);
/// Proxies hold nothing back.
const UNBUFFERED: HeaderName = HeaderName::from_static("x-accel-buffering");

/// What listeners are told by.
#[derive(Debug)]
pub struct News {
    /// The ledger's size when it was last asked for.
    size: watch::Sender<u64>,
    /// Whether the site is ending.
    ending: watch::Sender<bool>,
}

impl Default for News {
    fn default() -> Self {
        Self { size: watch::Sender::new(0), ending: watch::Sender::new(false) }
    }
}

impl News {
    /// Ends every connection, so that the process can end.
    pub fn end(&self) {
        self.ending.send_replace(true);
    }
}

/// Asks for news while somebody listens, until the site ends.
pub async fn look(site: Arc<Site>) {
    let mut ending = site.news.ending.subscribe();
    loop {
        tokio::select! {
            _ = ending.wait_for(|ending| *ending) => return,
            () = tokio::time::sleep(PAUSE) => {}
        }
        if site.news.size.receiver_count() == 0 {
            continue;
        }
        match site.office.ledger_size().await {
            Ok(size) => {
                site.news.size.send_if_modified(|known| std::mem::replace(known, size) != size);
            }
            Err(error) => tracing::warn!(%error, "the ledger's size is not known now"),
        }
    }
}

/// The events.
pub async fn events(visit: Visit) -> Response {
    let news = &visit.site.news;
    let stream = changes(news.size.subscribe(), news.ending.subscribe());
    let mut answer = Sse::new(stream).keep_alive(KeepAlive::new().interval(Duration::from_secs(20))).into_response();
    answer.headers_mut().insert(UNBUFFERED, HeaderValue::from_static("no"));
    answer
}

/// One event a change, until the connection is old or the site ends.
fn changes(
    size: watch::Receiver<u64>,
    ending: watch::Receiver<bool>,
) -> impl Stream<Item = Result<Event, Infallible>> + Send {
    let old = Box::pin(tokio::time::sleep(LONGEST));
    unfold((size, ending, old), |(mut size, mut ending, mut old)| async move {
        tokio::select! {
            changed = size.changed() => changed.ok()?,
            _ = ending.wait_for(|ending| *ending) => return None,
            () = &mut old => return None,
        }
        Some((Ok(Event::default().event("news").data("news")), (size, ending, old)))
    })
}
