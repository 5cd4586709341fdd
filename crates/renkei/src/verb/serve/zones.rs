//! Policy zones of a served office: each is what reaches one seat, told to its resolvers when anything changed.

use std::collections::HashMap;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use renkei_app::office::Office;
use renkei_app::words::Words;
use renkei_core::id::SeatId;
use renkei_edge::sinkhole::serve::Clock;
use renkei_edge::zone::name::FullName;
use renkei_edge::zone::serve::{Running, Source, start};
use renkei_edge::zone::settings::{Settings, Typed};
use serde::Deserialize;
use tokio::task::JoinHandle;

use crate::moment;

/// How often the ledger is looked at for what changed.
const LOOK: Duration = Duration::from_millis(500);

/// A zone and whose it is.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ZoneOf {
    name: String,
    seat: String,
}

/// Zones that are served until this is dropped.
pub(super) struct Zones {
    _running: Running,
    looking: JoinHandle<()>,
}

impl Drop for Zones {
    fn drop(&mut self) {
        self.looking.abort();
    }
}

/// What reaches the seats.
struct Reaching {
    office: Office,
    seats: HashMap<FullName, SeatId>,
}

impl Source for Reaching {
    async fn owners(&self, zone: &FullName) -> Result<Vec<String>, String> {
        let seat = self.seats.get(zone).ok_or("no seat has this zone")?;
        self.office.policy_zone(seat, moment::now()).await.map_err(|error| error.to_string())
    }
}

/// Begins to serve the zones that a file names.
pub(super) async fn begin(office: &Office, path: &Path, words: &Words) -> anyhow::Result<Zones> {
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read `{}`", path.display()))?;
    let (settings, seats) = read(&text, path.parent().unwrap_or(Path::new(".")))
        .with_context(|| format!("`{}` cannot be used", path.display()))?;
    let begun = Instant::now();
    let steady = move || u64::try_from(begun.elapsed().as_micros()).unwrap_or(u64::MAX);
    let clock = Clock::new(move || (moment::now(), steady()));
    let source = Reaching { office: office.clone(), seats };
    let running = start(settings, source, clock, |told| tracing::warn!("{told}")).await?;
    for address in &running.addresses {
        println!("{}", words.say("zones-begun", &[("address", address.to_string())]));
    }
    let (changes, office) = (running.changes(), office.clone());
    let looking = tokio::spawn(async move {
        let mut known = None;
        loop {
            // A registry that does not answer now does not keep zones from being asked for now and then.
            if let Ok(size) = office.ledger_size().await
                && known.replace(size) != Some(size)
            {
                changes.announce();
            }
            tokio::time::sleep(LOOK).await;
        }
    });
    Ok(Zones { _running: running, looking })
}

/// The settings, and the seat of each zone.
fn read(text: &str, folder: &Path) -> anyhow::Result<(Settings, HashMap<FullName, SeatId>)> {
    let mut table: toml::Table = text.parse()?;
    let zones = table.remove("zone").unwrap_or_else(|| toml::Value::Array(Vec::new()));
    let mut seats = HashMap::new();
    for ZoneOf { name, seat } in Vec::<ZoneOf>::deserialize(zones)? {
        let name: FullName = name.parse()?;
        if let Some(other) = seats.insert(name.clone(), seat.parse()?) {
            bail!("the zone `{name}` is named twice: it has the seat `{other}` already");
        }
    }
    let settings = Settings::of(Typed::deserialize(toml::Value::Table(table))?, folder)?;
    if let Some(zone) = settings.zones.iter().find(|zone| !seats.contains_key(zone)) {
        bail!("nobody's list stands behind the zone `{zone}`: give it a `[[zone]]` with `name` and `seat`");
    }
    if let Some(zone) = seats.keys().find(|zone| !settings.zones.contains(*zone)) {
        bail!("nobody may have the zone `{zone}`: name it in a `[[secondary]]` or `[[unsigned]]`");
    }
    Ok((settings, seats))
}
