//! Lists for machines: what reaches the token's seat, as a plain list, a sheet, or a response policy zone.

use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use renkei_app::share::{Form, ListAsked};
use serde::Deserialize;

use crate::form::{Path, Query};
use crate::problem::Problem;
use crate::visit::Visit;

/// What is to stand in a list.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Wanted {
    kind: Option<String>,
    group: Option<String>,
    warned: Option<bool>,
    zone: Option<String>,
}

/// A list, or that it is the one that the program has (RFC 9110 section 13.1.2).
pub async fn show(
    visit: Visit,
    Path(form): Path,
    wanted: Query<Wanted>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let Query(Wanted { kind, group, warned, zone }) = wanted;
    let asked = ListAsked {
        form: Form::from_word(&form).ok_or_else(Problem::missing)?,
        kinds: kind.iter().flat_map(|kinds| kinds.split(',')).map(|kind| kind.trim().to_owned()).collect(),
        group: group.map(|group| group.parse().map_err(|_| Problem::form())).transpose()?,
        warned: warned.unwrap_or(false),
        zone,
    };
    let list = visit.office()?.list(&asked, "list", visit.at).await?;
    let tag = format!("\"{}\"", list.tag);
    let known = headers.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok());
    let known = known.is_some_and(|tags| {
        tags.split(',').any(|one| matches!(one.trim(), "*") || one.trim().trim_start_matches("W/") == tag)
    });
    let left = list.left_out;
    let told = [
        (header::ETAG.as_str(), tag),
        (header::CACHE_CONTROL.as_str(), "private, no-cache".to_owned()),
        ("x-renkei-values", list.values.to_string()),
        (
            "x-renkei-left-out",
            format!(
                "warned={}, reserved={}, passive={}, unsaid={}",
                left.warned, left.reserved, left.passive, left.unsaid
            ),
        ),
    ];
    if known {
        return Ok((StatusCode::NOT_MODIFIED, told).into_response());
    }
    Ok((told, [(header::CONTENT_TYPE, list.media)], list.body).into_response())
}
