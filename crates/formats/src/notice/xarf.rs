//! XARF v4 reports: one device a report, one report a line of a JSON Lines file.
//!
//! Why JSON Lines: every XARF library takes one report, a line is one, the file can be cut at any
//! line end when it is too large for a mail, and it is read without holding it whole.
//!
//! Our own profile is stricter than the schemas (docs/decisions/0031-letters.md): no unknown field,
//! evidence only as `text/csv`, a `report_id` that is the same when the same report is made again
//! (UUIDv5 of request and line), and the line key in the tags so that an answer can name it.
//! Nothing is invented: a type that demands a transport is used only where the feed gave one, and
//! there is no `confidence`, for no feed gives a figure.

use std::borrow::Cow;
use std::collections::HashMap;
use std::net::IpAddr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use renkei_core::id::{CampaignId, Digest, RequestId};
use renkei_core::time::Moment;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::csv;
use super::line::{Line, LineKey};
use super::zone::PartyZone;
use crate::site::Site;

/// The version of the schemas that the reports are made for.
pub const VERSION: &str = "4.2.0";

/// The media type of a file of reports.
pub const MEDIA_TYPE: &str = "application/x-ndjson";

/// Largest evidence the schema takes (bytes before base64).
const EVIDENCE_MAX: usize = 5 * 1024 * 1024;

/// An organisation in a report: a desk, never a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Contact {
    /// Its name, at most 200 characters.
    pub org: String,
    /// Mail address of its desk.
    pub contact: String,
    /// Its domain.
    pub domain: String,
}

/// What all reports of one file share.
#[derive(Debug, Clone)]
pub struct Context<'a> {
    /// Who owns the complaint.
    pub reporter: &'a Contact,
    /// Who files it (the office).
    pub sender: &'a Contact,
    /// The request the file belongs to.
    pub request: RequestId,
    /// The campaign of the request.
    pub campaign: CampaignId,
    /// The zone for the evidence sheet.
    pub zone: &'a PartyZone,
}

/// Writes the reports of some lines: one a device, devices in the order of their first line.
///
/// The report of a device tells the latest of its lines that has a source port (without any, the
/// latest); a device with several lines carries them all as a sheet in its evidence.
pub fn write(lines: &[Line], context: &Context<'_>) -> Vec<u8> {
    let mut out = Vec::with_capacity(lines.len().saturating_mul(700));
    for report in devices(lines).iter().filter_map(|device| report(device, context)) {
        // A report has no map and no number that JSON cannot hold, so writing it cannot fail.
        if serde_json::to_writer(&mut out, &report).is_ok() {
            out.push(b'\n');
        }
    }
    out
}

/// The id of the report of a line: the same whenever the same request tells the same line.
pub fn report_id(request: RequestId, line: LineKey) -> Uuid {
    let namespace = Uuid::new_v5(&Uuid::NAMESPACE_OID, b"renkei xarf report");
    Uuid::new_v5(&namespace, format!("{request}\n{line}").as_bytes())
}

fn devices(lines: &[Line]) -> Vec<Vec<&Line>> {
    let mut places: HashMap<&str, usize> = HashMap::with_capacity(lines.len());
    let mut devices: Vec<Vec<&Line>> = Vec::new();
    for line in lines {
        let place = *places.entry(&line.device_key).or_insert(devices.len());
        match devices.get_mut(place) {
            Some(device) => device.push(line),
            None => devices.push(vec![line]),
        }
    }
    devices
}

