//! Style, script and mark of the pages: our own, compiled in, the same for everybody.

use axum::http::header;
use axum::response::IntoResponse;

const STYLE: &str = include_str!("asset/style.css");
const SCRIPT: &str = include_str!("asset/live.js");
const PASSKEY: &str = include_str!("asset/passkey.js");
const ICON: &str = include_str!("asset/icon.svg");

/// The style.
pub async fn style() -> impl IntoResponse {
    kept("text/css; charset=utf-8", STYLE)
}

/// The script: work lists that update themselves; every page works without it.
pub async fn script() -> impl IntoResponse {
    kept("text/javascript; charset=utf-8", SCRIPT)
}

/// The script that asks passkeys; what it serves has another way without it.
pub async fn passkey() -> impl IntoResponse {
    kept("text/javascript; charset=utf-8", PASSKEY)
}

/// The mark.
pub async fn icon() -> impl IntoResponse {
    kept("image/svg+xml", ICON)
}

fn kept(kind: &'static str, text: &'static str) -> impl IntoResponse {
    ([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "public, max-age=3600")], text)
}
