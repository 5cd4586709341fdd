//! Campaigns and their effect.

use axum::Json;
use renkei_app::campaign::effect::Effect;
use renkei_app::campaign::show::{CampaignList, CampaignShown};
use renkei_app::credentials::BatchList;
use renkei_core::id::CampaignId;

use crate::form::Path;
use crate::problem::Problem;
use crate::visit::Visit;

/// Every campaign.
pub async fn list(visit: Visit) -> Result<Json<CampaignList>, Problem> {
    Ok(Json(visit.office()?.campaigns(visit.at).await?))
}

/// One campaign with its requests.
pub async fn show(visit: Visit, Path(campaign): Path) -> Result<Json<CampaignShown>, Problem> {
    Ok(Json(visit.office()?.campaign(id(&campaign)?, visit.at).await?))
}

/// What changed afterwards.
pub async fn effect(visit: Visit, Path(campaign): Path) -> Result<Json<Effect>, Problem> {
    Ok(Json(visit.office()?.effect(id(&campaign)?, visit.at).await?))
}

fn id(text: &str) -> Result<CampaignId, Problem> {
    text.parse().map_err(|_| Problem::missing())
}

/// Batches of credentials: counts and days, never a value.
pub async fn credentials(visit: Visit) -> Result<Json<BatchList>, Problem> {
    Ok(Json(visit.office()?.credential_batches(visit.at).await.map_err(Problem::failed)?))
}
