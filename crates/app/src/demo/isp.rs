//! The demo's recipients: each reads the mail that came to it, opens it with its own key, and
//! answers in its own way and time. They touch nothing but the office's outbox of `.eml` files.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use mail_parser::{MessageParser, MimeHeaders as _};
use renkei_core::answer::Status;
use renkei_core::id::PartyId;
use renkei_core::party::Party;
use renkei_formats::notice::{Line, csv};
use renkei_post::quarantine::OfficeIdentity;

use super::numbers::Numbers;

/// How one recipient behaves.
#[derive(Debug, Clone, Copy)]
pub struct Manner {
    /// Days after the notice on which it answers; `None`: never.
    pub answers_after: Option<u32>,
    /// Of a hundred users it can find, how many it puts into quarantine rather than write to.
    pub quarantines: u64,
    /// Of a hundred lines, how many it cannot find a user for.
    pub no_data: u64,
}

/// The manners of the nation's recipients.
pub fn manner(party: &PartyId) -> Manner {
    let (answers_after, quarantines, no_data) = match party.as_str() {
        "isp-aozora" => (Some(3), 20, 2),
        "isp-kasumi" => (Some(6), 0, 3),
        "isp-minami" => (Some(2), 60, 1),
        "isp-kita" => (Some(19), 0, 5),
        "isp-hoshi" => (Some(18), 10, 8),
        "isp-sakura" => (Some(5), 0, 2),
        "isp-umi" => (Some(4), 30, 1),
        "host-tanada" => (Some(7), 0, 0),
        "cert-borealia" => (Some(9), 0, 0),
        _ => (None, 0, 0),
    };
    Manner { answers_after, quarantines, no_data }
}

/// What a recipient does about a device; the same whenever it is asked.
pub fn treats(manner: Manner, device_key: &str) -> Status {
    let seed = device_key.bytes().fold(7u64, |sum, byte| sum.wrapping_mul(31).wrapping_add(u64::from(byte)));
    let mut numbers = Numbers::new(seed, 1);
    match numbers.below(100) {
        at if at < manner.no_data => Status::NoData,
        at if at < manner.no_data + 1 => Status::NotOurs,
        at if at < manner.no_data + 1 + manner.quarantines => Status::Quarantined,
        _ => Status::CustomerTold,
    }
}

/// The lines that came to a party by mail.
pub fn inbox(outbox: &Path, party: &Party, identity: &OfficeIdentity) -> io::Result<Vec<Line>> {
    let Some(channel) = &party.channel else { return Ok(Vec::new()) };
    let mut lines = Vec::new();
    let mut mails: Vec<PathBuf> = fs::read_dir(outbox)?.filter_map(Result::ok).map(|entry| entry.path()).collect();
    mails.sort();
    for path in mails.iter().filter(|path| path.extension().is_some_and(|extension| extension == "eml")) {
        let bytes = fs::read(path)?;
        let Some(mail) = MessageParser::default().parse(&bytes) else { continue };
        let to = mail.to().and_then(|to| to.first()).and_then(|to| to.address()).unwrap_or_default();
        if to != channel.mail {
            continue;
        }
        for attachment in mail.attachments() {
            if attachment.attachment_name().is_some_and(|name| name.starts_with("lines.")) {
                lines.extend(open(attachment.contents(), identity)?);
            }
        }
    }
    Ok(lines)
}

fn open(sealed: &[u8], identity: &OfficeIdentity) -> io::Result<Vec<Line>> {
    let packed = identity.open(sealed).map_err(io::Error::other)?;
    let mut sheet = Vec::new();
    flate2::read::GzDecoder::new(packed.as_slice()).read_to_end(&mut sheet)?;
    csv::read(&sheet).map_err(io::Error::other)
}

/// The sheet a recipient sends back: line and status, nothing else.
pub fn sheet(lines: &[Line], manner: Manner) -> (String, BTreeMap<String, Status>) {
    let mut text = String::from("line,status\r\n");
    let mut devices = BTreeMap::new();
    for line in lines {
        let status = treats(manner, &line.device_key);
        text.push_str(&format!("{},{}\r\n", line.key, status.word()));
        devices.insert(line.device_key.clone(), status);
    }
    (text, devices)
}
