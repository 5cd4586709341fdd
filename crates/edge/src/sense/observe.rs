//! Detections as a feed file that the office reads as any other, and as alerts.
//!
//! The file has the columns of Shadowserver's event reports, which `formats` reads, the office ingests
//! once by its digest, and ISPs' tools know (docs/decisions/0081). The addresses of the sensor are not
//! in it: its columns of destinations stay empty.

use std::fmt::Write as _;

use renkei_core::time::{Day, Moment};
use renkei_formats::packet::protocol;
use serde::Serialize;

use super::detection::{Detection, Phase, Subject};
use super::rule::RuleName;

/// Which report a feed file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Feed {
    /// Sources that scan or are infected.
    Darknet,
    /// Victims of denial of service.
    Victims,
}

/// The columns of a feed file.
const COLUMNS: &str =
    "timestamp,protocol,src_ip,src_port,severity,dst_port,public_source,infection,family,tag,event_id,count";

impl Feed {
    /// The report type in its name.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Darknet => "event4_honeypot_darknet",
            Self::Victims => "event4_honeypot_ddos_target",
        }
    }

    /// The feed a detection belongs to; `None`: it is about no device.
    pub const fn of(rule: RuleName) -> Option<Self> {
        match rule {
            RuleName::DosVictim => Some(Self::Victims),
            RuleName::ScanHorizontal
            | RuleName::ScanVertical
            | RuleName::Survey
            | RuleName::MiraiLike
            | RuleName::Zmap
            | RuleName::Masscan
            | RuleName::StatelessScan
            | RuleName::AmplificationProbe => Some(Self::Darknet),
            RuleName::Campaign | RuleName::PortSurge | RuleName::IotOrigin => None,
        }
    }

    /// The name of a file: the day, the report, how many before it on that day.
    pub fn file_name(self, day: Day, number: u32) -> String {
        format!("{day}-{}-sense-{number:06}.csv", self.word())
    }
}

/// Whether a source with this mark is infected, and by what.
const fn infection(rule: RuleName) -> Option<(&'static str, &'static str)> {
    match rule {
        RuleName::MiraiLike => Some(("mirai", "mirai")),
        _ => None,
    }
}

/// The rows of a feed, one for each detection of it that began; empty if there is none. `source` is
/// what may be told of who observed, never the sensor's id.
pub fn feed(which: Feed, told: &[Detection], source: &str) -> String {
    let mut out = String::new();
    for one in told.iter().filter(|one| one.phase == Phase::Opened && Feed::of(one.rule) == Some(which)) {
        let Some(address) = one.subject.address() else { continue };
        if out.is_empty() {
            out.push_str(COLUMNS);
            out.push('\n');
        }
        let (infected, family) = infection(one.rule).unwrap_or_default();
        let port = |of: bool| one.evidence.port.filter(|_| of).map(|port| port.to_string()).unwrap_or_default();
        let victim = which == Feed::Victims;
        // Writing to a string cannot fail.
        let _ = writeln!(
            out,
            "{},{},{address},{},{},{},{},{infected},{family},{},{},{}",
            seconds(one.last),
            one.evidence.protocol.map(protocol_word).unwrap_or_default(),
            port(victim),
            if victim || !infected.is_empty() { "high" } else { "info" },
            port(!victim),
            plain(source),
            one.rule.word(),
            id(one),
            one.evidence.packets,
        );
    }
    out
}

/// As Shadowserver writes it: UTC, without a zone, whole seconds.
fn seconds(moment: Moment) -> String {
    let text = moment.to_string();
    text.get(..19).unwrap_or(&text).replace('T', " ")
}

/// A cell that needs no quotes.
fn plain(text: &str) -> String {
    text.chars().filter(|sign| sign.is_alphanumeric() || matches!(sign, '-' | '.' | ' ' | '_')).collect()
}

const fn protocol_word(number: u8) -> &'static str {
    match number {
        protocol::TCP => "tcp",
        protocol::UDP => "udp",
        protocol::ICMP | protocol::ICMP6 => "icmp",
        _ => "ip",
    }
}

/// The same detection has the same id in any run over the same packets.
fn id(one: &Detection) -> String {
    let subject = match one.subject {
        Subject::Source { address } | Subject::Victim { address } => address.to_string(),
        Subject::Port { protocol, port } => format!("{protocol}/{port}"),
    };
    let port = one.evidence.port.map(|port| format!("-{port}")).unwrap_or_default();
    format!("{}-{}-{}-{subject}{port}", one.rule.word(), one.version, one.first.0 / 1_000_000)
}

/// A detection that somebody should look at: about a port or a wave, not about one device.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Alert<'a> {
    /// The same for the same detection.
    pub id: String,
    /// The detection.
    #[serde(flatten)]
    pub detection: &'a Detection,
    /// Version and source of its thresholds.
    pub rule_source: &'a str,
}

/// The alerts among some detections.
pub fn alerts<'a>(told: &'a [Detection], rules: &'a super::Rules) -> Vec<Alert<'a>> {
    let alarming = |one: &&Detection| {
        one.phase == Phase::Opened && matches!(one.rule, RuleName::Campaign | RuleName::PortSurge | RuleName::DosVictim)
    };
    let alert = |one: &'a Detection| Alert { id: id(one), detection: one, rule_source: rules.about(one.rule).1 };
    told.iter().filter(alarming).map(alert).collect()
}
