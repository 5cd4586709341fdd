//! What the sensors say they saw: a rule, whom it is about, and the evidence.

use std::fmt;
use std::net::IpAddr;

use renkei_core::time::{Moment, SECOND};
use serde::{Serialize, Serializer};

use super::rule::RuleName;

/// A detection. It never holds an address of the sensor.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Detection {
    /// The rule.
    pub rule: RuleName,
    /// Version of the rule.
    pub version: u32,
    /// Whether it begins or is over.
    pub phase: Phase,
    /// Whom it is about.
    pub subject: Subject,
    /// First packet of it.
    #[serde(serialize_with = "as_text")]
    pub first: Moment,
    /// Last packet of it so far.
    #[serde(serialize_with = "as_text")]
    pub last: Moment,
    /// End of the minute after which it was told.
    #[serde(serialize_with = "as_text")]
    pub told: Moment,
    /// What was counted.
    pub evidence: Evidence,
}

/// Where in its life a detection is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Phase {
    /// The thresholds were just met.
    Opened,
    /// Nothing was seen for as long as the rule says; the evidence is final.
    Closed,
}

/// Whom a detection is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case", tag = "of")]
pub enum Subject {
    /// Whoever sends: a scanner, an infected device.
    Source {
        /// Its address.
        address: IpAddr,
    },
    /// Whoever is attacked.
    Victim {
        /// Its address.
        address: IpAddr,
    },
    /// A port of a protocol.
    Port {
        /// Protocol number.
        protocol: u8,
        /// Port.
        port: u16,
    },
}

impl Subject {
    /// The address, if it is about one.
    pub const fn address(self) -> Option<IpAddr> {
        match self {
            Self::Source { address } | Self::Victim { address } => Some(address),
            Self::Port { .. } => None,
        }
    }
}

/// What was counted until the detection was told; what a rule does not count is left out.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Evidence {
    /// Packets.
    pub packets: u64,
    /// Protocol number, where all packets have the same.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub protocol: Option<u8>,
    /// Port that is probed, or attacked, where it is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub port: Option<u16>,
    /// Sum of the lengths.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bytes: Option<u64>,
    /// Different dark addresses.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub destinations: Option<u64>,
    /// Different ports, or ports of one address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ports: Option<u64>,
    /// Most packets in a window of the rule.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub peak: Option<u64>,
    /// Packets with the mark.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub marked: Option<u64>,
    /// Errors that quote a packet which the dark address did not send.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mismatches: Option<u64>,
    /// Sources.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sources: Option<u64>,
    /// Mean of the baseline, rounded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub baseline: Option<u64>,
    /// Packets a second on the whole of IPv4, estimated from those seen, rounded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub internet_wide: Option<u64>,
    /// How it was inferred, where that is not what the packets say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub inferred: Option<&'static str>,
}

/// The moment of a second.
pub(super) fn moment(second: u32) -> Moment {
    Moment(i64::from(second) * SECOND)
}

fn as_text<S: Serializer>(moment: &Moment, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(moment)
}

/// One line for people.
impl fmt::Display for Detection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = if self.phase == Phase::Opened { "opened" } else { "closed" };
        write!(f, "{} {} {word} ", self.told, self.rule.word())?;
        match self.subject {
            Subject::Source { address } | Subject::Victim { address } => write!(f, "{address}")?,
            Subject::Port { protocol, port } => write!(f, "{protocol}/{port}")?,
        }
        write!(f, ": {} packets", self.evidence.packets)
    }
}
