//! The office's settings: `office.toml` as typed, then checked.
//!
//! Unknown keys are errors. A term nobody has decided stands as `"undecided"`, never as a number
//! that was made up.

mod hints;
mod peers;
mod oidc;

use std::fs;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use renkei_core::id::{IdError, PartyId};
use renkei_core::text::{Bilingual, Language};
use renkei_post::inbound::Names;
use serde::{Deserialize, Serialize};

use crate::breached::Breached;

pub use hints::{HintAsks, HintRegisters, Hints, RawHints};
pub use oidc::{Oidc, RawOidc};
pub use peers::{Peer, Peers, RawPeer};

/// File name inside the office's folder.
pub const FILE: &str = "office.toml";

/// Why settings cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// The folder holds no office.
    #[error("no office in `{}`: make one with `renkei init`", .0.display())]
    NoOffice(PathBuf),
    /// The file cannot be read or written.
    #[error("cannot read or write `{}`", .0.display())]
    Io(PathBuf, #[source] std::io::Error),
    /// The file is not what it should be; the message names line and key.
    #[error("`{}` is not right: {}", .0.display(), .1.message())]
    Form(PathBuf, #[source] Box<toml::de::Error>),
    /// A value is not what its key takes.
    #[error("`{key}` in office.toml cannot be `{value}`: {expected}")]
    Value {
        /// The key, dotted.
        key: &'static str,
        /// What stands there.
        value: String,
        /// What may stand there.
        expected: &'static str,
    },
    /// The party is not an identifier.
    #[error(transparent)]
    Party(#[from] IdError),
}

/// Settings in force.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The office's name.
    pub name: Bilingual,
    /// The party whose office it is.
    pub party: PartyId,
    /// Domain of its mail (`office.example`).
    pub domain: String,
    /// IANA zone in which pages and letters show times beside UTC.
    pub zone: String,
    /// Language of the command line where nothing else says so.
    pub language: Language,
    /// Where the registry is: `None` is the embedded SQLite file.
    pub registry: Option<String>,
    /// One person may draft and approve; every ruling then says so (S4.13).
    pub one_seat_may_hold_both: bool,
    /// Reading.
    pub intake: Intake,
    /// How letters leave.
    pub post: Post,
    /// How mails that came in are believed.
    pub mail_in: MailIn,
    /// Which hosts webhooks may call.
    pub webhooks: Webhooks,
    /// Identity providers of organisations, each of another party.
    pub oidc: Vec<Oidc>,
    /// Passwords that were stolen somewhere; `None`: the office keeps no list of them.
    pub breached: Option<Breached>,
    /// Duplicate hints; off unless set (G6).
    pub hints: Hints,
    /// Collections of other hubs (S0.13).
    pub peers: Peers,
    /// How long observations are kept; `None`: undecided.
    pub keep_days: Option<u32>,
    /// Days without a hit after which a device counts as gone.
    pub quiet_days: u32,
    /// Whether time is played (the demo); its ledger says so.
    pub virtual_clock: bool,
}

/// How feeds are read.
#[derive(Debug, Clone, Copy)]
pub struct Intake {
    /// Special-purpose addresses are taken as devices (samples, closed networks).
    pub accept_reserved: bool,
    /// A line longer than this is quarantined.
    pub line_limit_bytes: usize,
    /// Threads that read.
    pub threads: usize,
}

/// How letters leave.
#[derive(Debug, Clone)]
pub struct Post {
    /// By file or by SMTP.
    pub carrier: CarrierSetting,
    /// A sealed attachment above this is split.
    pub part_bytes: usize,
    /// The desk users and parties may call; goes into letters.
    pub contact_desk: String,
}

/// The way letters leave.
#[derive(Debug, Clone)]
pub enum CarrierSetting {
    /// `.eml` files in the office's `outbox/`.
    Files,
    /// A mail server.
    Smtp(SmtpSetting),
}

/// A mail server as set.
#[derive(Debug, Clone)]
pub struct SmtpSetting {
    /// Its name.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// `starttls`, `tls`, or `loopback` (in the clear, to this machine only).
    pub security: String,
    /// User, where it asks for one.
    pub user: Option<String>,
    /// File that holds the password.
    pub password_file: Option<PathBuf>,
    /// Certificate to trust beside the system's (PEM).
    pub ca_file: Option<PathBuf>,
}

/// How mails that came in are believed.
#[derive(Debug, Clone)]
pub struct MailIn {
    /// Who is asked for the keys of senders.
    pub names: Names,
    /// The name of one's own border server, whose `Authentication-Results` are believed.
    pub border: Option<String>,
}

/// Which hosts webhooks may call: nobody else decides where this office connects to.
#[derive(Debug, Clone)]
pub struct Webhooks {
    /// `hooks.isp.example`, or with a port that is not 443.
    pub hosts: Vec<String>,
    /// Certificate to trust beside the system's (PEM).
    pub ca_file: Option<PathBuf>,
}

/// As typed.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Raw {
    /// `[office]`.
    pub office: RawOffice,
    /// `[registry]`.
    #[serde(default)]
    pub registry: RawRegistry,
    /// `[approval]`.
    #[serde(default)]
    pub approval: RawApproval,
    /// `[intake]`.
    #[serde(default)]
    pub intake: RawIntake,
    /// `[post]`.
    #[serde(default)]
    pub post: RawPost,
    /// `[mail_in]`.
    #[serde(default)]
    pub mail_in: RawMailIn,
    /// `[webhooks]`.
    #[serde(default)]
    pub webhooks: RawWebhooks,
    /// `[passwords]`.
    #[serde(default)]
    pub passwords: RawPasswords,
    /// `[retention]`.
    #[serde(default)]
    pub retention: RawRetention,
    /// `[effect]`.
    #[serde(default)]
    pub effect: RawEffect,
    /// `[hints]`.
    #[serde(default)]
    pub hints: RawHints,
    /// `[[peers]]`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub peers: Vec<RawPeer>,
    /// `[[oidc]]`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub oidc: Vec<RawOidc>,
}

