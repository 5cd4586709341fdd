//! Routes: importing a table from addresses to AS numbers, in force from a day on.

use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};

use renkei_core::act::Act;
use renkei_core::id::Digest;
use renkei_core::question::{Object, ObjectKind};
use renkei_core::seat::Duty;
use renkei_core::time::{Day, Moment};
use renkei_formats::routes::{RouteForm, RoutesError};
use renkei_store::setting::{Setting, SettingNameError};
use schemars::JsonSchema;
use serde::Serialize;

use crate::directories::{PREFIX, encode};
use crate::file;
use crate::office::{AskError, Office};
use crate::words::{Show, Words, number};

/// Why a route table is not imported.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The file cannot be read.
    #[error("cannot read `{}`: {}", .0.display(), .1)]
    Io(PathBuf, #[source] std::io::Error),
    /// It is none.
    #[error("`{}`: {}", .0.display(), .1)]
    Form(PathBuf, #[source] RoutesError),
    /// It has no range at all.
    #[error("`{}` has no range that can be used", .0.display())]
    Empty(PathBuf),
    /// The gate.
    #[error("{0}")]
    Ask(#[from] AskError),
    /// The registry.
    #[error("{0}")]
    Write(#[from] renkei_store::WriteError),
    /// The day makes no name.
    #[error("{0}")]
    Name(#[from] SettingNameError),
}

/// What was imported.
#[derive(Debug, Serialize, JsonSchema)]
pub struct RoutesImported {
    /// From when the table is in force.
    pub from: String,
    /// Its form.
    pub form: &'static str,
    /// Ranges.
    pub ranges: u64,
    /// Rows that were left out or corrected.
    pub findings: u64,
    /// Its digest.
    pub digest: String,
}

impl Show for RoutesImported {
    fn show(&self, words: &Words) -> String {
        let values = [
            ("ranges", number(self.ranges)),
            ("findings", number(self.findings)),
            ("form", self.form.to_owned()),
            ("from", self.from.clone()),
        ];
        words.say("routes-imported", &values)
    }
}

impl Office {
    /// Imports a route table; several files (IPv4 and IPv6) make one table.
    pub async fn import_routes(&self, paths: &[PathBuf], from: Day, at: Moment) -> Result<RoutesImported, ImportError> {
        let (mut routes, mut findings, mut form) = (Vec::new(), 0, "");
        for path in paths {
            let table = read(path)?;
            findings += table.findings.len() as u64;
            form = match table.form {
                RouteForm::Csv => "csv",
                RouteForm::Pyasn => "pyasn",
                RouteForm::Mmdb => "mmdb",
            };
            routes.extend(table.routes);
        }
        if routes.is_empty() {
            return Err(ImportError::Empty(paths.first().cloned().unwrap_or_default()));
        }
        let bytes = encode(&routes);
        let io = |error| ImportError::Io(self.folder.to_path_buf(), error);
        let digest: Digest = file::keep(&self.folder, &bytes).map_err(io)?;
        let permit =
            self.ask_for(Act::ImportRoutes, Duty::Keeper, [Object::new(ObjectKind::Routes, digest, 0)], at).await?;
        let name = format!("{PREFIX}{from}").parse()?;
        self.store.set(permit, &name, &Setting::Set(digest.to_string())).await?;
        Ok(RoutesImported {
            from: from.to_string(),
            form,
            ranges: routes.len() as u64,
            findings,
            digest: digest.to_string(),
        })
    }
}

fn read(path: &Path) -> Result<renkei_formats::routes::Routes, ImportError> {
    let file = File::open(path).map_err(|error| ImportError::Io(path.to_path_buf(), error))?;
    renkei_formats::routes::read(BufReader::new(file)).map_err(|error| ImportError::Form(path.to_path_buf(), error))
}
