//! What everybody reads without signing in: the files that were published, byte by byte, and nothing else.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse as _, Response};

use crate::problem::Problem;
use crate::site::Site;

/// The page that a folder's path stands for.
const FRONT: &str = "index.html";
/// The pages bring their own style and the policy that names its digest; the header must not forbid it,
/// and says what a page cannot say itself.
pub const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// The first page.
pub async fn front(State(site): State<Arc<Site>>) -> Result<Response, Problem> {
    answer(&site, FRONT).await
}

/// A file that stands at the top.
pub async fn page(State(site): State<Arc<Site>>, Path(file): Path<String>) -> Result<Response, Problem> {
    answer(&site, &file).await
}

/// A file in a folder.
pub async fn file(
    State(site): State<Arc<Site>>,
    Path((folder, file)): Path<(String, String)>,
) -> Result<Response, Problem> {
    answer(&site, &format!("{folder}/{file}")).await
}

async fn answer(site: &Site, path: &str) -> Result<Response, Problem> {
    let file = site.office.public_file(path).await?.ok_or_else(Problem::missing)?;
    // A correction must be seen soon.
    let headers = [
        (header::CONTENT_TYPE, file.kind),
        (header::CACHE_CONTROL, "public, max-age=60".to_owned()),
        (header::CONTENT_SECURITY_POLICY, POLICY.to_owned()),
    ];
    Ok((headers, file.bytes).into_response())
}
