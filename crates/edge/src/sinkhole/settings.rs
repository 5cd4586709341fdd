//! The sinkhole's settings: a TOML file, its paths relative to its own folder; unknown keys are errors.

use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

use renkei_core::ledger::key::{KeyTextError, PublicKey};
use renkei_core::net::Prefix;
use serde::Deserialize;

/// Why settings are not understood.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// Not TOML of this shape.
    #[error("the settings cannot be read: {0}")]
    Form(#[from] toml::de::Error),
    /// The office's key is none.
    #[error("`office_key`: {0}")]
    Key(#[from] KeyTextError),
    /// No listener.
    #[error("no `[[listen]]`: nothing would be heard")]
    Silent,
    /// Answers over UDP have to leave from the address that was asked.
    #[error("`{0}`: give each address of a UDP listener by itself, not all at once")]
    EveryAddress(SocketAddr),
    /// Not a prefix.
    #[error("`{0}` is not a prefix such as 198.18.0.0/15")]
    Prefix(String),
    /// Counters are for this machine.
    #[error("`{0}`: counters are shown on a loopback address only")]
    Watch(SocketAddr),
    /// A number that makes no sense.
    #[error("`{0}` must not be 0")]
    Zero(&'static str),
    /// Not a name that can stand in a path.
    #[error("`{0}` is no name of a feed: use a-z, 0-9 and -")]
    Feed(String),
}

/// What is heard on an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// The name server, UDP and TCP.
    Dns,
    /// TCP: HTTP/1.1, h2c, TLS, or anything, told apart by the first bytes.
    Tcp,
    /// UDP: first bytes are recorded, nothing is answered.
    Udp,
}

/// An address that is listened on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listen {
    /// What is heard.
    pub kind: Kind,
    /// Where.
    pub address: SocketAddr,
    /// Balancers whose PROXY header is read, and must be there.
    pub proxy_from: Vec<Prefix>,
}

/// Bounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// TCP connections at the same time.
    pub connections: usize,
    /// Of these, from one address (a /64 of IPv6).
    pub per_address: usize,
    /// Seconds until the first byte.
    pub first_seconds: u64,
    /// Seconds for the whole head of a request.
    pub head_seconds: u64,
    /// Seconds for the whole body of a request.
    pub body_seconds: u64,
    /// Seconds between requests.
    pub idle_seconds: u64,
    /// MiB of lines in memory on their way to the disk.
    pub memory_mib: u64,
    /// MiB of segments on the disk.
    pub disk_mib: u64,
    /// MiB of a segment.
    pub segment_mib: u64,
    /// Seconds until a segment is closed.
    pub segment_seconds: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 20_000,
            per_address: 1024,
            first_seconds: 60,
            head_seconds: 10,
            body_seconds: 30,
            idle_seconds: 60,
            memory_mib: 32,
            disk_mib: 4096,
            segment_mib: 8,
            segment_seconds: 30,
        }
    }
}

/// The name server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Dns {
    /// Answers a second to one network (/24, /56); 0 is no limit.
    pub answers_a_second: u32,
    /// Whether questions are written into the log too; who asks is a resolver, not a device.
    pub record: bool,
}

impl Default for Dns {
    fn default() -> Self {
        Self { answers_a_second: 100, record: false }
    }
}

/// Certificate and key of the TLS listener.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tls {
    /// PEM file of the chain.
    pub certificate: PathBuf,
    /// PEM file of the private key.
    pub key: PathBuf,
}

/// Where segments go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToOffice {
    /// `https://HOST`, or `http://` on loopback.
    pub url: String,
    /// Name of the feed at the office.
    pub feed: String,
    /// File with the token.
    pub token: PathBuf,
    /// PEM file of the certificate authority.
    pub ca: Option<PathBuf>,
}