fn report<'a>(device: &[&'a Line], context: &Context<'a>) -> Option<Wire<'a>> {
    let told = *device.iter().max_by_key(|line| (line.src_port.is_some(), line.observed_at, line.key))?;
    let seen = device.iter().map(|line| line.observed_at);
    let (first, last) = (seen.clone().min()?, seen.max()?);
    let name = told.family.as_deref().or(told.infection.as_deref());
    let transport = told.protocol.as_deref().filter(|transport| matches!(*transport, "tcp" | "udp"));
    let mut wire = Wire {
        xarf_version: Cow::Borrowed(VERSION),
        report_id: report_id(context.request, told.key),
        timestamp: told.observed_at.to_string(),
        reporter: Cow::Borrowed(context.reporter),
        sender: Cow::Borrowed(context.sender),
        source_identifier: told.src_ip,
        source_port: told.src_port.filter(|port| *port > 0),
        category: Cow::Borrowed("infrastructure"),
        kind: Cow::Borrowed("botnet"),
        evidence_source: Cow::Borrowed(&told.kind),
        destination_ip: None,
        destination_port: None,
        protocol: None,
        bot_type: None,
        bot_name: None,
        first_seen: None,
        last_seen: None,
        malware_family: None,
        compromise_evidence: None,
        url: None,
        compromise_type: None,
        compromise_method: None,
        tags: tags(told, name, context),
        evidence: evidence(device, context.zone),
    };
    match (&told.site, transport) {
        (Some(site), _) => of_site(&mut wire, site),
        (None, Some(transport)) => {
            wire.category = Cow::Borrowed("connection");
            wire.kind = Cow::Borrowed("infected_host");
            wire.destination_ip = told.dst_ip;
            wire.destination_port = told.dst_port.filter(|port| *port > 0);
            wire.protocol = Some(Cow::Borrowed(transport));
            wire.bot_type = Some(Cow::Borrowed("malicious"));
            wire.bot_name = name.map(Cow::Borrowed);
            wire.first_seen = Some(first.to_string());
            wire.last_seen = Some(last.to_string());
        }
        (None, None) => {
            wire.malware_family = name.map(|name| name.chars().take(200).collect::<String>().into());
            wire.compromise_evidence = Some(seen_by(told, first, last));
        }
    }
    Some(wire)
}

/// A page that is shown by its URL is content, anything else a compromised server; how it was done
/// is told only where the feed says it.
fn of_site<'a>(wire: &mut Wire<'a>, site: &'a Site) {
    if site.url.starts_with("http://") || site.url.starts_with("https://") {
        let redirected = site.shown("redirect_target").is_some();
        wire.category = Cow::Borrowed("content");
        wire.kind = Cow::Borrowed("remote_compromise");
        wire.url = Some(Cow::Borrowed(&site.url));
        wire.compromise_type = Some(Cow::Borrowed(if redirected { "malicious_redirect" } else { "other" }));
    } else {
        wire.kind = Cow::Borrowed("compromised_server");
        wire.compromise_method = Some(Cow::Borrowed("not stated by the feed"));
    }
}

fn seen_by(told: &Line, first: Moment, last: Moment) -> Cow<'static, str> {
    Cow::Owned(format!("seen by feed {} from {first} to {last}", told.kind))
}

fn tags(told: &Line, name: Option<&str>, context: &Context<'_>) -> Vec<String> {
    let mut tags = vec![
        format!("line:{}", told.key),
        format!("request:{}", context.request),
        format!("campaign:{}", context.campaign),
    ];
    if let Some(name) = name.map(tag_word).filter(|name| !name.is_empty()) {
        tags.push(format!("malware:{name}"));
    }
    tags
}

/// What the schema's tag pattern takes of a name: `a-z0-9_+-`, not beginning with a sign.
fn tag_word(name: &str) -> String {
    let kept = |c: char| if c.is_ascii_alphanumeric() || matches!(c, '_' | '+') { c.to_ascii_lowercase() } else { '-' };
    let word: String = name.chars().take(64).map(kept).collect();
    word.trim_start_matches(['-', '_', '+']).trim_end_matches('-').to_string()
}

fn evidence(device: &[&Line], zone: &PartyZone) -> Vec<Evidence<'static>> {
    // What was seen on a site is in the sheet alone.
    if device.len() < 2 && device.iter().all(|line| line.site.is_none()) {
        return Vec::new();
    }
    let sheet = csv::write(device.iter().copied(), zone);
    if sheet.len() > EVIDENCE_MAX {
        return Vec::new();
    }
    vec![Evidence {
        content_type: Cow::Borrowed("text/csv"),
        description: Cow::Owned(format!("all {} observations of the device", device.len())),
        hash: format!("sha256:{}", Digest::of(&sheet)),
        size: sheet.len(),
        payload: STANDARD.encode(&sheet),
    }]
}

// ---------------------------------------------------------------------------------------------------------------------

