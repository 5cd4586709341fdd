//! An operation's record: TOML as people write it, checked as a whole.

use std::collections::BTreeSet;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

use renkei_core::id::{IdError, OperationId, SeatId};
use renkei_core::operation::{DomainState, LegalRoute, Prerequisite};
use renkei_core::question::Operation as Facts;
use renkei_core::time::{Day, Moment, Validity};
use renkei_formats::order::{DomainName, NameError};
use serde::Deserialize;

/// Why a record cannot be used. Nothing of one with an error is kept.
#[derive(Debug, thiserror::Error)]
pub enum DocumentError {
    /// Not TOML, or keys that nobody knows.
    #[error("the record is not right: {}", .0.message())]
    Form(#[source] Box<toml::de::Error>),
    /// A name.
    #[error("{0}")]
    Id(#[from] IdError),
    /// A domain's name.
    #[error("{0}")]
    Name(#[from] NameError),
    /// A value is not what its key takes.
    #[error("`{key}` cannot be `{value}`: {expected}")]
    Value {
        /// The key.
        key: &'static str,
        /// What stands there.
        value: String,
        /// What may stand there.
        expected: String,
    },
    /// Something is named that is not there.
    #[error("`{domain}` names the authority `{authority}`, which the record does not have")]
    NoAuthority {
        /// The domain.
        domain: String,
        /// The authority.
        authority: String,
    },
    /// Twice the same.
    #[error("`{0}` stands twice in the record")]
    Twice(String),
}

/// An operation as recorded.
#[derive(Debug, Clone)]
pub struct Document {
    /// Its id.
    pub id: OperationId,
    /// What it is called.
    pub name: Both,
    /// What it is for.
    pub purpose: Both,
    /// The hour of the joint action.
    pub hour: Option<Moment>,
    /// Seats that need to know before it; empty: every seat whose duty it is.
    pub need_to_know: Vec<SeatId>,
    /// Days before a registration ends at which it is told.
    pub alarm_days: u32,
    /// Whether what answers is the office's own server.
    pub own_server: bool,
    /// What zones have in common.
    pub server: RawServer,
    /// Authority records.
    pub authorities: Vec<Authority>,
    /// Domains.
    pub domains: Vec<Domain>,
    /// Ways by which each family is commanded.
    pub channels: Vec<Channel>,
    /// Who does what, on which basis (S2.21).
    pub roles: Vec<Role>,
    /// What is arranged before, and when it was (S3.12).
    pub prerequisites: Vec<(Prerequisite, Option<String>)>,
}

/// A record that unlocks domains.
#[derive(Debug, Clone)]
pub struct Authority {
    /// Its id.
    pub id: String,
    /// What it is.
    pub basis: Both,
    /// When it holds.
    pub validity: Validity,
}

/// A domain of the operation.
#[derive(Debug, Clone)]
pub struct Domain {
    /// Its name.
    pub name: DomainName,
    /// Family of its bots.
    pub family: String,
    /// The route by which it is turned over.
    pub route: LegalRoute,
    /// Where it stands.
    pub state: DomainState,
    /// The record that unlocks it.
    pub authority: Option<String>,
    /// When its registration ends.
    pub registered_until: Option<Day>,
    /// Addresses of the office's server.
    pub a: Vec<Ipv4Addr>,
    /// Addresses of the office's server.
    pub aaaa: Vec<Ipv6Addr>,
    /// Whether every name below is answered too.
    pub wildcard: bool,
    /// Whether the four checks are on file (G13).
    pub checked: bool,
}

/// Words in both languages.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Both {
    /// Japanese.
    pub ja: String,
    /// English.
    pub en: String,
}

/// A way by which a family is commanded: a takedown that misses one fails.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Channel {
    /// Family.
    pub family: String,
    /// Which way (`domains`, `dga`, `peer-to-peer` …).
    pub channel: String,
    /// Percent of it that the operation covers, as somebody measured it; missing: nobody knows.
    pub covered_percent: Option<u8>,
    /// Who says so.
    #[serde(default)]
    pub source: String,
}

/// Who does what, on which basis.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Role {
    /// A party, or what it is.
    pub party: String,
    /// What it does.
    pub does: Both,
    /// On which basis.
    #[serde(default)]
    pub basis: String,
}

