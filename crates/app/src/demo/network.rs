//! The office's side of the second act: an operation, a sinkhole and a sensor that hand in by themselves (S2.16, S2.19).
//!
//! The program plays the rest over real sockets: a sinkhole that serves what the gate unlocked, bots that call it from
//! devices of the nation, and a sensor. Nothing is put into the lake here but what these hand in.

use std::net::SocketAddr;
use std::path::Path;

use renkei_core::id::{CampaignId, OperationId, SeatId};
use renkei_core::seat::Duty;
use renkei_core::text::Bilingual;
use renkei_core::time::Moment;
use renkei_lake::Filter;
use renkei_store::token::Scope;
use schemars::JsonSchema;
use serde::Serialize;

use super::population::{Device, devices};
use super::scene::Sum;
use super::stage::{DemoError, Stage};
use super::{SEED, Treated, is_active};
use crate::audit::Verified;
use crate::campaign::Purpose;
use crate::campaign::answer::Answered;
use crate::campaign::approve::{Approved, Confirmed};
use crate::campaign::effect::Effect;
use crate::campaign::plan::Planned;
use crate::campaign::send::Sent;
use crate::office::Office;
use crate::operation::Ordered;
use crate::seats::NewSeat;
use crate::words::{Show, Words, number};

/// One device of the nation in so many has the malware of this act.
const THIN: u32 = 110;
/// The family that the bots play; no capture of it was at hand (docs/sinkhole.md).
const FAMILY: &str = "vawtrak-like";
/// The host that bots call.
pub const HOST: &str = "c2.lantern.example";
/// Days after the first on which they call again.
pub const LATER: [u32; 4] = [4, 9, 16, 25];

/// A moment of the play: so many days after the first, at an hour in UTC.
pub fn moment(offset: u32, hour: i64) -> Moment {
    super::moment(offset, hour)
}

/// A device that calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Caller {
    /// Its number, which its malware gives as its installation.
    pub number: u32,
    /// Where the call comes from.
    pub from: SocketAddr,
}

/// The office of the second act and what is known of its devices.
pub struct Network {
    stage: Stage,
    infected: Vec<Device>,
    told: Treated,
}

impl Network {
    /// Makes the office, its nation and the operation.
    pub async fn set(folder: &Path) -> Result<Self, DemoError> {
        let stage = Stage::set(folder, THIN, None, moment(0, 0), &|_| {}).await?;
        // Where a device sits behind IPv6 its whole site does; the bots of this act call by IPv4.
        let infected = devices(SEED).filter(|device| device.number % THIN == 0 && device.address.is_ipv4());
        let network = Self { stage, infected: infected.collect(), told: Treated::new() };
        network.office().record_operation(include_str!("network.toml"), moment(0, 0)).await?;
        Ok(network)
    }

    /// The office.
    pub const fn office(&self) -> &Office {
        &self.stage.office
    }

    /// Signs the sinkhole's order: what the gate unlocks, and nothing else.
    pub async fn order(&self, profiles: &Path, out: &Path) -> Result<Ordered, DemoError> {
        let id: OperationId = "op-lantern".parse().map_err(|_| DemoError::Lost)?;
        Ok(self.office().order(&id, profiles, out, moment(0, 0)).await?)
    }

    /// A seat for a machine that hands in files, and its token.
    pub async fn token(&self, seat: &str) -> Result<String, DemoError> {
        let seat: SeatId = seat.parse().map_err(|_| DemoError::Lost)?;
        let title = Bilingual { ja: "観測装置".to_owned(), en: "observing machine".to_owned() };
        let new = NewSeat { seat: seat.clone(), party: None, title, duties: vec![Duty::Drafter] };
        self.office().invite(&new, moment(0, 0)).await?;
        Ok(self.office().make_token(&seat, "demo", Scope::Feed, 60, moment(0, 0)).await?.token)
    }

    /// The devices that call so many days after the first.
    pub fn callers(&self, offset: u32) -> Vec<Caller> {
        let active = self.infected.iter().filter(|device| is_active(device, offset, self.treated(device)));
        active
            .map(|device| Caller { number: device.number, from: SocketAddr::new(device.address, port(device)) })
            .collect()
    }

    fn treated(&self, device: &Device) -> Option<&(u32, renkei_core::answer::Status)> {
        let id = format!("{:08X}", device.number);
        self.told.iter().find(|(key, _)| key.to_uppercase().ends_with(&id)).map(|(_, treated)| treated)
    }

    /// Lines of the bots in the lake.
    pub async fn lines(&self) -> Result<u64, DemoError> {
        let filter = Filter { family: Some(FAMILY.to_owned()), ..Filter::default() };
        let view = self.office().lake().await?.view().await?;
        Ok(tokio::task::block_in_place(|| view.count(&filter, &[]))?.iter().map(|row| row.lines).sum())
    }

