//! Trials: a letter without any observation to an address of a party, and what became of it.

use renkei_core::act::Act;
use renkei_core::id::{LetterId, PartyId};
use renkei_core::party::{Channel, Party};
use renkei_core::question::{Object, ObjectKind};
use renkei_core::seat::Duty;
use renkei_core::text::Language;
use renkei_core::time::Moment;
use renkei_post::address::{MailAddress, MailDomain, ReplyToken};
use renkei_post::carrier::{Carrier, Fate, Receipt, SendError as CarryError};
use renkei_post::letter::{Letter, Outgoing};
use renkei_store::DbError;
use renkei_store::letter::LetterState;
use renkei_store::trial::{NewTrial, Trial, TrialEnd};
use schemars::JsonSchema;
use serde::Serialize;

use super::PartyError;
use crate::campaign::fresh;
use crate::campaign::send::SendError;
use crate::file;
use crate::office::{AskError, Office};
use crate::words::{Show, Words};

/// Trials of a party that are shown.
const LISTED: u64 = 20;

/// Why no trial is sent.
#[derive(Debug, thiserror::Error)]
pub enum TrialError {
    /// The party.
    #[error("{0}")]
    Party(#[from] PartyError),
    /// Sending.
    #[error("{0}")]
    Send(#[from] SendError),
    /// The party has no channel, or not this address.
    #[error("the party `{0}` has no such address: `renkei party show {0}` lists them")]
    NoAddress(PartyId),
}

macro_rules! through {
    ($($from:ty),+ $(,)?) => {$(
        impl From<$from> for TrialError {
            fn from(error: $from) -> Self {
                Self::Send(error.into())
            }
        }
    )+};
}

through! {
    AskError,
    DbError,
    renkei_store::WriteError,
    std::io::Error,
    renkei_post::address::AddressError,
    renkei_post::letter::BuildError,
}

/// A trial as shown.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct TrialShown {
    /// Its id.
    pub letter: String,
    /// The address that was tried.
    pub mail: String,
    /// `queued`, `in-flight`, `sent` or `failed`.
    pub state: &'static str,
    /// What became of it: `waiting`, `handed-over`, `refused`, or what a server reported later
    /// (`delivered`, `delayed`, `failed` …).
    pub outcome: &'static str,
    /// What the server said, or why it waits.
    pub said: Option<String>,
    /// The status code of the report (RFC 3463).
    pub status: Option<String>,
    /// When it was asked for.
    pub queued_at: String,
    /// When it left.
    pub sent_at: Option<String>,
    /// When the report was read.
    pub reported_at: Option<String>,
}

impl From<Trial> for TrialShown {
    fn from(trial: Trial) -> Self {
        let Trial { new, state, attempts: _, last_error, reply, made_by: _, queued_at, sent_at, delivery } = trial;
        let outcome = match (&delivery, state) {
            (Some(delivery), _) => delivery.action.word(),
            (None, LetterState::Sent) => "handed-over",
            (None, LetterState::Failed | LetterState::Cancelled) => "refused",
            (None, LetterState::Queued | LetterState::InFlight) => "waiting",
        };
        Self {
            letter: new.id.to_string(),
            mail: new.mail,
            state: state.word(),
            outcome,
            said: last_error.or(reply),
            status: delivery.as_ref().and_then(|delivery| delivery.status.clone()),
            queued_at: queued_at.to_string(),
            sent_at: sent_at.map(|at| at.to_string()),
            reported_at: delivery.map(|delivery| delivery.at.to_string()),
        }
    }
}

impl Show for TrialShown {
    fn show(&self, words: &Words) -> String {
        let outcome = words.of(&format!("trial-{}", self.outcome));
        let said = [self.said.clone(), self.status.clone()].into_iter().flatten().collect::<Vec<_>>().join(" ");
        let values = [("mail", self.mail.clone()), ("outcome", outcome), ("said", said)];
        words.say("trial-done", &values).trim_end().to_owned()
    }
}

impl Office {
    /// Sends a letter without any observation to an address of a party; without one, to the address in use.
    pub async fn test_channel(&self, id: &PartyId, mail: Option<&str>, at: Moment) -> Result<TrialShown, TrialError> {
        let lock = self.outbox_lock()?;
        let party = self.store.party(id).await?.ok_or_else(|| PartyError::Unknown(id.clone()))?;
        let channel = party.channel.as_ref().ok_or_else(|| TrialError::NoAddress(id.clone()))?;
        let failing = self.failing().await?;
        let to = match mail {
            Some(mail) => {
                channel.mails().find(|known| *known == mail).ok_or_else(|| TrialError::NoAddress(id.clone()))?
            }
            None => channel.in_use(|mail| failing.has(id, mail)),
        };
        let permit = self.ask_for(Act::TestChannel, Duty::Keeper, [object(&party)], at).await?;
        let letter = LetterId::from_bits(fresh(at));
        let bytes = self.trial_letter(letter, channel, to, at)?;
        let digest = file::keep(&self.folder, &bytes)?;
        let new = NewTrial { id: letter, party: id.clone(), mail: to.clone(), digest };
        self.store.queue_trial(permit, &new).await?;
        self.carry_trials(self.carrier()?, at).await?;
        drop(lock);
        let ended = self.store.trial(letter).await?.ok_or_else(|| TrialError::NoAddress(id.clone()))?;
        Ok(ended.into())
    }

