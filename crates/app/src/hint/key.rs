//! The evaluator's keys: one an epoch, and the old one is destroyed.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use renkei_core::act::Act;
use renkei_core::hint::{Epoch, Evaluator};
use renkei_core::ledger::Detail;
use renkei_core::question::{Object, ObjectKind};
use renkei_core::seat::Duty;
use renkei_core::time::Moment;
use schemars::JsonSchema;
use serde::Serialize;
use zeroize::Zeroizing;

use super::HintError;
use crate::office::Office;
use crate::secret::{self, SecretError};
use crate::words::{Show, Words};

/// A key was made.
#[derive(Debug, Serialize, JsonSchema)]
pub struct EpochMade {
    /// The epoch that runs from now on.
    pub epoch: u32,
    /// Whether a key before it was destroyed.
    pub destroyed: bool,
}

impl Show for EpochMade {
    fn show(&self, words: &Words) -> String {
        words
            .say(if self.destroyed { "hint-key-turned" } else { "hint-key-made" }, &[("epoch", self.epoch.to_string())])
    }
}

impl Office {
    /// Makes the key of the next epoch and destroys the one before: with it tokens of its epoch could be tried out.
    pub async fn turn_hint_key(&self, at: Moment) -> Result<EpochMade, HintError> {
        if self.settings.hints.evaluates.is_none() {
            return Err(HintError::Off("evaluates"));
        }
        let before = self.hint_epochs()?;
        let epoch = before.last().map_or(1, |last| last.0.saturating_add(1));
        let name = file_name(Epoch(epoch));
        let object = Object::new(ObjectKind::Key, &name, 0);
        let permit = self.ask_for(Act::ManageKey, Duty::Keeper, [object], at).await?;
        let seed = Zeroizing::new(rand::random::<[u8; 32]>());
        secret::write(&self.key_file(&name), &Zeroizing::new(STANDARD.encode(seed.as_slice())))?;
        for old in &before {
            let path = self.key_file(&file_name(*old));
            std::fs::remove_file(&path).map_err(|error| HintError::Io(path.display().to_string(), error))?;
        }
        let detail = Detail::new().put("hint-epoch", epoch).put("destroyed", before.len());
        self.store.note_key(permit, detail).await?;
        Ok(EpochMade { epoch, destroyed: !before.is_empty() })
    }

    /// The key that runs.
    pub(super) fn evaluator(&self) -> Result<Evaluator, HintError> {
        let epoch = self.hint_epochs()?.pop().ok_or(HintError::NoKey)?;
        let path = self.key_file(&file_name(epoch));
        let form = || SecretError::Form(path.clone());
        let bytes = Zeroizing::new(STANDARD.decode(secret::read(&path)?.trim()).map_err(|_| form())?);
        let seed = Zeroizing::new(<[u8; 32]>::try_from(bytes.as_slice()).map_err(|_| form())?);
        Ok(Evaluator::derive(&seed, epoch).map_err(|_| form())?)
    }

    /// The epochs of which there is a key, in order: one, unless the program was stopped between two.
    fn hint_epochs(&self) -> Result<Vec<Epoch>, HintError> {
        let folder = self.folder.join("keys");
        let io = |error| HintError::Io(folder.display().to_string(), error);
        let mut epochs = Vec::new();
        for entry in std::fs::read_dir(&folder).map_err(io)? {
            let name = entry.map_err(io)?.file_name();
            let number = name.to_str().and_then(|name| name.strip_prefix(PREFIX)).and_then(|rest| {
                let digits = rest.split('.').next().unwrap_or(rest);
                digits.parse().ok()
            });
            epochs.extend(number.map(Epoch));
        }
        epochs.sort_unstable();
        Ok(epochs)
    }
}

const PREFIX: &str = "hint-epoch-";

fn file_name(epoch: Epoch) -> String {
    format!("{PREFIX}{epoch}")
}
