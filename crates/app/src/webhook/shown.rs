//! Webhooks as shown, and the body of a call.

use renkei_core::time::Moment;
use renkei_store::webhook::{Call, Happened, Matter, Webhook};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};

/// Webhooks of a party.
#[derive(Debug, Serialize, JsonSchema)]
pub struct WebhookList {
    /// Newest first.
    pub webhooks: Vec<WebhookShown>,
    /// The hosts that this office calls.
    pub hosts: Vec<String>,
}

/// A webhook that was made. Its secret is shown once.
#[derive(Debug, Serialize, JsonSchema)]
pub struct WebhookMade {
    /// Its id.
    pub webhook: String,
    /// Where it is called.
    pub url: String,
    /// What calls are signed with (Standard Webhooks: `whsec_…`).
    pub secret: String,
}

/// A webhook as shown.
#[derive(Debug, Serialize, JsonSchema)]
pub struct WebhookShown {
    /// Its id.
    pub webhook: String,
    /// Whose.
    pub party: String,
    /// Where it is called.
    pub url: String,
    /// Who made it.
    pub made_by: String,
    /// When.
    pub made_at: String,
    /// When it was ended.
    pub ended_at: Option<String>,
    /// Its calls: the dead, the waiting, the last that were delivered.
    pub calls: Vec<CallShown>,
}

/// A call as shown.
#[derive(Debug, Serialize, JsonSchema)]
pub struct CallShown {
    /// Its id, which the receiver sees as `webhook-id`.
    pub call: String,
    /// What it tells.
    pub event: String,
    /// `waiting`, `delivered` or `dead`.
    pub state: &'static str,
    /// How often it was tried.
    pub tries: u64,
    /// When what it tells happened.
    pub made_at: String,
    /// When it is tried next, while it waits.
    pub next_at: Option<String>,
    /// HTTP status of the last try.
    pub status: Option<u16>,
    /// What was wrong with the last try.
    pub error: Option<String>,
}

impl WebhookShown {
    pub(super) fn of(webhook: Webhook, calls: Vec<Call>) -> Self {
        let Webhook { id, party, url, secret: _, made_by, made_at, ended_at } = webhook;
        Self {
            webhook: id.to_string(),
            party: party.to_string(),
            url,
            made_by: made_by.to_string(),
            made_at: made_at.to_string(),
            ended_at: ended_at.map(|at| at.to_string()),
            calls: calls.into_iter().map(CallShown::from).collect(),
        }
    }
}

impl From<Call> for CallShown {
    fn from(call: Call) -> Self {
        let Call { id, webhook: _, event, body: _, state, tries, made_at, next_at, status, error } = call;
        let waits = state == renkei_store::webhook::CallState::Waiting;
        Self {
            call: id.to_string(),
            event,
            state: state.word(),
            tries,
            made_at: made_at.to_string(),
            next_at: waits.then(|| next_at.to_string()),
            status,
            error,
        }
    }
}

/// The body of a call: what happened, when, to what. No word of a request and no line of it.
pub fn body(event: &str, at: Moment, data: &Value) -> String {
    json!({ "type": event, "timestamp": at.to_string(), "data": data }).to_string()
}

/// What a call tells of a request or an offer.
pub fn told(happened: &Happened) -> Value {
    let request = match &happened.matter {
        Matter::Request(request) => request,
        Matter::Offer(offer) => {
            return json!({
                "offer": offer.new.id.to_string(),
                "state": offer.state.word(),
                "version": offer.version,
            });
        }
    };
    json!({
        "request": request.id.to_string(),
        "campaign": request.campaign.to_string(),
        "state": request.state.word(),
        "version": request.version,
        "due_at": request.due_at.map(|at| at.to_string()),
    })
}
