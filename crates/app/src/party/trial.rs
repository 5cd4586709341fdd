//! Trials: a letter without any observation to an address of a party, and what became of it.

use renkei_core::act::Act;
use renkei_core::id::{LetterId, PartyId};
use renkei_core::party::Party;
use renkei_core::question::{Object, ObjectKind};
use renkei_core::seat::Duty;
use renkei_core::time::Moment;
use renkei_store::DbError;
use renkei_store::letter::LetterState;
use renkei_store::note::{About, NewNote, Note};
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

impl From<Note> for TrialShown {
    fn from(note: Note) -> Self {
        let Note { new, state, attempts: _, last_error, reply, made_by: _, queued_at, sent_at, delivery } = note;
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
        let bytes = self.note_letter(letter, channel, to, ("trial-subject", "trial-letter"), &[], at)?;
        let digest = file::keep(&self.folder, &bytes)?;
        let new = NewNote { id: letter, about: About::Trial, party: id.clone(), mail: to.clone(), digest };
        self.store.queue_note(permit, &new).await?;
        self.carry_notes(self.carrier()?, at).await?;
        drop(lock);
        let ended = self.store.note(letter).await?.ok_or_else(|| TrialError::NoAddress(id.clone()))?;
        Ok(ended.into())
    }

    /// The trials of a party, newest first.
    pub(super) async fn trials(&self, id: &PartyId) -> Result<Vec<TrialShown>, DbError> {
        Ok(self.store.trials(id, LISTED).await?.into_iter().map(TrialShown::from).collect())
    }
}

fn object(party: &Party) -> Object {
    Object::new(ObjectKind::Party, &party.id, party.version)
}
