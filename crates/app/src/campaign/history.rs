//! Who was told of which device, and when: a device already told is not told again too soon.
//!
//! The term is the party's own. The wait ends early when the family is another one, or when the
//! device comes back after it was clean: no hit for the office's quiet time, then a hit.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::ops::ControlFlow;

use arrow::array::RecordBatch;
use arrow::datatypes::{Date32Type, Int64Type};
use renkei_core::id::{CampaignId, PartyId, RequestId};
use renkei_core::party::Party;
use renkei_core::time::{DAY, Day, Moment};
use renkei_formats::notice::Line;
use renkei_lake::{ReadError, SelectionFilter, Table};
use renkei_store::request::RequestFilter;

use super::reason::Reason;
use crate::column::{Numbers, Texts};
use crate::office::Office;

/// Party, family, device.
type Key = (PartyId, String, String);

/// What parties were told.
pub(crate) struct History {
    told: HashMap<Key, Moment>,
    quiet_days: u32,
    now: Moment,
}

/// Days on which told devices were seen after they were told.
pub(crate) struct Sightings(HashMap<(String, String), BTreeSet<Day>>);

/// Why the history cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum HistoryError {
    /// The registry.
    #[error("{0}")]
    Db(#[from] renkei_store::DbError),
    /// The lake.
    #[error("{0}")]
    Open(#[from] renkei_lake::OpenError),
    /// The lake.
    #[error("{0}")]
    Read(#[from] ReadError),
}

/// One line of the selections table that was sent.
pub(crate) struct Told {
    pub(crate) request: Option<RequestId>,
    pub(crate) party: Option<PartyId>,
    pub(crate) device: String,
    pub(crate) basis: String,
    pub(crate) family: String,
    pub(crate) on: Day,
    pub(crate) reason: Option<String>,
    pub(crate) line: (i64, i64),
}

impl Office {
    /// What was told until now.
    pub(crate) async fn history(&self, now: Moment) -> Result<History, HistoryError> {
        let requests = self.store.requests(&RequestFilter::default()).await?;
        let undelivered = self.undelivered().await?;
        let sent: HashMap<RequestId, Moment> = requests
            .into_iter()
            .filter(|request| request.state.was_sent() && !undelivered.contains(&request.id))
            .filter_map(|request| Some((request.id, request.sent_at?)))
            .collect();
        let mut told: HashMap<Key, Moment> = HashMap::new();
        if !sent.is_empty() {
            for row in self.selections(SelectionFilter::default()).await? {
                let Some(at) = row.request.and_then(|request| sent.get(&request)) else { continue };
                let (None, Some(party)) = (row.reason, row.party) else { continue };
                let known = told.entry((party, row.family, row.device)).or_insert(*at);
                *known = (*known).max(*at);
            }
        }
        Ok(History { told, quiet_days: self.settings.quiet_days, now })
    }

    /// The selections of a campaign, or of all.
    pub(crate) async fn selections(&self, filter: SelectionFilter) -> Result<Vec<Told>, HistoryError> {
        let view = self.lake().await?.view_of(Table::Selections).await?;
        let columns = [
            "request",
            "party",
            "device_key",
            "device_key_basis",
            "family",
            "selected_on",
            "reason",
            "line_hi",
            "line_lo",
        ];
        let mut rows = Vec::new();
        view.scan_selections(&filter, &columns, |batch| {
            read(&batch, &mut rows);
            ControlFlow::Continue(())
        })?;
        Ok(rows)
    }

    /// The selections of one campaign.
    pub(crate) async fn selections_of(&self, campaign: CampaignId) -> Result<Vec<Told>, HistoryError> {
        self.selections(SelectionFilter { campaign: Some(campaign), ..SelectionFilter::default() }).await
    }
}

fn read(batch: &RecordBatch, rows: &mut Vec<Told>) {
    let text = |name| Texts::of(batch, name);
    let (request, party, reason) = (text("request"), text("party"), text("reason"));
    let (device, basis, family) = (text("device_key"), text("device_key_basis"), text("family"));
    let on = Numbers::<Date32Type>::of(batch, "selected_on");
    let (hi, lo) = (Numbers::<Int64Type>::of(batch, "line_hi"), Numbers::<Int64Type>::of(batch, "line_lo"));
    rows.extend((0..batch.num_rows()).map(|row| Told {
        request: request.get(row).and_then(|text| text.parse().ok()),
        party: party.get(row).and_then(|text| text.parse().ok()),
        device: device.own(row).unwrap_or_default(),
        basis: basis.own(row).unwrap_or_default(),
        family: family.own(row).unwrap_or_default(),
        on: Day(on.get(row).unwrap_or(0)),
        reason: reason.own(row),
        line: (hi.get(row).unwrap_or(0), lo.get(row).unwrap_or(0)),
    }));
}

impl History {
    /// The days on which devices that somebody was told of were seen.
    pub(crate) fn sightings<'a>(&self, lines: impl Iterator<Item = (&'a Line, ())>) -> Sightings {
        let known: HashSet<(&str, &str)> =
            self.told.keys().map(|(_, family, device)| (family.as_str(), device.as_str())).collect();
        let mut days: HashMap<(String, String), BTreeSet<Day>> = HashMap::new();
        for (line, ()) in lines {
            let family = line.family.as_deref().unwrap_or_default();
            if known.contains(&(family, line.device_key.as_str())) {
                days.entry((family.to_owned(), line.device_key.clone())).or_default().insert(line.observed_at.day());
            }
        }
        Sightings(days)
    }

    /// Whether the party may be told of the line's device now.
    pub(crate) fn allows(&self, party: &Party, line: &Line, seen: &Sightings) -> Result<(), Reason> {
        let family = line.family.clone().unwrap_or_default();
        let key = (party.id.clone(), family, line.device_key.clone());
        let Some(told) = self.told.get(&key) else { return Ok(()) };
        let (_, family, device) = key;
        // Hits from before the notice are what it told of.
        let old = line.observed_at <= *told;
        let waits = party.terms.repeat_days.is_some_and(|days| self.now.0 - told.0 < i64::from(days) * DAY);
        let back = seen.0.get(&(family, device)).is_some_and(|days| self.came_back(*told, days));
        if old || (waits && !back) { Err(Reason::ToldBefore) } else { Ok(()) }
    }

    /// Whether a device seen on some days was quiet for the quiet time after it was told, and then seen.
    fn came_back(&self, told: Moment, days: &BTreeSet<Day>) -> bool {
        let mut last = told.day();
        for day in days.range(told.day()..) {
            if day.0 - last.0 > self.quiet_days.try_into().unwrap_or(i32::MAX) {
                return true;
            }
            last = *day;
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_comes_back_only_after_the_quiet_time() {
        let history = History { told: HashMap::new(), quiet_days: 7, now: Moment(0) };
        let days = |days: &[i32]| days.iter().map(|day| Day(*day)).collect::<BTreeSet<_>>();
        let told = Day(10).start();
        assert!(!history.came_back(told, &days(&[10, 14, 20, 27])));
        assert!(history.came_back(told, &days(&[10, 12, 20])));
        assert!(!history.came_back(told, &days(&[1, 9])));
    }
}
