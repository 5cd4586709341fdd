//! Calls on their way: made from the ledger, tried at the pace of Standard Webhooks, dead after nine waits.

use renkei_core::id::{CallId, PartyId, WebhookId};
use renkei_core::time::{DAY, Moment, SECOND};
use renkei_post::webhook::{Address, Caller, Carried, Secret};
use renkei_store::webhook::{Call, CallState, Happened, Matter, Tried, Webhook};
use schemars::JsonSchema;
use serde::Serialize;

use super::{WebhookError, shown};
use crate::campaign::fresh;
use crate::office::Office;

const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
/// How long to wait after each try (Standard Webhooks 1.0, "retry schedule").
const WAITS: [i64; 9] =
    [5 * SECOND, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR, 14 * HOUR, 20 * HOUR, 24 * HOUR];
/// A call is lent to one process for so long.
const LENT: i64 = MINUTE;
/// Calls that are tried at once.
const AT_ONCE: u64 = 16;
/// Delivered calls are forgotten after so long.
const KEPT: i64 = 30 * DAY;
/// HTTP 410: the address is gone for good.
const GONE: u16 = 410;

/// What a round of calling did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Called {
    /// Taken.
    pub delivered: u64,
    /// To be tried again.
    pub later: u64,
    /// Not tried again by itself.
    pub dead: u64,
}

impl Office {
    /// Makes calls of what is new in the ledger and tries those that are due. `caller` is kept between
    /// rounds. Several processes may do so at once: each call is lent to one of them.
    pub async fn call_webhooks(&self, caller: &Caller, at: Moment) -> Result<Called, WebhookError> {
        // Asked first: without a webhook nothing is written, however often this is done.
        let webhooks = self.store.webhooks(None).await?;
        if webhooks.iter().all(|webhook| webhook.ended_at.is_some()) {
            return Ok(Called::default());
        }
        let house = &self.settings.party;
        while self
            .store
            .gather_calls(Moment(at.0 - KEPT), |happened, webhooks| calls(happened, webhooks, house))
            .await?
            > 0
        {}
        let due = self.store.claim_calls(at, Moment(at.0 + LENT), AT_ONCE).await?;
        let mut tries = Vec::new();
        for call in due {
            let Some(webhook) = webhooks.iter().find(|webhook| webhook.id == call.webhook) else { continue };
            // A secret that does not open is this webhook's fault: the others are called.
            let secret = self.open_secret(&webhook.secret).await.map_err(|error| error.to_string());
            let address = Address::allowed(&webhook.url, &self.settings.webhooks.hosts);
            let caller = caller.clone();
            tries.push(tokio::task::spawn_blocking(move || {
                let answered = address.map_err(|error| error.to_string()).and_then(|address| {
                    let secret: Secret = secret?.parse().map_err(|_| "its secret does not open".to_owned())?;
                    let carried =
                        Carried { id: &call.id.to_string(), seconds: at.0.div_euclid(SECOND), body: &call.body };
                    caller.call(&address, &secret, carried).map_err(|error| error.to_string())
                });
                (call, answered)
            }));
        }
        let mut done = Called::default();
        for tried in tries {
            // A try that came to no end is lent until its time is over, and then tried again.
            let Ok((call, answered)) = tried.await else { continue };
            let end = end_of(call.tries, answered, at);
            match &end {
                Tried::Delivered { .. } => done.delivered += 1,
                Tried::Later { .. } => done.later += 1,
                Tried::Dead { .. } => done.dead += 1,
            }
            self.store.call_tried(call.id, &end).await?;
            if matches!(end, Tried::Dead { status: Some(GONE), .. }) {
                self.store.webhook_gone(call.webhook, at).await?;
            }
        }
        Ok(done)
    }

    /// What calls webhooks, as the settings say.
    pub fn caller(&self) -> Result<Caller, WebhookError> {
        Ok(Caller::open(self.settings.webhooks.ca_file.as_deref())?)
    }
}

/// A call that is due at once.
pub fn call(webhook: WebhookId, event: &str, body: String, at: Moment) -> Call {
    Call {
        id: CallId::from_bits(fresh(at)),
        webhook,
        event: event.to_owned(),
        body,
        state: CallState::Waiting,
        tries: 0,
        made_at: at,
        next_at: at,
        status: None,
        error: None,
    }
}

/// Who hears of something: the house of everything, a party of requests that were sent to it and of its offers.
fn calls(happened: &Happened, webhooks: &[Webhook], house: &PartyId) -> Vec<Call> {
    let party = match &happened.matter {
        Matter::Request(request) => Some(&request.party).filter(|_| request.sent_at.is_some()),
        Matter::Offer(offer) => Some(&offer.new.party),
    };
    let hears = |webhook: &&Webhook| webhook.party == *house || Some(&webhook.party) == party;
    let body = shown::body(happened.event, happened.at, &shown::told(happened));
    webhooks.iter().filter(hears).map(|webhook| call(webhook.id, happened.event, body.clone(), happened.at)).collect()
}

/// What follows from a try, after so many before it.
fn end_of(before: u64, answered: Result<u16, String>, at: Moment) -> Tried {
    let (status, error) = match answered {
        Ok(status) if (200..300).contains(&status) => return Tried::Delivered { status },
        Ok(status) => (Some(status), format!("HTTP status {status}")),
        Err(error) => (None, error),
    };
    let wait = usize::try_from(before).ok().and_then(|before| WAITS.get(before));
    match wait.filter(|_| status != Some(GONE)) {
        Some(wait) => Tried::Later { at: Moment(at.0 + wait), status, error },
        None => Tried::Dead { status, error },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_is_tried_ten_times_in_three_days_then_it_is_dead() {
        let (mut at, mut tries) = (Moment(0), 0);
        loop {
            match end_of(tries, Ok(503), at) {
                Tried::Later { at: next, status, .. } => {
                    assert_eq!(status, Some(503));
                    (at, tries) = (next, tries + 1);
                }
                Tried::Dead { error, .. } => break assert_eq!(error, "HTTP status 503"),
                Tried::Delivered { .. } => panic!("503 is no delivery"),
            }
        }
        assert_eq!((tries + 1, at.0 / HOUR), (10, 75));
        assert!(matches!(end_of(0, Ok(410), at), Tried::Dead { status: Some(410), .. }));
        assert!(matches!(end_of(9, Ok(204), at), Tried::Delivered { status: 204 }));
        // A redirect is followed nowhere, so that it is no delivery.
        assert!(matches!(end_of(0, Ok(302), at), Tried::Later { .. }));
    }
}
