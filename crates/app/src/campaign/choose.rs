//! Chooses lines: whose each is, whether that party can act on it, whether it knows already.

use std::collections::{BTreeMap, HashMap};
use std::net::IpAddr;
use std::ops::ControlFlow;

use arrow::array::RecordBatch;
use arrow::datatypes::{Int32Type, Int64Type, TimestampMicrosecondType};
use renkei_core::class::DataClass;
use renkei_core::id::PartyId;
use renkei_core::material::Material;
use renkei_core::party::Party;
use renkei_core::time::Moment;
use renkei_formats::Site;
use renkei_formats::notice::{DeviceKeyBasis, Line, LineKey, ZoneBasis};
use renkei_lake::{Filter, ReadError, View};

use super::draft::Handed;
use super::history::History;
use super::owner::Owners;
use super::reason::Reason;
use crate::column::{Numbers, Texts, flag};

/// A line that is listed and not sent.
pub(crate) struct Left {
    pub(crate) line: Line,
    pub(crate) class: String,
    pub(crate) party: Option<PartyId>,
    pub(crate) reason: Reason,
}

/// What one party would be told.
pub(crate) struct Group {
    pub(crate) party: Party,
    pub(crate) lines: Vec<Line>,
    pub(crate) class: String,
    pub(crate) left: BTreeMap<Reason, u64>,
}

impl Group {
    /// How many devices the lines are taken for.
    pub(crate) fn devices(&self) -> u64 {
        Handed::Lines(&self.lines).devices()
    }
}

/// All that was chosen and all that was left.
pub(crate) struct Chosen {
    pub(crate) groups: BTreeMap<PartyId, Group>,
    pub(crate) left: Vec<Left>,
}

const COLUMNS: [&str; 20] = [
    "line_hi",
    "line_lo",
    "observed_at",
    "zone_basis",
    "src_ip",
    "src_port",
    "protocol",
    "dst_ip",
    "dst_port",
    "dst_hostname",
    "family",
    "infection",
    "tag",
    "severity",
    "device_key",
    "device_key_basis",
    "kind",
    "class",
    "has_port",
    "has_time",
];

/// What a notice about a site or server needs beside those (S3.7, S0.11).
const OF_SITES: [&str; 3] = ["extra", "application", "src_hostname"];

/// A line as the lake has it, with what decides whether somebody can act on it.
struct Read {
    line: Line,
    class: String,
    has_port: bool,
    has_moment: bool,
    has_time: bool,
}

/// Chooses among the observations that a filter takes.
pub(crate) fn choose(
    view: &View,
    (material, filter): (Material, &Filter),
    owners: &Owners,
    parties: &[Party],
    history: &History,
) -> Result<Chosen, ReadError> {
    let by_id: HashMap<&PartyId, &Party> = parties.iter().map(|party| (&party.id, party)).collect();
    let mut chosen = Chosen { groups: BTreeMap::new(), left: Vec::new() };
    let mut reads: Vec<Read> = Vec::new();
    let mut columns = COLUMNS.to_vec();
    if material.class().is_some() {
        columns.extend(OF_SITES);
    }
    view.scan(filter, &columns, |batch| {
        reads.extend(rows(&batch, material));
        ControlFlow::Continue(())
    })?;
    // The lake answers in no order; letters are the same whenever the lake is.
    reads.sort_by_key(|read| (read.line.observed_at, read.line.key));
    let seen = history.sightings(reads.iter().map(|read| (&read.line, ())));
    for read in reads {
        let found = owners.of(&read.line).and_then(|id| by_id.get(&id).copied().ok_or(Reason::NoOperator));
        let party = match found {
            Ok(party) => party,
            Err(reason) => {
                chosen.leave(read, None, reason);
                continue;
            }
        };
        match able(party, &read, material).and_then(|()| history.allows(party, &read.line, &seen)) {
            Ok(()) => chosen.take(party, read),
            Err(reason) => chosen.leave(read, Some(party), reason),
        }
    }
    Ok(chosen)
}

/// Can the recipient act on it?
fn able(party: &Party, read: &Read, material: Material) -> Result<(), Reason> {
    if party.channel.is_none() {
        Err(Reason::NoChannel)
    } else if !read.has_moment {
        Err(Reason::NoTime)
    } else if !material.needs_moment_and_port() {
        Ok(())
    } else if !read.has_time {
        Err(Reason::NoTime)
    } else if party.terms.shared_addresses && read.line.src_ip.is_ipv4() && !read.has_port {
        Err(Reason::NoPort)
    } else {
        Ok(())
    }
}