/// Name servers and SOA of every zone.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawServer {
    /// Whether it is the office's own.
    pub own: bool,
    /// Name servers, the primary first.
    pub ns: Vec<RawNs>,
    /// Mailbox of who is responsible, as a name.
    pub rname: String,
    /// Seconds an answer may be kept.
    #[serde(default = "ttl")]
    pub ttl: u32,
}

/// A name server.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawNs {
    /// Its name.
    pub name: String,
    /// Its addresses, where it lies in a zone of the operation.
    #[serde(default)]
    pub a: Vec<Ipv4Addr>,
    /// Its addresses.
    #[serde(default)]
    pub aaaa: Vec<Ipv6Addr>,
}

const fn ttl() -> u32 {
    300
}

const fn alarm() -> u32 {
    60
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    operation: RawOperation,
    server: RawServer,
    #[serde(default)]
    authority: Vec<RawAuthority>,
    #[serde(default)]
    domain: Vec<RawDomain>,
    #[serde(default)]
    channel: Vec<Channel>,
    #[serde(default)]
    role: Vec<Role>,
    #[serde(default)]
    prerequisite: Vec<RawPrerequisite>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawOperation {
    id: String,
    name: Both,
    purpose: Both,
    hour: Option<String>,
    #[serde(default)]
    need_to_know: Vec<String>,
    #[serde(default = "alarm")]
    alarm_days: u32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawAuthority {
    id: String,
    basis: Both,
    from: String,
    until: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawDomain {
    name: String,
    family: String,
    route: String,
    #[serde(default = "planned")]
    state: String,
    authority: Option<String>,
    registered_until: Option<String>,
    #[serde(default)]
    a: Vec<Ipv4Addr>,
    #[serde(default)]
    aaaa: Vec<Ipv6Addr>,
    #[serde(default)]
    wildcard: bool,
    /// What was found by each of the four checks (G13); all four, or it does not count.
    checks: Option<RawChecks>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawChecks {
    management_right: String,
    tacit_approval: String,
    secrecy: String,
    legitimate_traffic: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawPrerequisite {
    what: String,
    done_on: Option<String>,
}

fn planned() -> String {
    DomainState::Planned.word().to_owned()
}

impl FromStr for Document {
    type Err = DocumentError;
    fn from_str(text: &str) -> Result<Self, DocumentError> {
        let raw: Raw = toml::from_str(text).map_err(|error| DocumentError::Form(Box::new(error)))?;
        let Raw { operation, server, authority, domain, channel, role, prerequisite } = raw;
        let authorities: Vec<Authority> = authority.into_iter().map(authority_of).collect::<Result<_, _>>()?;
        let domains: Vec<Domain> = domain.into_iter().map(domain_of).collect::<Result<_, _>>()?;
        once(authorities.iter().map(|authority| authority.id.clone()))?;
        once(domains.iter().map(|domain| domain.name.to_string()))?;
        for domain in &domains {
            let named = domain.authority.iter().find(|id| !authorities.iter().any(|known| known.id == **id));
            if let Some(authority) = named {
                let domain = domain.name.to_string();
                return Err(DocumentError::NoAuthority { domain, authority: authority.clone() });
            }
        }
        let prerequisites = prerequisite.into_iter().map(|one| {
            let what = word("prerequisite.what", &one.what, Prerequisite::from_word, Prerequisite::ALL)?;
            Ok((what, one.done_on))
        });
        Ok(Self {
            id: operation.id.parse()?,
            name: operation.name,
            purpose: operation.purpose,
            hour: operation.hour.as_deref().map(|text| moment("operation.hour", text)).transpose()?,
            need_to_know: operation.need_to_know.iter().map(|seat| seat.parse()).collect::<Result<_, _>>()?,
            alarm_days: operation.alarm_days,
            own_server: server.own,
            server,
            authorities,
            domains,
            channels: channel,
            roles: role,
            prerequisites: prerequisites.collect::<Result<_, DocumentError>>()?,
        })
    }
}

impl Document {
    /// Whether a seat needs to know.
    pub fn knows(&self, seat: &SeatId) -> bool {
        self.need_to_know.is_empty() || self.need_to_know.contains(seat)
    }

    /// What the gate is told of a domain.
    pub fn facts(&self, domain: &Domain, known: bool) -> Facts {
        let authority = domain.authority.as_ref().and_then(|id| self.authorities.iter().find(|it| it.id == *id));
        Facts {
            place: domain.route.place(),
            jp_domain: domain.route.is_jp_registry(),
            own_server: self.own_server,
            blank: true,
            voluntary: domain.route.is_voluntary(),
            checked: domain.checked,
            known,
            hour: self.hour,
            authority: authority.map(|authority| authority.validity),
        }
    }

    /// Domains that a new version lets go: held until now, and released or not there any more.
    pub fn let_go_by(&self, new: &Self) -> Vec<Domain> {
        let held = self.domains.iter().filter(|domain| domain.state == DomainState::Held);
        let kept =
            |domain: &&Domain| new.domains.iter().any(|now| now.name == domain.name && now.state == DomainState::Held);
        held.filter(|domain| !kept(domain)).cloned().collect()
    }

    /// What is to be arranged and is not.
    pub fn open_prerequisites(&self) -> Vec<Prerequisite> {
        let done = |what: &&Prerequisite| self.prerequisites.iter().any(|(one, on)| one == *what && on.is_some());
        Prerequisite::ALL.iter().filter(|what| !done(what)).copied().collect()
    }
}

fn authority_of(raw: RawAuthority) -> Result<Authority, DocumentError> {
    let RawAuthority { id, basis, from, until } = raw;
    let validity =
        Validity { from: Some(moment("authority.from", &from)?), until: Some(moment("authority.until", &until)?) };
    if validity.from >= validity.until {
        let expected = format!("later than `{from}`");
        return Err(DocumentError::Value { key: "authority.until", value: until, expected });
    }
    Ok(Authority { id, basis, validity })
}

fn domain_of(raw: RawDomain) -> Result<Domain, DocumentError> {
    let RawDomain { name, family, route, state, authority, registered_until, a, aaaa, wildcard, checks } = raw;
    let said = |text: &String| !text.trim().is_empty();
    let checked = checks.is_some_and(|RawChecks { management_right, tacit_approval, secrecy, legitimate_traffic }| {
        [management_right, tacit_approval, secrecy, legitimate_traffic].iter().all(said)
    });
    Ok(Domain {
        name: name.parse()?,
        family,
        route: word("domain.route", &route, LegalRoute::from_word, LegalRoute::ALL)?,
        state: word("domain.state", &state, DomainState::from_word, DomainState::ALL)?,
        authority,
        registered_until: registered_until.as_deref().map(|text| day("domain.registered_until", text)).transpose()?,
        a,
        aaaa,
        wildcard,
        checked,
    })
}

fn word<T: std::fmt::Display>(
    key: &'static str,
    text: &str,
    from: impl Fn(&str) -> Option<T>,
    all: &[T],
) -> Result<T, DocumentError> {
    from(text).ok_or_else(|| {
        let words: Vec<String> = all.iter().map(|word| format!("`{word}`")).collect();
        DocumentError::Value { key, value: text.to_owned(), expected: format!("one of {}", words.join(", ")) }
    })
}

fn moment(key: &'static str, text: &str) -> Result<Moment, DocumentError> {
    let expected = "a moment with its offset such as `2026-12-01T10:00:00+09:00`";
    let wrong = || DocumentError::Value { key, value: text.to_owned(), expected: expected.to_owned() };
    text.parse::<jiff::Timestamp>().map(|at| Moment(at.as_microsecond())).map_err(|_| wrong())
}

fn day(key: &'static str, text: &str) -> Result<Day, DocumentError> {
    crate::directories::parse_day(text).ok_or_else(|| DocumentError::Value {
        key,
        value: text.to_owned(),
        expected: "a day such as `2027-04-01`".to_owned(),
    })
}

fn once(names: impl Iterator<Item = String>) -> Result<(), DocumentError> {
    let mut seen = BTreeSet::new();
    for name in names {
        if !seen.insert(name.clone()) {
            return Err(DocumentError::Twice(name));
        }
    }
    Ok(())
}
