//! kill -9 of sinkhole and office, and links that are cut, under load: nothing that the office acknowledged is lost or
//! doubled, and what a killed sinkhole loses is its last moment.
//!
//! `RENKEI_KILLS` says how often (6 here, 50 under `./prove network`).

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::process::Stdio;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use renkei_edge::sinkhole::bots::{Bots, Family};
use serde_json::json;

use crate::desk::Desk;
use crate::served::Served;
use crate::sinkhole::{Sinkhole, ordered};

const SOON: Duration = Duration::from_secs(90);

/// The way from sinkhole to office, which can be cut: it carries bytes both ways and knows nothing of them.
struct Link {
    address: SocketAddr,
    office: Arc<Mutex<Option<SocketAddr>>>,
    carried: Arc<Mutex<Vec<TcpStream>>>,
}

impl Link {
    fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let link = Self { address: listener.local_addr().unwrap(), office: Arc::default(), carried: Arc::default() };
        let (office, carried) = (Arc::clone(&link.office), Arc::clone(&link.carried));
        thread::spawn(move || {
            for near in listener.incoming().flatten() {
                let Some(to) = *office.lock().unwrap() else { continue };
                let Ok(far) = TcpStream::connect(to) else { continue };
                let mut carried = carried.lock().unwrap();
                for (mut from, mut to) in [(near.try_clone().unwrap(), far.try_clone().unwrap()), (far, near)] {
                    carried.push(from.try_clone().unwrap());
                    thread::spawn(move || {
                        let mut bytes = [0; 4096];
                        while let Ok(count) = from.read(&mut bytes)
                            && count > 0
                            && to.write_all(&bytes[..count]).is_ok()
                        {}
                        // The other side is told that nothing more comes; it may be gone.
                        let _ = to.shutdown(Shutdown::Write);
                    });
                }
            }
        });
        link
    }

    /// Leads to this address from now on; `None`: nowhere.
    fn lead(&self, office: Option<SocketAddr>) {
        *self.office.lock().unwrap() = office;
    }

    /// Cuts what is under way.
    fn cut(&self) {
        self.carried.lock().unwrap().drain(..).for_each(|stream| _ = stream.shutdown(Shutdown::Both));
    }
}

/// Bots that call without a pause, each device once; when each was answered.
struct Load {
    target: Arc<Mutex<SocketAddr>>,
    answered: Arc<Mutex<BTreeMap<u32, Instant>>>,
    next: Arc<AtomicU32>,
    stop: Arc<AtomicBool>,
    callers: Vec<thread::JoinHandle<()>>,
}

impl Load {
    fn begin(target: SocketAddr) -> Self {
        let mut load = Self {
            target: Arc::new(Mutex::new(target)),
            answered: Arc::default(),
            next: Arc::default(),
            stop: Arc::default(),
            callers: Vec::new(),
        };
        for _ in 0..2 {
            let (target, answered) = (Arc::clone(&load.target), Arc::clone(&load.answered));
            let (next, stop) = (Arc::clone(&load.next), Arc::clone(&load.stop));
            load.callers.push(thread::spawn(move || {
                while !stop.load(Ordering::Relaxed) {
                    let device = next.fetch_add(1, Ordering::Relaxed);
                    let bots = Bots::new(*target.lock().unwrap(), Family::VawtrakLike, "c2.lantern.example").unwrap();
                    let from = SocketAddr::new([198, 18, (device % 64) as u8, (device % 250) as u8].into(), 40_000);
                    match bots.check_in(device, Some(from)) {
                        Ok(told) if told.is_blank() => _ = answered.lock().unwrap().insert(device, Instant::now()),
                        // Whom a killed sinkhole did not answer it may know or not.
                        _ => thread::sleep(Duration::from_millis(20)),
                    }
                    thread::sleep(Duration::from_millis(4));
                }
            }));
        }
        load
    }

    fn end(self) -> BTreeMap<u32, Instant> {
        self.stop.store(true, Ordering::Relaxed);
        self.callers.into_iter().for_each(|caller| caller.join().unwrap());
        Arc::try_unwrap(self.answered).unwrap().into_inner().unwrap()
    }
}

