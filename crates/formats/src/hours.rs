//! Hours of a sensor: a small JSON file of counts, versioned; publication is made from nothing else (S1.26, S1.27).
//!
//! One file is one run of one sensor, one entry an hour of it. There is no field for an address, seen or
//! dark: what was counted leaves the sensor, not whom. The id of the sensor is for the office alone.

mod text;

use std::collections::{BTreeMap, BTreeSet};

use renkei_core::time::{Moment, SECOND};
use serde::{Deserialize, Serialize};

/// What stands in the key `form` of a file of this shape.
pub const FORM: &str = "renkei-sensor-hours/1";

/// The most bytes such a file may have: years of hours fit.
pub const MOST_BYTES: usize = 64 << 20;

/// Ports that an hour lists.
pub const PORTS: usize = 20;

/// What stands for a country that the table of countries does not know.
pub const NOWHERE: &str = "unknown";

/// Microseconds of an hour.
pub const HOUR: i64 = 3_600 * SECOND;

/// Why a file is not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HoursError {
    /// Too long.
    #[error("a file of hours has at most {MOST_BYTES} bytes")]
    Long,
    /// Not JSON of this shape.
    #[error("not a file of hours: {0}")]
    Json(String),
    /// Another shape, or a later version.
    #[error("the form is `{0}`, expected `{FORM}`")]
    Form(String),
    /// An hour contradicts itself or the file.
    #[error("hour {hour}: {fault}")]
    Fault {
        /// Which, from 1; 0: the file as a whole.
        hour: usize,
        /// What is wrong.
        fault: &'static str,
    },
}

/// What a sensor counted in one run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hours {
    /// [`FORM`].
    pub form: String,
    /// Which sensor: internal, never for publication.
    pub sensor: String,
    /// Dark addresses of IPv4 that it listens to.
    pub addresses: u64,
    /// The smallest attack that it can see, in packets a second, spoofed uniformly over IPv4.
    pub smallest_attack_pps: f64,
    /// Beginning of the first minute with a packet.
    #[serde(with = "text")]
    pub from: Moment,
    /// End of the last.
    #[serde(with = "text")]
    pub until: Moment,
    /// Packets that detections had no room for: counts of sources are then too low.
    pub unfollowed: u64,
    /// The hours, in order.
    pub hours: Vec<Hour>,
}

/// One hour.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hour {
    /// Its beginning, in hours since 1970 in UTC.
    pub hour: u32,
    /// Minutes of it that were watched.
    pub minutes: u32,
    /// Packets that ask for something.
    pub probes: u64,
    /// Packets by which victims of attacks answer.
    pub backscatter: u64,
    /// Answers of reflectors.
    pub reflection: u64,
    /// Other packets.
    pub other: u64,
    /// Different source addresses, within about 1 %.
    pub sources: u64,
    /// Sources that began to probe; one that was silent for eight minutes begins again.
    pub began: u64,
    /// Those of them that look for ports of household devices (same-port inference, S1.28).
    pub household: u64,
    /// Those of them by country; empty: no table of countries was given.
    pub countries: BTreeMap<String, u64>,
    /// Ports with most packets, most first.
    pub ports: Vec<Port>,
    /// Different sources told as Mirai-like.
    pub mirai: u64,
    /// Different victims of attacks that were told.
    pub victims: u64,
    /// Those victims by country; empty: no table of countries was given.
    pub victim_countries: BTreeMap<String, u64>,
    /// Detections that began, by rule.
    pub detections: BTreeMap<String, u64>,
}

/// A port in an hour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Port {
    /// Protocol number: 6 or 17.
    pub protocol: u8,
    /// Port.
    pub port: u16,
    /// Packets that ask for it.
    pub packets: u64,
    /// Sources that began to ask for it.
    pub began: u64,
}

impl Hour {
    /// Its beginning.
    pub fn begins(&self) -> Moment {
        Moment(i64::from(self.hour) * HOUR)
    }

    /// All packets.
    pub fn packets(&self) -> u64 {
        self.probes + self.backscatter + self.reflection + self.other
    }
}

impl Hours {
    /// The bytes of the file: the same counts are the same bytes, so that a digest knows it again.
    ///
    /// # Errors
    /// None that a file of numbers can have.
    pub fn to_bytes(&self) -> Result<Vec<u8>, serde_json::Error> {
        let mut bytes = serde_json::to_vec_pretty(self)?;
        bytes.push(b'\n');
        Ok(bytes)
    }

    /// Reads and proves a file.
    ///
    /// # Errors
    /// [`HoursError`]: it is none, or contradicts itself. Nothing of it is then used.
    pub fn read(bytes: &[u8]) -> Result<Self, HoursError> {
        if bytes.len() > MOST_BYTES {
            return Err(HoursError::Long);
        }
        #[derive(Deserialize)]
        struct Form {
            form: String,
        }
        let json = |error: serde_json::Error| HoursError::Json(error.to_string());
        let Form { form } = serde_json::from_slice(bytes).map_err(json)?;
        if form != FORM {
            return Err(HoursError::Form(form));
        }
        let hours: Self = serde_json::from_slice(bytes).map_err(json)?;
        hours.prove()?;
        Ok(hours)
    }

