//! Reports on letters without any material: they mark the note and the channel, and belong to no request.

use renkei_core::mail::Action;
use renkei_core::time::Moment;
use renkei_post::inbound::{Delivery as Reported, Fault, Mail};
use renkei_store::DbError;
use renkei_store::letter::Delivery;
use renkei_store::mail::Heed;
use renkei_store::note::Note;

use super::MailError;
use super::read::{Sorted, blank};
use crate::office::Office;

impl Office {
    /// Whether a mail names a note of ours.
    pub(super) async fn is_note(&self, mail: &Mail) -> Result<bool, DbError> {
        Ok(self.note_in(mail).await?.is_some())
    }

    /// What follows from a report on a note. A report that names another recipient waits for a person.
    pub(super) async fn sort_note_report(
        &self,
        mail: &Mail,
        reported: &[Reported],
        at: Moment,
    ) -> Result<Sorted, MailError> {
        let Some(note) = self.note_in(mail).await? else {
            return Ok(Sorted::waiting(blank(mail, Some(Fault::NoRequest))));
        };
        let same = |named: &renkei_post::address::MailAddress| named.to_string().eq_ignore_ascii_case(&note.new.mail);
        let about = reported.iter().filter(|one| one.recipients.iter().any(same));
        let Some(worst) = about.max_by_key(|one| one.action) else {
            return Ok(Sorted::waiting(blank(mail, Some(Fault::OtherRecipient))));
        };
        let action: Action = worst.action;
        let delivery = Delivery { action, status: worst.status.map(|code| code.to_string()), at };
        let channel = Some((note.new.party, note.new.mail));
        let heed = Heed { channel, letters: Vec::new(), notes: vec![(note.new.id, delivery)] };
        Ok(Sorted { new: blank(mail, None), heed, says: None })
    }

    async fn note_in(&self, mail: &Mail) -> Result<Option<Note>, DbError> {
        for id in &mail.letters {
            if let Some(note) = self.store.note(*id).await? {
                return Ok(Some(note));
            }
        }
        Ok(None)
    }
}
