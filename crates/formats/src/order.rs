//! The sinkhole's order: what an operation lets it answer, from when until when, signed by the office.
//!
//! The office exports it from an operation; the sinkhole reads it and serves nothing that it does not
//! unlock (S2.13, S2.17, G8). Its bytes are a C2SP signed note: one line of canonical JSON, an empty
//! line, and a signature line. What was changed by one byte is refused.

mod check;
mod name;
mod note;
mod text;

use std::net::{Ipv4Addr, Ipv6Addr};
use std::ops::Deref;

use renkei_core::ledger::key::{PublicKey, Signer};
use renkei_core::time::Moment;
use serde::{Deserialize, Serialize};

pub use check::Fault;
pub use name::{DomainName, NameError};

/// What stands in the key `form` of an order of this shape.
pub const FORM: &str = "renkei-sinkhole-order/1";

/// The most bytes an order may have.
pub const MOST_BYTES: usize = 64 << 20;

/// Why a file is not an order, or not one of this office.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OrderError {
    /// Not a signed note, or too long.
    #[error("not a signed order: expected one line of JSON, an empty line and a signature")]
    Form,
    /// No signature of the office's key, or one that does not hold.
    #[error("the order is not signed by `{0}`: nothing of it is used")]
    Signature(String),
    /// Signed, and not JSON of this shape.
    #[error("the order cannot be read: {0}")]
    Json(String),
    /// Signed, and not in canonical bytes.
    #[error("the order is not in canonical form")]
    NotCanonical,
    /// Signed, and contradicts itself.
    #[error("the order contradicts itself: {0}")]
    Fault(#[from] Fault),
}

/// What an operation lets the sinkhole do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Order {
    /// [`FORM`].
    pub form: String,
    /// Id of the operation at the office.
    pub operation: String,
    /// Grows with every export; an order with a smaller one does not replace this one.
    pub serial: u64,
    /// When it was exported.
    #[serde(with = "text::moment")]
    pub issued: Moment,
    /// The hour of the joint operation: before it nothing is served (S3.12).
    #[serde(with = "text::optional_moment")]
    pub embargo_until: Option<Moment>,
    /// What unlocks domains (G8).
    pub authorities: Vec<Authority>,
    /// The domains, each with its family and what is answered.
    pub zones: Vec<Zone>,
    /// The family profiles that the office looked at, by the SHA-256 of their files.
    pub profiles: Vec<ProfileDigest>,
}

/// A record of the legal route by which domains were turned over (S2.17), as the operation has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Authority {
    /// Id of the record at the office.
    pub id: String,
    /// Requirement ids and the route, in the office's words.
    pub basis: String,
    /// First moment at which its domains are served.
    #[serde(with = "text::moment")]
    pub not_before: Moment,
    /// First moment at which they are served no longer.
    #[serde(with = "text::moment")]
    pub not_after: Moment,
    /// What may be kept beyond the default. This version keeps nothing more and refuses an order that
    /// asks for it, so that nobody believes that something is kept.
    pub keep: Vec<String>,
}

/// A domain that is answered for, and every name below it if `wildcard`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Zone {
    /// The domain.
    pub name: DomainName,
    /// Family of the malware whose bots call it; the domain names the family, nothing else does.
    pub family: String,
    /// Id of the authority record that unlocks it; without one it is never served.
    pub authority: Option<String>,
    /// IPv4 addresses of the sinkhole.
    pub a: Vec<Ipv4Addr>,
    /// IPv6 addresses of the sinkhole.
    pub aaaa: Vec<Ipv6Addr>,
    /// Whether every name below the domain has these addresses too.
    pub wildcard: bool,
    /// Seconds that an answer may be kept by resolvers.
    pub ttl: u32,
    /// Its name servers, the primary first.
    pub ns: Vec<NameServer>,
    /// Its SOA record.
    pub soa: Soa,
}

/// A name server of a zone, and its addresses if it lies inside the zone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NameServer {
    /// Its name.
    pub name: DomainName,
    /// Its IPv4 addresses (glue).
    pub a: Vec<Ipv4Addr>,
    /// Its IPv6 addresses (glue).
    pub aaaa: Vec<Ipv6Addr>,
}

/// What the SOA record says besides the primary name server (RFC 1035 §3.3.13); times in seconds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Soa {
    /// Mailbox of who is responsible, as a name.
    pub rname: DomainName,
    /// Version of the zone.
    pub serial: u32,
    /// How often a secondary asks.
    pub refresh: u32,
    /// How soon it asks again.
    pub retry: u32,
    /// When it gives up.
    pub expire: u32,
    /// How long "there is no such name" may be kept (RFC 2308).
    pub minimum: u32,
}

/// A profile file and what it was when the office exported the order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProfileDigest {
    /// Family of the profile; `marks` for the list of researchers and scanners.
    pub name: String,
    /// SHA-256 of the file, 64 hexadecimal digits.
    pub sha256: String,
}

/// An order whose signature held. Only [`SignedOrder::read`] makes one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedOrder(Order);

impl Deref for SignedOrder {
    type Target = Order;
    fn deref(&self) -> &Order {
        &self.0
    }
}

impl Order {
    /// The bytes of the signed order, the same for the same order and key.
    ///
    /// # Errors
    /// When the order contradicts itself, so that no sinkhole would take it.
    pub fn sign(&self, signer: &Signer) -> Result<String, OrderError> {
        check::faultless(self)?;
        Ok(note::signed(&self.canonical()?, signer))
    }

    /// One line of JSON: keys in the order of the fields above, no spaces.
    fn canonical(&self) -> Result<String, OrderError> {
        serde_json::to_string(self).map(|line| line + "\n").map_err(|error| OrderError::Json(error.to_string()))
    }

    /// The authority record of this id.
    pub fn authority(&self, id: &str) -> Option<&Authority> {
        self.authorities.iter().find(|authority| authority.id == id)
    }

    /// From when (included) until when (excluded) a zone is served: its authority record's time, not
    /// before the hour of the operation. `None`: never.
    pub fn open(&self, zone: &Zone) -> Option<(Moment, Moment)> {
        let authority = self.authority(zone.authority.as_deref()?)?;
        let from = self.embargo_until.map_or(authority.not_before, |hour| hour.max(authority.not_before));
        (from < authority.not_after).then_some((from, authority.not_after))
    }
}

impl SignedOrder {
    /// Reads an order and proves that the office signed exactly these bytes.
    ///
    /// # Errors
    /// When it is not signed by this key, not canonical, or contradicts itself.
    pub fn read(bytes: &[u8], key: &PublicKey) -> Result<Self, OrderError> {
        let text = std::str::from_utf8(bytes).map_err(|_| OrderError::Form)?;
        let line = note::opened(text, key)?;
        let order: Order = serde_json::from_str(line).map_err(|error| OrderError::Json(error.to_string()))?;
        if order.canonical()? != line {
            return Err(OrderError::NotCanonical);
        }
        check::faultless(&order)?;
        Ok(Self(order))
    }
}

#[cfg(test)]
mod tests;