/// `[office]` as typed.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawOffice {
    /// Name in Japanese.
    pub name_ja: String,
    /// Name in English.
    pub name_en: String,
    /// Party id.
    pub party: String,
    /// Mail domain.
    pub domain: String,
    /// IANA zone.
    #[serde(default = "tokyo")]
    pub zone: String,
    /// `ja` or `en`.
    #[serde(default = "ja")]
    pub language: String,
    /// The demo's played time.
    #[serde(default)]
    pub virtual_clock: bool,
}

fn tokyo() -> String {
    "Asia/Tokyo".into()
}

fn ja() -> String {
    "ja".into()
}

/// `[registry]` as typed.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawRegistry {
    /// `postgres://…`; left out: the embedded file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

/// `[approval]` as typed.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RawApproval {
    /// One person may hold both seats.
    pub one_seat_may_hold_both: bool,
}

/// `[intake]` as typed.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RawIntake {
    /// Take special-purpose addresses.
    pub accept_reserved: bool,
    /// MiB.
    pub line_limit_mib: usize,
    /// 0: as many as there are cores.
    pub threads: usize,
}

impl Default for RawIntake {
    fn default() -> Self {
        Self { accept_reserved: false, line_limit_mib: 16, threads: 0 }
    }
}

/// `[post]` as typed.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RawPost {
    /// `files` or `smtp`.
    pub carrier: String,
    /// MiB.
    pub part_mib: usize,
    /// Contact desk.
    pub contact_desk: String,
    /// `[post.smtp]`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub smtp: Option<RawSmtp>,
}

impl Default for RawPost {
    fn default() -> Self {
        Self { carrier: "files".into(), part_mib: 8, contact_desk: String::new(), smtp: None }
    }
}

/// `[post.smtp]` as typed.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawSmtp {
    /// Name of the server.
    pub host: String,
    /// Port.
    pub port: u16,
    /// `starttls`, `tls` or `loopback`.
    pub security: String,
    /// User.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// File with the password.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub password_file: Option<PathBuf>,
    /// Further certificate to trust.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ca_file: Option<PathBuf>,
}

/// `[mail_in]` as typed.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RawMailIn {
    /// `system`, `none`, or address and port of a name server.
    pub resolver: String,
    /// The name (authserv-id, RFC 8601) of one's own border server.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub border_server: Option<String>,
}

impl Default for RawMailIn {
    fn default() -> Self {
        Self { resolver: "system".into(), border_server: None }
    }
}

