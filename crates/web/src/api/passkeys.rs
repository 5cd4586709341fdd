//! Passkeys of the token's own seat: listed and removed. Making one needs a browser.

use axum::Json;
use renkei_app::signin::passkey::PasskeyShown;
use renkei_core::id::Digest;

use crate::form::Path;
use crate::problem::Problem;
use crate::visit::Visit;

/// Those of the token's seat, oldest first.
pub async fn list(visit: Visit) -> Result<Json<Vec<PasskeyShown>>, Problem> {
    Ok(Json(visit.office()?.passkeys(&visit.seat()?.id).await?))
}

/// Removes one; what is left comes back.
pub async fn remove(visit: Visit, Path(passkey): Path) -> Result<Json<Vec<PasskeyShown>>, Problem> {
    let passkey: Digest = passkey.parse().map_err(|_| Problem::missing())?;
    visit.office()?.remove_passkey(visit.visitor()?, passkey, visit.at).await?;
    list(visit).await
}
