//! Again: a request that came back is sent once more, to the next of the addresses that were approved with it.

use std::collections::HashSet;

use renkei_core::act::Act;
use renkei_core::id::{LetterId, PartyId, RequestId};
use renkei_core::time::Moment;
use renkei_formats::notice::Manifest;
use renkei_store::DbError;

use super::send::{SendError, Sent, Thread, reply_token};
use super::withdraw::{ChangeError, Changed};
use crate::office::Office;

/// The addresses to which letters do not arrive.
pub(crate) struct Failing(HashSet<(PartyId, String)>);

impl Failing {
    /// The first address of a manifest that does not fail.
    pub(crate) fn first<'m>(&self, party: &PartyId, manifest: &'m Manifest) -> Option<&'m str> {
        let mut addresses = std::iter::once(&manifest.to).chain(&manifest.further).map(|to| to.as_str());
        addresses.find(|to| !self.has(party, to))
    }

    /// Whether letters to an address of a party come back.
    pub(crate) fn has(&self, party: &PartyId, mail: &str) -> bool {
        self.0.contains(&(party.clone(), mail.to_owned()))
    }
}

impl Office {
    /// The addresses that fail, as servers reported.
    pub(crate) async fn failing(&self) -> Result<Failing, DbError> {
        let known = self.store.channels().await?.into_iter().filter(|known| known.failing_since.is_some());
        Ok(Failing(known.map(|known| (known.party, known.mail)).collect()))
    }

    /// Sends a request that did not arrive once more, in the same thread, to the first of its approved addresses
    /// that does not fail. Where all fail, nothing is sent and it stays undelivered.
    pub async fn send_again(&self, id: RequestId, at: Moment) -> Result<Changed, ChangeError> {
        let lock = self.outbox_lock()?;
        let request = self.store.request(id).await?.ok_or(ChangeError::Unknown(id))?;
        if !self.undelivered().await?.contains(&id) {
            return Err(ChangeError::Arrived(id));
        }
        let parties = self.store.parties().await?;
        let party = parties.iter().find(|party| party.id == request.party);
        let party = party.ok_or_else(|| SendError::Party(request.party.to_string()))?;
        let permit = self.ask(self.sending(Act::Send, &request, &parties, at).await?).await?;
        let manifest = self.manifest_of(&request).await?;
        let failing = self.failing().await?;
        let to = failing.first(&party.id, &manifest);
        let to = to.ok_or_else(|| ChangeError::AllFail(party.id.to_string(), id))?;
        let earlier: Vec<LetterId> = self.left(id).await?.iter().map(|letter| letter.new.id).collect();
        let token = reply_token(&request)?;
        let thread = Thread { party, to, manifest: &manifest, token, earlier: &earlier, at };
        let letters = tokio::task::block_in_place(|| self.mails(&thread))?;
        self.store.queue_again(permit, id, &letters).await?;
        let mut sent = Sent::default();
        self.carry(&parties, at, &mut sent).await?;
        drop(lock);
        Ok(Changed { done: "sent-again", requests: 1, lines_removed: 0, sent })
    }
}
