//! Mandates: what an approver lets a seat share by itself (S3.2, S4.13).

use axum::Json;
use axum::body::Bytes;
use renkei_app::share::{MandateChanged, MandateList};
use renkei_core::id::{MandateId, SeatId};
use renkei_core::share::{Pap, Terms, Tlp};
use renkei_core::time::{Moment, Validity};
use serde::Deserialize;

use super::items::sent;
use crate::form::Path;
use crate::problem::Problem;
use crate::visit::Visit;

/// A mandate as it is sent.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Give {
    seat: String,
    group: String,
    tlp: String,
    #[serde(default = "amber")]
    pap: String,
    #[serde(default)]
    unnamed: bool,
    days: Option<u32>,
    from: Option<String>,
    until: String,
}

fn amber() -> String {
    Pap::Amber.word().to_owned()
}

/// The mandates of the token's organisation, newest first.
pub async fn list(visit: Visit) -> Result<Json<MandateList>, Problem> {
    Ok(Json(visit.office()?.mandates(visit.at).await?))
}

/// Gives one.
pub async fn give(visit: Visit, body: Bytes) -> Result<Json<MandateChanged>, Problem> {
    let sent: Give = sent(&body)?;
    let moment = |text: &str| -> Result<Moment, Problem> { renkei_app::parse_moment(text).ok_or_else(Problem::form) };
    let terms = Terms {
        group: sent.group.parse().map_err(|_| Problem::form())?,
        tlp: Tlp::from_word(&sent.tlp).ok_or_else(Problem::form)?,
        pap: Pap::from_word(&sent.pap).ok_or_else(Problem::form)?,
        unnamed: sent.unnamed,
        days: sent.days,
        within: Validity { from: sent.from.as_deref().map(moment).transpose()?, until: Some(moment(&sent.until)?) },
    };
    let seat: SeatId = sent.seat.parse().map_err(|_| Problem::form())?;
    Ok(Json(visit.office()?.give_mandate(seat, terms, visit.at).await?))
}

/// Ends one; what was shared by it stays.
pub async fn end(visit: Visit, Path(mandate): Path) -> Result<Json<MandateChanged>, Problem> {
    Ok(Json(visit.office()?.end_mandate(id(&mandate)?, visit.at).await?))
}

/// A mandate's identifier from a path.
pub(crate) fn id(text: &str) -> Result<MandateId, Problem> {
    text.parse().map_err(|_| Problem::missing())
}
