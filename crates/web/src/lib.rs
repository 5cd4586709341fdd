//! The office's pages and its API: what a visitor may do is the gate's, what happens is `app`'s.
//!
//! Everything that can be asked for stands in one table ([`route::ROUTES`]): router, guard, menu and
//! the OpenAPI document are built from it, and the test of every route × role × organisation walks it.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing))]

mod answer;
mod asset;
mod public;
mod door;
mod form;
mod guard;
mod metrics;
mod watch;
mod rate;
mod replay;
mod live;
mod layout;
mod part;
mod turn;
mod asking;
mod problem;
mod api;
mod ui;
pub mod route;
pub mod site;
mod visit;
pub mod line;
mod taxii;

use std::net::SocketAddr;
use std::sync::Arc;

use tokio::net::TcpListener;

pub use rate::Pace;
pub use site::{Settings, Site};

/// Serves the pages and the API until `stop` resolves; requests under way are ended first.
pub async fn serve(
    site: Site,
    listener: TcpListener,
    stop: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let site = Arc::new(site);
    let looking = tokio::spawn(live::look(Arc::clone(&site)));
    let ending = Arc::clone(&site);
    let stop = async move {
        stop.await;
        // Pages that listen would keep the process for minutes.
        ending.news.end();
    };
    let router = route::router(Arc::clone(&site)).into_make_service_with_connect_info::<SocketAddr>();
    let served = axum::serve(listener, router).with_graceful_shutdown(stop).await;
    site.news.end();
    // It ends by itself now; how it ended changes nothing.
    let _ = looking.await;
    served
}