/// The devices in the lake, and the lines.
fn lake(desk: &Desk) -> (BTreeSet<u32>, u64) {
    let (mut devices, mut lines, mut after) = (BTreeSet::new(), 0, None::<String>);
    loop {
        let mut args = vec!["observations", "--family", "vawtrak-like", "--limit", "1000"];
        if let Some(after) = &after {
            args.extend(["--after", after]);
        }
        let page = desk.ok(&args);
        for row in page["rows"].as_array().unwrap() {
            let key = row["device_key"].as_str().unwrap();
            devices.insert(u32::from_str_radix(key.rsplit(['/', ':']).next().unwrap(), 16).unwrap());
            lines += 1;
        }
        match page["next"].as_str() {
            Some(next) => after = Some(next.to_owned()),
            None => return (devices, lines),
        }
    }
}

fn waiting(desk: &Desk) -> usize {
    let spool = std::fs::read_dir(desk.folder.path().join("spool")).unwrap();
    spool.flatten().filter(|entry| entry.path().extension().is_some_and(|end| end == "jsonl" || end == "open")).count()
}

#[test]
fn killed_on_the_network_nothing_acknowledged_is_lost_or_doubled() {
    let times: u32 = std::env::var("RENKEI_KILLS").ok().and_then(|times| times.parse().ok()).unwrap_or(6);
    let mut random: u64 = std::env::var("RENKEI_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(20_160_004);
    let desk = Desk::new(None);
    desk.open();
    let key = ordered(&desk);
    let mut served = Served::over(desk);
    served.invite("sinkhole-1", "drafter", None);
    let token = served.token("sinkhole-1", "feed");
    let link = Link::open();
    link.lead(Some(served.address()));
    let site = format!("http://{}", link.address);
    let settings = Sinkhole::settings(&served.desk, &site, &token, &key);
    let mut sinkhole = Sinkhole::start(settings);
    let load = Load::begin(sinkhole.address);
    let (mut kills, mut sinkhole_kills) = ([0u32; 3], Vec::new());
    for round in 0..times {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        thread::sleep(Duration::from_millis(300 + (random >> 33) % 1_500));
        let which = round as usize % 3;
        kills[which] += 1;
        match which {
            0 => {
                sinkhole_kills.push(Instant::now());
                sinkhole = sinkhole.killed_and_started();
                *load.target.lock().unwrap() = sinkhole.address;
            }
            1 => {
                let desk = served.killed();
                link.cut();
                served = Served::serve(desk, &[], Stdio::inherit());
                link.lead(Some(served.address()));
            }
            _ => {
                link.lead(None);
                link.cut();
                thread::sleep(Duration::from_millis(400));
                link.lead(Some(served.address()));
            }
        }
    }
    thread::sleep(Duration::from_millis(500));
    let answered = load.end();
    let begun = Instant::now();
    while waiting(&served.desk) > 0 && begun.elapsed() < SOON {
        thread::sleep(Duration::from_millis(200));
    }
    assert_eq!(waiting(&served.desk), 0, "the spool is handed over");
    let (devices, lines) = lake(&served.desk);
    assert_eq!(lines, devices.len() as u64, "a call is in the lake twice");
    // What is lost was answered in the last moment before a sinkhole died, and was never with the office.
    let lost: Vec<Duration> = answered
        .iter()
        .filter(|(device, _)| !devices.contains(device))
        .map(|(device, at)| {
            let died = sinkhole_kills.iter().filter(|died| **died + Duration::from_millis(50) >= *at).min();
            died.map(|died| died.saturating_duration_since(*at)).unwrap_or_else(|| panic!("{device:08X} is lost"))
        })
        .collect();
    let window = lost.iter().max().copied().unwrap_or_default();
    println!(
        "network: {times} rounds, killed sinkhole {}, office {}, link {}; {} calls answered, {lines} lines in the lake, \
         none twice; {} lost, at most {} ms before a sinkhole died",
        kills[0],
        kills[1],
        kills[2],
        answered.len(),
        lost.len(),
        window.as_millis()
    );
    assert!(window <= Duration::from_secs(1), "what is a second old is on the disk: {window:?}");
    assert_eq!(served.desk.ok(&["audit", "verify"])["intact"], json!(true));
}