    fn prove(&self) -> Result<(), HoursError> {
        let whole = |right: bool, fault| if right { Ok(()) } else { Err(HoursError::Fault { hour: 0, fault }) };
        let named = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        whole((1..=64).contains(&self.sensor.len()) && self.sensor.chars().all(named), "the sensor's id")?;
        whole(self.addresses > 0 && self.addresses <= 1 << 32, "the number of dark addresses")?;
        whole(self.smallest_attack_pps.is_finite() && self.smallest_attack_pps >= 0.0, "the smallest attack")?;
        whole(self.from < self.until && self.from.0 >= 0, "it ends before it begins")?;
        whole(!self.hours.is_empty(), "there is none")?;
        let mut before = None;
        for (number, hour) in (1..).zip(&self.hours) {
            let fault = |fault| HoursError::Fault { hour: number, fault };
            if before.is_some_and(|before| before >= hour.hour) {
                return Err(fault("hours are not in order"));
            }
            before = Some(hour.hour);
            if hour.begins().0 + HOUR <= self.from.0 || hour.begins() >= self.until {
                return Err(fault("it lies outside the file's time"));
            }
            hour.fault().map_or(Ok(()), |found| Err(fault(found)))?;
        }
        Ok(())
    }
}

impl Hour {
    fn fault(&self) -> Option<&'static str> {
        let Self { minutes, began, household, countries, ports, victims, victim_countries, detections, .. } = self;
        let country = |name: &String| {
            name == NOWHERE || name.len() == 2 && name.bytes().all(|letter| letter.is_ascii_uppercase())
        };
        let rule = |name: &String| !name.is_empty() && name.bytes().all(|c| c.is_ascii_lowercase() || c == b'-');
        let services: BTreeSet<_> = ports.iter().map(|port| (port.protocol, port.port)).collect();
        let most = 1_u64 << 48;
        // Counts that are too large must not end the program while they are added.
        let sum = |cells: &BTreeMap<String, u64>| cells.values().fold(0_u64, |sum, count| sum.saturating_add(*count));
        let counts = [self.probes, self.backscatter, self.reflection, self.other, self.sources, *began, *victims];
        let inner = countries.values().chain(victim_countries.values()).chain(detections.values());
        let checks = [
            (!(1..=60).contains(minutes), "it has 1 to 60 minutes"),
            (counts.iter().chain(inner).any(|count| *count > most), "a count is too large"),
            (household > began, "more household devices than sources"),
            (self.mirai > most, "a count is too large"),
            (!countries.keys().chain(victim_countries.keys()).all(country), "a country is two capital letters"),
            (!detections.keys().all(rule), "the name of a rule"),
            (ports.len() > PORTS || services.len() != ports.len(), "ports are listed once, the first twenty"),
            (ports.iter().any(|port| port.packets > most || port.began > most), "a count is too large"),
            (!countries.is_empty() && sum(countries) != *began, "countries do not add up"),
            (!victim_countries.is_empty() && sum(victim_countries) != *victims, "victims do not add up"),
        ];
        checks.into_iter().find(|(wrong, _)| *wrong).map(|(_, fault)| fault)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hours() -> Hours {
        let hour = Hour {
            hour: 472_222,
            minutes: 47,
            probes: 100,
            began: 10,
            household: 4,
            countries: BTreeMap::from([("JP".to_owned(), 7), (NOWHERE.to_owned(), 3)]),
            ports: vec![Port { protocol: 6, port: 23, packets: 60, began: 5 }],
            ..Hour::default()
        };
        let from = Moment(hour.begins().0 + 13 * 60 * SECOND);
        Hours {
            form: FORM.to_owned(),
            sensor: "s1".to_owned(),
            addresses: 2_048,
            smallest_attack_pps: 174_762.7,
            from,
            until: Moment(hour.begins().0 + HOUR),
            unfollowed: 0,
            hours: vec![hour],
        }
    }

    #[test]
    fn a_file_comes_back_as_it_was() {
        let bytes = hours().to_bytes().unwrap();
        assert_eq!(Hours::read(&bytes), Ok(hours()));
        assert_eq!(Hours::read(&bytes).unwrap().to_bytes().unwrap(), bytes);
    }

    #[test]
    fn what_contradicts_itself_is_refused() {
        let wrong = |change: &dyn Fn(&mut Hours)| {
            let mut hours = hours();
            change(&mut hours);
            Hours::read(&hours.to_bytes().unwrap()).unwrap_err().to_string()
        };
        assert!(wrong(&|hours| hours.form = "renkei-sensor-hours/2".into()).contains("renkei-sensor-hours/2"));
        assert!(wrong(&|hours| hours.sensor = "<b>".into()).contains("id"));
        assert!(wrong(&|hours| hours.hours[0].household = 11).contains("household"));
        assert!(wrong(&|hours| hours.hours[0].minutes = 61).contains("60 minutes"));
        assert!(wrong(&|hours| hours.hours.push(Hour::default())).contains("order"));
        assert!(wrong(&|hours| hours.hours[0].countries = BTreeMap::from([("<x".into(), 10)])).contains("capital"));
        assert!(wrong(&|hours| hours.hours[0].countries = BTreeMap::from([("JP".into(), 9)])).contains("add up"));
        let huge = BTreeMap::from([("JP".into(), u64::MAX), ("US".into(), u64::MAX)]);
        assert!(wrong(&|hours| hours.hours[0].countries = huge.clone()).contains("too large"));
        assert!(wrong(&|hours| hours.until = hours.from).contains("ends before"));
        assert!(wrong(&|hours| hours.hours[0].hour += 1).contains("outside"));
    }

    #[test]
    fn a_field_that_is_not_known_is_refused() {
        let text = String::from_utf8(hours().to_bytes().unwrap()).unwrap();
        let more = text.replacen("\"minutes\"", "\"src_ip\": \"198.18.0.1\", \"minutes\"", 1);
        assert!(matches!(Hours::read(more.as_bytes()), Err(HoursError::Json(_))));
    }
}
