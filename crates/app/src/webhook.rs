//! Webhooks: who hears by HTTP that something changed for it, and the calls that tell it.
//!
//! A call names what happened and to which request; what the request says is read through the API,
//! where the gate is asked. So a call that goes astray tells a number and a state, and nobody's address.

mod carry;
mod shown;

use renkei_core::act::Act;
use renkei_core::id::{CallId, PartyId, WebhookId};
use renkei_core::ledger::Detail;
use renkei_core::question::{Object, ObjectKind, Recipient};
use renkei_core::seat::{Duty, Seat};
use renkei_core::time::Moment;
use renkei_gate::Permit;
use renkei_post::webhook::{Address, AddressError, Secret};
use renkei_store::webhook::{Call, CallState, Webhook};
use renkei_store::{DbError, WriteError};

use crate::campaign::fresh;
use crate::office::{AskError, Office};
use crate::signin::SignInError;

pub use carry::Called;
pub use renkei_post::webhook::Caller;
pub use shown::{CallShown, WebhookList, WebhookMade, WebhookShown};

/// Calls of one webhook that are listed.
const LISTED: u64 = 100;

/// Why a webhook is not made, ended or called.
#[derive(Debug, thiserror::Error)]
pub enum WebhookError {
    /// The gate.
    #[error("{0}")]
    Ask(#[from] AskError),
    /// The registry.
    #[error("{0}")]
    Write(#[from] WriteError),
    /// The registry.
    #[error("{0}")]
    Db(#[from] DbError),
    /// The address.
    #[error("{0}")]
    Address(#[from] AddressError),
    /// The office's key that seals secrets.
    #[error("{0}")]
    Key(#[from] SignInError),
    /// A certificate to trust.
    #[error("{0}")]
    Open(#[from] renkei_post::webhook::OpenError),
    /// There is no such webhook of this party.
    #[error("there is no such webhook of this party, or it was ended")]
    Unknown,
}

impl Office {
    /// The webhooks of the acting seat's party, with the calls that nobody took.
    pub async fn webhooks(&self) -> Result<WebhookList, WebhookError> {
        let acting = self.seat(Duty::Keeper).await?;
        let mut list = Vec::new();
        for webhook in self.store.webhooks(Some(&acting.party)).await? {
            let mut calls = self.store.calls(webhook.id, CallState::Dead, LISTED).await?;
            calls.extend(self.store.calls(webhook.id, CallState::Waiting, LISTED).await?);
            calls.extend(self.store.calls(webhook.id, CallState::Delivered, 10).await?);
            list.push(WebhookShown::of(webhook, calls));
        }
        Ok(WebhookList { webhooks: list, hosts: self.settings.webhooks.hosts.clone() })
    }

    /// Makes a webhook of the acting seat's party. Its secret comes back once.
    pub async fn make_webhook(&self, url: &str, at: Moment) -> Result<WebhookMade, WebhookError> {
        let address = Address::allowed(url.trim(), &self.settings.webhooks.hosts)?;
        let (permit, acting) = self.webhook_permit(at).await?;
        let secret = Secret::fresh();
        let webhook = Webhook {
            id: WebhookId::from_bits(fresh(at)),
            party: acting.party,
            url: address.as_str().to_owned(),
            secret: self.seal_secret(&secret.text()).await?,
            made_by: acting.id,
            made_at: at,
            ended_at: None,
        };
        self.store.make_webhook(permit, &webhook).await?;
        Ok(WebhookMade { webhook: webhook.id.to_string(), url: webhook.url, secret: secret.text().as_str().to_owned() })
    }

    /// Ends a webhook of the acting seat's party.
    pub async fn end_webhook(&self, id: WebhookId, at: Moment) -> Result<(), WebhookError> {
        let (permit, acting) = self.webhook_permit(at).await?;
        self.store.end_webhook(permit, &acting.party, id).await?;
        Ok(())
    }

    /// Calls a webhook with an event that says nothing: it shows whether calls arrive.
    pub async fn test_webhook(&self, id: WebhookId, at: Moment) -> Result<CallShown, WebhookError> {
        let (permit, acting) = self.webhook_permit(at).await?;
        let webhook = self.own_webhook(id, &acting.party).await?;
        if webhook.ended_at.is_some() {
            return Err(WebhookError::Unknown);
        }
        self.store.record_act(permit, Detail::new().put("step", "webhook-test").put("webhook", id)).await?;
        let body = shown::body("test", at, &serde_json::json!({ "webhook": id.to_string() }));
        let call = carry::call(id, "test", body, at);
        self.store.add_call(&call).await?;
        Ok(call.into())
    }

    /// Has a dead call of the acting seat's party tried again.
    pub async fn call_again(&self, id: CallId, at: Moment) -> Result<CallShown, WebhookError> {
        let (permit, acting) = self.webhook_permit(at).await?;
        let call = self.store.call(id).await?.ok_or(WebhookError::Unknown)?;
        if self.own_webhook(call.webhook, &acting.party).await?.ended_at.is_some() {
            return Err(WebhookError::Unknown);
        }
        self.store.revive_call(id, at).await?;
        self.store.record_act(permit, Detail::new().put("step", "webhook-call-again").put("call", id)).await?;
        Ok(Call { state: CallState::Waiting, tries: 0, next_at: at, ..call }.into())
    }

    async fn own_webhook(&self, id: WebhookId, party: &PartyId) -> Result<Webhook, WebhookError> {
        let all = self.store.webhooks(Some(party)).await?;
        all.into_iter().find(|webhook| webhook.id == id).ok_or(WebhookError::Unknown)
    }

    /// Who manages a party's seats says which of its programs are called.
    async fn webhook_permit(&self, at: Moment) -> Result<(Permit, Seat), WebhookError> {
        let acting = self.seat(Duty::Keeper).await?;
        let object = Object::new(ObjectKind::Seat, &acting.id, 0);
        let question = self.question(Act::ManageSeats, acting.clone(), at).on(object);
        let question = match self.store.party(&acting.party).await? {
            Some(party) => question.to(Recipient::of(&party, at, true)),
            None => question,
        };
        Ok((self.ask(question).await?, acting))
    }
}
