//! The demo: a nation that does not exist, played from the first hit to the effect (S2.16, S4.19–S4.21).
//!
//! Everything runs through the same use cases as the command line: files are read, mails are built
//! and sealed, recipients open them with their own keys and answer by sheet. Only time is played,
//! and the ledger says so. Each step looks first whether it was done: a second run repeats nothing.

mod feed;
mod isp;
pub mod network;
mod numbers;
mod population;
mod scene;
mod stage;

use std::collections::BTreeMap;
use std::path::Path;

use renkei_core::answer::Status;
use renkei_core::id::CampaignId;
use renkei_core::request::State;
use renkei_core::text::Bilingual;
use renkei_core::time::{Day, Moment, SECOND};
use renkei_lake::{Filter, Group};
use renkei_store::request::RequestFilter;

use crate::campaign::Purpose;
use crate::campaign::approve::Confirmed;
use crate::campaign::feedback::figures_of;
use crate::campaign::plan::Changed;
use crate::ingest::Progress;
use crate::office::Office;
use feed::{FAMILY, Feed, Written, device_key};
use population::Device;
pub use scene::{Scene, Story, Sum};
pub use stage::DemoError;
use stage::Stage;

/// The seed of the nation; another one makes another nation.
const SEED: u64 = 0x2016_0004;

/// Days after the first on which the sinkhole's log is read again.
const LATER: [u32; 9] = [2, 5, 8, 11, 14, 17, 20, 24, 28];

/// The first day: a Monday that is over.
fn first_day() -> Day {
    Day::from_civil(2026, 4, 6).unwrap_or(Day(20_549))
}

/// A moment of the play: so many days after the first, at an hour in UTC.
fn moment(offset: u32, hour: i64) -> Moment {
    Moment(first_day().start().plus_days(i64::from(offset)).0 + hour * 3600 * SECOND)
}

/// Plays the whole story in a folder, telling each scene as it ends.
pub async fn play(
    folder: &Path,
    thin: u32,
    registry: Option<String>,
    progress: &Progress<'_>,
    tell: &(dyn Fn(&Scene) + Sync),
) -> Result<Story, DemoError> {
    let stage = Stage::set(folder, thin.max(1), registry, moment(1, 0), tell).await?;
    let mut play =
        Play { stage, told: BTreeMap::new(), written: Written::default(), first: Written::default(), progress, tell };
    play.read(0).await?;
    let campaign = play.plan().await?;
    play.send(campaign).await?;
    for offset in LATER {
        play.answers(campaign, offset).await?;
        play.read(offset).await?;
        if offset == 8 {
            play.rehearse(moment(offset + 1, 0)).await?;
        }
    }
    play.answers(campaign, 29).await?;
    play.end(campaign).await
}

/// When a device was treated, and how.
type Treated = BTreeMap<String, (u32, Status)>;

struct Play<'a> {
    stage: Stage,
    told: Treated,
    written: Written,
    first: Written,
    progress: &'a Progress<'a>,
    tell: &'a (dyn Fn(&Scene) + Sync),
}

