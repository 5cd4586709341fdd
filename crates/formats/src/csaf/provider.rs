//! A public folder of advisories: metadata, lists and digests as files (section 7.1, requirements 2, 7, 11 to 13, 18).
//!
//! Everything in it is `TLP:WHITE`: who may read others is a matter for a server (requirement 5), not for a folder.

use std::collections::BTreeMap;

use renkei_core::time::Moment;
use sha2::{Digest as _, Sha256, Sha512};

use super::advisory::Publisher;
use super::document::Document;
use super::finding::{Code, Weight};
use super::text;
use super::write::{moment, publisher};
use crate::publication::File;
use crate::stix::marking::Tlp;
use crate::tree::{Object, write_pretty};

/// The name of the file of the metadata (requirement 7).
const METADATA: &str = "provider-metadata.json";
/// The folder below it in which the advisories are.
const FOLDER: &str = "white";

/// Who provides advisories, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Provider {
    /// The URL under which `provider-metadata.json` is found; best
    /// `https://DOMAIN/.well-known/csaf/provider-metadata.json` (requirement 9).
    pub url: String,
    /// Who it is.
    pub publisher: Publisher,
    /// Whether aggregators may list it.
    pub is_listed: bool,
    /// Whether aggregators may keep copies of its documents.
    pub is_mirrored: bool,
    /// The keys by which documents are signed elsewhere; no signature is made here.
    pub keys: Vec<Key>,
    /// When the metadata changed.
    pub updated: Moment,
}

/// An OpenPGP key (requirement 20).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// Its fingerprint in hexadecimal.
    pub fingerprint: String,
    /// Where it is.
    pub url: String,
}

/// Why a folder cannot be laid out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LayoutError {
    /// The URL is not one of `provider-metadata.json` under https.
    #[error("`{0}` is not the https url of a `provider-metadata.json`")]
    Url(String),
    /// A value of the provider is not written as it must be.
    #[error("the provider's {0} is missing or not sound")]
    Provider(&'static str),
    /// A document is not labelled for everybody.
    #[error("`{0}` is not `TLP:WHITE`, so it cannot be public")]
    NotPublic(String),
    /// A document is not sound.
    #[error("`{id}` is not sound: {}", .code.as_str())]
    Unsound {
        /// Its file name.
        id: String,
        /// The first thing that is wrong.
        code: Code,
    },
    /// Two documents would have one file (section 5.1).
    #[error("two documents have the file `{0}`")]
    Twice(String),
}

impl Provider {
    /// The line for `security.txt` that leads to the metadata (requirement 8).
    pub fn security_txt(&self) -> String {
        format!("CSAF: {}\n", self.url)
    }

    /// The files of the folder in which `provider-metadata.json` stands, by path: the metadata, below `white/` each
    /// document in the folder of its year with its digests, `index.txt` and `changes.csv`.
    ///
    /// # Errors
    /// When a document is not for everybody or not sound, or the provider is not.
    pub fn files(&self, documents: &[Document]) -> Result<Vec<File>, LayoutError> {
        let mut files = vec![file(METADATA.to_owned(), "application/json", self.metadata()?.into_bytes())];
        let mut listed: BTreeMap<String, Listed> = BTreeMap::new();
        for document in documents {
            let one = Listed::of(document)?;
            let bytes = document.write().into_bytes();
            let name = one.path.rsplit_once('/').map_or(one.path.as_str(), |(_, name)| name);
            let digests = [("sha256", hex(&Sha256::digest(&bytes))), ("sha512", hex(&Sha512::digest(&bytes)))];
            for (kind, digest) in digests {
                let line = format!("{digest}  {name}\n");
                files.push(file(
                    format!("{FOLDER}/{}.{kind}", one.path),
                    "text/plain; charset=utf-8",
                    line.into_bytes(),
                ));
            }
            files.push(file(format!("{FOLDER}/{}", one.path), "application/json", bytes));
            if let Some(before) = listed.insert(one.path.clone(), one) {
                return Err(LayoutError::Twice(before.path));
            }
        }
        let index: String = listed.keys().map(|path| format!("{path}\n")).collect();
        let mut newest: Vec<&Listed> = listed.values().collect();
        newest.sort_by(|one, other| other.at.cmp(&one.at).then_with(|| one.path.cmp(&other.path)));
        let changes: String = newest.iter().map(|one| format!("\"{}\",\"{}\"\n", one.path, one.text)).collect();
        files.push(file(format!("{FOLDER}/index.txt"), "text/plain; charset=utf-8", index.into_bytes()));
        files.push(file(format!("{FOLDER}/changes.csv"), "text/csv; charset=utf-8", changes.into_bytes()));
        files.sort_by(|one, other| one.path.cmp(&other.path));
        Ok(files)
    }

