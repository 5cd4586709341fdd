//! The numbers by which an office is watched, for Prometheus and its like.

use axum::http::header;
use axum::response::{IntoResponse, Response};

use crate::metrics::TEXT;
use crate::problem::Problem;
use crate::visit::Visit;

/// What was counted, and the figures of this moment.
pub async fn show(visit: Visit) -> Result<Response, Problem> {
    let figures = visit.site.office.figures(visit.at).await?;
    let text = visit.site.metrics.text(&figures).map_err(Problem::failed)?;
    Ok(([(header::CONTENT_TYPE, TEXT)], text).into_response())
}