    /// The trials of a party, newest first.
    pub(super) async fn trials(&self, id: &PartyId) -> Result<Vec<TrialShown>, DbError> {
        Ok(self.store.trials(id, LISTED).await?.into_iter().map(TrialShown::from).collect())
    }

    /// Carries the trials that wait. The caller holds the outbox.
    pub(crate) async fn carry_trials(&self, mut carrier: Carrier, at: Moment) -> Result<Carrier, SendError> {
        for waiting in self.store.waiting_trials().await? {
            let Some(party) = self.store.party(&waiting.new.party).await? else { continue };
            let keeper = self.clone().seated(None);
            let permit = match keeper.ask_for(Act::TestChannel, Duty::Keeper, [object(&party)], at).await {
                // Letters do not wait for a trial that nobody may send now.
                Err(AskError::Refused(_) | AskError::NoSeat(_)) => continue,
                permit => permit?,
            };
            let trial = self.store.claim_trial(permit, waiting.new.id).await?;
            let letter = Outgoing::from_stored(file::read(&self.folder, trial.new.digest)?)?;
            let tried = tokio::task::spawn_blocking(move || {
                let end = carrier.send(&letter);
                (carrier, end)
            });
            let (back, end) = tried.await.map_err(|lost| std::io::Error::other(lost.to_string()))?;
            carrier = back;
            let away = matches!(&end, Err(CarryError::Unreachable { .. }));
            let end = match end {
                Ok(Receipt::Server(reply)) => TrialEnd::Sent(reply),
                Ok(Receipt::File { path, .. }) => {
                    TrialEnd::Sent(path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default())
                }
                Err(error) if error.fate() == Fate::Refused => TrialEnd::Refused(error.to_string()),
                Err(error) => TrialEnd::Again(error.to_string()),
            };
            self.store.trial_ended(&trial, at, &end).await?;
            if away {
                break;
            }
        }
        Ok(carrier)
    }

    /// The letter: who sends it and why, in both languages, and no word of any observation.
    fn trial_letter(&self, id: LetterId, channel: &Channel, to: &str, at: Moment) -> Result<Vec<u8>, TrialError> {
        let domain: MailDomain = self.settings.domain.parse()?;
        let (from, to): (MailAddress, MailAddress) = (format!("desk@{}", domain.as_str()).parse()?, to.parse()?);
        let both = [channel.language, channel.language.other()].map(Words::new);
        let name = |words: &Words| match words.language() {
            Language::Ja => self.settings.name.ja.clone(),
            Language::En => self.settings.name.en.clone(),
        };
        let text = both.each_ref().map(|words| words.say("trial-letter", &[("office", name(words))])).join("\n\n");
        let subject = both.each_ref().map(|words| words.of("trial-subject")).join(" / ");
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

fn object(party: &Party) -> Object {
    Object::new(ObjectKind::Party, &party.id, party.version)
}
