//! A collector: messages of export to flows, with the templates that each exporter told of.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};

use super::elements::{Clock, Said};
use super::template::{Template, fields, take_four, take_two};
use super::{Given, Remarks, five};
use crate::finding::Code;

/// Who exports: address and source port; all messages of a file of IPFIX have the same one.
pub type Exporter = (IpAddr, u16);

/// The exporter of messages that do not come from a network.
pub(super) const NOBODY: Exporter = (IpAddr::V4(Ipv4Addr::UNSPECIFIED), 0);

/// Fields of all templates together, eight bytes each.
const FIELDS: usize = 1 << 18;
/// Exporters and domains that are known at the same time.
const DOMAINS: usize = 1 << 12;

/// What is known of an exporter's domain.
#[derive(Debug, Default)]
struct Domain {
    templates: BTreeMap<u16, Template>,
    started: Option<i64>,
}

/// Reads messages; what exporters say of their records is kept between them, bounded.
#[derive(Debug, Default)]
pub struct Collector {
    /// By exporter, version and observation domain.
    domains: BTreeMap<(Exporter, u16, u32), Domain>,
    fields: usize,
    remarks: Remarks,
}

/// How the two versions that have templates differ.
struct Dialect {
    version: u16,
    templates: u16,
    options: u16,
}

const NINE: Dialect = Dialect { version: 9, templates: 0, options: 1 };
const IPFIX: Dialect = Dialect { version: 10, templates: 2, options: 3 };
/// Sets from here on hold data.
const DATA: u16 = 256;

impl Collector {
    /// Takes a message (the payload of one datagram) and hands out its records: flows, or the codes
    /// they are left under. A message that cannot be read, and a set whose template is not known, is
    /// one record each, because how many it held is not known either.
    pub fn message(&mut self, exporter: Exporter, bytes: &[u8], each: &mut dyn FnMut(Given)) {
        let mut rest = bytes;
        let whole = match take_two(&mut rest) {
            Some(5) => {
                five::message(bytes, &mut self.remarks, each);
                Some(())
            }
            Some(9) => self.nine(exporter, rest, each),
            Some(10) => self.ipfix(exporter, bytes, each),
            _ => None,
        };
        if whole.is_none() {
            each(Err(Code::ExportMessage));
        }
    }

    /// What is worth knowing of the messages since this was asked last.
    pub fn remarks(&mut self) -> Remarks {
        std::mem::take(&mut self.remarks)
    }

    fn nine(&mut self, exporter: Exporter, mut rest: &[u8], each: &mut dyn FnMut(Given)) -> Option<()> {
        let _count = take_two(&mut rest)?;
        let (uptime, second) = (take_four(&mut rest)?, take_four(&mut rest)?);
        let (_number, domain) = (take_four(&mut rest)?, take_four(&mut rest)?);
        let clock = Clock { export: i64::from(second) * 1_000_000, started: None, uptime: Some(uptime) };
        self.sets((exporter, NINE.version, domain), &NINE, clock, rest, each)
    }

    fn ipfix(&mut self, exporter: Exporter, bytes: &[u8], each: &mut dyn FnMut(Given)) -> Option<()> {
        let length = usize::from(u16::from_be_bytes(*bytes.get(2..)?.first_chunk()?));
        // What stands behind the message, such as padding of the frame, is not looked at.
        let mut rest = bytes.get(4..length)?;
        let second = take_four(&mut rest)?;
        let (_number, domain) = (take_four(&mut rest)?, take_four(&mut rest)?);
        let clock = Clock { export: i64::from(second) * 1_000_000, started: None, uptime: None };
        self.sets((exporter, IPFIX.version, domain), &IPFIX, clock, rest, each)
    }

    fn sets(
        &mut self,
        key: (Exporter, u16, u32),
        dialect: &Dialect,
        clock: Clock,
        mut rest: &[u8],
        each: &mut dyn FnMut(Given),
    ) -> Option<()> {
        // Up to three bytes behind the last set fill it up.
        while rest.len() >= 4 {
            let (id, length) = (take_two(&mut rest)?, usize::from(take_two(&mut rest)?));
            let (set, behind) = rest.split_at_checked(length.checked_sub(4)?)?;
            rest = behind;
            if id >= DATA {
                self.data(key, id, clock, set, each);
            } else if id == dialect.templates {
                self.templates(key, set)?;
            } else if id == dialect.options {
                self.options(key, dialect, set)?;
            }
        }
        Some(())
    }

    fn templates(&mut self, key: (Exporter, u16, u32), mut set: &[u8]) -> Option<()> {
        while set.len() >= 4 {
            let (id, count) = (take_two(&mut set)?, usize::from(take_two(&mut set)?));
            match (id, count) {
                // Padding.
                (0, 0) => return Some(()),
                (_, 0) => self.forget(key, id),
                _ => {
                    let template = Template::new(fields(&mut set, count, key.1 == IPFIX.version)?, false)?;
                    self.learn(key, id, template);
                }
            }
        }
        Some(())
    }

    fn options(&mut self, key: (Exporter, u16, u32), dialect: &Dialect, mut set: &[u8]) -> Option<()> {
        while set.len() >= 6 {
            let (id, count) = (take_two(&mut set)?, usize::from(take_two(&mut set)?));
            if id < DATA {
                return Some(());
            }
            if dialect.version == IPFIX.version && count == 0 {
                self.forget(key, id);
                continue;
            }
            let more = usize::from(take_two(&mut set)?);
            // NetFlow v9 gives the bytes of scopes and options, IPFIX how many fields there are in all.
            let known = if dialect.version == NINE.version {
                let mut known = fields(&mut set, (count + more) / 4, false)?;
                // Its scopes have numbers of their own.
                known.iter_mut().take(count / 4).for_each(|field| field.element = None);
                known
            } else {
                fields(&mut set, count, true)?
            };
            self.learn(key, id, Template::new(known, true)?);
        }
        Some(())
    }

    fn learn(&mut self, key: (Exporter, u16, u32), id: u16, template: Template) {
        self.forget(key, id);
        let full = self.fields + template.fields.len() > FIELDS
            || self.domains.len() >= DOMAINS && !self.domains.contains_key(&key);
        if full || id < DATA {
            return self.remarks.note(Code::ExportFull);
        }
        self.fields += template.fields.len();
        self.domains.entry(key).or_default().templates.insert(id, template);
    }

    fn forget(&mut self, key: (Exporter, u16, u32), id: u16) {
        if let Some(old) = self.domains.get_mut(&key).and_then(|domain| domain.templates.remove(&id)) {
            self.fields -= old.fields.len();
        }
    }

    fn data(
        &mut self,
        key: (Exporter, u16, u32),
        id: u16,
        mut clock: Clock,
        mut set: &[u8],
        each: &mut dyn FnMut(Given),
    ) {
        let Self { domains, remarks, .. } = self;
        let Some(domain) = domains.get_mut(&key) else { return each(Err(Code::ExportTemplate)) };
        clock.started = domain.started;
        let Some(template) = domain.templates.get(&id) else { return each(Err(Code::ExportTemplate)) };
        while set.len() >= template.least {
            let mut said = Said::default();
            let Some(length) = template.record(set, |element, value| said.take(element, value, &clock)) else {
                return each(Err(Code::ExportMessage));
            };
            set = set.get(length..).unwrap_or_default();
            match template.options {
                true => {
                    said.sampling(remarks);
                    domain.started = said.started.or(domain.started);
                }
                false => each(said.flow(&clock, remarks)),
            }
        }
    }
}