impl RawMailIn {
    fn check(self) -> Result<MailIn, SettingsError> {
        let names = match self.resolver.as_str() {
            "system" => Names::System,
            "none" => Names::Nobody,
            server => Names::At(server.parse().map_err(|_| SettingsError::Value {
                key: "mail_in.resolver",
                value: server.into(),
                expected: "`system`, `none`, or an address with its port such as `198.18.0.53:53`",
            })?),
        };
        let border = self.border_server.filter(|name| !name.trim().is_empty());
        Ok(MailIn { names, border })
    }
}

/// `[webhooks]` as typed.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RawWebhooks {
    /// Hosts that may be called.
    pub hosts: Vec<String>,
    /// Further certificate to trust.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ca_file: Option<PathBuf>,
}

/// `[passwords]` as typed.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RawPasswords {
    /// File of SHA-1 hashes of stolen passwords, sorted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub breached_file: Option<PathBuf>,
}

/// `[retention]` as typed.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RawRetention {
    /// A number of days, or `"undecided"`.
    pub observation_days: Term,
}

impl Default for RawRetention {
    fn default() -> Self {
        Self { observation_days: Term::Word(UNDECIDED.into()) }
    }
}

const UNDECIDED: &str = "undecided";

/// A number of days, or a word that says nobody has decided it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Term {
    /// Days.
    Days(u32),
    /// `undecided`.
    Word(String),
}

impl FromStr for Term {
    type Err = SettingsError;
    fn from_str(text: &str) -> Result<Self, SettingsError> {
        match text.parse() {
            Ok(days) => Ok(Self::Days(days)),
            Err(_) if text == UNDECIDED => Ok(Self::Word(text.into())),
            Err(_) => Err(not_a_term(text)),
        }
    }
}

fn not_a_term(text: &str) -> SettingsError {
    SettingsError::Value {
        key: "retention.observation_days",
        value: text.into(),
        expected: "a number of days or `undecided`",
    }
}

/// `[effect]` as typed.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RawEffect {
    /// Days without a hit.
    pub quiet_days: u32,
}

impl Default for RawEffect {
    fn default() -> Self {
        Self { quiet_days: 7 }
    }
}

impl Raw {
    /// Reads the settings of the office in a folder.
    pub fn read(folder: &Path) -> Result<Self, SettingsError> {
        let path = folder.join(FILE);
        let text = match fs::read_to_string(&path) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Err(SettingsError::NoOffice(folder.to_path_buf()));
            }
            read => read.map_err(|error| SettingsError::Io(path.clone(), error))?,
        };
        toml::from_str(&text).map_err(|error| SettingsError::Form(path, Box::new(error)))
    }

    /// The file's text.
    pub fn text(&self) -> String {
        toml::to_string(self).unwrap_or_default()
    }

    /// Checks what was typed; `registry` comes from the command line or environment and goes first.
    pub fn check(self, folder: &Path, registry: Option<String>) -> Result<Settings, SettingsError> {
        let Raw {
            office,
            registry: set,
            approval,
            intake,
            post,
            mail_in,
            webhooks,
            passwords,
            retention,
            effect,
            hints,
            peers,
            oidc,
        } = self;
        let language = match office.language.as_str() {
            "ja" => Language::Ja,
            "en" => Language::En,
            other => {
                return Err(SettingsError::Value {
                    key: "office.language",
                    value: other.into(),
                    expected: "`ja` or `en`",
                });
            }
        };
        let keep_days = match retention.observation_days {
            Term::Days(days) => Some(days),
            Term::Word(word) if word == UNDECIDED => None,
            Term::Word(word) => return Err(not_a_term(&word)),
        };
        jiff::tz::TimeZone::get(&office.zone).map_err(|_| SettingsError::Value {
            key: "office.zone",
            value: office.zone.clone(),
            expected: "an IANA time zone such as `Asia/Tokyo`",
        })?;
        let party: PartyId = office.party.parse()?;
        Ok(Settings {
            hints: hints.check(&party)?,
            peers: peers::check(peers, folder)?,
            name: Bilingual { ja: office.name_ja, en: office.name_en },
            party,
            domain: office.domain,
            zone: office.zone,
            language,
            registry: registry.or(set.url),
            one_seat_may_hold_both: approval.one_seat_may_hold_both,
            intake: intake.check(),
            post: post.check(folder)?,
            mail_in: mail_in.check()?,
            webhooks: Webhooks { hosts: webhooks.hosts, ca_file: webhooks.ca_file.map(|file| folder.join(file)) },
            oidc: providers(oidc, folder)?,
            breached: passwords.breached_file.map(|file| Breached::at(folder.join(file))),
            keep_days,
            quiet_days: effect.quiet_days,
            virtual_clock: office.virtual_clock,
        })
    }
}

