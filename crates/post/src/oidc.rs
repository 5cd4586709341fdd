//! Signing in through an organisation's own identity provider (OpenID Connect Core 1.0, section 3.1: code flow).
//!
//! ```text
//! begin: discovery ─→ the address a browser is sent to, with state, nonce and PKCE challenge
//! finish: code + verifier ─token endpoint→ id token ─signature, issuer, audience, nonce, expiry→ subject
//! ```
//! Of what the provider says only the subject is taken, and only as a digest: no name, no address.

use std::path::Path;

use openidconnect::core::{CoreAuthenticationFlow, CoreClient, CoreProviderMetadata};
use openidconnect::{
    AuthorizationCode, ClientId, ClientSecret, CsrfToken, HttpRequest, HttpResponse, IssuerUrl, Nonce,
    PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, TokenResponse as _,
};
use renkei_core::id::Digest;
use url::Url;

use crate::https::{self, OpenError};

/// The largest answer that is read from a provider (bytes).
const LARGEST: u64 = 1 << 20;

/// Why a provider signs nobody in.
#[derive(Debug, thiserror::Error)]
pub enum OidcError {
    /// The settings name no address that may be called.
    #[error("the identity provider's address `{0}` cannot be called: write https://…")]
    Address(String),
    /// It does not answer, or not as a provider does.
    #[error("the identity provider does not answer as one: {0}")]
    Provider(String),
    /// It refuses the code, or what it says does not hold.
    #[error("what the identity provider said does not hold: {0}")]
    Refused(String),
}

/// A provider, as the office's keeper names it.
#[derive(Debug, Clone, Copy)]
pub struct Provider<'a> {
    /// Its issuer identifier (`https://id.isp.example`).
    pub issuer: &'a str,
    /// What it calls this office.
    pub client: &'a str,
    /// What this office shows it; `None`: a public client, PKCE alone.
    pub secret: Option<&'a str>,
    /// Where it sends browsers back to.
    pub redirect: &'a str,
}

/// What was begun: where the browser goes, and what is kept until it comes back.
#[derive(Debug)]
pub struct Begun {
    /// The provider's address for the browser.
    pub url: String,
    /// Comes back with the browser.
    pub state: String,
    /// Comes back in the id token.
    pub nonce: String,
    /// Shows that who asks for the token is who began (RFC 7636).
    pub verifier: String,
}

/// Speaks with providers.
#[derive(Clone)]
pub struct Oidc(ureq::Agent);

impl std::fmt::Debug for Oidc {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Oidc")
    }
}

/// A call that came to no answer.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct AskError(String);

impl Oidc {
    /// Trusts the system's certificates, and those of a file beside them.
    pub fn open(ca_file: Option<&Path>) -> Result<Self, OpenError> {
        https::agent(ca_file).map(Self)
    }

    /// Begins: asks the provider where browsers are sent.
    pub fn begin(&self, provider: Provider<'_>) -> Result<Begun, OidcError> {
        let client = client(provider, self.discover(provider)?)?;
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let (url, state, nonce) = client
            .authorize_url(CoreAuthenticationFlow::AuthorizationCode, CsrfToken::new_random, Nonce::new_random)
            .set_pkce_challenge(challenge)
            .url();
        Ok(Begun {
            url: url.to_string(),
            state: state.into_secret(),
            nonce: nonce.secret().clone(),
            verifier: verifier.into_secret(),
        })
    }

    /// Turns the code that a browser came back with into who it is: a digest of issuer and subject.
    pub fn finish(
        &self,
        provider: Provider<'_>,
        code: &str,
        (nonce, verifier): (&str, &str),
    ) -> Result<Digest, OidcError> {
        let refused = |error: &dyn std::error::Error| OidcError::Refused(said(error));
        let client = client(provider, self.discover(provider)?)?;
        let asked = client.exchange_code(AuthorizationCode::new(code.to_owned())).map_err(|error| refused(&error))?;
        let ask = |request| self.ask(request);
        let token = asked
            .set_pkce_verifier(PkceCodeVerifier::new(verifier.to_owned()))
            .request(&ask)
            .map_err(|error| refused(&error))?;
        let id = token.id_token().ok_or_else(|| OidcError::Refused("there is no id token".to_owned()))?;
        let nonce = Nonce::new(nonce.to_owned());
        let claims = id.claims(&client.id_token_verifier(), &nonce).map_err(|error| refused(&error))?;
        Ok(subject(claims.issuer(), claims.subject().as_str()))
    }

    fn discover(&self, provider: Provider<'_>) -> Result<CoreProviderMetadata, OidcError> {
        let issuer = IssuerUrl::new(provider.issuer.to_owned());
        let issuer = issuer.map_err(|_| OidcError::Address(provider.issuer.to_owned()))?;
        let ask = |request| self.ask(request);
        CoreProviderMetadata::discover(&issuer, &ask).map_err(|error| OidcError::Provider(said(&error)))
    }

    fn ask(&self, request: HttpRequest) -> Result<HttpResponse, AskError> {
        let uri = request.uri().to_string();
        let url: Url = uri.parse().map_err(|_| AskError(format!("`{uri}` is no address")))?;
        let here = url.host().is_some_and(|host| https::is_here(&host));
        if url.scheme() != "https" && !(here && url.scheme() == "http") {
            return Err(AskError(format!("`{uri}` is in the clear")));
        }
        let answer = self.0.run(request).map_err(|error| AskError(error.to_string()))?;
        let (head, mut body) = answer.into_parts();
        let body = body.with_config().limit(LARGEST).read_to_vec().map_err(|error| AskError(error.to_string()))?;
        Ok(HttpResponse::from_parts(head, body))
    }
}

/// Who somebody is to this office: nothing that names a person is kept.
fn subject(issuer: &str, subject: &str) -> Digest {
    Digest::of(format!("renkei oidc v1\n{issuer}\n{subject}\n").as_bytes())
}

type Client = CoreClient<
    openidconnect::EndpointSet,
    openidconnect::EndpointNotSet,
    openidconnect::EndpointNotSet,
    openidconnect::EndpointNotSet,
    openidconnect::EndpointMaybeSet,
    openidconnect::EndpointMaybeSet,
>;

fn client(provider: Provider<'_>, metadata: CoreProviderMetadata) -> Result<Client, OidcError> {
    let redirect = RedirectUrl::new(provider.redirect.to_owned());
    let redirect = redirect.map_err(|_| OidcError::Address(provider.redirect.to_owned()))?;
    let secret = provider.secret.map(|secret| ClientSecret::new(secret.to_owned()));
    let client = CoreClient::from_provider_metadata(metadata, ClientId::new(provider.client.to_owned()), secret);
    Ok(client.set_redirect_uri(redirect))
}

/// An error with what lies beneath it; libraries say little at the top.
fn said(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut beneath = error.source();
    while let Some(error) = beneath {
        text = format!("{text}: {error}");
        beneath = error.source();
    }
    text
}
