//! The hand-over, and a process that is killed under load: nothing acknowledged is lost, nothing doubled.

use std::collections::BTreeSet;
use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use crate::bed::{Bed, order, until};
use crate::office::{Mood, Office, TOKEN};

fn bed(office: &Office) -> Bed {
    let bed = Bed::new(&order())
        .listening()
        .with("[limits]\nsegment_seconds = 1")
        .with(&format!("[office]\nurl = \"http://{}\"\ntoken = \"token\"", office.address));
    fs::write(bed.folder.path().join("token"), format!("{TOKEN}\n")).unwrap();
    bed
}

/// One check-in of a device; whether it was answered.
fn check_in(address: SocketAddr, device: u32) -> bool {
    let Ok(mut stream) = TcpStream::connect(address) else { return false };
    let _ = stream.set_read_timeout(Some(Duration::from_secs(5)));
    let head =
        format!("GET /collection/00000038/01/{device:08X} HTTP/1.1\r\nHost: bots.example\r\nConnection: close\r\n\r\n");
    let mut got = Vec::new();
    stream.write_all(head.as_bytes()).is_ok()
        && stream.read_to_end(&mut got).is_ok()
        && got.starts_with(b"HTTP/1.1 200")
}

fn devices(lines: &[serde_json::Value]) -> Vec<u32> {
    lines.iter().map(|line| u32::from_str_radix(line["bot_id"].as_str().unwrap(), 16).unwrap()).collect()
}

#[test]
fn segments_arrive_in_order_once_whatever_the_office_does() {
    let office = Office::open();
    let bed = bed(&office);
    let running = bed.start();
    let address = running.addresses[0];
    let mut device = 0;
    for mood in [Mood::Good, Mood::Mute, Mood::Busy, Mood::Good] {
        office.mood(mood);
        let before = office.requests();
        for _ in 0..20 {
            assert!(check_in(address, device));
            device += 1;
        }
        until(|| office.requests() > before);
    }
    until(|| office.lines().len() == device as usize);
    running.stop();
    assert_eq!(devices(&office.lines()), (0..device).collect::<Vec<_>>());
    assert_eq!(bed.lines().len(), 0, "what the office has lies in the spool still");
}

#[test]
fn what_the_office_refuses_is_put_aside_and_told() {
    let office = Office::open();
    office.mood(Mood::Refuses);
    let bed = bed(&office);
    let running = bed.start();
    assert!(check_in(running.addresses[0], 1));
    until(|| running.counters().segments_refused.get() == 1);
    running.stop();
    let aside: Vec<_> = fs::read_dir(bed.folder.path().join("spool/refused")).unwrap().collect();
    assert_eq!(aside.len(), 2);
}

#[test]
fn the_other_side_may_be_down_and_the_spool_goes_on_where_it_was() {
    let office = Office::open();
    office.mood(Mood::Busy);
    let bed = bed(&office);
    for start in 0..3 {
        let running = bed.start();
        assert!(check_in(running.addresses[0], start));
        running.stop();
    }
    assert_eq!(bed.lines().len(), 3);
    office.mood(Mood::Good);
    let running = bed.start();
    until(|| office.lines().len() == 3);
    running.stop();
    assert_eq!(devices(&office.lines()), [0, 1, 2]);
}

struct Process {
    child: Child,
    address: SocketAddr,
}

impl Process {
    fn start(settings: &std::path::Path) -> Self {
        let program = std::env::current_exe().unwrap().ancestors().nth(2).unwrap().join("examples/sinkhole");
        let mut child =
            Command::new(program).arg(settings).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut told = BufReader::new(child.stdout.take().unwrap());
        let mut first = String::new();
        told.read_line(&mut first).unwrap();
        let mut line = String::new();
        while !line.starts_with("ready") {
            line.clear();
            assert!(told.read_line(&mut line).unwrap() > 0, "it did not start");
        }
        Self { child, address: first.trim().parse().unwrap() }
    }

    fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

/// Kills a sinkhole under load, so often as `RENKEI_KILLS` says.
#[test]
fn a_killed_sinkhole_loses_at_most_its_window_and_doubles_nothing() {
    let kills = std::env::var("RENKEI_KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(3);
    let office = Office::open();
    let bed = bed(&office);
    let settings = bed.folder.path().join("settings.toml");
    fs::write(&settings, &bed.settings).unwrap();
    let answered = Arc::new(Mutex::new(Vec::<(usize, u32, Instant)>::new()));
    let mut next = 0;
    let mut killed = Vec::new();
    for round in 0..kills {
        office.mood([Mood::Good, Mood::Mute, Mood::Busy][round % 3]);
        let process = Process::start(&settings);
        let (address, stop) = (process.address, Arc::new(AtomicBool::new(false)));
        let callers: Vec<_> = (0..2)
            .map(|caller| {
                let (answered, stop) = (answered.clone(), stop.clone());
                thread::spawn(move || {
                    // Even numbers are the one's, odd ones the other's.
                    let mut device = next + caller;
                    while !stop.load(Ordering::Relaxed) {
                        if check_in(address, device) {
                            answered.lock().unwrap().push((round, device, Instant::now()));
                        }
                        device += 2;
                    }
                    device
                })
            })
            .collect();
        thread::sleep(Duration::from_millis(1500 + 137 * (round as u64 % 7)));
        process.kill();
        killed.push(Instant::now());
        stop.store(true, Ordering::Relaxed);
        next = callers.into_iter().map(|caller| caller.join().unwrap()).max().unwrap().next_multiple_of(2) + 2;
    }
    office.mood(Mood::Good);
    let process = Process::start(&settings);
    let spool = bed.folder.path().join("spool");
    until(|| renkei_edge::sinkhole::spool::closed(&spool).unwrap().is_empty());
    process.kill();
    let lines = office.lines();
    let events: BTreeSet<_> = lines.iter().map(|line| line["event"].to_string()).collect();
    assert_eq!(events.len(), lines.len(), "a line arrived twice");
    let here: BTreeSet<_> = devices(&lines).into_iter().collect();
    assert_eq!(here.len(), lines.len(), "a device arrived twice");
    // Lines go to the disk in the order in which they were made: what a kill takes is the end of a round,
    // for each caller, and never something before it.
    let answered = answered.lock().unwrap();
    let mut lost = 0;
    let mut widest = Duration::ZERO;
    for (round, end) in killed.iter().enumerate() {
        for caller in 0..2 {
            let own = answered.iter().filter(|(of, device, _)| *of == round && device % 2 == caller);
            let gone: Vec<_> = own.skip_while(|(_, device, _)| here.contains(device)).collect();
            assert!(gone.iter().all(|(_, device, _)| !here.contains(device)), "a hole in round {round}");
            lost += gone.len();
            widest = gone.first().map_or(widest, |(.., at)| widest.max(end.saturating_duration_since(*at)));
        }
    }
    println!("kills {kills} answered {} arrived {} lost {lost} widest window {widest:?}", answered.len(), lines.len());
}