/// The text of a settings file without the password in the registry's address: what is copied out of
/// an office holds no secret that nobody asked for.
pub(crate) fn without_password(text: &str) -> String {
    let url = toml::from_str::<Raw>(text).ok().and_then(|raw| raw.registry.url);
    match url.as_deref().and_then(|url| Some((url, plain(url)?))) {
        Some((url, plain)) => text.replace(url, &plain),
        None => text.to_owned(),
    }
}

/// An address without its password; `None`: it has none.
fn plain(url: &str) -> Option<String> {
    let (scheme, rest) = url.split_once("://")?;
    let (login, place) = rest.rsplit_once('@').map_or((None, rest), |(login, place)| (Some(login), place));
    let (place, query) = place.split_once('?').map_or((place, None), |(place, query)| (place, Some(query)));
    let user = login.map(|login| format!("{}@", login.split(':').next().unwrap_or_default())).unwrap_or_default();
    let kept: Vec<_> = query.unwrap_or_default().split('&').filter(|pair| !pair.starts_with("password=")).collect();
    let query = if kept.iter().all(|pair| pair.is_empty()) { String::new() } else { format!("?{}", kept.join("&")) };
    let plain = format!("{scheme}://{user}{place}{query}");
    (plain != url).then_some(plain)
}

fn providers(typed: Vec<RawOidc>, folder: &Path) -> Result<Vec<Oidc>, SettingsError> {
    let mut providers: Vec<Oidc> = Vec::new();
    for one in typed {
        let provider = one.check(folder)?;
        if providers.iter().any(|known| known.party == provider.party) {
            let value = provider.party.to_string();
            return Err(SettingsError::Value { key: "oidc.party", value, expected: "one provider for each party" });
        }
        providers.push(provider);
    }
    Ok(providers)
}

impl RawIntake {
    fn check(self) -> Intake {
        let cores = || std::thread::available_parallelism().map_or(1, usize::from);
        Intake {
            accept_reserved: self.accept_reserved,
            line_limit_bytes: self.line_limit_mib.max(1) << 20,
            threads: if self.threads == 0 { cores() } else { self.threads },
        }
    }
}

impl RawPost {
    fn check(self, folder: &Path) -> Result<Post, SettingsError> {
        let value = |value: &str, expected| SettingsError::Value { key: "post.carrier", value: value.into(), expected };
        let carrier = match (self.carrier.as_str(), self.smtp) {
            ("files", _) => CarrierSetting::Files,
            ("smtp", Some(smtp)) => CarrierSetting::Smtp(SmtpSetting {
                host: smtp.host,
                port: smtp.port,
                security: smtp.security,
                user: smtp.user,
                password_file: smtp.password_file.map(|file| folder.join(file)),
                ca_file: smtp.ca_file.map(|file| folder.join(file)),
            }),
            ("smtp", None) => return Err(value("smtp", "`smtp` with a table [post.smtp]")),
            (other, _) => return Err(value(other, "`files` or `smtp`")),
        };
        let part_bytes = self.part_mib.max(1) << 20;
        Ok(Post { carrier, part_bytes, contact_desk: self.contact_desk })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_loses_its_password_and_nothing_else() {
        let cases = [
            ("postgres://renkei:s3:cr@t@db.example/office", Some("postgres://renkei@db.example/office")),
            (
                "postgres://renkei@db.example/o?sslmode=require&password=x",
                Some("postgres://renkei@db.example/o?sslmode=require"),
            ),
            ("postgres://renkei@db.example/o?password=x", Some("postgres://renkei@db.example/o")),
            ("postgres://renkei@db.example/o?sslmode=require", None),
            ("sqlite://office/registry.sqlite", None),
        ];
        for (url, want) in cases {
            assert_eq!(plain(url).as_deref(), want, "{url}");
        }
    }
}
