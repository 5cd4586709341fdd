//! What every request is given: the office, the words, the clock, the site's own secret.

use std::net::IpAddr;

use axum::http::HeaderMap;
use hmac::{Hmac, Mac as _};
use renkei_app::office::Office;
use renkei_app::taxii::Hub;
use renkei_app::words::Words;
use renkei_core::passkey::RelyingParty;
use renkei_core::text::Language;
use renkei_core::time::Moment;
use sha2::Sha256;

use crate::door::Route;
use crate::live::News;
use crate::metrics::Metrics;
use crate::rate::{Pace, Rate};

/// Where a visitor comes from, as proxies tell it.
const FORWARDED_FOR: &str = "x-forwarded-for";

/// What the program sets.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Whether visitors come by TLS (a proxy in front, or another machine): cookies are then kept to it.
    pub secure: bool,
    /// Gives the moment it is; the pages have no clock of their own.
    pub clock: fn() -> Moment,
    /// The address that visitors type, to which passkeys are bound; `None`: there are none here.
    pub address: Option<RelyingParty>,
    /// Proxies in front: what they say of where a visitor comes from is believed.
    pub proxies: Vec<IpAddr>,
    /// How often one seat may ask.
    pub pace: Pace,
}

/// The site.
pub struct Site {
    pub(crate) office: Office,
    pub(crate) settings: Settings,
    /// The table of routes, for the menu and the OpenAPI document.
    pub(crate) routes: &'static [Route],
    /// What is counted while the process lives.
    pub(crate) metrics: Metrics,
    /// Who asked how often.
    pub(crate) rate: Rate,
    /// What tells open pages that something changed.
    pub(crate) news: News,
    /// Collections of TAXII that are kept between requests.
    pub(crate) hub: Hub,
    ja: Words,
    en: Words,
    /// Signs the marks of known devices; a new one only makes known devices unknown.
    key: [u8; 32],
}

impl std::fmt::Debug for Site {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Site").field("settings", &self.settings).finish_non_exhaustive()
    }
}

impl Site {
    /// The pages of an office.
    pub fn new(office: Office, settings: Settings, routes: &'static [Route]) -> Self {
        Self {
            office,
            settings,
            routes,
            metrics: Metrics::default(),
            rate: Rate::default(),
            news: News::default(),
            hub: Hub::default(),
            ja: Words::new(Language::Ja),
            en: Words::new(Language::En),
            key: rand::random(),
        }
    }

    pub(crate) fn now(&self) -> Moment {
        (self.settings.clock)()
    }

    pub(crate) const fn words(&self, language: Language) -> &Words {
        match language {
            Language::Ja => &self.ja,
            Language::En => &self.en,
        }
    }

    /// The name of the session's cookie. `__Host-` binds it to this very host, where there is TLS.
    pub(crate) const fn session_cookie(&self) -> &'static str {
        if self.settings.secure { "__Host-renkei" } else { "renkei" }
    }

    /// The name of the cookie by which a device is known again.
    pub(crate) const fn device_cookie(&self) -> &'static str {
        if self.settings.secure { "__Host-renkei-device" } else { "renkei-device" }
    }

    /// A mark for a device at which a seat signed in.
    pub(crate) fn device_mark(&self, seat: &str) -> String {
        let random = hex(&rand::random::<[u8; 16]>());
        format!("{random}.{}", self.sign(&format!("device {seat} {random}")))
    }

    /// Where an attempt comes from, for counting failures: a device that is known for the seat counts
    /// for itself, everything else by its network.
    pub(crate) fn source(&self, seat: &str, mark: Option<&str>, peer: IpAddr) -> String {
        let known = mark.and_then(|mark| mark.split_once('.'));
        match known.filter(|(random, signed)| self.sign(&format!("device {seat} {random}")) == *signed) {
            Some((random, _)) => format!("device {random}"),
            None => format!("net {}", network(peer)),
        }
    }

    /// The token that a form of a session carries (against requests forged from other sites).
    pub(crate) fn form_token(&self, session: &str) -> String {
        self.sign(&format!("form {session}"))
    }

    fn sign(&self, text: &str) -> String {
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.key) else { return String::new() };
        mac.update(text.as_bytes());
        hex(&mac.finalize().into_bytes())
    }
}

/// Where a visitor comes from: the last address that is not a proxy's own, as far as proxies are believed.
pub(crate) fn origin(peer: IpAddr, headers: &HeaderMap, proxies: &[IpAddr]) -> IpAddr {
    let known = |address: &IpAddr| proxies.contains(address);
    if !known(&peer) {
        return peer;
    }
    let told = headers.get_all(FORWARDED_FOR).iter().rev().filter_map(|value| value.to_str().ok());
    let mut addresses = told.flat_map(|list| list.rsplit(',')).map(|text| text.trim().parse::<IpAddr>());
    // What stands before something unreadable was not written by a proxy of ours.
    addresses.find(|address| !address.as_ref().is_ok_and(known)).and_then(Result::ok).unwrap_or(peer)
}

/// The /24 or /64 an address lies in: who changes only the rest is the same visitor.
pub fn network(address: IpAddr) -> String {
    match address {
        IpAddr::V4(v4) => {
            let [a, b, c, _] = v4.octets();
            format!("{a}.{b}.{c}.0/24")
        }
        IpAddr::V6(v6) => format!("{}/64", std::net::Ipv6Addr::from_bits(v6.to_bits() >> 64 << 64)),
    }
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to a string does not fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_are_one_network() {
        assert_eq!(network("198.18.7.9".parse().unwrap()), "198.18.7.0/24");
        assert_eq!(network("2001:db8:1:2:3:4:5:6".parse().unwrap()), "2001:db8:1:2::/64");
    }
}
