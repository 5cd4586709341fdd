//! One observation as a recipient gets it: all it needs to find the subscriber, nothing about one.

use std::net::IpAddr;

use renkei_core::time::Moment;

use crate::site::Site;
pub use renkei_table::{DeviceKeyBasis, LineKey, ZoneBasis};

/// One observation for one recipient; names and units are those of the canonical columns.
///
/// There is no field for a subscriber and none for an account: the type keeps G20. A line without
/// a usable time cannot be one of these, for nobody could act on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Its identity, 32 hexadecimal digits; answers refer to it.
    pub key: LineKey,
    /// When it was seen (µs, UTC).
    pub observed_at: Moment,
    /// How the zone of that moment is known: an ISP with shared addresses looks a moment up to the
    /// second, and a guessed zone would send it to the wrong subscriber.
    pub zone_basis: ZoneBasis,
    /// Address of the device as seen from outside.
    pub src_ip: IpAddr,
    /// Port of the device as seen from outside; finds the subscriber behind a shared address.
    pub src_port: Option<u16>,
    /// Transport as the feed wrote it, lower case (`tcp`, `udp`).
    pub protocol: Option<String>,
    /// Address the device spoke to (a sinkhole, a honeypot).
    pub dst_ip: Option<IpAddr>,
    /// Port the device spoke to.
    pub dst_port: Option<u16>,
    /// Name the device spoke to.
    pub dst_hostname: Option<String>,
    /// Family of the malware.
    pub family: Option<String>,
    /// The feed's name of the infection.
    pub infection: Option<String>,
    /// The feed's tags.
    pub tag: Option<String>,
    /// The feed's severity (`critical`, `high`, `medium`, `low`, `info`).
    pub severity: Option<String>,
    /// Key of the device it is taken for: opaque, the same for the same device.
    pub device_key: String,
    /// What that key is made of, and so how sure it is.
    pub device_key_basis: DeviceKeyBasis,
    /// Kind of feed it came from (`shadowserver/event4_sinkhole`).
    pub kind: String,
    /// The site or server it is about; `None`: an infected device.
    pub site: Option<Site>,
}

/// The basis a word stands for; the way back from [`ZoneBasis::word`].
pub(super) fn zone_basis_from_word(word: &str) -> Option<ZoneBasis> {
    [ZoneBasis::Stated, ZoneBasis::Format, ZoneBasis::Assumed, ZoneBasis::Missing]
        .into_iter()
        .find(|basis| basis.word() == word)
}