    /// `provider-metadata.json` (requirement 7).
    fn metadata(&self) -> Result<String, LayoutError> {
        let Self { url, publisher: by, is_listed, is_mirrored, keys, updated } = self;
        let base = url.strip_suffix(METADATA).filter(|base| base.ends_with('/') && base.starts_with("https://"));
        let base = base.filter(|_| text::is_uri(url)).ok_or_else(|| LayoutError::Url(url.clone()))?;
        if by.name.is_empty() {
            return Err(LayoutError::Provider("name"));
        }
        if !text::is_uri(&by.namespace) {
            return Err(LayoutError::Provider("namespace"));
        }
        if [&by.contact, &by.authority].into_iter().flatten().any(String::is_empty) {
            return Err(LayoutError::Provider("contact or authority"));
        }
        let is_sound = |key: &Key| {
            key.fingerprint.len() >= 32
                && key.fingerprint.bytes().all(|byte| byte.is_ascii_hexdigit())
                && text::is_uri(&key.url)
        };
        if !keys.iter().all(is_sound) {
            return Err(LayoutError::Provider("key"));
        }
        let updated = moment(*updated);
        if text::moment(&updated).is_none() {
            return Err(LayoutError::Provider("date"));
        }
        let key = |one: &Key| Object::new().with("fingerprint", one.fingerprint.as_str()).with("url", one.url.as_str());
        let keys: Vec<Object> = keys.iter().map(key).collect();
        let folder = Object::new().with("directory_url", format!("{base}{FOLDER}/"));
        let tree = Object::new()
            .with("canonical_url", url.as_str())
            .with("distributions", vec![folder])
            .with("last_updated", updated)
            .with("list_on_CSAF_aggregators", *is_listed)
            .with("metadata_version", "2.0")
            .with("mirror_on_CSAF_aggregators", *is_mirrored)
            .with_some("public_openpgp_keys", (!keys.is_empty()).then_some(keys))
            .with("publisher", publisher(by))
            .with("role", "csaf_provider");
        Ok(write_pretty(&tree.into()))
    }
}

/// A document in the lists.
struct Listed {
    /// Its path below the folder.
    path: String,
    at: Moment,
    /// When it was released, as it says itself.
    text: String,
}

impl Listed {
    fn of(document: &Document) -> Result<Self, LayoutError> {
        let name = document.file_name().unwrap_or_default();
        if let Some(broken) = document.check().iter().find(|one| one.code.weight() == Weight::Broken) {
            return Err(LayoutError::Unsound { id: name, code: broken.code });
        }
        if document.tlp() != Some(Tlp::Clear) {
            return Err(LayoutError::NotPublic(name));
        }
        // What was checked has all of these.
        let lacking = || LayoutError::Unsound { id: name.clone(), code: Code::Missing };
        let tracking =
            document.tree().object("document").and_then(|head| head.object("tracking")).ok_or_else(lacking)?;
        let year = tracking.text("initial_release_date").and_then(|date| date.get(..4)).ok_or_else(lacking)?;
        let text = tracking.text("current_release_date").ok_or_else(lacking)?.to_owned();
        let at = document.current_release().ok_or_else(lacking)?;
        Ok(Self { path: format!("{year}/{name}"), at, text })
    }
}

fn file(path: String, kind: &'static str, bytes: Vec<u8>) -> File {
    File { path, kind, bytes }
}

fn hex(digest: &[u8]) -> String {
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}
