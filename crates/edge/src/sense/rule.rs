//! The rules as data: thresholds, where they come from, until when they hold; scaled by the sensor's size.

use renkei_core::time::{Day, Moment};
use serde::{Deserialize, Serialize};

/// The rules as this house ships them.
const DEFAULT: &str = include_str!("../../../../sensing/rules.toml");

/// Makes the struct of rules and the list of their names from one table.
macro_rules! rules {
    ($($field:ident $name:literal $kind:ident;)+) => {
        /// Every rule with its thresholds.
        #[derive(Debug, Clone, PartialEq, Deserialize)]
        #[serde(deny_unknown_fields, rename_all = "kebab-case")]
        #[expect(missing_docs, reason = "each field is the rule of its name; sensing/rules.toml explains it")]
        pub struct Rules { $(pub $field: Rule<$kind>,)+ }

        /// The name of a rule.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        #[serde(rename_all = "kebab-case")]
        #[expect(missing_docs, reason = "each variant is the rule of its name; sensing/rules.toml explains it")]
        pub enum RuleName { $($kind,)+ }

        impl RuleName {
            /// Every rule.
            pub const ALL: &'static [Self] = &[$(Self::$kind,)+];

            /// As written in rules, detections and feeds.
            pub const fn word(self) -> &'static str {
                match self { $(Self::$kind => $name,)+ }
            }
        }

        impl Rules {
            /// Version, source and end of a rule.
            pub fn about(&self, name: RuleName) -> (u32, &str, Option<Moment>) {
                match name { $(RuleName::$kind => {
                    let rule = &self.$field;
                    (rule.version, &rule.source, rule.until.map(|until| until.0))
                })+ }
            }
        }
    };
}

rules! {
    dos_victim "dos-victim" DosVictim;
    scan_horizontal "scan-horizontal" ScanHorizontal;
    scan_vertical "scan-vertical" ScanVertical;
    survey "survey" Survey;
    mirai_like "mirai-like" MiraiLike;
    zmap "zmap" Zmap;
    masscan "masscan" Masscan;
    stateless_scan "stateless-scan" StatelessScan;
    amplification_probe "amplification-probe" AmplificationProbe;
    campaign "campaign" Campaign;
    port_surge "port-surge" PortSurge;
    iot_origin "iot-origin" IotOrigin;
}

/// A rule: since when it means what it means, where it comes from, its thresholds.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Rule<T> {
    /// Grows whenever the meaning changes.
    pub version: u32,
    /// The paper or program it is taken from, or `house`.
    pub source: String,
    /// First moment for which it no longer holds.
    pub until: Option<Until>,
    /// Its thresholds.
    #[serde(flatten)]
    pub thresholds: T,
}

/// A day, as `2024-03-01`, from whose beginning a rule no longer holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Until(pub Moment);

/// Not a day.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a day such as 2024-03-01: `{0}`")]
pub struct UntilError(String);

impl TryFrom<String> for Until {
    type Error = UntilError;
    fn try_from(text: String) -> Result<Self, UntilError> {
        let mut parts = text.splitn(3, '-');
        let mut next = || parts.next().and_then(|part| part.parse::<u32>().ok());
        let day = match (next(), next(), next()) {
            (Some(year), Some(month), Some(day)) => {
                i32::try_from(year).ok().and_then(|year| Day::from_civil(year, month, day))
            }
            _ => None,
        };
        day.map(|day| Self(day.start())).ok_or(UntilError(text))
    }
}

