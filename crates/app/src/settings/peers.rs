//! `[[peers]]`: collections of other hubs, whose objects a seat here shares on by its mandate (S0.13).

use std::fmt;
use std::path::{Path, PathBuf};

use renkei_core::id::{GroupId, SeatId};
use renkei_core::share::Tlp;
use serde::{Deserialize, Serialize};

use super::SettingsError;

/// Collections of other hubs.
#[derive(Debug, Clone, Default)]
pub struct Peers(pub Vec<Peer>);

/// A collection of another hub.
#[derive(Debug, Clone)]
pub struct Peer {
    /// What the office calls it: one word.
    pub name: String,
    /// Address of the collection.
    pub url: String,
    /// The name of the seat or user there.
    pub user: String,
    /// File with its token or password.
    pub token_file: PathBuf,
    /// Certificate to trust beside the system's (PEM).
    pub ca_file: Option<PathBuf>,
    /// The group here that is given its objects.
    pub group: GroupId,
    /// The seat here that shares them, by its mandate for the group. It does nothing else.
    pub seat: SeatId,
    /// Under which label objects without one were shared, where the other hub said so; none: they are not taken.
    pub unmarked: Option<Tlp>,
}

impl fmt::Display for Peers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.0.iter().map(|peer| format!("{} {}", peer.name, peer.url)).collect();
        f.write_str(if names.is_empty() { "-" } else { "" })?;
        f.write_str(&names.join("; "))
    }
}

/// One of `[[peers]]` as typed.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawPeer {
    /// One word.
    pub name: String,
    /// Address.
    pub url: String,
    /// User there.
    pub user: String,
    /// File, beside the settings.
    pub token_file: PathBuf,
    /// Further certificate to trust.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ca_file: Option<PathBuf>,
    /// Group id.
    pub group: String,
    /// Seat id.
    pub seat: String,
    /// `clear` or `green`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unmarked: Option<String>,
}

impl RawPeer {
    fn check(self, folder: &Path) -> Result<Peer, SettingsError> {
        let value = |key, value: &str, expected| SettingsError::Value { key, value: value.to_owned(), expected };
        if self.name.is_empty() || !self.name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-') {
            return Err(value("peers.name", &self.name, "one word of letters, digits and `-`"));
        }
        let unmarked = match self.unmarked.as_deref() {
            None => None,
            Some("clear") => Some(Tlp::Clear),
            Some("green") => Some(Tlp::Green),
            Some(word) => {
                return Err(value(
                    "peers.unmarked",
                    word,
                    "`clear` or `green`, as the other hub says; else leave it out",
                ));
            }
        };
        if renkei_post::hub::collection(&self.url).is_err() {
            return Err(value("peers.url", &self.url, "the address of a collection: `https://host/…/collections/…/`"));
        }
        Ok(Peer {
            group: self.group.parse()?,
            seat: self.seat.parse()?,
            name: self.name,
            url: self.url,
            user: self.user,
            token_file: folder.join(self.token_file),
            ca_file: self.ca_file.map(|file| folder.join(file)),
            unmarked,
        })
    }
}

/// Checks all of them together: what a seat shares for one hub is taken back when that hub takes it back, so each has a
/// seat of its own.
pub(super) fn check(typed: Vec<RawPeer>, folder: &Path) -> Result<Peers, SettingsError> {
    let mut peers: Vec<Peer> = Vec::new();
    for one in typed {
        let peer = one.check(folder)?;
        let twice = |key, value: &str, expected| Err(SettingsError::Value { key, value: value.to_owned(), expected });
        if peers.iter().any(|known| known.name == peer.name) {
            return twice("peers.name", &peer.name, "a name of its own for each");
        }
        if peers.iter().any(|known| known.seat == peer.seat) {
            return twice("peers.seat", peer.seat.as_str(), "a seat of its own for each");
        }
        peers.push(peer);
    }
    Ok(Peers(peers))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn peer(name: &str, url: &str, seat: &str, more: &str) -> String {
        format!(
            "name = \"{name}\"\nurl = \"{url}\"\nuser = \"u\"\ntoken_file = \"t\"\ngroup = \"{}\"\nseat = \"{seat}\"\n{more}",
            GroupId::from_bits(1)
        )
    }

    fn check(typed: &[String]) -> Result<Peers, SettingsError> {
        super::check(typed.iter().map(|text| toml::from_str(text).unwrap()).collect(), Path::new("office"))
    }

    #[test]
    fn each_has_a_name_an_address_and_a_seat_of_its_own() {
        let url = "https://hub.example/taxii2/hub/collections/x/";
        let known =
            check(&[peer("north", url, "north-hub", ""), peer("south", url, "south-hub", "unmarked = \"green\"")]);
        let known = known.unwrap();
        assert_eq!(known.0[0].token_file, Path::new("office/t"));
        assert_eq!((known.0[0].unmarked, known.0[1].unmarked), (None, Some(Tlp::Green)));
        for bad in [
            vec![peer("north", url, "a", ""), peer("north", url, "b", "")],
            vec![peer("north", url, "a", ""), peer("south", url, "a", "")],
            vec![peer("no rth", url, "a", "")],
            vec![peer("north", "http://hub.example/x/", "a", "")],
            vec![peer("north", url, "a", "unmarked = \"amber\"")],
        ] {
            assert!(check(&bad).is_err());
        }
        assert_eq!(check(&[]).unwrap().to_string(), "-");
    }
}
