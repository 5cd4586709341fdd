//! Moments as RFC 3339 text in UTC.

use renkei_core::time::Moment;
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serializer};

fn read<E: Error>(text: &str) -> Result<Moment, E> {
    let moment: jiff::Timestamp = text.parse().map_err(E::custom)?;
    Ok(Moment(moment.as_microsecond()))
}

/// A moment that must be there.
pub(super) mod moment {
    use super::*;

    pub(crate) fn serialize<S: Serializer>(moment: &Moment, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(moment)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Moment, D::Error> {
        read(&String::deserialize(deserializer)?)
    }
}

/// A moment or `null`.
pub(super) mod optional_moment {
    use super::*;

    pub(crate) fn serialize<S: Serializer>(moment: &Option<Moment>, serializer: S) -> Result<S::Ok, S::Error> {
        match moment {
            Some(moment) => serializer.collect_str(moment),
            None => serializer.serialize_none(),
        }
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Moment>, D::Error> {
        Option::<String>::deserialize(deserializer)?.map(|text| read(&text)).transpose()
    }
}
