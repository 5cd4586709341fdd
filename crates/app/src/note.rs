//! Notes: letters without any material, carried like every other letter.

use renkei_core::id::LetterId;
use renkei_core::party::Channel;
use renkei_core::question::{Object, ObjectKind};
use renkei_core::seat::Duty;
use renkei_core::text::Language;
use renkei_core::time::Moment;
use renkei_post::address::{MailAddress, MailDomain, ReplyToken};
use renkei_post::carrier::{Carrier, Fate, Receipt, SendError as CarryError};
use renkei_post::letter::{Letter, Outgoing};
use renkei_store::note::NoteEnd;

use crate::campaign::send::SendError;
use crate::file;
use crate::office::{AskError, Office};
use crate::words::Words;

impl Office {
    /// Carries the notes that wait. The caller holds the outbox.
    pub(crate) async fn carry_notes(&self, mut carrier: Carrier, at: Moment) -> Result<Carrier, SendError> {
        for waiting in self.store.waiting_notes().await? {
            let Some(party) = self.store.party(&waiting.new.party).await? else { continue };
            let keeper = self.clone().seated(None);
            let permit = match keeper
                .ask_for(
                    waiting.new.about.act(),
                    Duty::Keeper,
                    [Object::new(ObjectKind::Party, &party.id, party.version)],
                    at,
                )
                .await
            {
                // Letters do not wait for a note that nobody may send now.
                Err(AskError::Refused(_) | AskError::NoSeat(_)) => continue,
                permit => permit?,
            };
            let note = self.store.claim_note(permit, waiting.new.id).await?;
            let letter = Outgoing::from_stored(file::read(&self.folder, note.new.digest)?)?;
            let tried = tokio::task::spawn_blocking(move || {
                let end = carrier.send(&letter);
                (carrier, end)
            });
            let (back, end) = tried.await.map_err(|lost| std::io::Error::other(lost.to_string()))?;
            carrier = back;
            let away = matches!(&end, Err(CarryError::Unreachable { .. }));
            let end = match end {
                Ok(Receipt::Server(reply)) => NoteEnd::Sent(reply),
                Ok(Receipt::File { path, .. }) => {
                    NoteEnd::Sent(path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default())
                }
                Err(error) if error.fate() == Fate::Refused => NoteEnd::Refused(error.to_string()),
                Err(error) => NoteEnd::Again(error.to_string()),
            };
            self.store.note_ended(&note, at, &end).await?;
            if away {
                break;
            }
        }
        Ok(carrier)
    }

    /// A letter of the office in both languages: a subject and a text of the words, and no material.
    pub(crate) fn note_letter(
        &self,
        id: LetterId,
        channel: &Channel,
        to: &str,
        (subject, text): (&str, &str),
        values: &[(&str, String)],
        at: Moment,
    ) -> Result<Vec<u8>, SendError> {
        let domain: MailDomain = self.settings.domain.parse()?;
        let (from, to): (MailAddress, MailAddress) = (format!("desk@{}", domain.as_str()).parse()?, to.parse()?);
        let both = [channel.language, channel.language.other()].map(Words::new);
        let name = |words: &Words| match words.language() {
            Language::Ja => self.settings.name.ja.clone(),
            Language::En => self.settings.name.en.clone(),
        };
        let with = |office: String| [&[("office", office)], values].concat();
        let text = both.each_ref().map(|words| words.say(text, &with(name(words)))).join("\n\n");
        let subject = both.each_ref().map(|words| words.of(subject)).join(" / ");
        let mail = Letter {
            id,
            office: &domain,
            office_name: &self.settings.name.en,
            from: &from,
            to: &to,
            reply: ReplyToken::fresh(),
            thread: &[],
            date: at,
            subject: &subject,
            text: &format!("{text}\n"),
            attachments: Vec::new(),
        };
        Ok(mail.build()?.bytes)
    }
}
