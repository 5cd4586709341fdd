//! Effect: the same devices looked for in later observations, against those nobody could be told of (S4.21).

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::atomic::{AtomicI64, Ordering};

use arrow::datatypes::TimestampMicrosecondType;
use renkei_core::act::Act;
use renkei_core::effect::{Assumption, CurvePoint, Fate, Figure, Followed, lift, survival};
use renkei_core::id::{CampaignId, PartyId, RequestId};
use renkei_core::question::{Object, ObjectKind};
use renkei_core::request::State;
use renkei_core::seat::Duty;
use renkei_core::time::{Day, Moment};
use renkei_lake::Filter;
use renkei_store::request::{Request, RequestFilter};
use renkei_table::DeviceKeyBasis;
use schemars::JsonSchema;
use serde::Serialize;

use super::chart;
use super::history::{HistoryError, Told};
use super::withdraw::CORRECTED;
use crate::column::{Numbers, Texts};
use crate::office::{AskError, Office};
use crate::words::{Show, Words, number, table};

/// Why no effect is computed.
#[derive(Debug, thiserror::Error)]
pub enum EffectError {
    /// The gate.
    #[error("{0}")]
    Ask(#[from] AskError),
    /// The registry.
    #[error("{0}")]
    Db(#[from] renkei_store::DbError),
    /// The registry.
    #[error("{0}")]
    Write(#[from] renkei_store::WriteError),
    /// What was told.
    #[error("{0}")]
    History(#[from] HistoryError),
    /// The lake.
    #[error("{0}")]
    Open(#[from] renkei_lake::OpenError),
    /// The lake.
    #[error("{0}")]
    Read(#[from] renkei_lake::ReadError),
    /// There is no such campaign.
    #[error("there is no campaign `{0}`: `renkei campaign list` shows them")]
    Unknown(CampaignId),
}

/// A figure with what it is of.
#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
pub struct FigureShown {
    /// How many.
    pub numerator: u64,
    /// Of how many.
    pub denominator: u64,
    /// The share; none where there is nothing to divide by.
    pub share: Option<f64>,
}

impl From<Figure> for FigureShown {
    fn from(figure: Figure) -> Self {
        let Figure { numerator, denominator } = figure;
        Self { numerator, denominator, share: figure.share() }
    }
}

/// What changed after a campaign.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Effect {
    /// The campaign.
    pub campaign: String,
    /// Last moment of any observation of it: nothing is known after.
    pub observed_until: Option<String>,
    /// Days without a hit after which a device counts as gone.
    pub quiet_days: u32,
    /// One row a party.
    pub parties: Vec<PartyEffect>,
    /// All parties.
    pub told: GroupEffect,
    /// Devices nobody could be told of.
    pub not_told: GroupEffect,
    /// Devices whose letter came back: asked for, and told to nobody.
    pub undelivered: GroupEffect,
    /// Difference of the shares gone, in percentage points.
    pub lift_points: Option<f64>,
    /// What devices are told apart by: how many by each key.
    pub device_keys: BTreeMap<&'static str, u64>,
    /// Survival curve of the told.
    pub curve_told: Vec<Point>,
    /// Survival curve of those not told.
    pub curve_not_told: Vec<Point>,
    /// What all figures rest on.
    pub assumptions: Vec<&'static str>,
}

/// What became of the devices of one group.
#[derive(Debug, Clone, Copy, Default, Serialize, JsonSchema)]
pub struct GroupEffect {
    /// Devices.
    pub devices: u64,
    /// Not seen for the quiet time.
    pub gone: u64,
    /// Seen within it.
    pub still_seen: u64,
    /// Too early to say, or without a key that lasts.
    pub unknown: u64,
}

/// What became of the devices that one party was told of.
#[derive(Debug, Serialize, JsonSchema)]
pub struct PartyEffect {
    /// The party.
    pub party: String,
    /// Where its request stands.
    pub state: &'static str,
    /// Whether its answer is overdue.
    pub overdue: bool,
    /// Whether its letter came back; then it was told of nothing.
    pub undelivered: bool,
    /// Lines on which the user was reached, of the lines asked, as the party answered.
    pub reached: FigureShown,
    /// Its devices.
    pub devices: GroupEffect,
    /// Share of its devices gone.
    pub gone: FigureShown,
    /// For each day with observations after the notice: devices still seen on it or later.
    pub still_seen_by_day: Vec<DaySeen>,
}

/// Devices still seen on a day or later.
#[derive(Debug, Serialize, JsonSchema)]
pub struct DaySeen {
    /// The day (UTC).
    pub day: String,
    /// Of the devices told.
    pub still_seen: FigureShown,
}

/// A point of a survival curve.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Point {
    /// Days since the notice.
    pub day: u32,
    /// Devices followed so far.
    pub at_risk: u64,
    /// Gone on this day.
    pub gone: u64,
    /// Share still seen.
    pub still_seen: f64,
}

impl From<CurvePoint> for Point {
    fn from(point: CurvePoint) -> Self {
        let CurvePoint { day, at_risk, gone, still_seen } = point;
        Self { day, at_risk, gone, still_seen }
    }
}

impl Effect {
    /// The chart of the two survival curves (SVG), with its words in a language.
    pub fn chart(&self, words: &Words) -> String {
        chart::curves(&self.curve_told, &self.curve_not_told, words)
    }
}

/// One device that is followed.
struct Device {
    told: Moment,
    whose: Whose,
    basis: DeviceKeyBasis,
}

/// Whom a device was told to.
#[derive(PartialEq, Eq)]
enum Whose {
    /// This party; `None`: the selection does not say.
    Told(Option<PartyId>),
    /// A party whose letter came back.
    Undelivered,
    /// Nobody could be told.
    NotTold,
}

impl Whose {
    const fn is_told(&self) -> bool {
        matches!(self, Self::Told(_))
    }
}

impl Office {
    /// Measures what changed after a campaign, as far as observations go.
    pub async fn effect(&self, id: CampaignId, at: Moment) -> Result<Effect, EffectError> {
        let campaign = self.store.campaign(id).await?.ok_or(EffectError::Unknown(id))?;
        let object = Object::new(ObjectKind::Campaign, id, campaign.version);
        let permit = self.ask_for(Act::MeasureEffect, Duty::Analyst, [object], at).await?;
        let filter = RequestFilter { campaign: Some(id), ..RequestFilter::default() };
        let requests = self.store.requests(&filter).await?;
        let undelivered = self.undelivered().await?;
        let devices = followed(self.selections_of(id).await?, &requests, &undelivered);
        let (names, devices): (Vec<String>, Vec<Device>) = devices.into_iter().unzip();
        let family = Some(campaign.plan.family.clone()).filter(|family| !family.is_empty());
        let start = devices.iter().map(|device| device.told).min();
        let seen = self.last_seen(&names, Filter { family, from: start, ..Filter::default() }).await?;
        let counted = Counted { devices: &devices, seen: &seen, quiet: self.settings.quiet_days };
        let answers = self.store.latest_answers(id, None).await?;
        let parties = requests.iter().filter(|request| request.state.was_sent()).map(|request| {
            let counts = answers.get(&request.id).map(|answer| answer.outcome.counts()).unwrap_or_default();
            let reached = counts.iter().filter(|(status, _)| status.reached()).map(|(_, count)| count).sum();
            let came_back = undelivered.contains(&request.id);
            counted.party(request, came_back, Figure { numerator: reached, denominator: request.lines }, at)
        });
        let parties: Vec<_> = parties.collect();
        let told = counted.group(|device| device.whose.is_told());
        let not_told = counted.group(|device| device.whose == Whose::NotTold);
        let of = |group: &GroupEffect| Figure { numerator: group.gone, denominator: group.devices - group.unknown };
        let curve = |of: fn(&Whose) -> bool| survival(counted.followed(|d| of(&d.whose)), counted.quiet);
        let effect = Effect {
            campaign: id.to_string(),
            observed_until: (seen.until != i64::MIN).then(|| Moment(seen.until).to_string()),
            quiet_days: counted.quiet,
            lift_points: lift(of(&told), of(&not_told)),
            device_keys: counted.keys(),
            curve_told: curve(Whose::is_told).into_iter().map(Point::from).collect(),
            curve_not_told: curve(|whose| *whose == Whose::NotTold).into_iter().map(Point::from).collect(),
            assumptions: Assumption::ALL.map(Assumption::word).to_vec(),
            parties,
            told,
            not_told,
            undelivered: counted.group(|device| device.whose == Whose::Undelivered),
        };
        let detail = renkei_core::ledger::Detail::new()
            .put("devices", told.devices)
            .put("gone", told.gone)
            .put("undelivered", effect.undelivered.devices);
        self.store.record_act(permit, detail).await?;
        Ok(effect)
    }

    /// The last hit of each device since the notice, and the last of any.
    async fn last_seen(&self, names: &[String], filter: Filter) -> Result<Seen, EffectError> {
        let places: HashMap<&str, usize> = names.iter().enumerate().map(|(at, name)| (name.as_str(), at)).collect();
        let last: Vec<AtomicI64> = names.iter().map(|_| AtomicI64::new(i64::MIN)).collect();
        let until = AtomicI64::new(i64::MIN);
        let _turn = self.turn().await;
        let view = self.lake().await?.view().await?;
        tokio::task::block_in_place(|| {
            view.fold(
                &filter,
                &["device_key", "observed_at"],
                || (),
                |(), batch| {
                    let device = Texts::of(batch, "device_key");
                    let at = Numbers::<TimestampMicrosecondType>::of(batch, "observed_at");
                    for row in 0..batch.num_rows() {
                        let Some(at) = at.get(row) else { continue };
                        until.fetch_max(at, Ordering::Relaxed);
                        let place = device.get(row).and_then(|name| places.get(name));
                        if let Some(last) = place.and_then(|place| last.get(*place)) {
                            last.fetch_max(at, Ordering::Relaxed);
                        }
                    }
                },
            )
        })?;
        let mut days: Vec<Day> = view
            .count(&filter, &[renkei_lake::Group::Day])?
            .iter()
            .filter_map(|row| row.key.first()?.as_deref().and_then(crate::directories::parse_day))
            .collect();
        days.sort();
        Ok(Seen { last: last.into_iter().map(AtomicI64::into_inner).collect(), until: until.into_inner(), days })
    }
}

/// Last hits, in the order of the devices.
struct Seen {
    last: Vec<i64>,
    until: i64,
    days: Vec<Day>,
}

/// Which devices are followed, and from when: those told, and those nobody could be told of.
fn followed(rows: Vec<Told>, requests: &[Request], undelivered: &HashSet<RequestId>) -> HashMap<String, Device> {
    let sent: HashMap<RequestId, Moment> = requests
        .iter()
        .filter(|request| request.state.was_sent())
        .filter_map(|request| Some((request.id, request.sent_at?)))
        .collect();
    let start = sent.values().min().copied();
    let corrected: HashSet<(RequestId, i64, i64)> = rows
        .iter()
        .filter(|row| row.reason.as_deref() == Some(CORRECTED))
        .filter_map(|row| Some((row.request?, row.line.0, row.line.1)))
        .collect();
    let mut devices: HashMap<String, Device> = HashMap::new();
    for row in rows {
        let basis = DeviceKeyBasis::from_word(&row.basis).unwrap_or(DeviceKeyBasis::Address);
        let told =
            row.request.filter(|id| !corrected.contains(&(*id, row.line.0, row.line.1))).and_then(|id| sent.get(&id));
        match (row.reason.as_deref(), told) {
            (None, Some(told)) => {
                let came_back = row.request.is_some_and(|request| undelivered.contains(&request));
                let whose = if came_back { Whose::Undelivered } else { Whose::Told(row.party) };
                devices.insert(row.device, Device { told: *told, whose, basis });
            }
            // Devices told earlier are neither: what happens to them comes from the earlier notice.
            (Some("told-before" | CORRECTED), _) | (None, None) => {}
            (Some(_), _) => {
                let told = start.unwrap_or(row.on.start());
                devices.entry(row.device).or_insert(Device { told, whose: Whose::NotTold, basis });
            }
        }
    }
    devices
}

/// Devices with what was seen of them.
struct Counted<'a> {
    devices: &'a [Device],
    seen: &'a Seen,
    quiet: u32,
}

impl Counted<'_> {
    fn follow(&self, device: &Device, last: i64) -> Followed {
        let days = |until: i64| u32::try_from(Moment(until).day().0 - device.told.day().0).unwrap_or(0);
        Followed {
            last_seen: (last >= device.told.0).then(|| days(last)),
            followed: days(self.seen.until.max(device.told.0)),
        }
    }

    fn each<'b>(&'b self, of: impl Fn(&Device) -> bool + 'b) -> impl Iterator<Item = (&'b Device, i64)> + 'b {
        self.devices.iter().zip(self.seen.last.iter().copied()).filter(move |(device, _)| of(device))
    }

