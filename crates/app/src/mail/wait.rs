//! Mails that wait: listed, and confirmed or dropped by a person.

use std::collections::BTreeMap;

use renkei_core::act::Act;
use renkei_core::id::MailId;
use renkei_core::mail::State;
use renkei_core::request::Step;
use renkei_core::seat::Duty;
use renkei_core::time::Moment;
use renkei_gate::Permit;
use renkei_post::inbound::{Content, Mail as Read};
use renkei_store::DbError;
use renkei_store::mail::{Heed, Mail, Says};
use renkei_store::request::Request;
use schemars::JsonSchema;
use serde::Serialize;

use super::MailError;
use super::read::counts;
use super::shown::{MailList, MailShown};
use crate::office::Office;
use crate::words::{Show, Words};

/// A mail that a person decided on.
#[derive(Debug, Serialize, JsonSchema)]
pub struct MailEnded {
    /// The mail as it stands now.
    #[serde(flatten)]
    pub mail: MailShown,
}

impl Show for MailEnded {
    fn show(&self, words: &Words) -> String {
        self.mail.line(words)
    }
}

/// What a confirmed mail comes to.
#[derive(Default)]
struct Meaning {
    counts: BTreeMap<String, u64>,
    says: Option<Says>,
    heed: Heed,
}

impl Office {
    /// The mails that wait for a person, or all that were read.
    pub async fn received(&self, all: bool) -> Result<MailList, DbError> {
        let mails = self.store.mails(!all).await?;
        Ok(MailList(mails.iter().map(|mail| MailShown::of(&mail.new, Some(mail))).collect()))
    }

    /// A person says that a mail counts: a sheet is counted, a report is heeded. What was held of the
    /// mail is removed.
    pub async fn confirm_mail(&self, id: MailId, at: Moment) -> Result<MailEnded, MailError> {
        let lock = self.mail_lock()?;
        let (mail, request) = self.waiting_mail(id).await?;
        let permit = self.ending_permit(request.as_ref(), at).await?;
        let meaning = self.meaning(&mail, request.as_ref(), at).await?;
        let says = meaning.says.unwrap_or(Says::Nothing);
        self.store.confirm_mail(permit, id, &meaning.counts, &says, &meaning.heed).await?;
        self.ended(id, lock).await
    }

    /// A person says that a mail does not count. What was held of it is removed.
    pub async fn drop_mail(&self, id: MailId, at: Moment) -> Result<MailEnded, MailError> {
        let lock = self.mail_lock()?;
        let (_, request) = self.waiting_mail(id).await?;
        let permit = self.ending_permit(request.as_ref(), at).await?;
        self.store.drop_mail(permit, id).await?;
        self.ended(id, lock).await
    }

    async fn waiting_mail(&self, id: MailId) -> Result<(Mail, Option<Request>), MailError> {
        let mail = self.store.mail(id).await?.filter(|mail| mail.new.state.is_open());
        let mail = mail.ok_or(MailError::Unknown(id))?;
        let request = match mail.new.request {
            Some(request) => self.store.request(request).await?,
            None => None,
        };
        Ok((mail, request))
    }

    /// The right to decide on a mail: that of taking in an answer to its request, or to none.
    async fn ending_permit(&self, request: Option<&Request>, at: Moment) -> Result<Permit, MailError> {
        match request {
            Some(request) => self.answer_permit(request, &self.store.parties().await?, at).await,
            None => {
                let seat = self.seat(Duty::Answerer).await?;
                Ok(self.ask(self.question(Act::RecordAnswer, seat, at)).await?)
            }
        }
    }

    /// What a mail comes to if it counts.
    async fn meaning(&self, mail: &Mail, request: Option<&Request>, at: Moment) -> Result<Meaning, MailError> {
        let (Some(request), Some(bytes)) = (request, self.open_held(mail.id).await?) else {
            return Ok(Meaning::default());
        };
        let read = Read::read(&bytes, &self.settings.domain.parse()?);
        match &read.content {
            Content::Reply(sheet) => {
                let takes = request.state.after(Step::Answer).is_ok();
                let counted = match sheet {
                    Some(sheet) if takes => self.counted(request, sheet).await?,
                    _ => None,
                };
                Ok(match counted {
                    Some(counted) => Meaning {
                        counts: counts(&counted),
                        says: Some(Says::Answer(counted.outcome)),
                        heed: Heed::default(),
                    },
                    None => Meaning { says: Some(Says::Received), ..Meaning::default() },
                })
            }
            Content::Report(reported) => {
                let letters = self.reported_letters(&read, Some(request.id)).await?;
                let heed = self.heed(reported, &letters, at, true).await?;
                Ok(Meaning { heed: heed.unwrap_or_default(), ..Meaning::default() })
            }
            Content::AutoReply | Content::Nothing => Ok(Meaning::default()),
        }
    }

    async fn ended(&self, id: MailId, lock: std::fs::File) -> Result<MailEnded, MailError> {
        self.let_go(id)?;
        drop(lock);
        let mail = self.store.mail(id).await?.ok_or(MailError::Unknown(id))?;
        debug_assert!(matches!(mail.new.state, State::Confirmed | State::Dropped));
        Ok(MailEnded { mail: MailShown::of(&mail.new, Some(&mail)) })
    }
}
