//! Campaigns (注意喚起): from observations to requests, one a party, and what becomes of them.

pub(crate) mod reason;
pub(crate) mod choose;
mod owner;
pub(crate) mod draft;
mod undelivered;
pub(crate) mod history;
pub mod plan;
pub mod show;
pub mod read;
pub mod approve;
pub mod mend;
pub mod send;
pub mod withdraw;
pub mod again;
pub mod answer;
pub mod feedback;
pub mod cost;
pub mod report;
pub mod effect;
mod chart;

use std::collections::BTreeMap;

use renkei_core::id::{CampaignId, RequestId};
use renkei_core::material::Material;
use renkei_core::text::Bilingual;
use renkei_core::time::Moment;
use renkei_store::campaign::NewCampaign;

/// What a campaign is for and around (S4.19: consultation, roles, desk, publicity).
#[derive(Debug, Clone, Default)]
pub struct Purpose {
    /// What kind of observations it hands over.
    pub material: Material,
    /// Its title.
    pub title: Bilingual,
    /// What for.
    pub purpose: Bilingual,
    /// Family of the malware; `None`: every family the filter leaves.
    pub family: Option<String>,
    /// First moment of observations.
    pub from: Option<Moment>,
    /// First moment no longer counted.
    pub until: Option<Moment>,
    /// Where the leaflet for users is.
    pub leaflet: Option<String>,
    /// Notes on prior consultation, role division, publicity.
    pub notes: BTreeMap<String, String>,
}

impl Purpose {
    /// What letters and pages say beside title and purpose, as the registry keeps it.
    pub(crate) fn fields(&self) -> BTreeMap<String, String> {
        let mut fields = self.notes.clone();
        if self.material != Material::Devices {
            fields.insert(MATERIAL.into(), self.material.word().into());
        }
        fields.insert("purpose.en".into(), self.purpose.en.clone());
        fields.extend(self.leaflet.clone().map(|leaflet| ("leaflet".into(), leaflet)));
        fields
    }

    /// The purpose of a campaign as it was planned, or mended.
    pub(crate) fn of(plan: NewCampaign) -> Self {
        let NewCampaign { id: _, title, family, period, purpose, fields } = plan;
        Self {
            material: material(&fields),
            title,
            purpose: Bilingual { ja: purpose, en: fields.get("purpose.en").cloned().unwrap_or_default() },
            family: Some(family).filter(|family| !family.is_empty()),
            from: period.from,
            until: period.until,
            leaflet: fields.get("leaflet").cloned(),
            notes: BTreeMap::new(),
        }
    }
}

/// The field that says what kind of observations a campaign hands over; without it: devices.
const MATERIAL: &str = "material";

/// What kind of observations a planned campaign hands over.
pub(crate) fn material(fields: &BTreeMap<String, String>) -> Material {
    fields.get(MATERIAL).and_then(|word| Material::from_word(word)).unwrap_or_default()
}

/// Makes identifiers whose order is that of their making.
pub(crate) fn fresh(at: Moment) -> u128 {
    // UUIDv7's layout (RFC 9562) with the given moment: in the demo time is played.
    let millis = u64::try_from(at.0 / 1000).unwrap_or(0);
    let random: [u8; 10] = rand::random();
    uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid().as_u128()
}

pub(crate) fn new_campaign(at: Moment) -> CampaignId {
    CampaignId::from_bits(fresh(at))
}

pub(crate) fn new_request(at: Moment) -> RequestId {
    RequestId::from_bits(fresh(at))
}
