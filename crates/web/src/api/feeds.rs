//! Feed files that programs hand in: sensors, sinkholes, partners.

use axum::Json;
use axum::extract::Request;
use futures::StreamExt as _;
use renkei_app::ingest::{FeedShown, IngestError};

use crate::form::Path;
use crate::problem::Problem;
use crate::visit::Visit;

/// The largest file that is taken.
const LARGEST: u64 = 4 << 30;

/// Takes a feed file and reads it in, once: the same bytes again are answered `known`.
pub async fn hand_in(visit: Visit, Path(name): Path, request: Request) -> Result<Json<FeedShown>, Problem> {
    let office = visit.office()?;
    let mut hand_in = office.begin_hand_in(&name).await?;
    let (mut body, mut taken) = (request.into_body().into_data_stream(), 0u64);
    while let Some(bytes) = body.next().await {
        let bytes = bytes.map_err(|error| Problem::form().detailed(error))?;
        taken += bytes.len() as u64;
        if taken > LARGEST {
            return Err(Problem::too_large());
        }
        hand_in.write(&bytes).await.map_err(Problem::failed)?;
    }
    Ok(Json(office.end_hand_in(hand_in, visit.at).await?))
}

impl From<IngestError> for Problem {
    fn from(error: IngestError) -> Self {
        match error {
            IngestError::Ask(error) => error.into(),
            IngestError::Write(error) => error.into(),
            IngestError::Db(error) => error.into(),
            // Which folder of the office it lay in meanwhile is nobody's business.
            IngestError::Detect(_, error) => Self::form().detailed(error),
            IngestError::Read(_, error) => Self::form().detailed(error),
            IngestError::Hours(_, error) => Self::form().detailed(error),
            other => Self::failed(other),
        }
    }
}
