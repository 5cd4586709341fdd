//! Passkeys without a finger: an authenticator that the browser plays (WebAuthn level 2, section 11).

use serde_json::{Value, json};

use super::session::{Browser, as_text};
use super::wire::BrowserError;

/// An authenticator built into the machine that keeps passkeys and finds its user always there and always right.
#[derive(Debug, PartialEq, Eq)]
pub struct Authenticator(String);

impl Browser {
    /// Gives the browser an authenticator. Pages must come from `http://localhost:…`, because a passkey is for a name.
    pub async fn add_authenticator(&self) -> Result<Authenticator, BrowserError> {
        let wanted = json!({
            "protocol": "ctap2",
            "transport": "internal",
            "hasResidentKey": true,
            "hasUserVerification": true,
            "isUserConsenting": true,
            "isUserVerified": true,
        });
        Ok(Authenticator(as_text(self.post("webauthn/authenticator", wanted).await?)))
    }

    /// Takes the authenticator away, and its passkeys.
    pub async fn remove_authenticator(&self, authenticator: Authenticator) -> Result<(), BrowserError> {
        self.delete(&format!("webauthn/authenticator/{}", authenticator.0)).await
    }

    /// The passkeys that it holds, as WebAuthn tells them (`credentialId`, `rpId`, `signCount`, …).
    pub async fn passkeys(&self, authenticator: &Authenticator) -> Result<Vec<Value>, BrowserError> {
        let found = self.get(&format!("webauthn/authenticator/{}/credentials", authenticator.0)).await?;
        Ok(found.as_array().cloned().unwrap_or_default())
    }

    /// Lets the user of the authenticator be the right one, or not, from now on.
    pub async fn verify_user(&self, authenticator: &Authenticator, right: bool) -> Result<(), BrowserError> {
        let wanted = json!({ "isUserVerified": right });
        self.post(&format!("webauthn/authenticator/{}/uv", authenticator.0), wanted).await.map(drop)
    }
}
