//! Who can act on a line: whose site it is (S3.7), else whose address it was at that moment.

use renkei_core::directory::sites::{Owner, Sites};
use renkei_core::id::PartyId;
use renkei_core::party::Party;
use renkei_formats::notice::Line;

use super::reason::Reason;
use crate::directories::Directories;

/// The directory by name and by address.
pub(crate) struct Owners {
    directories: Directories,
    sites: Sites,
}

impl Owners {
    /// Of some parties, over the office's route tables.
    pub(crate) fn new(parties: &[Party], directories: Directories) -> Self {
        Self { directories, sites: Sites::new(parties) }
    }

    /// The party that can act on a line: who runs the site, else the operator that serves the address.
    pub(crate) fn of(&self, line: &Line) -> Result<PartyId, Reason> {
        let at = line.observed_at;
        if let Some(site) = line.site.as_ref().filter(|site| !site.host.is_empty()) {
            match self.sites.look_up(&site.host, at) {
                Owner::One(party) => return Ok(party.clone()),
                Owner::Several => return Err(Reason::SeveralOperators),
                Owner::Nobody => {}
            }
        }
        let directory = self.directories.at(at).ok_or(Reason::NoOperator)?;
        let operator = directory.look_up(line.src_ip, at).operator.and_then(|operator| directory.party(operator));
        operator.cloned().ok_or(Reason::NoOperator)
    }
}
