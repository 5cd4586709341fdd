//! Measures differences of ten names of a zone with a million: `zone [NAMES]`; times of the machine and over TCP.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime};

use renkei_core::time::Moment;
use renkei_edge::sinkhole::serve::Clock;
use renkei_edge::zone::name::FullName;
use renkei_edge::zone::serve::{Source, start};
use renkei_edge::zone::settings::Settings;
use renkei_edge::zone::tsig::{Algorithm, Key, Said, Signer};

const SECRET: &str = "c2VjcmV0IHNlY3JldCBzZWNyZXQgc2VjcmV0IHNlY3JldCE=";
const ZONE: &str = "rpz.office.example";

#[derive(Clone)]
struct Lists(Arc<Mutex<std::ops::Range<u32>>>);

impl Source for Lists {
    async fn owners(&self, _: &FullName) -> Result<Vec<String>, String> {
        let range = self.0.lock().unwrap().clone();
        Ok(range.map(|number| format!("name-{number}.bots.example")).collect())
    }
}

fn seconds() -> u64 {
    SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs()
}

/// A signed question for differences since a version.
fn asked(key: &Arc<Key>, has: u32) -> Vec<u8> {
    let zone: FullName = ZONE.parse().unwrap();
    let mut bytes = vec![0x12, 0x34, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0];
    bytes.extend([zone.wire(), &[0, 251, 0, 1], b"\xc0\x0c\0\x06\0\x01\0\0\0\0\0\x16\0\0"].concat());
    bytes.extend([&has.to_be_bytes()[..], &[0; 16]].concat());
    Signer::new(key.clone(), &[]).sign(&mut bytes, Said::at(seconds()));
    bytes
}

fn exchange(stream: &mut TcpStream, query: &[u8]) -> usize {
    stream.write_all(&[&(query.len() as u16).to_be_bytes()[..], query].concat()).unwrap();
    let mut length = [0; 2];
    stream.read_exact(&mut length).unwrap();
    let mut answer = vec![0; usize::from(u16::from_be_bytes(length))];
    stream.read_exact(&mut answer).unwrap();
    usize::from(u16::from_be_bytes([answer[6], answer[7]]))
}

fn main() {
    let names = std::env::args().nth(1).map_or(1_000_000, |text| text.parse().expect("a number of names"));
    let folder = std::env::temp_dir().join(format!("renkei-zone-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("key"), SECRET).unwrap();
    let text = format!(
        "listen = [\"127.0.0.1:0\"]\n[[secondary]]\nkey = \"k.example\"\nalgorithm = \"hmac-sha256\"\n\
         key_file = \"key\"\nzones = [\"{ZONE}\"]\n"
    );
    let settings = Settings::read(&text, &folder).unwrap();
    std::fs::remove_dir_all(&folder).unwrap();
    let key = Arc::new(Key {
        name: "k.example".parse().unwrap(),
        algorithm: Algorithm::Sha256,
        secret: SECRET.parse().unwrap(),
    });
    let lists = Lists(Arc::new(Mutex::new(0..names)));
    let begun = Instant::now();
    let clock = Clock::new(move || {
        let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
        (Moment(since.as_micros() as i64), begun.elapsed().as_micros() as u64)
    });
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let running = runtime.block_on(start(settings, lists.clone(), clock, |told| eprintln!("{told}"))).unwrap();
    let serial = |before: u32| {
        loop {
            match running.zones().first() {
                Some((_, serial, _)) if *serial != before => return *serial,
                _ => std::thread::sleep(Duration::from_millis(1)),
            }
        }
    };
    let first = serial(0);
    println!("{names} names are served after {:?}", begun.elapsed());
    let changed = Instant::now();
    *lists.0.lock().unwrap() = 5..names + 5;
    running.changes().announce();
    serial(first);
    println!("ten changes (5 leave, 5 come) are served after {:?}", changed.elapsed());
    let mut times = Vec::new();
    let mut stream = TcpStream::connect(running.addresses[0]).unwrap();
    stream.set_nodelay(true).unwrap();
    for _ in 0..100 {
        let query = asked(&key, first);
        let at = Instant::now();
        assert_eq!(exchange(&mut stream, &query), 14, "ten names and four SOAs");
        times.push(at.elapsed());
    }
    times.sort();
    println!("differences over TCP, signed, 100 times: median {:?}, longest {:?}", times[50], times[99]);
    let memory = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    memory
        .lines()
        .filter(|line| line.starts_with("VmHWM") || line.starts_with("VmRSS"))
        .for_each(|line| println!("{line}"));
    runtime.block_on(running.stop());
}
