//! Keys: listing, rotating, revoking; private halves stay in `keys/` (docs/keys.md).

use renkei_core::act::Act;
use renkei_core::ledger::{KeyName, NoteError};
use renkei_core::question::{Object, ObjectKind};
use renkei_core::seat::Duty;
use renkei_core::time::Moment;
use renkei_post::quarantine::OfficeIdentity;
use renkei_store::key::{Key, KeyMaterial, KeyPurpose, KeyState, NewKey};
use schemars::JsonSchema;
use serde::Serialize;

use crate::office::{AskError, Office};
use crate::secret::{self, SecretError};
use crate::words::{Show, Words, table};

/// Why a key is not changed.
#[derive(Debug, thiserror::Error)]
pub enum ManageError {
    /// The gate.
    #[error("{0}")]
    Ask(#[from] AskError),
    /// The registry.
    #[error("{0}")]
    Write(#[from] renkei_store::WriteError),
    /// The registry.
    #[error("{0}")]
    Db(#[from] renkei_store::DbError),
    /// The file.
    #[error("{0}")]
    Secret(#[from] SecretError),
    /// The name.
    #[error("{0}")]
    Name(#[from] NoteError),
    /// There is none, or it is out of force.
    #[error("there is no key `{0}` in force: `renkei key list` shows them")]
    Unknown(String),
}

/// Keys.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct KeyList(pub Vec<KeyShown>);

/// A key as shown: its public half only.
#[derive(Debug, Serialize, JsonSchema)]
pub struct KeyShown {
    /// Its name.
    pub name: String,
    /// Whose.
    pub seat: Option<String>,
    /// What for.
    pub purpose: &'static str,
    /// Whether it is in force.
    pub state: &'static str,
    /// Public half.
    pub public: String,
    /// When it was made.
    pub made_at: String,
    /// When it went out of force.
    pub ended_at: Option<String>,
}

impl From<Key> for KeyShown {
    fn from(key: Key) -> Self {
        let Key { name, seat, purpose, public, state, made_at, ended_at } = key;
        Self {
            name: name.to_string(),
            seat: seat.map(|seat| seat.to_string()),
            purpose: purpose.word(),
            state: state.word(),
            public: public.text(),
            made_at: made_at.to_string(),
            ended_at: ended_at.map(|at| at.to_string()),
        }
    }
}

impl Show for KeyList {
    fn show(&self, words: &Words) -> String {
        let head = ["key-name", "key-purpose", "key-state", "key-public"].map(|key| words.of(key));
        let rows = self
            .0
            .iter()
            .map(|key| vec![key.name.clone(), key.purpose.to_owned(), key.state.to_owned(), key.public.clone()]);
        table(&head, &rows.collect::<Vec<_>>())
    }
}

impl Office {
    /// Every key, in force or not.
    pub async fn keys(&self) -> Result<KeyList, ManageError> {
        Ok(KeyList(self.store.keys().await?.into_iter().map(KeyShown::from).collect()))
    }

    /// Makes a new key in the place of one in force.
    pub async fn rotate_key(&self, name: &str, at: Moment) -> Result<KeyList, ManageError> {
        let keys = self.store.keys().await?;
        let in_force = |key: &&Key| key.name.as_str() == name && key.state == KeyState::Active;
        let old = keys.iter().find(in_force).ok_or_else(|| ManageError::Unknown(name.to_owned()))?;
        let stem = name.rsplit_once('-').map_or(name, |(stem, _)| stem);
        let count = keys.iter().filter(|key| key.name.as_str().starts_with(&format!("{stem}-"))).count();
        let fresh = format!("{stem}-{}", count + 1);
        let new_name: KeyName = fresh.parse().map_err(|_| NoteError::Origin(fresh.clone()))?;
        // The gate first: a refusal leaves no key behind.
        let objects = [Object::new(ObjectKind::Key, &old.name, 0), Object::new(ObjectKind::Key, &new_name, 0)];
        let permit = self.ask_for(Act::ManageKey, Duty::Keeper, objects, at).await?;
        let file = self.key_file(new_name.as_str());
        let public = match old.purpose {
            KeyPurpose::Approval | KeyPurpose::Ledger => {
                KeyMaterial::Ed25519(secret::make_signer(&file, new_name.clone())?.public())
            }
            KeyPurpose::Quarantine | KeyPurpose::Letters => {
                let identity = OfficeIdentity::generate();
                secret::write(&file, &identity.file_text())?;
                KeyMaterial::Age(identity.recipient().to_string())
            }
        };
        let new = NewKey { name: new_name.clone(), seat: old.seat.clone(), purpose: old.purpose, public };
        self.store.rotate_key(permit, &old.name, &new).await?;
        let keys = self.store.keys().await?;
        Ok(KeyList(
            keys.into_iter().filter(|key| key.name == new_name || key.name == old.name).map(KeyShown::from).collect(),
        ))
    }

    /// Takes a key out of force: what it signed before stays good, what it signs later is not.
    pub async fn revoke_key(&self, name: &str, at: Moment) -> Result<KeyList, ManageError> {
        let keys = self.store.keys().await?;
        let key =
            keys.iter().find(|key| key.name.as_str() == name).ok_or_else(|| ManageError::Unknown(name.to_owned()))?;
        let permit =
            self.ask_for(Act::ManageKey, Duty::Keeper, [Object::new(ObjectKind::Key, &key.name, 0)], at).await?;
        self.store.revoke_key(permit, &key.name).await?;
        let keys = self.store.keys().await?;
        Ok(KeyList(keys.into_iter().filter(|key| key.name.as_str() == name).map(KeyShown::from).collect()))
    }
}
