//! Signing in through an organisation's own identity provider: begun, come back from, linked to one's seat.
//!
//! A seat is linked by whoever holds it, once, with its password typed again. From then on the provider
//! signs it in; where the office's keeper says `only`, nothing else does. Approvals are confirmed as
//! before, by passkey or time code: a provider vouches for who is there, not for what was read.

use renkei_core::id::{Digest, PartyId, SeatId};
use renkei_core::time::Moment;
use renkei_post::oidc::{Begun, Oidc as Caller, OidcError, Provider};
use renkei_store::identity::Flow;
use renkei_store::{DbError, WriteError};
use schemars::JsonSchema;
use serde::Serialize;
use zeroize::Zeroizing;

use super::passkey::PasskeyUseError;
use super::{MINUTE, SignInError, SignedIn, Visitor, password};
use crate::office::Office;
use crate::settings::Oidc;

/// How long somebody who was sent to a provider is waited for.
const OPEN: i64 = 10 * MINUTE;

/// Why nobody is signed in or linked.
#[derive(Debug, thiserror::Error)]
pub enum ProviderError {
    /// The office knows no provider of this party.
    #[error("this office knows no identity provider of `{0}`")]
    None(PartyId),
    /// The browser came back without having been sent, twice, too late, or not where it was sent from.
    #[error("this sign-in was begun elsewhere, or too long ago: begin again")]
    Flow,
    /// The provider said no, or what it said does not hold.
    #[error("the identity provider signed nobody in: {0}")]
    Refused(String),
    /// The provider cannot be asked.
    #[error("{0}")]
    Away(String),
    /// Nobody here is linked to who signed in there.
    #[error(
        "no seat is linked with this sign-in: sign in with the seat's password and link it on the page of your seat"
    )]
    Unlinked,
    /// Who signed in there is linked to a seat already.
    #[error("this sign-in is linked with a seat already: one person at the provider has one seat")]
    Linked,
    /// Signing in.
    #[error("{0}")]
    SignIn(#[from] SignInError),
    /// The permit to change one's own seat.
    #[error("{0}")]
    Own(#[from] Box<PasskeyUseError>),
    /// The registry.
    #[error("{0}")]
    Db(#[from] DbError),
    /// The registry.
    #[error("{0}")]
    Write(#[from] WriteError),
}

impl From<OidcError> for ProviderError {
    fn from(error: OidcError) -> Self {
        match error {
            OidcError::Refused(why) => Self::Refused(why),
            away => Self::Away(away.to_string()),
        }
    }
}

/// A link as its holder sees it.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct IdentityShown {
    /// Digest of issuer and subject.
    pub identity: String,
    /// The provider.
    pub issuer: String,
    /// When it was linked.
    pub made_at: String,
    /// When it last signed in.
    pub used_at: Option<String>,
}

/// Where a browser is sent, and what it must bring back.
#[derive(Debug)]
pub struct Sent {
    /// The provider's address.
    pub url: String,
    /// The state, which the browser keeps as well.
    pub state: String,
}

/// What a browser brought back.
#[derive(Debug, Clone, Copy)]
pub struct CameBack<'a> {
    /// The state in the address.
    pub state: &'a str,
    /// The state that this very browser keeps.
    pub kept: Option<&'a str>,
    /// The code.
    pub code: Option<&'a str>,
    /// Why there is none.
    pub error: Option<&'a str>,
}

/// What came of it.
#[derive(Debug)]
pub enum Came {
    /// Somebody is signed in, and wanted to go there.
    In(SignedIn, String),
    /// The seat is linked.
    Linked,
}

impl Office {
    /// The parties whose seats sign in through a provider of their own, with their names.
    pub async fn providers(&self) -> Result<Vec<(PartyId, super::BilingualShown)>, DbError> {
        let mut list = Vec::new();
        for provider in &self.settings.oidc {
            if let Some(party) = self.store.party(&provider.party).await? {
                list.push((party.id, party.name.into()));
            }
        }
        Ok(list)
    }

    /// Sends somebody who wants to sign in to a party's provider.
    pub async fn begin_provider(
        &self,
        party: &PartyId,
        redirect: &str,
        back: &str,
        at: Moment,
    ) -> Result<Sent, ProviderError> {
        self.send_to(party, redirect, None, back, at).await
    }

    /// Sends the holder of a seat to the provider of its party, to link the seat; the password is typed again.
    pub async fn begin_link(
        &self,
        visitor: &Visitor,
        redirect: &str,
        (typed, source): (&str, &str),
        at: Moment,
    ) -> Result<Sent, ProviderError> {
        let seat = &visitor.seat;
        self.may_try(&seat.id, source, at).await?;
        let account = self.store.account(&seat.id).await?;
        if !password::fits(typed, account.as_ref().map(|account| account.password.as_str())) {
            self.store.note_failure(&seat.id, source, at).await?;
            return Err(SignInError::Wrong.into());
        }
        self.store.forget_failures(&seat.id, source).await?;
        self.send_to(&seat.party, redirect, Some(visitor.mark), "/account", at).await
    }

    async fn send_to(
        &self,
        party: &PartyId,
        redirect: &str,
        session: Option<Digest>,
        back: &str,
        at: Moment,
    ) -> Result<Sent, ProviderError> {
        let set = self.provider_of(party)?.clone();
        let redirect = redirect.to_owned();
        let Begun { url, state, nonce, verifier } =
            speak(set, move |caller, provider| caller.begin(Provider { redirect: &redirect, ..provider })).await?;
        let flow = Flow {
            mark: Digest::of(state.as_bytes()),
            party: party.clone(),
            nonce,
            verifier,
            session,
            back: back.to_owned(),
            ends_at: Moment(at.0 + OPEN),
        };
        self.store.begin_flow(&flow, at).await?;
        Ok(Sent { url, state })
    }

    /// Takes in what a browser brought back from a provider. `visitor` is who is signed in in it.
    pub async fn come_back(
        &self,
        came: CameBack<'_>,
        visitor: Option<&Visitor>,
        redirect: &str,
        device: &str,
        at: Moment,
    ) -> Result<Came, ProviderError> {
        let flow = self.store.end_flow(Digest::of(came.state.as_bytes()), at).await?.ok_or(ProviderError::Flow)?;
        // Another browser than the one that was sent: somebody else's sign-in would be taken over.
        if came.kept != Some(came.state) {
            return Err(ProviderError::Flow);
        }
        if let Some(error) = came.error {
            return Err(ProviderError::Refused(error.chars().filter(|c| !c.is_control()).take(80).collect()));
        }
        let code = came.code.ok_or(ProviderError::Flow)?.to_owned();
        let set = self.provider_of(&flow.party)?.clone();
        let (issuer, redirect) = (set.issuer.clone(), redirect.to_owned());
        let (nonce, verifier) = (flow.nonce, flow.verifier);
        let subject = speak(set, move |caller, provider| {
            caller.finish(Provider { redirect: &redirect, ..provider }, &code, (&nonce, &verifier))
        });
        let subject = subject.await?;
        match (flow.session, visitor) {
            (None, _) => {
                let signed = self.sign_in_by_provider(subject, &flow.party, device, at).await?;
                Ok(Came::In(signed, flow.back))
            }
            (Some(session), Some(visitor)) if visitor.mark == session => {
                if self.store.identity(subject).await?.is_some() {
                    return Err(ProviderError::Linked);
                }
                let permit = self.own_permit(visitor, at).await.map_err(Box::new)?;
                self.store.link_identity(permit, subject, &issuer).await?;
                Ok(Came::Linked)
            }
            (Some(_), _) => Err(ProviderError::Flow),
        }
    }

    async fn sign_in_by_provider(
        &self,
        subject: Digest,
        party: &PartyId,
        device: &str,
        at: Moment,
    ) -> Result<SignedIn, ProviderError> {
        let identity = self.store.identity(subject).await?.ok_or(ProviderError::Unlinked)?;
        let account = self.store.account(&identity.seat).await?.filter(|account| account.suspended_at.is_none());
        let seat = self.store.seat(&identity.seat).await?.filter(|seat| seat.party == *party && account.is_some());
        let seat = seat.ok_or(ProviderError::Unlinked)?;
        self.store.use_identity(subject, at).await?;
        Ok(self.begin_session(seat, "oidc", device, at).await?)
    }

    /// The links of one's own seat.
    pub async fn identities(&self, seat: &SeatId) -> Result<Vec<IdentityShown>, DbError> {
        let shown = self.store.identities(seat).await?.into_iter().map(|identity| IdentityShown {
            identity: identity.subject.to_string(),
            issuer: identity.issuer,
            made_at: identity.made_at.to_string(),
            used_at: identity.used_at.map(|at| at.to_string()),
        });
        Ok(shown.collect())
    }

    /// Takes a link of one's own seat away; password and time code stay.
    pub async fn unlink(&self, visitor: &Visitor, identity: Digest, at: Moment) -> Result<(), ProviderError> {
        let permit = self.own_permit(visitor, at).await.map_err(Box::new)?;
        Ok(self.store.unlink_identity(permit, identity).await?)
    }

    /// Whether a seat may sign in by password or passkey: not where its party's provider is the only way.
    pub(super) async fn may_sign_in_here(&self, seat: &renkei_core::seat::Seat) -> Result<bool, DbError> {
        let only = self.settings.oidc.iter().any(|provider| provider.only && provider.party == seat.party);
        Ok(!only || self.store.identities(&seat.id).await?.is_empty())
    }

    fn provider_of(&self, party: &PartyId) -> Result<&Oidc, ProviderError> {
        let found = self.settings.oidc.iter().find(|provider| provider.party == *party);
        found.ok_or_else(|| ProviderError::None(party.clone()))
    }
}

/// Speaks with a provider on a thread that may wait.
async fn speak<T: Send + 'static>(
    set: Oidc,
    say: impl FnOnce(&Caller, Provider<'_>) -> Result<T, OidcError> + Send + 'static,
) -> Result<T, ProviderError> {
    let spoken = tokio::task::spawn_blocking(move || {
        let secret = match &set.secret_file {
            Some(path) => {
                let text = std::fs::read_to_string(path).map_err(|error| {
                    ProviderError::Away(format!("cannot read the client's secret `{}`: {error}", path.display()))
                })?;
                Some(Zeroizing::new(text.trim().to_owned()))
            }
            None => None,
        };
        let caller = Caller::open(set.ca_file.as_deref()).map_err(|error| ProviderError::Away(error.to_string()))?;
        let secret = secret.as_ref().map(|secret| secret.as_str());
        let provider = Provider { issuer: &set.issuer, client: &set.client, secret, redirect: "" };
        Ok(say(&caller, provider)?)
    });
    spoken.await.map_err(|error| ProviderError::Away(error.to_string()))?
}
