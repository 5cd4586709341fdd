//! The second act: a real sinkhole and a real sensor on this machine hand in to a served office by themselves.
//!
//! Bots of our own call the sinkhole over sockets on loopback, and refuse in code to call anything else; where each
//! sits stands in the header of a balancer. The sensor reads a capture that is made here. Only time is played.

use std::fs;
use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::net::SocketAddr;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail, ensure};
use renkei_app::demo::network::{Calls, HOST, LATER, Network, Sensor, Told, moment};
use renkei_app::words::{Show as _, Words};
use renkei_core::time::Moment;
use renkei_edge::handover;
use renkei_edge::sense::generate::{DARK, Plan, write};
use renkei_edge::sense::{Baseline, Dark, Outbox, Rules, Sense, deliver};
use renkei_edge::sinkhole::bots::{Bots, Family};
use renkei_edge::sinkhole::serve::{Clock, Running, start};
use renkei_edge::sinkhole::settings::Settings;
use renkei_web::{Pace, Site};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::cli::ServeArgs;

/// The moment that is played.
static PLAYED: AtomicI64 = AtomicI64::new(0);

/// What the act makes in its folder.
const OURS: [&str; 10] = [
    "dark.pcap",
    "office",
    "order.note",
    "profiles",
    "recipients",
    "routes.csv",
    "sensor",
    "sensor-1.token",
    "sinkhole-1.token",
    "spool",
];
/// How long a line may take from a bot to the lake.
const SOON: Duration = Duration::from_secs(60);
/// Packets of the capture that the sensor reads.
const PACKETS: u64 = 40_000;

fn played() -> Moment {
    Moment(PLAYED.load(Ordering::Relaxed))
}

fn play(at: Moment) {
    PLAYED.store(at.0, Ordering::Relaxed);
}

/// Plays the second act in a folder, anew each time.
pub(super) async fn act(folder: &Path, tell: &(dyn Fn(String) + Sync), words: &Words) -> anyhow::Result<Told> {
    let home = folder.join("network");
    clear(&home)?;
    play(moment(0, 0));
    let mut network = Network::set(&home).await?;
    let served = Served::begin(&network).await?;
    let acted = scenes(&mut network, &home, &served, tell, words).await;
    served.end().await?;
    acted
}

/// Removes what an earlier run left, and nothing that somebody else put there.
fn clear(home: &Path) -> anyhow::Result<()> {
    let unusable = || format!("`{}` cannot be used", home.display());
    if !home.exists() {
        return Ok(());
    }
    for entry in fs::read_dir(home).with_context(unusable)? {
        let name = entry.with_context(unusable)?.file_name();
        if !OURS.iter().any(|ours| name == *ours) {
            bail!("`{}` holds `{}`, which is not the demo's: play in another folder", home.display(), name.display());
        }
    }
    fs::remove_dir_all(home).with_context(unusable)
}

async fn scenes(
    network: &mut Network,
    home: &Path,
    served: &Served,
    tell: &(dyn Fn(String) + Sync),
    words: &Words,
) -> anyhow::Result<Told> {
    let sinkhole = sinkhole(network, home, served).await?;
    tell(format!(
        "■ {}",
        words.say(
            "network-begun",
            &[("address", sinkhole.addresses.first().map(ToString::to_string).unwrap_or_default())]
        )
    ));
    let mut calls = vec![call(network, &sinkhole, (0, 0)).await?];
    let sensor = sense(network, home, served).await?;
    play(moment(1, 1));
    let (campaign, planned, approved, sent) = network.ask(played()).await?;
    for (scene, body) in [
        ("scene-planned", planned.show(words)),
        ("scene-approved", approved.show(words)),
        ("scene-sent", sent.show(words)),
    ] {
        tell(format!("■ {}\n{body}", words.of(scene)));
    }
    for offset in LATER {
        play(moment(offset, 0));
        let answered = network.answers(campaign, offset).await?;
        if !answered.is_empty() {
            let body = answered.iter().map(|one| one.show(words)).collect::<Vec<_>>().join("\n");
            tell(format!("■ {}\n{body}", words.say("scene-answered", &[("day", played().day().to_string())])));
        }
        let before = calls.iter().map(|day| day.calls).sum();
        calls.push(call(network, &sinkhole, (offset, before)).await?);
    }
    tokio::task::block_in_place(|| sinkhole.stop());
    play(moment(30, 0));
    Ok(network.end(campaign, calls, sensor).await?)
}

/// The office of the act, served on loopback.
struct Served {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    serving: JoinHandle<std::io::Result<()>>,
}

impl Served {
    async fn begin(network: &Network) -> anyhow::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await.context("cannot listen on loopback")?;
        let address = listener.local_addr()?;
        let settings = renkei_web::Settings {
            secure: false,
            clock: played,
            address: None,
            proxies: Vec::new(),
            pace: Pace { each_second: ServeArgs::RATE, at_once: ServeArgs::RATE },
        };
        let site = Site::new(network.office().clone().serving()?, settings, renkei_web::route::ROUTES);
        let (stop, stopped) = oneshot::channel();
        let told = async move {
            // Whether it was told or whoever would tell is gone: it ends.
            let _ = stopped.await;
        };
        let serving = tokio::spawn(renkei_web::serve(site, listener, told));
        Ok(Self { address, stop, serving })
    }

    async fn end(self) -> anyhow::Result<()> {
        let _ = self.stop.send(());
        Ok(self.serving.await??)
    }
}

