//! A sheet that is sealed as it is written: nothing readable of it ever reaches a disk.

use std::io::{self, Write as _};
use std::path::Path;

use renkei_formats::credentials::{Credential, HEADER, write};
use renkei_formats::notice::manifest::Payload;
use renkei_post::seal::{AgeKey, Sealer};
use renkei_table::LineKey;
use zeroize::{Zeroize as _, Zeroizing};

use crate::file;

/// Room for the longest row, so that the row never moves in memory.
const ROW: usize = 1 << 18;

/// The sealed sheets of one operator, or of what could not be handed on.
pub(super) struct Spool<'a> {
    folder: &'a Path,
    key: AgeKey,
    /// Plain bytes of a sheet, so that each fits into one mail.
    limit: usize,
    open: Option<(Sealer<Vec<u8>>, usize)>,
    done: Vec<Payload>,
    row: Zeroizing<Vec<u8>>,
}

impl<'a> Spool<'a> {
    pub(super) fn new(folder: &'a Path, key: AgeKey, part_bytes: usize) -> Self {
        // The seal adds a header, and a tag for each 64 KiB.
        let limit = part_bytes.saturating_sub(4096 + part_bytes / 2048).max(ROW);
        Self { folder, key, limit, open: None, done: Vec::new(), row: Zeroizing::new(Vec::with_capacity(ROW)) }
    }

    /// Seals one credential.
    pub(super) fn push(&mut self, line: LineKey, credential: &Credential<'_>) -> io::Result<()> {
        write(&mut self.row, line, credential);
        if self.open.as_ref().is_some_and(|(_, written)| written + self.row.len() > self.limit) {
            self.end()?;
        }
        let (sealer, written) = match &mut self.open {
            Some(open) => open,
            None => {
                let mut sealer = self.key.sealer(Vec::new()).map_err(io::Error::other)?;
                sealer.write_all(HEADER.as_bytes())?;
                self.open.insert((sealer, HEADER.len()))
            }
        };
        sealer.write_all(&self.row)?;
        *written += self.row.len();
        self.row.as_mut_slice().zeroize();
        self.row.clear();
        Ok(())
    }

    /// Ends the last sheet; all of them, each kept under its digest.
    pub(super) fn finish(mut self) -> io::Result<Vec<Payload>> {
        self.end()?;
        Ok(std::mem::take(&mut self.done))
    }

    fn end(&mut self) -> io::Result<()> {
        let Some((sealer, _)) = self.open.take() else { return Ok(()) };
        let sealed = sealer.finish()?;
        file::keep(self.folder, &sealed)?;
        let name = match self.done.len() {
            0 => "credentials.csv.age".to_owned(),
            before => format!("credentials.{}.csv.age", before + 1),
        };
        self.done.push(Payload::of(name.parse().map_err(io::Error::other)?, &sealed));
        Ok(())
    }
}
