//! Doctor and start-up: what a dead process left is finished or named, and the office is looked over.

use renkei_core::ledger::Detail;
use renkei_core::party::Party;
use renkei_core::question::ObjectKind;
use renkei_core::request::State;
use renkei_core::time::Moment;
use renkei_store::intent::IntentResult;
use renkei_store::letter::LetterState;
use schemars::JsonSchema;
use serde::Serialize;

use crate::audit::AuditError;
use crate::office::Office;
use crate::words::{Show, Words, number};

/// Why the office cannot be looked over.
#[derive(Debug, thiserror::Error)]
pub enum DoctorError {
    /// The registry.
    #[error("{0}")]
    Db(#[from] renkei_store::DbError),
    /// The registry.
    #[error("{0}")]
    Write(#[from] renkei_store::WriteError),
    /// The lake.
    #[error("{0}")]
    Open(#[from] renkei_lake::OpenError),
    /// The lake.
    #[error("{0}")]
    Read(#[from] renkei_lake::ReadError),
    /// The directory.
    #[error("{0}")]
    Directory(#[from] crate::directories::DirectoryError),
    /// The ledger.
    #[error("{0}")]
    Audit(#[from] AuditError),
}

/// How the office is.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Health {
    /// Whether nothing needs a person.
    pub well: bool,
    /// What was looked at.
    pub checks: Vec<Check>,
}

/// One thing looked at.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Check {
    /// Stable code, also the key in `locales/`.
    pub code: &'static str,
    /// Whether it is as it should be.
    pub well: bool,
    /// What was counted.
    pub count: u64,
}

impl Show for Health {
    fn show(&self, words: &Words) -> String {
        let lines = self.checks.iter().map(|check| {
            let mark = if check.well { "ok" } else { "!!" };
            let key = format!("doctor-{}{}", check.code, if check.well { "" } else { "-bad" });
            format!("  {mark}  {}", words.say(&key, &[("count", number(check.count))]))
        });
        let last = words.of(if self.well { "doctor-well" } else { "doctor-unwell" });
        lines.chain([last]).collect::<Vec<_>>().join("\n")
    }
}

impl Office {
    /// Ends intents that a dead process left open: whether the lake has what was announced decides.
    /// Says how many it ended. A feed whose lines are in the lake waits for `ingest` to be run again.
    pub async fn settle(&self, at: Moment) -> Result<u64, DoctorError> {
        let Some(_alone) = self.alone().map_err(|error| AuditError::Io(self.folder.to_path_buf(), error))? else {
            return Ok(0);
        };
        let mut settled = 0;
        for intent in self.store.open_intents().await? {
            // A letter in flight is taken over by the next `send`, under the same Message-ID.
            if intent.object.0 != ObjectKind::Letter {
                let detail = Detail::new().put("note", "its process ended before it did");
                self.store.close_intent(at, intent.id, IntentResult::GivenUp, detail).await?;
                settled += 1;
            }
        }
        Ok(settled)
    }

    /// Looks the office over.
    pub async fn doctor(&self) -> Result<Health, DoctorError> {
        let mut checks = Vec::new();
        let mut say = |code, well, count| checks.push(Check { code, well, count });
        let verdict = self.verify_ledger(&[]).await?;
        say("ledger", verdict.intact, verdict.entries);
        let open = self.store.open_intents().await?.len() as u64;
        say("intents", open == 0, open);
        let in_flight = self.store.letters_in(LetterState::InFlight, u64::MAX >> 1).await?.len() as u64;
        say("in-flight", in_flight == 0, in_flight);
        let failed = self.store.letters_in(LetterState::Failed, u64::MAX >> 1).await?.len() as u64;
        say("failed-letters", failed == 0, failed);
        let view = self.lake().await?.view().await?;
        say("lake", true, view.rows()?);
        let parties = self.store.parties().await?;
        let without = parties.iter().filter(|party| !party.competences.is_empty() && party.channel.is_none()).count();
        say("parties", !parties.is_empty(), parties.len() as u64);
        say("channels", without == 0, without as u64);
        let failing = self.store.channels().await?.into_iter().filter(|channel| {
            let used = |party: &Party| {
                party.channel.as_ref().is_some_and(|used| used.mails().any(|mail| *mail == channel.mail))
            };
            channel.failing_since.is_some() && parties.iter().any(|party| party.id == channel.party && used(party))
        });
        let failing = failing.count() as u64;
        say("failing-channels", failing == 0, failing);
        let mut undelivered = 0;
        for id in self.undelivered().await? {
            let request = self.store.request(id).await?;
            let waits = request.is_some_and(|request| matches!(request.state, State::Sent | State::Acknowledged));
            undelivered += u64::from(waits);
        }
        say("undelivered", undelivered == 0, undelivered);
        let mails = self.store.mails(true).await?.len() as u64;
        say("mails", mails == 0, mails);
        let directories = self.directories().await?;
        let (v4, v6) = directories.newest().map(renkei_core::directory::Directory::intervals).unwrap_or_default();
        say("directory", v4 + v6 > 0, (v4 + v6) as u64);
        say("retention", self.settings.keep_days.is_some(), u64::from(self.settings.keep_days.unwrap_or(0)));
        if let Some(list) = &self.settings.breached {
            let looked = tokio::task::block_in_place(|| list.check());
            say("breached-passwords", looked.is_ok(), looked.unwrap_or_default());
        }
        let lists = self.warnings().map_err(|error| AuditError::Io(self.folder.to_path_buf(), error))?;
        if !(lists.warnings.is_empty() && lists.faults.is_empty()) {
            let count = if lists.faults.is_empty() { lists.warnings.len() } else { lists.faults.len() };
            say("warning-lists", lists.faults.is_empty(), count as u64);
        }
        let well = checks.iter().all(|check| check.well || check.code == "retention");
        Ok(Health { well, checks })
    }
}