/// The settings, checked.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Name of this sinkhole in the log, where that may be told.
    pub sensor: Option<String>,
    /// The signed order.
    pub order: PathBuf,
    /// The key that signs it.
    pub office_key: PublicKey,
    /// Folder of the profiles.
    pub profiles: PathBuf,
    /// Folder of the spool.
    pub spool: PathBuf,
    /// Threads that serve TCP, and as many for each address of the name server.
    pub workers: usize,
    /// A file that exists while NTP keeps the clock; without it the log says `unknown`.
    pub ntp_file: PathBuf,
    /// Listeners.
    pub listen: Vec<Listen>,
    /// TLS, if it is answered.
    pub tls: Option<Tls>,
    /// The name server.
    pub dns: Dns,
    /// Bounds.
    pub limits: Limits,
    /// The office; without it segments wait in the spool.
    pub office: Option<ToOffice>,
    /// Where counters are shown.
    pub watch: Option<SocketAddr>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Typed {
    sensor: Option<String>,
    order: PathBuf,
    office_key: String,
    profiles: PathBuf,
    spool: PathBuf,
    #[serde(default = "one")]
    workers: usize,
    #[serde(default = "timesync")]
    ntp_file: PathBuf,
    #[serde(default)]
    listen: Vec<TypedListen>,
    tls: Option<TypedTls>,
    #[serde(default)]
    dns: Dns,
    #[serde(default)]
    limits: Limits,
    office: Option<TypedOffice>,
    watch: Option<SocketAddr>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TypedListen {
    kind: Kind,
    address: SocketAddr,
    #[serde(default)]
    proxy_from: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TypedTls {
    certificate: PathBuf,
    key: PathBuf,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TypedOffice {
    url: String,
    #[serde(default = "feed")]
    feed: String,
    token: PathBuf,
    ca: Option<PathBuf>,
}

const fn one() -> usize {
    1
}

fn timesync() -> PathBuf {
    PathBuf::from("/run/systemd/timesync/synchronized")
}

fn feed() -> String {
    "sinkhole".to_owned()
}

impl Settings {
    /// Reads settings; `folder` is where the file lies.
    ///
    /// # Errors
    /// When they are not understood or contradict themselves.
    pub fn read(text: &str, folder: &Path) -> Result<Self, SettingsError> {
        let typed: Typed = toml::from_str(text)?;
        let at = |path: PathBuf| folder.join(path);
        if typed.workers == 0 {
            return Err(SettingsError::Zero("workers"));
        }
        let listen = typed.listen.into_iter().map(listen).collect::<Result<Vec<_>, _>>()?;
        if listen.is_empty() {
            return Err(SettingsError::Silent);
        }
        if let Some(watch) = typed.watch.filter(|watch| !watch.ip().is_loopback()) {
            return Err(SettingsError::Watch(watch));
        }
        Ok(Self {
            sensor: typed.sensor,
            order: at(typed.order),
            office_key: typed.office_key.parse()?,
            profiles: at(typed.profiles),
            spool: at(typed.spool),
            workers: typed.workers,
            ntp_file: at(typed.ntp_file),
            listen,
            tls: typed.tls.map(|tls| Tls { certificate: at(tls.certificate), key: at(tls.key) }),
            dns: typed.dns,
            limits: limits(typed.limits)?,
            office: typed.office.map(|office| to_office(office, folder)).transpose()?,
            watch: typed.watch,
        })
    }
}

fn listen(typed: TypedListen) -> Result<Listen, SettingsError> {
    let TypedListen { kind, address, proxy_from } = typed;
    if kind != Kind::Tcp && address.ip().is_unspecified() {
        return Err(SettingsError::EveryAddress(address));
    }
    let prefix = |text: String| text.parse().map_err(|_| SettingsError::Prefix(text));
    Ok(Listen { kind, address, proxy_from: proxy_from.into_iter().map(prefix).collect::<Result<_, _>>()? })
}

fn limits(limits: Limits) -> Result<Limits, SettingsError> {
    let numbers = [
        ("limits.connections", limits.connections as u64),
        ("limits.per_address", limits.per_address as u64),
        ("limits.first_seconds", limits.first_seconds),
        ("limits.head_seconds", limits.head_seconds),
        ("limits.body_seconds", limits.body_seconds),
        ("limits.idle_seconds", limits.idle_seconds),
        ("limits.memory_mib", limits.memory_mib),
        ("limits.disk_mib", limits.disk_mib),
        ("limits.segment_mib", limits.segment_mib),
        ("limits.segment_seconds", limits.segment_seconds),
    ];
    match numbers.iter().find(|(_, number)| *number == 0) {
        Some((name, _)) => Err(SettingsError::Zero(name)),
        None => Ok(limits),
    }
}

fn to_office(typed: TypedOffice, folder: &Path) -> Result<ToOffice, SettingsError> {
    let TypedOffice { url, feed, token, ca } = typed;
    let good = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if feed.is_empty() || feed.len() > 100 || !feed.bytes().all(good) {
        return Err(SettingsError::Feed(feed));
    }
    Ok(ToOffice { url, feed, token: folder.join(token), ca: ca.map(|ca| folder.join(ca)) })
}

impl Listen {
    /// Whether a PROXY header of this peer is read.
    pub fn is_balancer(&self, peer: IpAddr) -> bool {
        self.proxy_from.iter().any(|prefix| prefix.contains(peer.to_canonical()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"
        order = "order.note"
        office_key = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
        profiles = "profiles"
        spool = "/var/spool/sinkhole"
        [[listen]]
        kind = "tcp"
        address = "127.0.0.1:8080"
        [office]
        url = "https://office.example"
        token = "token"
    "#;

    #[test]
    fn paths_are_relative_to_the_file() {
        let settings = Settings::read(GOOD, Path::new("/etc/sinkhole")).unwrap();
        assert_eq!(settings.order, Path::new("/etc/sinkhole/order.note"));
        assert_eq!(settings.spool, Path::new("/var/spool/sinkhole"));
        assert_eq!(settings.office.unwrap().feed, "sinkhole");
    }

    #[test]
    fn what_contradicts_itself_is_told() {
        let cases = [
            ("workers = 0\n", "`workers` must not be 0"),
            ("watch = \"198.18.0.1:9000\"\n", "loopback address only"),
            ("proxy = 1\n", "unknown field"),
        ];
        for (line, told) in cases {
            let error = Settings::read(&(line.to_owned() + GOOD), Path::new("/")).unwrap_err().to_string();
            assert!(error.contains(told), "{error}");
        }
        let everywhere = GOOD.replace("\"tcp\"", "\"dns\"").replace("127.0.0.1:8080", "0.0.0.0:53");
        assert!(matches!(Settings::read(&everywhere, Path::new("/")), Err(SettingsError::EveryAddress(_))));
        let feed = GOOD.replace("[office]", "[office]\nfeed = \"../x\"");
        assert!(matches!(Settings::read(&feed, Path::new("/")), Err(SettingsError::Feed(_))));
    }
}