/// Declares thresholds that are public by nature.
macro_rules! thresholds {
    ($($(#[$doc:meta])* $name:ident { $($field:ident: $kind:ty),+ $(,)? })+) => {
        $($(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Deserialize)]
        #[expect(missing_docs, reason = "sensing/rules.toml explains each threshold beside its value")]
        pub struct $name { $(pub $field: $kind,)+ })+
    };
}

thresholds! {
    /// Whoever answers spoofed packets is under attack.
    DosVictim { packets: u64, seconds: u32, peak: u64, window: u32, made_for: u64, floor: u64, floor_window: u32 }
    /// One port of many addresses.
    ScanHorizontal { destinations: u64, share: f64, rate: f64, expires: u32 }
    /// Many ports of one address.
    ScanVertical { ports: u64, window: u32 }
    /// Many ports of many addresses, for long.
    Survey { ports: u64, packets: u64, made_for: u64 }
    /// The mark of Mirai and its kin.
    MiraiLike { packets: u32, ports: Vec<u16> }
    /// The mark of older ZMap.
    Zmap { packets: u32 }
    /// The mark of masscan.
    Masscan { packets: u32 }
    /// The shape of scanners that keep no state.
    StatelessScan { packets: u32 }
    /// Looking for services that amplify.
    AmplificationProbe { destinations: u64, ports: Vec<u16> }
    /// Sources that do the same.
    Campaign { sources: usize }
    /// A port that suddenly many look for.
    PortSurge { deviations: f64, least: u64, days: usize, days_least: usize }
    /// Household devices as sources.
    IotOrigin { ports: Vec<u16> }
}

/// Rules that cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("the rules cannot be read: {0}")]
pub struct RulesError(#[from] toml::de::Error);

impl std::str::FromStr for Rules {
    type Err = RulesError;
    fn from_str(text: &str) -> Result<Self, RulesError> {
        Ok(toml::from_str(text)?)
    }
}

impl Rules {
    /// As this house ships them.
    ///
    /// # Errors
    /// Never, as a test reads them; it is an error and no panic because the house has none.
    pub fn shipped() -> Result<Self, RulesError> {
        DEFAULT.parse()
    }
}

/// The threshold of [`DosVictim`] on a sensor of some size, and what it means on the Internet.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Smallest {
    /// Dark addresses of IPv4.
    pub addresses: u64,
    /// Packets that must be seen …
    pub packets: u64,
    /// … within so many seconds.
    pub window_seconds: u32,
    /// The smallest attack that is seen so, spoofed uniformly over IPv4, in packets a second.
    pub packets_per_second: f64,
    /// The smallest attack that the rule as published would see with this sensor.
    pub as_published: f64,
}

const INTERNET: f64 = 4_294_967_296.0;

impl DosVictim {
    /// Scales the peak by size: `peak × addresses / made_for`, but not below the floor. Expected at
    /// A addresses of R packets a second over T seconds: R·T·A / 2³².
    pub fn smallest(&self, addresses: u64) -> Smallest {
        let addresses = addresses.max(1);
        let attack =
            |packets: u64, seconds: u32| packets as f64 / f64::from(seconds.max(1)) * INTERNET / addresses as f64;
        let scaled = self.peak as f64 * addresses as f64 / self.made_for.max(1) as f64;
        let floor = self.floor as f64 * f64::from(self.window) / f64::from(self.floor_window.max(1));
        let (packets, window_seconds) = match scaled > floor {
            true => (scaled.min(self.peak as f64).ceil() as u64, self.window),
            false => (self.floor, self.floor_window),
        };
        let packets_per_second = attack(packets, window_seconds);
        Smallest {
            addresses,
            packets,
            window_seconds,
            packets_per_second,
            as_published: attack(self.peak, self.window),
        }
    }
}

impl ScanHorizontal {
    /// Different addresses that make a scan on a sensor of some size: the published number or the share.
    pub fn destinations_on(&self, addresses: u64) -> u64 {
        match addresses {
            0 => self.destinations,
            _ => self.destinations.min((self.share * addresses as f64).ceil() as u64).max(2),
        }
    }
}

impl Survey {
    /// Packets that make a survey on a sensor of some size.
    pub fn packets_on(&self, addresses: u64) -> u64 {
        (self.packets as f64 * addresses.max(1) as f64 / self.made_for.max(1) as f64).ceil() as u64
    }
}

/// Packets a second that a source sends to all of IPv4, from those that a sensor saw.
pub(super) fn internet_wide(packets: u64, seconds: u32, addresses: u64) -> f64 {
    packets as f64 / f64::from(seconds.max(1)) * INTERNET / addresses.max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_rules_are_whole() {
        let rules = Rules::shipped().unwrap();
        for name in RuleName::ALL {
            let (version, source, until) = rules.about(*name);
            assert!(version > 0 && !source.is_empty(), "{}", name.word());
            assert_eq!(until.is_some(), *name == RuleName::Zmap);
        }
        assert_eq!(rules.zmap.until.unwrap().0.to_string(), "2024-03-01T00:00:00Z");
        assert!("[zmap]\nversion = 1".parse::<Rules>().is_err());
    }

    /// The table of the smallest attacks: 30 packets a minute, and 25 in 300 s for small sensors.
    #[test]
    fn the_smallest_attack_is_that_of_the_table() {
        let rule = Rules::shipped().unwrap().dos_victim.thresholds;
        for (addresses, published) in [
            (256, 8.4e6),
            (1_024, 2.1e6),
            (2_048, 1.05e6),
            (4_096, 524e3),
            (65_536, 33e3),
            (290_000, 7.4e3),
            (16_777_216, 128.0),
        ] {
            let smallest = rule.smallest(addresses);
            assert!((smallest.as_published / published - 1.0).abs() < 0.01, "{addresses}: {smallest:?}");
        }
        let small = rule.smallest(2_048);
        assert_eq!((small.packets, small.window_seconds), (25, 300));
        assert!((small.packets_per_second / 175e3 - 1.0).abs() < 0.01);
        let large = rule.smallest(16_777_216);
        assert_eq!((large.packets, large.window_seconds), (30, 60));
        assert_eq!(Rules::shipped().unwrap().scan_horizontal.thresholds.destinations_on(256), 13);
    }
}
