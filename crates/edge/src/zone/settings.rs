//! The settings of the primary: where it listens, which zones it has and who may have them; unknown keys are errors.
//!
//! They are a part of a larger TOML file or a file of their own. Secrets are in files of their own, one line of base64.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use renkei_core::net::{Prefix, PrefixError};
use serde::Deserialize;

use super::answer::Recipient;
use super::name::{FullName, NameError};
use super::notify::Target;
use super::tsig::{Algorithm, Key, Secret, SecretError};

/// Why settings are not understood.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// Not TOML of this shape.
    #[error("the settings of the zones cannot be read: {0}")]
    Form(#[from] toml::de::Error),
    /// Not a name.
    #[error(transparent)]
    Name(#[from] NameError),
    /// Not a prefix.
    #[error(transparent)]
    Prefix(#[from] PrefixError),
    /// Nothing would be heard, or nobody would have anything.
    #[error("`{0}` is empty")]
    Empty(&'static str),
    /// Answers over UDP have to leave from the address that was asked.
    #[error("`{0}`: give each address by itself, not all at once")]
    EveryAddress(SocketAddr),
    /// A secondary that is believed by its address has none.
    #[error("`unsigned` without `from`: everybody could have its zones")]
    Everybody,
    /// The same key twice.
    #[error("the key `{0}` is named twice: put its zones into one `[[secondary]]`")]
    Twice(FullName),
    /// The secret cannot be read.
    #[error("`{path}`: {source}")]
    Read {
        /// Its file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The secret is none.
    #[error("`{path}`: {source}")]
    Secret {
        /// Its file.
        path: PathBuf,
        /// Why.
        source: SecretError,
    },
    /// A number that makes no sense.
    #[error("`{0}` must not be 0")]
    Zero(&'static str),
}

/// Settings as they are written.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Typed {
    /// Addresses to listen on, by UDP and by TCP.
    pub listen: Vec<SocketAddr>,
    /// Seconds after which contents are asked for again though nobody said that they changed.
    #[serde(default = "minute")]
    pub refresh_seconds: u64,
    /// Bounds.
    #[serde(default)]
    pub limits: Limits,
    /// Who has a key.
    #[serde(default)]
    pub secondary: Vec<TypedSecondary>,
    /// Whose address is believed.
    #[serde(default)]
    pub unsigned: Vec<TypedUnsigned>,
}

/// A secondary that signs.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TypedSecondary {
    /// The key's name.
    pub key: String,
    /// How it signs.
    pub algorithm: Algorithm,
    /// File with the secret.
    pub key_file: PathBuf,
    /// From where it may ask; left out, from everywhere.
    #[serde(default)]
    pub from: Vec<String>,
    /// Zones that it may have.
    pub zones: Vec<String>,
    /// Where it is told of changes; left out, it is not told.
    #[serde(default)]
    pub notify: Vec<SocketAddr>,
}

/// A secondary that cannot sign: whoever asks from its addresses is believed.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TypedUnsigned {
    /// From where it asks.
    pub from: Vec<String>,
    /// Zones that it may have.
    pub zones: Vec<String>,
    /// Where it is told of changes; left out, it is not told.
    #[serde(default)]
    pub notify: Vec<SocketAddr>,
}

/// Bounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// TCP connections at the same time.
    pub connections: usize,
    /// Seconds that a connection may wait between queries.
    pub idle_seconds: u64,
    /// Seconds until the other side takes a message.
    pub write_seconds: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { connections: 64, idle_seconds: 10, write_seconds: 30 }
    }
}

const fn minute() -> u64 {
    60
}

/// The settings, checked, with their keys.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Addresses to listen on.
    pub listen: Vec<SocketAddr>,
    /// Seconds after which contents are asked for again.
    pub refresh_seconds: u64,
    /// Bounds.
    pub limits: Limits,
    /// Every zone that somebody may have.
    pub zones: BTreeSet<FullName>,
    /// Who may have them.
    pub recipients: Vec<Recipient>,
    /// Who is told of changes.
    pub targets: Vec<Target>,
}

impl Settings {
    /// Reads settings and the files of keys that they name; `folder` is where the file lies.
    ///
    /// # Errors
    /// When they are not understood or contradict themselves, or a secret is none.
    pub fn read(text: &str, folder: &Path) -> Result<Self, SettingsError> {
        Self::of(toml::from_str(text)?, folder)
    }

