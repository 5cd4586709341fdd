//! Alerts as they are typed and kept: words in both languages, and no address in them.
//!
//! The office does not know the addresses of its sensors: they never leave a sensor. So that none of them can
//! stand in an alert, no address stands in one; what points at attackers is shared as items.

use std::net::IpAddr;
use std::str::FromStr;

use renkei_core::net::Prefix;
use renkei_core::text::Bilingual;
use serde::{Deserialize, Serialize};

/// Longest title, in characters.
const TITLE: usize = 200;
/// Longest text.
const TEXT: usize = 8_000;
/// What a sensor is called by who names it nothing: that says nothing of it.
const NAMELESS: &str = "sensor";

/// Why an alert is not written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AlertError {
    /// Not TOML of this shape.
    #[error("not an alert: {0}")]
    Form(String),
    /// Words are missing, or too many.
    #[error("an alert needs its {0} in Japanese and English, in 1 to {1} characters each")]
    Words(&'static str, usize),
    /// A correction says what was wrong.
    #[error("a correction says what was wrong: [correction] with ja and en")]
    Correction,
    /// An address.
    #[error("`{0}` is an address: an alert holds none, share it as an item (`renkei item draft`)")]
    Address(String),
    /// The id of a sensor.
    #[error("`{0}` is the name of a sensor, which is never published")]
    Sensor(String),
}

/// An alert as it is typed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AlertText {
    pub(super) title: Said,
    pub(super) text: Said,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) correction: Option<Said>,
}

/// Words in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Said {
    pub ja: String,
    pub en: String,
}

impl Said {
    /// Words as typed, or why they are not taken.
    pub(super) fn checked(&self, what: &'static str, most: usize, sensors: &[String]) -> Result<(), AlertError> {
        for text in [&self.ja, &self.en] {
            let length = text.trim().chars().count();
            if length == 0 || length > most {
                return Err(AlertError::Words(what, most));
            }
            holds_no_address(text)?;
            holds_no_sensor(text, sensors)?;
        }
        Ok(())
    }

    pub(super) fn bilingual(&self) -> Bilingual {
        Bilingual { ja: self.ja.trim().to_owned(), en: self.en.trim().to_owned() }
    }
}

impl AlertText {
    /// Reads what was typed. `corrects`: something was published already.
    pub(super) fn typed(text: &str, corrects: bool, sensors: &[String]) -> Result<Self, AlertError> {
        let alert: Self = toml::from_str(text).map_err(|error| AlertError::Form(error.message().to_owned()))?;
        alert.title.checked("title", TITLE, sensors)?;
        alert.text.checked("text", TEXT, sensors)?;
        match &alert.correction {
            Some(correction) if corrects => correction.checked("correction", TEXT, sensors)?,
            None if !corrects => {}
            _ => return Err(AlertError::Correction),
        }
        Ok(alert)
    }

    pub(super) fn title(&self) -> Bilingual {
        self.title.bilingual()
    }

    pub(super) fn text(&self) -> Bilingual {
        self.text.bilingual()
    }

    pub(super) fn correction(&self) -> Option<Bilingual> {
        self.correction.as_ref().map(Said::bilingual)
    }
}

fn holds_no_address(text: &str) -> Result<(), AlertError> {
    let of_address = |c: char| c.is_ascii_hexdigit() || matches!(c, '.' | ':' | '/');
    for piece in text.split(|c| !of_address(c)) {
        let piece = piece.trim_matches(['.', '/']).trim_end_matches(':');
        let is_address = IpAddr::from_str(piece).is_ok_and(|address| !address.is_unspecified());
        let in_two = piece.split_once('/').is_some_and(|(address, _)| IpAddr::from_str(address).is_ok());
        let with_port = piece.rsplit_once(':').is_some_and(|(address, _)| IpAddr::from_str(address).is_ok());
        if is_address || in_two || with_port || Prefix::from_str(piece).is_ok() {
            return Err(AlertError::Address(piece.to_owned()));
        }
    }
    Ok(())
}

fn holds_no_sensor(text: &str, sensors: &[String]) -> Result<(), AlertError> {
    let mut words = text.split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.')));
    let named = words.find(|word| {
        let word = word.trim_matches('.');
        sensors.iter().any(|sensor| sensor.eq_ignore_ascii_case(word) && sensor != NAMELESS)
    });
    named.map_or(Ok(()), |word| Err(AlertError::Sensor(word.to_owned())))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(text: &str, correction: &str) -> Result<AlertText, AlertError> {
        let file = format!(
            "title = {{ ja = \"虫\", en = \"worm\" }}\ntext = {{ ja = \"更新を\", en = \"{text}\" }}\n{correction}"
        );
        AlertText::typed(&file, !correction.is_empty(), &["dark-cellar-7".to_owned(), "sensor".to_owned()])
    }

    #[test]
    fn no_address_and_no_sensor_is_in_an_alert() {
        for text in ["seen at 198.18.3.4.", "198.18.3.0/24", "[2001:db8::1]:80", "198.18.3.4:23", "from 3fff:1::/32,"] {
            assert!(matches!(typed(text, ""), Err(AlertError::Address(_))), "{text}");
        }
        assert_eq!(typed("Dark-Cellar-7 saw it", ""), Err(AlertError::Sensor("Dark-Cellar-7".into())));
        for text in ["at 10:30 on port 23/tcp", "our sensor; version 2.4.1"] {
            assert!(typed(text, "").is_ok(), "{text}");
        }
    }

    #[test]
    fn a_correction_says_what_was_wrong() {
        assert!(typed("x", "correction = { ja = \"誤り\", en = \"wrong port\" }").is_ok());
        assert_eq!(
            AlertText::typed("title = { ja = \"a\", en = \"a\" }\ntext = { ja = \"a\", en = \"a\" }", true, &[]),
            Err(AlertError::Correction)
        );
        assert_eq!(typed("", ""), Err(AlertError::Words("text", TEXT)));
        assert!(matches!(AlertText::typed("html = 1", false, &[]), Err(AlertError::Form(_))));
    }
}
