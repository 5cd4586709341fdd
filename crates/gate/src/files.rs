//! The texts of a rule set: compiled in, or read from a folder for a rehearsal with changed rules.

use std::collections::BTreeMap;
use std::path::Path;

use renkei_core::id::Digest;

use crate::error::RulesError;

/// Every file of `policies/` that decides, or is said in a ruling, by its path in the folder.
///
/// Golden cases, theorems and `words.toml` are not here: they decide nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleFiles(BTreeMap<String, String>);

/// Path of the schema.
pub(crate) const SCHEMA: &str = "renkei.cedarschema";
/// Path of the catalogue of measures.
pub(crate) const MEASURES: &str = "measures.toml";
/// Path of what is said where no rule speaks.
pub(crate) const DEFAULTS: &str = "defaults.toml";
/// Path of the fields of inquiries.
pub(crate) const FIELDS: &str = "fields.toml";
/// Folder of the notes: said beside a ruling, deciding nothing.
pub(crate) const NOTES: &str = "notes";

macro_rules! embedded {
    ($($path:literal)+) => {
        [$(($path, include_str!(concat!("../../../policies/", $path)))),+]
    };
}

/// What is compiled in. A test compares the list with the folder.
const EMBEDDED: [(&str, &str); 32] = embedded!(
    "renkei.cedarschema" "measures.toml" "fields.toml" "defaults.toml"
    "h01-duties.cedar" "h02-measures.cedar" "h03-organisations.cedar" "h04-inquiries.cedar" "h05-sharing.cedar"
    "h06-publication.cedar"
    "g01-secrecy.cedar" "g02-borderline.cedar" "g03-necessity.cedar" "g04-warrants.cedar" "g05-single-use.cedar"
    "g06-duplicate-hints.cedar" "g07-approver.cedar" "g08-sinkhole.cedar" "g09-blank-only.cedar"
    "g10-remote-disinfection.cedar" "g11-walled-garden.cedar" "g13-voluntary-help.cedar" "g14-cancellation.cedar"
    "g16-log-retention.cedar" "g17-illegality.cedar" "g19-graded-release.cedar"
    "g20-subscriber.cedar" "g21-accounts.cedar" "g22-originator.cedar"
    "g24-virtual-currency.cedar" "g25-dynamic-data.cedar" "g26-embargo.cedar"
);
const EMBEDDED_NOTES: [(&str, &str); 1] = embedded!("notes/approval.cedar");

impl RuleFiles {
    /// The files that were compiled in.
    pub fn embedded() -> Self {
        let files = EMBEDDED.iter().chain(&EMBEDDED_NOTES);
        Self(files.map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect())
    }

    /// The files of a folder shaped like `policies/`.
    pub fn read(folder: &Path) -> Result<Self, RulesError> {
        let mut files = BTreeMap::new();
        for path in [SCHEMA, MEASURES, FIELDS, DEFAULTS] {
            files.insert(path.to_owned(), read_text(&folder.join(path))?);
        }
        for name in cedar_files(folder)? {
            files.insert(name.clone(), read_text(&folder.join(name))?);
        }
        let notes = folder.join(NOTES);
        if notes.is_dir() {
            for name in cedar_files(&notes)? {
                files.insert(format!("{NOTES}/{name}"), read_text(&notes.join(name))?);
            }
        }
        Ok(Self(files))
    }

    /// The paths and texts, sorted by path.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(path, text)| (path.as_str(), text.as_str()))
    }

    /// The text of a file; empty if there is none.
    pub fn text(&self, path: &str) -> &str {
        self.0.get(path).map_or("", String::as_str)
    }

    /// The same rule set with one file's text changed or added, for a rehearsal.
    pub fn with(mut self, path: &str, text: impl Into<String>) -> Self {
        self.0.insert(path.to_owned(), text.into());
        self
    }

    /// The files with rules that decide.
    pub(crate) fn rules(&self) -> impl Iterator<Item = (&str, &str)> {
        self.iter().filter(|(path, _)| path.ends_with(".cedar") && !path.contains('/'))
    }

    /// The files with notes.
    pub(crate) fn notes(&self) -> impl Iterator<Item = (&str, &str)> {
        self.iter().filter(|(path, _)| path.ends_with(".cedar") && path.starts_with(NOTES))
    }

    /// SHA-256 over all of them: path, NUL, length as 8 octets big endian, text; sorted by path.
    pub fn digest(&self) -> Digest {
        let mut bytes = Vec::new();
        for (path, text) in self.iter() {
            bytes.extend_from_slice(path.as_bytes());
            bytes.push(0);
            bytes.extend_from_slice(&(text.len() as u64).to_be_bytes());
            bytes.extend_from_slice(text.as_bytes());
        }
        Digest::of(&bytes)
    }
}

fn read_text(path: &Path) -> Result<String, RulesError> {
    std::fs::read_to_string(path).map_err(|source| RulesError::Read { path: path.to_owned(), source })
}

fn cedar_files(folder: &Path) -> Result<Vec<String>, RulesError> {
    let error = |source| RulesError::Read { path: folder.to_owned(), source };
    let mut names = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(error)? {
        let name = entry.map_err(error)?.file_name().to_string_lossy().into_owned();
        if name.ends_with(".cedar") {
            names.push(name);
        }
    }
    Ok(names)
}