    /// The desk drafts, the head approves, the letters leave.
    pub async fn ask(&self, at: Moment) -> Result<(CampaignId, Planned, Approved, Sent), DemoError> {
        let filter = Filter { family: Some(FAMILY.to_owned()), ..Filter::default() };
        let planned = self.office().plan(&purpose(), &filter, at).await?;
        let campaign = planned.campaign.as_deref().and_then(|id| id.parse().ok()).ok_or(DemoError::Lost)?;
        let approved = self.office().approve(campaign, Confirmed::KeyFile, at).await?;
        let sent = self.office().send(Some(campaign), at).await?;
        Ok((campaign, planned, approved, sent))
    }

    /// Recipients whose time has come open their mail, treat their users and answer.
    pub async fn answers(&mut self, campaign: CampaignId, until: u32) -> Result<Vec<Answered>, DemoError> {
        self.stage.answers(campaign, until, &mut self.told).await
    }

    /// How it ended.
    pub async fn end(&self, campaign: CampaignId, calls: Vec<Calls>, sensor: Sensor) -> Result<Told, DemoError> {
        let at = moment(30, 0);
        let effect = self.office().effect(campaign, at).await?;
        let (sent, blank) = calls.iter().fold((0, 0), |(sent, blank), day| (sent + day.calls, blank + day.blank));
        let minutes = self.office().sum_minutes(&crate::minutes::Filter::default(), &[], 1, at).await?;
        let packets = minutes.rows.iter().map(|row| row.packets).sum();
        let first = calls.first().map_or(0, |day| day.calls);
        let asked = effect.told.devices + effect.not_told.devices;
        let sums = vec![
            Sum { code: "blank", expected: sent, found: blank },
            Sum { code: "calls", expected: sent, found: self.lines().await? },
            Sum { code: "devices", expected: first, found: asked },
            Sum { code: "packets", expected: sensor.packets, found: packets },
        ];
        self.office().checkpoint(at).await?;
        let ledger = self.office().verify_ledger(&[]).await?;
        Ok(Told { adds_up: ledger.intact && sums.iter().all(Sum::holds), calls, sensor, sums, effect, ledger })
    }
}

/// A day on which bots called.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Calls {
    /// The day.
    pub day: String,
    /// Devices that called over a connection of their own.
    pub calls: u64,
    /// Those that were given blank data.
    pub blank: u64,
}

/// What the sensor did.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, JsonSchema)]
pub struct Sensor {
    /// Packets that it took.
    pub packets: u64,
    /// Detections that began.
    pub detections: u64,
    /// Files that it handed in.
    pub files: u64,
}

/// How the second act ended.
#[derive(Debug, Serialize)]
pub struct Told {
    /// Whether all sums hold and the ledger is intact.
    pub adds_up: bool,
    /// The days.
    pub calls: Vec<Calls>,
    /// The sensor.
    pub sensor: Sensor,
    /// The sums.
    pub sums: Vec<Sum>,
    /// What changed.
    pub effect: Effect,
    /// The ledger.
    pub ledger: Verified,
}

impl Show for Told {
    fn show(&self, words: &Words) -> String {
        let mut lines = vec![format!("■ {}", words.of("network-calls"))];
        for Calls { day, calls, blank } in &self.calls {
            let values = [("day", day.clone()), ("calls", number(*calls)), ("blank", number(*blank))];
            lines.push(format!("  {}", words.say("network-day", &values)));
        }
        let Sensor { packets, detections, files } = &self.sensor;
        let values = [("packets", packets), ("detections", detections), ("files", files)];
        let values = values.map(|(key, value)| (key, number(*value)));
        lines.extend([format!("■ {}", words.say("network-sensor", &values)), String::new(), self.effect.show(words)]);
        lines.push(format!("■ {}", words.of("scene-sums")));
        lines.extend(self.sums.iter().map(|sum| sum.line(words)));
        lines.push(self.ledger.show(words));
        lines.join("\n")
    }
}

/// Where addresses are shared, the port says who it was.
fn port(device: &Device) -> u16 {
    1_024 + u16::try_from(device.number % 60_000).unwrap_or(0)
}

fn purpose() -> Purpose {
    Purpose {
        title: Bilingual {
            ja: "灯籠ボット感染端末の注意喚起".into(),
            en: "Notice on devices that call lantern.example".into(),
        },
        purpose: Bilingual {
            ja: "感染端末の利用者に知らせ、被害の拡大を防ぐため".into(),
            en: "to let the users of infected devices know, so that the damage does not spread".into(),
        },
        family: Some(FAMILY.to_owned()),
        ..Purpose::default()
    }
}