    /// Those whose key lasts: an address with a port is another one at the next connection.
    fn followed<'b>(&'b self, of: impl Fn(&Device) -> bool + 'b) -> impl Iterator<Item = Followed> + 'b {
        let lasts = |basis| !matches!(basis, DeviceKeyBasis::AddressPort | DeviceKeyBasis::Account);
        self.each(move |device| of(device) && lasts(device.basis)).map(|(device, last)| self.follow(device, last))
    }

    fn group(&self, of: impl Fn(&Device) -> bool) -> GroupEffect {
        let mut group = GroupEffect::default();
        for (device, last) in self.each(of) {
            group.devices += 1;
            let fate = match device.basis {
                // What nobody looks for again is unknown, not gone.
                DeviceKeyBasis::AddressPort | DeviceKeyBasis::Account => Fate::TooEarly,
                _ => self.follow(device, last).fate(self.quiet),
            };
            match fate {
                Fate::Gone => group.gone += 1,
                Fate::StillSeen => group.still_seen += 1,
                Fate::TooEarly => group.unknown += 1,
            }
        }
        group
    }

    fn party(&self, request: &Request, undelivered: bool, reached: Figure, at: Moment) -> PartyEffect {
        let of = |device: &Device| matches!(&device.whose, Whose::Told(Some(party)) if *party == request.party);
        let devices = self.group(of);
        let waiting = matches!(request.state, State::Sent | State::Acknowledged);
        let days = self.seen.days.iter().filter(|day| request.sent_at.is_some_and(|sent| **day >= sent.day()));
        let by_day = days.map(|day| {
            let still = self.each(of).filter(|(_, last)| *last >= day.start().0).count() as u64;
            let still_seen = Figure { numerator: still, denominator: devices.devices }.into();
            DaySeen { day: day.to_string(), still_seen }
        });
        PartyEffect {
            party: request.party.to_string(),
            state: request.state.word(),
            overdue: waiting && request.due_at.is_some_and(|due| due < at),
            undelivered,
            reached: reached.into(),
            gone: Figure { numerator: devices.gone, denominator: devices.devices - devices.unknown }.into(),
            still_seen_by_day: by_day.collect(),
            devices,
        }
    }

