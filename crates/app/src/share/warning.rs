//! The office's warning lists: files of the folder `warninglists`, read when they are first needed and when they changed.

use std::fs;
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use renkei_formats::warning::{ListError, Warnings};

use crate::office::Office;

/// Where the lists lie, in the office's folder: `list.json` files of misp-warninglists under any name.
const FOLDER: &str = "warninglists";

/// The lists of an office, kept while the files stay as they are.
#[derive(Debug, Default)]
pub(crate) struct Lists(Mutex<(Vec<Stamp>, Arc<Read>)>);

/// What was read, and which files could not be used.
#[derive(Debug, Default)]
pub(crate) struct Read {
    pub(crate) warnings: Warnings,
    pub(crate) faults: Vec<(String, ListError)>,
}

/// By what a file is told to be another one than before.
type Stamp = (String, u64, Option<SystemTime>);

impl Office {
    /// The warning lists as their files are now.
    pub(crate) fn warnings(&self) -> io::Result<Arc<Read>> {
        let folder = self.folder.join(FOLDER);
        let stamps = stamps(&folder)?;
        let mut kept = self.lists.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.0 != stamps {
            let mut read = Read::default();
            for (name, ..) in &stamps {
                if let Err(error) = read.warnings.add(&fs::read(folder.join(name))?) {
                    read.faults.push((name.clone(), error));
                }
            }
            *kept = (stamps, read.into());
        }
        Ok(Arc::clone(&kept.1))
    }
}

fn stamps(folder: &Path) -> io::Result<Vec<Stamp>> {
    let entries = match fs::read_dir(folder) {
        Err(gone) if gone.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let mut stamps = Vec::new();
    for entry in entries {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.ends_with(".json") {
            let about = entry.metadata()?;
            stamps.push((name, about.len(), about.modified().ok()));
        }
    }
    stamps.sort();
    Ok(stamps)
}
