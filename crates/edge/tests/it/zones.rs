//! Policy zones with real resolvers as secondaries: BIND, Knot, Unbound; dig and kdig by hand.

mod bind;
mod hand;
mod knot;
mod unbound;

use std::fs;
use std::net::{SocketAddr, UdpSocket};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Instant;

use renkei_edge::sinkhole::serve::Clock;
use renkei_edge::zone::name::FullName;
use renkei_edge::zone::serve::{Counters, Running, Source, start};
use renkei_edge::zone::settings::Settings;
use tokio::runtime::Runtime;

use crate::bed;

pub const ZONE: &str = "rpz.office.example";
pub const KEY: &str = "isp-b.keys.office.example";
pub const SECRET: &str = "c2VjcmV0IHNlY3JldCBzZWNyZXQgc2VjcmV0IHNlY3JldCE=";

/// What an office shares now.
#[derive(Clone, Default)]
pub struct Lists(Arc<Mutex<Vec<String>>>);

impl Source for Lists {
    async fn owners(&self, _: &FullName) -> Result<Vec<String>, String> {
        Ok(self.0.lock().unwrap().clone())
    }
}

/// A primary in a runtime of its own.
pub struct Primary {
    pub folder: tempfile::TempDir,
    pub running: Running,
    lists: Lists,
    runtime: Runtime,
}

impl Primary {
    /// One that knows the key, believes nobody, and tells these of changes.
    pub fn signed(algorithm: &str, notify: &[SocketAddr], names: &[&str]) -> Self {
        let notify: Vec<String> = notify.iter().map(|address| format!("\"{address}\"")).collect();
        let settings = format!(
            "listen = [\"127.0.0.1:0\"]\n[[secondary]]\nkey = \"{KEY}\"\nalgorithm = \"{algorithm}\"\n\
             key_file = \"key\"\nzones = [\"{ZONE}\"]\nnotify = [{}]\n",
            notify.join(", ")
        );
        Self::of(&settings, names)
    }

    pub fn of(settings: &str, names: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("key"), SECRET).unwrap();
        let settings = Settings::read(settings, folder.path()).unwrap();
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let lists = Lists::default();
        *lists.0.lock().unwrap() = names.iter().map(|name| (*name).to_owned()).collect();
        let begun = Instant::now();
        let clock = Clock::new(move || (bed::now(), begun.elapsed().as_micros() as u64));
        let running = runtime.block_on(start(settings, lists.clone(), clock, |told| eprintln!("{told}"))).unwrap();
        bed::until(|| !running.zones().is_empty());
        Self { folder, running, lists, runtime }
    }

    /// The office shares something else from now on.
    pub fn share(&self, names: &[&str]) {
        *self.lists.0.lock().unwrap() = names.iter().map(|name| (*name).to_owned()).collect();
        self.running.changes().announce();
    }

    pub fn port(&self) -> u16 {
        self.running.addresses[0].port()
    }

    pub fn serial(&self) -> u32 {
        self.running.zones()[0].1
    }

    pub fn count(&self, of: impl Fn(&Counters) -> &AtomicU64) -> u64 {
        of(&self.running.counters()).load(Ordering::Relaxed)
    }

    pub fn stop(self) {
        self.runtime.block_on(self.running.stop());
    }
}

/// A name server of others; stopped when dropped.
pub struct Server {
    child: Child,
    pub address: SocketAddr,
    log: PathBuf,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// An address that nobody has, by UDP.
pub fn free() -> SocketAddr {
    UdpSocket::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}

impl Server {
    pub fn start(program: &str, package: &str, args: &[&str], address: SocketAddr, folder: &Path) -> Self {
        let paths = ["/usr/sbin/", "/usr/bin/", "/usr/local/sbin/"].map(|folder| format!("{folder}{program}"));
        let path = paths.into_iter().find(|path| Path::new(path).exists()).unwrap_or_else(|| program.to_owned());
        let log = folder.join(format!("{program}.log"));
        let out = fs::File::create(&log).unwrap();
        let child = Command::new(path)
            .args(args)
            .stdout(out.try_clone().unwrap())
            .stderr(out)
            .stdin(Stdio::null())
            .spawn()
            .unwrap_or_else(|error| panic!("`{program}`: {error}; install it: apt-get install {package}"));
        Self { child, address, log }
    }

    /// What it says to a question: the status of its answer.
    pub fn status(&self, name: &str, kind: &str) -> String {
        let told = self.ask(name, kind);
        told.split("status: ").nth(1).and_then(|rest| rest.split(',').next()).unwrap_or("none").to_owned()
    }

    /// What it says to a question, as dig tells it.
    pub fn ask(&self, name: &str, kind: &str) -> String {
        let port = self.address.port().to_string();
        bed::text(&bed::run("dig", "bind9-dnsutils", &["@127.0.0.1", "-p", &port, "+tries=1", "+time=1", name, kind]))
    }

    /// Waits until a question has a status.
    pub fn until(&self, name: &str, kind: &str, status: &str) {
        for _ in 0..600 {
            if self.status(name, kind) == status {
                return;
            }
            std::thread::sleep(std::time::Duration::from_millis(100));
        }
        panic!("{name} never was {status}: {}\n{}", self.ask(name, kind), self.log());
    }

    pub fn log(&self) -> String {
        fs::read_to_string(&self.log).unwrap_or_default()
    }
}
