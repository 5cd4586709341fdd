//! Deletion: on the day that was said, the sealed sheets go (S0.5, S2.15: least disclosure).

use std::collections::BTreeSet;
use std::fs;
use std::io;

use renkei_core::act::Act;
use renkei_core::class::DataClass;
use renkei_core::id::{CampaignId, Digest};
use renkei_core::ledger::Detail;
use renkei_core::question::{Object, ObjectKind};
use renkei_core::seat::Duty;
use renkei_core::time::Moment;
use renkei_formats::notice::Manifest;
use renkei_store::campaign::Campaign;
use renkei_store::request::RequestFilter;
use schemars::JsonSchema;
use serde::Serialize;

use super::{SplitError, deletion, rest_of, sealed};
use crate::file;
use crate::office::Office;

/// What was deleted.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Deleted {
    /// Batches whose day had come and that still had sheets.
    pub batches: u64,
    /// Files deleted: sealed sheets, and the letters that carried them.
    pub files: u64,
}

impl Office {
    /// Deletes what is due: sealed sheets, letters that carried them, left-over records.
    pub async fn delete_credentials(&self, at: Moment) -> Result<Deleted, SplitError> {
        let mut deleted = Deleted { batches: 0, files: 0 };
        for campaign in self.store.campaigns().await? {
            if deletion(&campaign.plan.fields).is_none_or(|day| at.day() < day) {
                continue;
            }
            let mut paths = Vec::new();
            for digest in self.kept_of(&campaign).await? {
                let path = file::place(&self.folder, digest);
                paths.extend(path.exists().then_some(path));
            }
            if paths.is_empty() {
                continue;
            }
            let object = Object::new(ObjectKind::Campaign, campaign.plan.id, campaign.version);
            let seat = self.seat(Duty::Keeper).await?;
            let question = self.question(Act::RemoveObservations, seat, at).with_class(DataClass::Credential);
            let permit = self.ask(question.on(object)).await?;
            self.store.record_act(permit, Detail::new().put("files", paths.len())).await?;
            for path in &paths {
                gone(fs::remove_file(path)).map_err(|error| SplitError::Io(path.clone(), error))?;
            }
            deleted.batches += 1;
            deleted.files += paths.len() as u64;
        }
        Ok(deleted)
    }

    /// How many sealed files a batch still has.
    pub(super) async fn still_kept(&self, campaign: &Campaign) -> Result<u64, SplitError> {
        let kept = self.kept_of(campaign).await?;
        Ok(kept.into_iter().filter(|digest| file::place(&self.folder, *digest).exists()).count() as u64)
    }

    async fn kept_of(&self, campaign: &Campaign) -> Result<BTreeSet<Digest>, SplitError> {
        let mut kept = rest_of(&campaign.plan.fields);
        let id: CampaignId = campaign.plan.id;
        let filter = RequestFilter { campaign: Some(id), ..RequestFilter::default() };
        for request in self.store.requests(&filter).await? {
            for revision in 1..=request.revision {
                let Some(manifest) = self.store.manifest(request.id, revision).await? else { continue };
                let Ok(manifest) = String::from_utf8_lossy(&manifest.bytes).parse::<Manifest>() else { continue };
                kept.extend(sealed(&manifest.payloads).map(|payload| payload.digest));
            }
            kept.extend(self.store.letters(request.id).await?.iter().map(|letter| letter.new.digest));
        }
        Ok(kept)
    }
}

/// What is gone already need not be deleted.
fn gone(done: io::Result<()>) -> io::Result<()> {
    done.or_else(|error| if error.kind() == io::ErrorKind::NotFound { Ok(()) } else { Err(error) })
}
