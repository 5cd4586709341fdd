//! Mapping files: how an office describes a plain CSV of a partner, in TOML.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;
use renkei_core::class::DataClass;
use renkei_core::id::{IdError, PartyId};
use renkei_table::{Text, ZoneBasis};
use serde::Deserialize;

use crate::line::tlp;
use crate::target::Target;
use crate::value::time::{Form, Rule, Zone};

/// A mapping that was read and checked: columns of a foreign CSV to canonical ones.
#[derive(Debug, Clone)]
pub struct Mapping {
    pub(crate) kind: String,
    pub(crate) delimiter: u8,
    pub(crate) header: bool,
    pub(crate) time: Rule,
    pub(crate) port_is_service: bool,
    /// Foreign name (lower case) to target.
    pub(crate) columns: BTreeMap<String, Target>,
    pub(crate) constants: Vec<(Text, String)>,
    pub(crate) class: DataClass,
}

/// Why a mapping file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum MappingError {
    /// Not TOML, or a key that is not known.
    #[error("the mapping is not readable: {0}")]
    Toml(#[from] toml::de::Error),
    /// The name becomes part of the kind of feed.
    #[error("the name of the mapping")]
    Name(#[from] IdError),
    /// A delimiter is one ASCII character or `tab`.
    #[error("`{0}` is not a delimiter: write one ASCII character or `tab`")]
    Delimiter(String),
    /// A canonical column does not exist.
    #[error("`{0}` is not a canonical column that a feed can fill")]
    Column(String),
    /// A time zone does not exist.
    #[error("`{0}` is not a time zone: write `stated`, `UTC` or a name like `Asia/Tokyo`")]
    Zone(String),
    /// A data class does not exist.
    #[error("`{0}` is not a data class")]
    Class(String),
    /// A label is not one of TLP 2.0.
    #[error("`{0}` is not a label of TLP 2.0")]
    Tlp(String),
    /// No column is mapped to the source address.
    #[error("no column is mapped to `src_ip`")]
    NoSource,
    /// A constant cannot be given for this column.
    #[error("`{0}` cannot be a constant")]
    Constant(String),
}

/// The file as written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    name: String,
    #[serde(default = "comma")]
    delimiter: String,
    #[serde(default = "yes")]
    header: bool,
    #[serde(default)]
    port_is_service: bool,
    #[serde(default)]
    time: WrittenTime,
    columns: BTreeMap<String, String>,
    #[serde(default)]
    constants: BTreeMap<String, String>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct WrittenTime {
    column: Option<String>,
    format: Option<String>,
    zone: Option<String>,
    #[serde(default)]
    assumed: bool,
}

fn comma() -> String {
    ",".to_owned()
}

const fn yes() -> bool {
    true
}

impl std::str::FromStr for Mapping {
    type Err = MappingError;

    /// Reads a mapping:
    ///
    /// ```toml
    /// name = "partner-x"            # the kind of feed becomes csv/partner-x
    /// delimiter = ";"               # one ASCII character or "tab"; "," if left out
    /// header = true                 # false: columns are named #1, #2, …
    /// port_is_service = false       # true: src_port is a port of a service on the device
    ///
    /// [time]
    /// column = "seen"
    /// format = "iso"                # iso, unix, unix-ms or a strptime pattern
    /// zone = "stated"               # each line states its offset; or "UTC", "Asia/Tokyo" …
    /// assumed = false               # true: the zone above is only a guess
    ///
    /// [columns]
    /// "Src IP" = "src_ip"           # any canonical column, bot_id, or drop
    ///
    /// [constants]
    /// family = "vawtrak"
    /// tlp = "AMBER"
    /// class = "identification-by-ip"
    /// ```
    fn from_str(text: &str) -> Result<Self, MappingError> {
        let Written { name, delimiter, header, port_is_service, time, columns, constants } = toml::from_str(text)?;
        let name: PartyId = name.parse()?;
        let mut targets = read_columns(columns)?;
        if let Some(column) = &time.column {
            targets.insert(column.trim().to_lowercase(), Target::Time);
        }
        if !targets.values().any(|target| *target == Target::SrcIp) {
            return Err(MappingError::NoSource);
        }
        let (constants, class) = read_constants(constants)?;
        Ok(Self {
            kind: format!("csv/{name}"),
            delimiter: read_delimiter(&delimiter)?,
            header,
            time: read_time(time)?,
            port_is_service,
            columns: targets,
            constants,
            class,
        })
    }
}

fn read_delimiter(text: &str) -> Result<u8, MappingError> {
    match text.as_bytes() {
        b"tab" => Ok(b'\t'),
        [byte] if byte.is_ascii() && !matches!(byte, b'"' | b'\n' | b'\r' | 0) => Ok(*byte),
        _ => Err(MappingError::Delimiter(text.to_owned())),
    }
}

fn read_columns(columns: BTreeMap<String, String>) -> Result<BTreeMap<String, Target>, MappingError> {
    let read = |(foreign, own): (String, String)| match Target::of_canonical(&own) {
        Some(target) => Ok((foreign.trim().to_lowercase(), target)),
        None => Err(MappingError::Column(own)),
    };
    columns.into_iter().map(read).collect()
}

fn read_time(time: WrittenTime) -> Result<Rule, MappingError> {
    let form = match time.format.as_deref() {
        None | Some("iso") => Form::Iso,
        Some("unix") => Form::Unix,
        Some("unix-ms") => Form::UnixMillis,
        Some(pattern) => Form::Pattern(pattern.to_owned()),
    };
    let fixed = if time.assumed { ZoneBasis::Assumed } else { ZoneBasis::Format };
    let (zone, basis) = match time.zone.as_deref() {
        None | Some("stated") => (Zone::Utc, ZoneBasis::Assumed),
        Some("UTC") => (Zone::Utc, fixed),
        Some(name) => {
            let zone = TimeZone::get(name).map_err(|_| MappingError::Zone(name.to_owned()))?;
            (Zone::Named(zone), fixed)
        }
    };
    Ok(Rule { form, zone, basis })
}

type Constants = (Vec<(Text, String)>, DataClass);

fn read_constants(constants: BTreeMap<String, String>) -> Result<Constants, MappingError> {
    let mut class = DataClass::IdentificationByIp;
    let mut texts = Vec::new();
    for (name, value) in constants {
        match (name.as_str(), Text::from_name(&name)) {
            ("class", _) => class = DataClass::from_word(&value).ok_or(MappingError::Class(value))?,
            (_, Some(Text::Tlp)) => {
                let label = tlp(&value).ok_or_else(|| MappingError::Tlp(value.clone()))?;
                texts.push((Text::Tlp, label.to_owned()));
            }
            (_, Some(text)) => texts.push((text, value)),
            _ => return Err(MappingError::Constant(name)),
        }
    }
    Ok((texts, class))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Mapping, String> {
        text.parse::<Mapping>().map_err(|error| error.to_string())
    }

    #[test]
    fn a_mapping_is_checked_when_it_is_read() {
        let mapping =
            read("name = \"partner-x\"\ndelimiter = \"tab\"\n[columns]\nIP = \"src_ip\"\n[constants]\ntlp = \"white\"")
                .unwrap();
        assert_eq!((mapping.kind.as_str(), mapping.delimiter), ("csv/partner-x", b'\t'));
        assert_eq!(mapping.constants, [(Text::Tlp, "CLEAR".to_owned())]);
        for (bad, why) in [
            ("name = \"x-y\"\n[columns]\na = \"dst_ip\"", "no column is mapped to `src_ip`"),
            ("name = \"x-y\"\n[columns]\na = \"srcip\"", "`srcip` is not a canonical column that a feed can fill"),
            (
                "name = \"x-y\"\ndelimiter = \"\\\"\"\n[columns]\na = \"src_ip\"",
                "`\"` is not a delimiter: write one ASCII character or `tab`",
            ),
            (
                "name = \"x-y\"\n[columns]\na = \"src_ip\"\n[time]\nzone = \"Mars/Base\"",
                "`Mars/Base` is not a time zone: write `stated`, `UTC` or a name like `Asia/Tokyo`",
            ),
            ("name = \"x-y\"\n[columns]\na = \"src_ip\"\n[constants]\nclass = \"x\"", "`x` is not a data class"),
        ] {
            assert_eq!(read(bad).unwrap_err(), why);
        }
        assert!(read("name = \"x-y\"\nunknown = 1\n[columns]\na = \"src_ip\"").is_err());
    }
}
