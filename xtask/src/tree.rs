//! The text files of the house, read once, so that checks are pure functions of them.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;

/// Folders that hold results.
const SKIPPED: [&str; 8] =
    [".git", "target", "artifacts", "corpus", "node_modules", "office", "demo-office", "screenshots"];

/// Other people's work: it is there, but its text is not ours to judge.
const FOREIGN: &str = "third_party/";

/// Files above this size are data, not text to be read by a person.
const LARGEST: u64 = 2 * 1024 * 1024;

/// Every text file, by its path inside the house with `/` between parts.
#[derive(Debug, Clone, Default)]
pub struct Tree {
    files: BTreeMap<String, String>,
}

impl Tree {
    /// Reads a folder; what is not UTF-8 or is very large is left out.
    pub fn read(root: &Path) -> io::Result<Self> {
        let mut tree = Self::default();
        tree.walk(root, "")?;
        Ok(tree)
    }

    /// A tree made of given texts: what tests plant.
    pub fn planted(files: &[(&str, &str)]) -> Self {
        Self { files: files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect() }
    }

    /// Every file with its text, by path.
    pub fn files(&self) -> impl Iterator<Item = (&str, &str)> {
        self.files.iter().map(|(path, text)| (path.as_str(), text.as_str()))
    }

    /// Every Rust source with its text, by path.
    pub fn sources(&self) -> impl Iterator<Item = (&str, &str)> {
        self.files().filter(|(path, _)| path.ends_with(".rs"))
    }

    /// The text of one file.
    pub fn text(&self, path: &str) -> Option<&str> {
        self.files.get(path).map(String::as_str)
    }

    /// Whether a file or a folder stands at a path.
    pub fn holds(&self, path: &str) -> bool {
        let folder = format!("{}/", path.trim_end_matches('/'));
        self.files.contains_key(path) || self.files.keys().any(|at| at.starts_with(&folder))
    }

    fn walk(&mut self, folder: &Path, inside: &str) -> io::Result<()> {
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let path = if inside.is_empty() { name.clone() } else { format!("{inside}/{name}") };
            let kind = entry.file_type()?;
            if kind.is_dir() && !SKIPPED.contains(&name.as_str()) {
                self.walk(&entry.path(), &path)?;
            } else if kind.is_file() && entry.metadata().is_ok_and(|about| about.len() <= LARGEST) {
                match fs::read_to_string(entry.path()) {
                    Ok(_) if path.starts_with(FOREIGN) => _ = self.files.insert(path, String::new()),
                    Ok(text) => _ = self.files.insert(path, text),
                    // No text, or gone since the folder was listed.
                    Err(error) if matches!(error.kind(), io::ErrorKind::InvalidData | io::ErrorKind::NotFound) => {}
                    Err(error) => return Err(error),
                }
            }
        }
        Ok(())
    }
}