/// Leaves a token where only its machine looks.
async fn token(network: &Network, home: &Path, seat: &str) -> anyhow::Result<PathBuf> {
    let path = home.join(format!("{seat}.token"));
    let mut file = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path)?;
    file.write_all(network.token(seat).await?.as_bytes())?;
    Ok(path)
}

/// A sinkhole as its users run it, on the operation's signed order; its clock is the play's.
async fn sinkhole(network: &Network, home: &Path, served: &Served) -> anyhow::Result<Running> {
    let profiles = home.join("profiles");
    fs::create_dir_all(&profiles)?;
    fs::write(profiles.join("vawtrak-like.toml"), include_str!("../../../../../profiles/vawtrak-like.toml"))?;
    fs::write(profiles.join("marks.toml"), include_str!("../../../../../profiles/marks.toml"))?;
    let ordered = network.order(&profiles, &home.join("order.note")).await?;
    ensure!(ordered.locked.is_empty(), "the gate keeps the domain locked");
    token(network, home, "sinkhole-1").await?;
    let settings = format!(
        "order = \"order.note\"\noffice_key = \"{}\"\nprofiles = \"profiles\"\nspool = \"spool\"\nworkers = 1\n\
         [limits]\nsegment_seconds = 1\n\
         [[listen]]\nkind = \"tcp\"\naddress = \"127.0.0.1:0\"\nproxy_from = [\"127.0.0.1/32\"]\n\
         [office]\nurl = \"http://{}\"\nfeed = \"sinkhole\"\ntoken = \"sinkhole-1.token\"\n",
        ordered.key, served.address
    );
    let begun = Instant::now();
    let steady = move || u64::try_from(begun.elapsed().as_micros()).unwrap_or(u64::MAX);
    let settings = Settings::read(&settings, home)?;
    Ok(start(settings, Clock::new(move || (played(), steady())), |told| eprintln!("{told}"))?)
}

/// The devices that are infected so many days after the first call, each over a connection of its own; the office
/// has their lines when this ends. `before` lines are there already.
async fn call(network: &Network, sinkhole: &Running, (offset, before): (u32, u64)) -> anyhow::Result<Calls> {
    let target = *sinkhole.addresses.first().context("the sinkhole listens nowhere")?;
    let bots = Bots::new(target, Family::VawtrakLike, HOST)?;
    let callers = network.callers(offset);
    let calls = callers.len() as u64;
    let blank = tokio::task::block_in_place(|| {
        callers.iter().filter(|bot| bots.check_in(bot.number, Some(bot.from)).is_ok_and(|told| told.is_blank())).count()
    });
    let begun = Instant::now();
    while network.lines().await? < before + calls {
        if begun.elapsed() > SOON {
            bail!("the lines of the bots did not come to the office within a minute");
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    Ok(Calls { day: moment(offset, 0).day().to_string(), calls, blank: blank as u64 })
}

/// A sensor reads a capture of half an hour and hands in what it saw: devices, victims, minutes, hours.
async fn sense(network: &Network, home: &Path, served: &Served) -> anyhow::Result<Sensor> {
    let token = token(network, home, "sensor-1").await?;
    let path = home.join("dark.pcap");
    let start = u32::try_from(moment(0, 3).0 / 1_000_000)?;
    let plan = Plan { packets: PACKETS, start, samples: true, ..Plan::HUNDREDTH };
    tokio::task::block_in_place(|| {
        write(&plan, false, &mut BufWriter::new(File::create(&path)?))?;
        let dark = Dark::new(&[format!("198.18.0.0/{}", 32 - DARK.ilog2()).parse()?]);
        let mut settings = renkei_edge::sense::Settings::new("sensor-1", dark, Rules::shipped()?, 1);
        settings.hours = true;
        let out = home.join("sensor");
        let outbox = Outbox::open(&out, "sensor network", Rules::shipped()?, false)?;
        let mut sense = Sense::new(settings, Baseline::default());
        sense.read(File::open(&path)?, &outbox)?;
        let (report, _) = sense.finish(&outbox)?;
        outbox.leave()?;
        report.hours.as_ref().map_or(Ok(()), |hours| outbox.leave_hours(hours))?;
        let office = handover::Office::new(&format!("http://{}", served.address), None, &token, None)?;
        let delivered = deliver(&out, &office)?;
        if let Some(why) = delivered.later.or_else(|| delivered.refused.first().cloned()) {
            bail!("the office does not take what the sensor saw: {why}");
        }
        let detections = report.detections.values().sum();
        Ok(Sensor { packets: report.handed.packets, detections, files: delivered.sent })
    })
}
