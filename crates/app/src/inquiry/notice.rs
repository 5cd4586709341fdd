//! Notices: a party with an address is told by mail that an inquiry waits for it in the pages, and nothing of what it
//! asks (S4.9). Who has a line is told by it instead.

use renkei_core::act::Act;
use renkei_core::id::LetterId;
use renkei_core::question::{Object, ObjectKind};
use renkei_core::seat::Duty;
use renkei_core::time::Moment;
use renkei_store::WriteError;
use renkei_store::note::{About, NewNote, Untold};

use crate::campaign::fresh;
use crate::campaign::send::SendError;
use crate::file;
use crate::office::{AskError, Office};

/// What came of telling those for whom something waits.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Noticed {
    /// Notices that were written.
    pub written: u64,
    /// Letters that still wait: the mail server does not take them now, or somebody else sends.
    pub waiting: u64,
}

impl Office {
    /// Tells every party for whom an inquiry waits and that was not told yet; `address` is where the pages are.
    pub async fn give_notices(&self, address: Option<&str>, at: Moment) -> Result<Noticed, SendError> {
        let mut noticed = Noticed::default();
        for untold in self.store.untold_inquiries().await? {
            match self.give_notice(&untold, address, at).await {
                Ok(true) => noticed.written += 1,
                Ok(false) => self.store.leave_untold(&untold).await?,
                // The word passed on since, or another process told it.
                Err(SendError::Write(WriteError::Taken(_))) => {}
                Err(error) => return Err(error),
            }
        }
        noticed.waiting = self.store.waiting_notes().await?.len() as u64;
        if noticed.waiting > 0 {
            // Whoever else sends from this office now takes the notices along.
            let lock = match self.outbox_lock() {
                Err(SendError::Busy) => return Ok(noticed),
                lock => lock?,
            };
            self.carry_notes(self.carrier()?, at).await?;
            drop(lock);
            noticed.waiting = self.store.waiting_notes().await?.len() as u64;
        }
        Ok(noticed)
    }

    /// Queues the notice; whether there is one to send.
    async fn give_notice(&self, untold: &Untold, address: Option<&str>, at: Moment) -> Result<bool, SendError> {
        let Some(party) = self.store.party(&untold.party).await? else { return Ok(false) };
        let Some(channel) = &party.channel else { return Ok(false) };
        if self.store.line(&party.id).await?.is_some() {
            return Ok(false);
        }
        let keeper = self.clone().seated(None);
        let object = Object::new(ObjectKind::Party, &party.id, party.version);
        let permit = match keeper.ask_for(Act::GiveNotice, Duty::Keeper, [object], at).await {
            Err(AskError::Refused(_) | AskError::NoSeat(_)) => return Ok(false),
            permit => permit?,
        };
        let failing = self.failing().await?;
        let to = channel.in_use(|mail| failing.has(&party.id, mail));
        let place = match address {
            Some(address) => format!("{}/inquiries/{}", address.trim_end_matches('/'), untold.inquiry),
            None => untold.inquiry.to_string(),
        };
        let id = LetterId::from_bits(fresh(at));
        let words = ("notice-subject", "notice-letter");
        let bytes = self.note_letter(id, channel, to, words, &[("place", place)], at)?;
        let digest = file::keep(&self.folder, &bytes)?;
        let about = About::Inquiry(untold.inquiry);
        self.store
            .queue_note(permit, &NewNote { id, about, party: party.id.clone(), mail: to.clone(), digest })
            .await?;
        Ok(true)
    }
}