    /// Checks settings that stand in a larger file, and reads the files of keys that they name.
    ///
    /// # Errors
    /// As [`Self::read`].
    pub fn of(typed: Typed, folder: &Path) -> Result<Self, SettingsError> {
        let Typed { listen, refresh_seconds, limits, secondary, unsigned } = typed;
        if listen.is_empty() {
            return Err(SettingsError::Empty("listen"));
        }
        if let Some(everywhere) = listen.iter().find(|address| address.ip().is_unspecified()) {
            return Err(SettingsError::EveryAddress(*everywhere));
        }
        let numbers = [
            ("refresh_seconds", refresh_seconds),
            ("limits.connections", limits.connections as u64),
            ("limits.idle_seconds", limits.idle_seconds),
            ("limits.write_seconds", limits.write_seconds),
        ];
        if let Some((name, _)) = numbers.iter().find(|(_, number)| *number == 0) {
            return Err(SettingsError::Zero(name));
        }
        let mut settings = Self {
            listen,
            refresh_seconds,
            limits,
            zones: BTreeSet::new(),
            recipients: Vec::new(),
            targets: Vec::new(),
        };
        for secondary in secondary {
            let TypedSecondary { key, algorithm, key_file, from, zones, notify } = secondary;
            let secret = secret(&folder.join(key_file))?;
            let key = Arc::new(Key { name: key.parse()?, algorithm, secret });
            let is_known = |other: &Recipient| other.key.as_ref().is_some_and(|other| other.name == key.name);
            if settings.recipients.iter().any(is_known) {
                return Err(SettingsError::Twice(key.name.clone()));
            }
            settings.add(Some(key), &from, &zones, &notify)?;
        }
        for TypedUnsigned { from, zones, notify } in unsigned {
            if from.is_empty() {
                return Err(SettingsError::Everybody);
            }
            settings.add(None, &from, &zones, &notify)?;
        }
        if settings.recipients.is_empty() {
            return Err(SettingsError::Empty("secondary"));
        }
        Ok(settings)
    }

    fn add(
        &mut self,
        key: Option<Arc<Key>>,
        from: &[String],
        zones: &[String],
        notify: &[SocketAddr],
    ) -> Result<(), SettingsError> {
        let zones = zones.iter().map(|zone| zone.parse()).collect::<Result<Vec<FullName>, _>>()?;
        if zones.is_empty() {
            return Err(SettingsError::Empty("zones"));
        }
        let from = from.iter().map(|prefix| prefix.parse()).collect::<Result<Vec<Prefix>, _>>()?;
        for zone in &zones {
            let target = |address: &SocketAddr| Target { address: *address, key: key.clone(), zone: zone.clone() };
            self.targets.extend(notify.iter().map(target));
        }
        self.zones.extend(zones.iter().cloned());
        self.recipients.push(Recipient { key, from, zones });
        Ok(())
    }
}

fn secret(path: &Path) -> Result<Secret, SettingsError> {
    let text = std::fs::read_to_string(path).map_err(|source| SettingsError::Read { path: path.to_owned(), source })?;
    text.parse().map_err(|source| SettingsError::Secret { path: path.to_owned(), source })
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"
        listen = ["127.0.0.1:5353", "[::1]:5353"]
        [[secondary]]
        key = "isp-b.keys.office.example"
        algorithm = "hmac-sha512"
        key_file = "isp-b.key"
        zones = ["isp-b.rpz.office.example", "all.rpz.office.example"]
        notify = ["198.18.0.53:53"]
        [[unsigned]]
        from = ["198.18.1.0/24"]
        zones = ["all.rpz.office.example"]
    "#;

    fn read(text: &str) -> Result<Settings, SettingsError> {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("isp-b.key"), "c2VjcmV0IHNlY3JldCBzZWNyZXQh\n").unwrap();
        std::fs::write(folder.path().join("short.key"), "c2VjcmV0\n").unwrap();
        Settings::read(text, folder.path())
    }

    #[test]
    fn settings_say_who_may_have_what() {
        let settings = read(GOOD).unwrap();
        assert_eq!(settings.zones.len(), 2);
        assert_eq!(settings.targets.len(), 2);
        assert_eq!(settings.recipients[0].key.as_ref().unwrap().algorithm, Algorithm::Sha512);
        assert!(settings.recipients[1].key.is_none());
        assert!(!format!("{settings:?}").contains("secret secret"));
    }

    #[test]
    fn what_contradicts_itself_is_told() {
        let cases = [
            (GOOD.replace("listen = [\"127.0.0.1:5353\", \"[::1]:5353\"]", "listen = []"), "`listen` is empty"),
            (GOOD.replace("127.0.0.1", "0.0.0.0"), "each address by itself"),
            (GOOD.replace("[\"198.18.1.0/24\"]", "[]"), "everybody could have"),
            (GOOD.replace("198.18.1.0/24", "198.18.1.1/24"), "did you mean"),
            (GOOD.replace("hmac-sha512", "hmac-md5"), "unknown variant"),
            (GOOD.replace("isp-b.key\"", "none.key\""), "none.key"),
            (GOOD.replace("isp-b.key\"", "short.key\""), "a secret has 16"),
            (GOOD.replace("isp-b.keys.office.example", "a b"), "is no name"),
            (GOOD.replace("notify", "notifies"), "unknown field"),
            (GOOD.replace("[[unsigned]]", "[limits]\nconnections = 0\n[[unsigned]]"), "must not be 0"),
            (GOOD.split("[[").next().unwrap().to_owned(), "`secondary` is empty"),
            (GOOD.to_owned() + &GOOD.split("[[").nth(1).map(|part| format!("[[{part}")).unwrap(), "named twice"),
        ];
        for (text, told) in cases {
            let error = read(&text).unwrap_err().to_string();
            assert!(error.contains(told), "{error}\n{text}");
        }
    }
}