impl Play<'_> {
    fn office(&self) -> &Office {
        &self.stage.office
    }

    /// The sinkhole's log of a day is written, and read the next morning.
    async fn read(&mut self, offset: u32) -> Result<(), DemoError> {
        let day = moment(offset, 0).day();
        let told = &self.told;
        let active = |device: &Device| is_active(device, offset, told.get(&device_key(device)));
        let feed = Feed { seed: SEED, thin: self.stage.thin, day, offset, active: &active };
        let (path, written) = feed.write(&self.stage.folder.join("feeds"))?;
        if offset == 0 {
            self.first = written;
        }
        self.written.lines += written.lines;
        self.written.broken += written.broken;
        let read = self.office().ingest(&[path], None, moment(offset + 1, 0), self.progress).await?;
        (self.tell)(&Scene::Read { day: day.to_string(), devices: written.domestic + written.foreign, read });
        Ok(())
    }

    /// The desk drafts; the head approves.
    async fn plan(&mut self) -> Result<CampaignId, DemoError> {
        let campaigns = self.office().store.campaigns().await?;
        if let Some(campaign) = campaigns.first() {
            (self.tell)(&Scene::Known { campaign: campaign.plan.id.to_string() });
            return Ok(campaign.plan.id);
        }
        let planned = self.office().plan(&purpose(), &Filter::default(), moment(1, 1)).await?;
        let campaign = planned.campaign.as_deref().and_then(|id| id.parse().ok()).ok_or(DemoError::Lost)?;
        (self.tell)(&Scene::Planned(planned));
        Ok(campaign)
    }

    async fn send(&mut self, campaign: CampaignId) -> Result<(), DemoError> {
        let drafts = RequestFilter { campaign: Some(campaign), state: Some(State::Draft), ..RequestFilter::default() };
        if !self.office().store.requests(&drafts).await?.is_empty() {
            (self.tell)(&Scene::Approved(self.office().approve(campaign, Confirmed::KeyFile, moment(1, 2)).await?));
        }
        let sent = self.office().send(Some(campaign), moment(1, 3)).await?;
        if sent.requests + sent.letters > 0 {
            self.office().checkpoint(moment(1, 3)).await?;
            (self.tell)(&Scene::Sent(sent));
        }
        Ok(())
    }

    /// Recipients whose time has come open their mail, treat their users and answer.
    async fn answers(&mut self, campaign: CampaignId, until: u32) -> Result<(), DemoError> {
        let answered = self.stage.answers(campaign, until, &mut self.told).await?;
        if !answered.is_empty() {
            (self.tell)(&Scene::Answered { day: moment(until, 0).day().to_string(), answered });
        }
        Ok(())
    }

    /// Who would be told if the desk planned again now?
    async fn rehearse(&mut self, at: Moment) -> Result<(), DemoError> {
        let planned = self.office().rehearse(&purpose(), &Filter::default(), &Changed::default(), at).await?;
        (self.tell)(&Scene::Rehearsed { day: at.day().to_string(), planned });
        Ok(())
    }

    /// Effect, feedback, and whether the numbers add up.
    async fn end(&mut self, campaign: CampaignId) -> Result<Story, DemoError> {
        let at = moment(30, 0);
        let effect = self.office().effect(campaign, at).await?;
        let filter =
            RequestFilter { campaign: Some(campaign), state: Some(State::Answered), ..RequestFilter::default() };
        for request in self.office().store.requests(&filter).await? {
            let party = effect.parties.iter().find(|party| party.party == request.party.as_str());
            let figures = party.map(|party| figures_of(party.devices));
            self.office().tell(&request, thanks(), figures.unwrap_or_default(), at).await?;
        }
        let charts = self.stage.folder.join("reports");
        std::fs::create_dir_all(&charts)?;
        for language in [renkei_core::text::Language::Ja, renkei_core::text::Language::En] {
            let words = crate::words::Words::new(language);
            std::fs::write(charts.join(format!("effect.{}.svg", language.tag())), effect.chart(&words))?;
        }
        self.office().checkpoint(at).await?;
        let sums = self.sums(campaign, &effect).await?;
        let verified = self.office().verify_ledger(&[]).await?;
        Ok(Story {
            folder: self.stage.folder.display().to_string(),
            campaign: campaign.to_string(),
            adds_up: verified.intact && sums.iter().all(Sum::holds),
            sums,
            ledger: verified,
            effect,
        })
    }

    async fn sums(
        &self,
        campaign: CampaignId,
        effect: &crate::campaign::effect::Effect,
    ) -> Result<Vec<Sum>, DemoError> {
        let (mut lines, mut went) = (0, 0);
        for feed in self.office().store.feeds().await? {
            lines += feed.read.lines;
            went += feed.read.stored + feed.read.duplicates + feed.read.quarantined;
        }
        let day = Filter { until: Some(moment(1, 0)), ..Filter::default() };
        let rows = self.office().lake().await?.view().await?.count_devices(&day, &[Group::Party])?;
        let is_abroad =
            |key: &[Option<String>]| key.first().is_some_and(|party| party.as_deref() == Some("cert-borealia"));
        let abroad: u64 = rows.iter().filter(|row| is_abroad(&row.key)).map(|row| row.devices).sum();
        let domestic: u64 = rows.iter().filter(|row| !is_abroad(&row.key)).map(|row| row.devices).sum();
        let shown = self.office().campaign(campaign, moment(30, 0)).await?;
        let asked: u64 = shown.list.iter().map(|request| request.devices).sum();
        let per_party: u64 = effect.parties.iter().map(|party| party.devices.devices).sum();
        Ok(vec![
            Sum { code: "domestic", expected: self.first.domestic, found: domestic },
            Sum { code: "foreign", expected: self.first.foreign, found: abroad },
            Sum { code: "written", expected: self.written.lines, found: lines },
            Sum { code: "lines", expected: lines, found: went },
            Sum { code: "requests", expected: asked, found: effect.told.devices },
            Sum { code: "parties", expected: effect.told.devices, found: per_party },
        ])
    }
}

/// Whether a device still calls the sinkhole so many days after the first.
fn is_active(device: &Device, offset: u32, treated: Option<&(u32, Status)>) -> bool {
    let by_notice = treated.map(|(day, status)| {
        let mut numbers = numbers::Numbers::new(SEED ^ 0xC1EA, u64::from(device.number));
        match status {
            Status::Quarantined => day + numbers.days_until(500),
            Status::CustomerTold | Status::Cleaned => day + numbers.days_until(110),
            Status::NotOurs
            | Status::SharedAddressNeedPort
            | Status::NoData
            | Status::CredentialsReset
            | Status::NoSuchAccount
            | Status::Repaired
            | Status::NothingFound => u32::MAX,
        }
    });
    offset < device.cleaned_unasked.min(by_notice.unwrap_or(u32::MAX))
}

fn purpose() -> Purpose {
    Purpose {
        title: Bilingual {
            ja: "カスミボット感染端末の注意喚起".into(),
            en: "Notice to users of devices infected with Kasumibot".into(),
        },
        purpose: Bilingual {
            ja: "感染端末の利用者に知らせ、被害の拡大を防ぐため".into(),
            en: "to let the users of infected devices know, so that the damage does not spread".into(),
        },
        family: Some(FAMILY.to_owned()),
        leaflet: Some("https://www.hinode.example/leaflet/kasumibot".into()),
        ..Purpose::default()
    }
}

fn thanks() -> Bilingual {
    Bilingual {
        ja: "御協力に感謝します。お知らせいただいた端末のその後を別表のとおりお伝えします。".into(),
        en: "Thank you for your help. The table says what became of the devices you acted on.".into(),
    }
}