impl Chosen {
    fn group(&mut self, party: &Party, class: &str) -> &mut Group {
        self.groups.entry(party.id.clone()).or_insert_with(|| Group {
            party: party.clone(),
            lines: Vec::new(),
            class: class.to_owned(),
            left: BTreeMap::new(),
        })
    }

    fn take(&mut self, party: &Party, read: Read) {
        self.group(party, &read.class).lines.push(read.line);
    }

    fn leave(&mut self, read: Read, party: Option<&Party>, reason: Reason) {
        if let Some(party) = party {
            *self.group(party, &read.class).left.entry(reason).or_default() += 1;
        }
        let Read { line, class, .. } = read;
        self.left.push(Left { line, class, party: party.map(|party| party.id.clone()), reason });
    }

    /// Takes a party out: the gate refuses that it receives anything.
    pub(crate) fn refuse(&mut self, id: &PartyId) {
        let Some(group) = self.groups.get_mut(id) else { return };
        let lines = std::mem::take(&mut group.lines);
        *group.left.entry(Reason::Refused).or_default() += lines.len() as u64;
        let class = group.class.clone();
        self.left.extend(lines.into_iter().map(|line| Left {
            line,
            class: class.clone(),
            party: Some(id.clone()),
            reason: Reason::Refused,
        }));
    }
}

fn rows(batch: &RecordBatch, material: Material) -> Vec<Read> {
    let text = |name| Texts::of(batch, name);
    let (hi, lo) = (Numbers::<Int64Type>::of(batch, "line_hi"), Numbers::<Int64Type>::of(batch, "line_lo"));
    let at = Numbers::<TimestampMicrosecondType>::of(batch, "observed_at");
    let (src_port, dst_port) =
        (Numbers::<Int32Type>::of(batch, "src_port"), Numbers::<Int32Type>::of(batch, "dst_port"));
    let (src_ip, dst_ip, basis) = (text("src_ip"), text("dst_ip"), text("zone_basis"));
    let (protocol, host, kind, class) = (text("protocol"), text("dst_hostname"), text("kind"), text("class"));
    let (family, infection, tag, severity) = (text("family"), text("infection"), text("tag"), text("severity"));
    let (device, device_basis) = (text("device_key"), text("device_key_basis"));
    let (extra, application, name) = (text("extra"), text("application"), text("src_hostname"));
    let class_of = |row| class.get(row).and_then(DataClass::from_word).unwrap_or(DataClass::IdentificationByIp);
    let site = |row: usize| material.class().map(|_| Site::of(extra.get(row), application.get(row), name.get(row)));
    let port = |port: Option<i32>| port.and_then(|port| u16::try_from(port).ok());
    let row = |row: usize| {
        let src: IpAddr = src_ip.get(row)?.parse().ok()?;
        let has_port = flag(batch, "has_port", row);
        Some(Read {
            line: Line {
                key: LineKey { hi: hi.get(row)?, lo: lo.get(row)? },
                observed_at: Moment(at.get(row).unwrap_or(0)),
                zone_basis: zone_basis(basis.get(row)),
                src_ip: src,
                // Where it is not the port of the connection it does not help to find a subscriber.
                src_port: port(src_port.get(row)).filter(|_| has_port),
                protocol: protocol.own(row),
                dst_ip: dst_ip.get(row).and_then(|text| text.parse().ok()),
                dst_port: port(dst_port.get(row)),
                dst_hostname: host.own(row),
                family: family.own(row),
                infection: infection.own(row),
                tag: tag.own(row),
                severity: severity.own(row),
                device_key: device.own(row).unwrap_or_default(),
                device_key_basis: device_basis
                    .get(row)
                    .and_then(DeviceKeyBasis::from_word)
                    .unwrap_or(DeviceKeyBasis::Address),
                kind: kind.own(row).unwrap_or_default(),
                site: site(row),
            },
            class: class.own(row).unwrap_or_default(),
            has_port,
            has_moment: at.get(row).is_some(),
            has_time: flag(batch, "has_time", row) && at.get(row).is_some(),
        })
    };
    // Each campaign is about one kind of material: a site is no device of a subscriber.
    (0..batch.num_rows()).filter(|row| Material::of(class_of(*row)) == material).filter_map(row).collect()
}

fn zone_basis(word: Option<&str>) -> ZoneBasis {
    [ZoneBasis::Stated, ZoneBasis::Format, ZoneBasis::Assumed]
        .into_iter()
        .find(|basis| Some(basis.word()) == word)
        .unwrap_or(ZoneBasis::Missing)
}