/// The wire form of the profile; the order of fields is the order in the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wire<'a> {
    xarf_version: Cow<'a, str>,
    report_id: Uuid,
    timestamp: String,
    reporter: Cow<'a, Contact>,
    sender: Cow<'a, Contact>,
    source_identifier: IpAddr,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    source_port: Option<u16>,
    category: Cow<'a, str>,
    #[serde(rename = "type")]
    kind: Cow<'a, str>,
    evidence_source: Cow<'a, str>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    destination_ip: Option<IpAddr>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    destination_port: Option<u16>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    protocol: Option<Cow<'a, str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    bot_type: Option<Cow<'a, str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    bot_name: Option<Cow<'a, str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    first_seen: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    last_seen: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    malware_family: Option<Cow<'a, str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    compromise_evidence: Option<Cow<'a, str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    url: Option<Cow<'a, str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    compromise_type: Option<Cow<'a, str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    compromise_method: Option<Cow<'a, str>>,
    tags: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    evidence: Vec<Evidence<'a>>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Evidence<'a> {
    content_type: Cow<'a, str>,
    description: Cow<'a, str>,
    payload: String,
    hash: String,
    size: usize,
}

/// A report that keeps our profile, as far as one who answers or checks needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Its id.
    pub id: Uuid,
    /// The line it tells.
    pub line: LineKey,
    /// Address of the device.
    pub source: IpAddr,
    /// Source port, where known.
    pub source_port: Option<u16>,
    /// The sheet of all lines of the device, where there are several.
    pub sheet: Option<Vec<u8>>,
}

/// Why a text is not a report of our profile.
#[derive(Debug, thiserror::Error)]
pub enum ProfileError {
    /// Not JSON, a field too many or too few, or a value of the wrong kind.
    #[error("the report does not have the fields of the profile: {0}")]
    Fields(#[from] serde_json::Error),
    /// A field has a value that the profile does not take.
    #[error("the report has `{0}` in a form that the profile does not take")]
    Value(&'static str),
    /// Evidence of a media type other than `text/csv`.
    #[error("the report carries evidence of type `{0}`: only text/csv is taken")]
    Evidence(String),
}

/// Reads one report and refuses what our profile does not allow.
pub fn read(json: &[u8]) -> Result<Report, ProfileError> {
    let wire: Wire<'_> = serde_json::from_slice(json)?;
    let value = |holds: bool, field| if holds { Ok(()) } else { Err(ProfileError::Value(field)) };
    value(wire.xarf_version == VERSION, "xarf_version")?;
    value(wire.report_id.get_version_num() == 5, "report_id")?;
    value(wire.source_port != Some(0), "source_port")?;
    let host = wire.protocol.is_some() && wire.bot_type.is_some() && wire.first_seen.is_some();
    let bot = wire.compromise_evidence.is_some();
    let site = wire.url.is_some() && wire.compromise_type.is_some();
    let server = wire.compromise_method.is_some();
    let kept = match (&*wire.category, &*wire.kind) {
        ("content", "remote_compromise") => site && !server && !bot && !host,
        ("infrastructure", "compromised_server") => server && !site && !bot && !host,
        _ if site || server => false,
        ("connection", "infected_host") => host && wire.compromise_evidence.is_none() && wire.malware_family.is_none(),
        ("infrastructure", "botnet") => !host && bot && wire.destination_ip.is_none(),
        _ => false,
    };
    value(kept, "type")?;
    let line = wire.tags.iter().find_map(|tag| tag.strip_prefix("line:")).and_then(|key| key.parse().ok());
    let line = line.ok_or(ProfileError::Value("tags"))?;
    let sheet = match wire.evidence.as_slice() {
        [] => None,
        [evidence] => Some(read_evidence(evidence)?),
        _ => return Err(ProfileError::Value("evidence")),
    };
    Ok(Report { id: wire.report_id, line, source: wire.source_identifier, source_port: wire.source_port, sheet })
}

fn read_evidence(evidence: &Evidence<'_>) -> Result<Vec<u8>, ProfileError> {
    if evidence.content_type != "text/csv" {
        return Err(ProfileError::Evidence(evidence.content_type.chars().take(80).collect()));
    }
    let sheet = STANDARD.decode(&evidence.payload).map_err(|_| ProfileError::Value("payload"))?;
    if sheet.len() != evidence.size || evidence.hash != format!("sha256:{}", Digest::of(&sheet)) {
        return Err(ProfileError::Value("hash"));
    }
    Ok(sheet)
}

#[cfg(test)]
#[path = "xarf_tests.rs"]
mod tests;