    fn keys(&self) -> BTreeMap<&'static str, u64> {
        let mut keys = BTreeMap::new();
        for device in self.devices {
            *keys.entry(device.basis.word()).or_default() += 1;
        }
        keys
    }
}

/// A share in percent.
pub(crate) fn percent(share: Option<f64>) -> String {
    share.map_or_else(|| "–".to_owned(), |share| format!("{:.1}%", share * 100.0))
}

impl Show for Effect {
    fn show(&self, words: &Words) -> String {
        let keys = [
            "party-id",
            "effect-state",
            "effect-told",
            "effect-reached",
            "effect-gone",
            "effect-still",
            "effect-unknown",
        ];
        let head = keys.map(|key| words.of(key));
        let mut rows: Vec<Vec<String>> = self.parties.iter().map(|party| party.row(words)).collect();
        let group = |name: String, group: &GroupEffect| {
            let share = Figure { numerator: group.gone, denominator: group.devices - group.unknown }.share();
            let gone = format!("{} ({})", number(group.gone), percent(share));
            vec![
                name,
                String::new(),
                number(group.devices),
                String::new(),
                gone,
                number(group.still_seen),
                number(group.unknown),
            ]
        };
        rows.push(group(words.of("effect-all-told"), &self.told));
        rows.push(group(words.of("effect-not-told"), &self.not_told));
        if self.undelivered.devices > 0 {
            rows.push(group(words.of("effect-undelivered"), &self.undelivered));
        }
        let mut lines = vec![table(&head, &rows)];
        let until = self.observed_until.clone().unwrap_or_else(|| "–".into());
        lines.push(words.say("effect-until", &[("until", until), ("quiet", self.quiet_days.to_string())]));
        if let Some(points) = self.lift_points {
            lines.push(words.say("effect-lift", &[("points", format!("{points:+.1}"))]));
        }
        let keys = self
            .device_keys
            .iter()
            .map(|(key, count)| format!("{} {}", words.of(&format!("key-{key}")), number(*count)));
        lines.push(words.say("effect-keys", &[("keys", keys.collect::<Vec<_>>().join(", "))]));
        lines.push(words.of("effect-assumptions"));
        lines.extend(self.assumptions.iter().map(|word| format!("  - {}", words.of(&format!("assumption-{word}")))));
        lines.join("\n")
    }
}

impl PartyEffect {
    fn row(&self, words: &Words) -> Vec<String> {
        let mut state = words.of(&format!("state-{}", self.state));
        if self.overdue {
            state = format!("{state} ({})", words.of("effect-overdue"));
        }
        if self.undelivered {
            state = format!("{state} ({})", words.of("request-undelivered"));
        }
        vec![
            self.party.clone(),
            state,
            number(self.devices.devices),
            percent(self.reached.share),
            format!("{} ({})", number(self.devices.gone), percent(self.gone.share)),
            number(self.devices.still_seen),
            number(self.devices.unknown),
        ]
    }
}
