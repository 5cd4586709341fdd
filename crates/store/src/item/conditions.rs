//! Conditions as JSON text.

use renkei_core::share::{Conditions, Pap, Tlp};
use renkei_core::time::Moment;
use serde::{Deserialize, Serialize};
use serde_json::Value;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Stored {
    tlp: String,
    pap: String,
    groups: Vec<String>,
    parties: Vec<String>,
    seats: Vec<String>,
    unnamed: bool,
    hinted: bool,
    ends: Option<i64>,
}

/// As they are kept, and as they are in the digest.
pub(super) fn written(conditions: &Conditions) -> Value {
    let Conditions { tlp, pap, groups, parties, seats, unnamed, hinted, ends } = conditions;
    serde_json::json!(Stored {
        tlp: tlp.word().to_owned(),
        pap: pap.word().to_owned(),
        groups: groups.iter().map(ToString::to_string).collect(),
        parties: parties.iter().map(ToString::to_string).collect(),
        seats: seats.iter().map(ToString::to_string).collect(),
        unnamed: *unnamed,
        hinted: *hinted,
        ends: ends.map(|ends| ends.0),
    })
}

/// `None`: they are not what this program writes.
pub(super) fn read(stored: Stored) -> Option<Conditions> {
    let Stored { tlp, pap, groups, parties, seats, unnamed, hinted, ends } = stored;
    Some(Conditions {
        tlp: Tlp::from_word(&tlp)?,
        pap: Pap::from_word(&pap)?,
        groups: groups.iter().map(|id| id.parse().ok()).collect::<Option<_>>()?,
        parties: parties.iter().map(|id| id.parse().ok()).collect::<Option<_>>()?,
        seats: seats.iter().map(|id| id.parse().ok()).collect::<Option<_>>()?,
        unnamed,
        hinted,
        ends: ends.map(Moment),
    })
}
