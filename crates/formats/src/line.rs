//! One line on its way from foreign columns to a row: values are checked, bad ones dropped and named.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use renkei_core::class::DataClass;
use renkei_core::net::reserved;
use renkei_table::{Row, Text};

use crate::finding::{Code, Finding};
use crate::secret::Secret;
use crate::site::Site;
use crate::target::Target;
use crate::value::{address, number, time};

/// Where a record stands.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place {
    pub line: u64,
    pub offset: u64,
}

/// What every line of a source has in common.
#[derive(Debug, Clone)]
pub(crate) struct Common {
    pub time: time::Rule,
    pub port_is_service: bool,
    pub class: DataClass,
    pub accept_reserved: bool,
}

/// A line whose values arrive one by one.
pub(crate) struct Line<'a, 'f> {
    pub row: Row<'a>,
    place: Place,
    source: Source,
    common: &'f Common,
    findings: &'f mut Vec<Finding>,
}

enum Source {
    Missing,
    Bad,
    Found,
}

impl<'a, 'f> Line<'a, 'f> {
    pub(crate) fn new(place: Place, common: &'f Common, findings: &'f mut Vec<Finding>) -> Self {
        let mut row = Row::new(place.line, IpAddr::V4(Ipv4Addr::UNSPECIFIED), common.class);
        row.port_is_service = common.port_is_service;
        Self { row, place, source: Source::Missing, common, findings }
    }

    /// Notes something about a column.
    pub(crate) fn note(&mut self, name: &Arc<str>, code: Code) {
        let Place { line, offset } = self.place;
        self.findings.push(Finding { line, offset, column: Some(Arc::clone(name)), code });
    }

    /// Puts a value where it belongs. Empty values are no values; `Extra` is the caller's.
    pub(crate) fn set(&mut self, target: Target, name: &Arc<str>, text: &'a str) {
        if text.is_empty() {
            return;
        }
        match target {
            Target::Text(column) => self.set_text(column, name, text),
            Target::Time => self.set_time(name, text),
            Target::SrcIp => self.set_source(name, text),
            Target::DstIp => match address::read(text) {
                Some(read) => {
                    self.row.dst_ip = Some(read.address);
                    self.note_if(read.was_mapped, name, Code::Mapped);
                }
                None => self.note(name, Code::BadDestination),
            },
            Target::SrcPort => {
                self.row.src_port = number::read_port(text);
                self.note_if(self.row.src_port.is_none(), name, Code::BadPort);
            }
            Target::DstPort => {
                self.row.dst_port = number::read_port(text);
                self.note_if(self.row.dst_port.is_none(), name, Code::BadPort);
            }
            Target::SrcAsn => {
                self.row.src_asn = number::read_asn(text);
                self.note_if(self.row.src_asn.is_none(), name, Code::BadAsn);
            }
            Target::DstAsn => {
                self.row.dst_asn = number::read_asn(text);
                self.note_if(self.row.dst_asn.is_none(), name, Code::BadAsn);
            }
            Target::BotId => self.row.bot_id = Some(text),
            Target::Secret(secret) => {
                if let Secret::Of(class) = secret {
                    self.row.class = class;
                }
                self.note(name, Code::Withheld);
            }
            Target::Raw => self.note(name, Code::RawDropped),
            Target::Extra | Target::Drop => {}
        }
    }

    /// The row, or why the line is kept out.
    pub(crate) fn finish(self) -> Result<Row<'a>, Code> {
        match self.source {
            Source::Missing => Err(Code::NoSource),
            Source::Bad => Err(Code::BadSource),
            Source::Found if !self.common.accept_reserved && reserved(self.row.src_ip).is_some() => {
                Err(Code::ReservedSource)
            }
            Source::Found => Ok(self.row),
        }
    }

    fn note_if(&mut self, holds: bool, name: &Arc<str>, code: Code) {
        if holds {
            self.note(name, code);
        }
    }

    fn set_text(&mut self, column: Text, name: &Arc<str>, text: &'a str) {
        match column {
            Text::Protocol => self.row.set(column, transport(text)),
            Text::Tlp => match tlp(text) {
                Some(label) => self.row.set(column, label),
                None => self.note(name, Code::BadTlp),
            },
            _ => self.row.set(column, text),
        }
    }

    fn set_time(&mut self, name: &Arc<str>, text: &str) {
        match self.common.time.read(text) {
            Some(read) => {
                self.row.observed_at = Some(read.moment);
                self.row.zone = read.basis;
                self.row.to_second = read.to_second;
                self.note_if(read.ambiguous, name, Code::AmbiguousTime);
            }
            None => self.note(name, Code::BadTime),
        }
    }

    fn set_source(&mut self, name: &Arc<str>, text: &str) {
        match address::read(text) {
            Some(read) => {
                self.row.src_ip = read.address;
                self.source = Source::Found;
                self.note_if(read.was_mapped, name, Code::Mapped);
            }
            None => self.source = Source::Bad,
        }
    }
}

/// The host of the site that a line about a page names: what follows it over time (S3.7).
pub(crate) fn site_of(row: &Row<'_>) -> Option<String> {
    if row.class != DataClass::Page {
        return None;
    }
    let site = Site::of(row.extra, row.get(Text::Application), row.get(Text::SrcHostname));
    Some(site.host).filter(|host| !host.is_empty())
}

/// Transport protocols in lower case; others as they came.
fn transport(text: &str) -> &str {
    let known = ["tcp", "udp", "icmp", "sctp", "quic"];
    known.into_iter().find(|known| text.eq_ignore_ascii_case(known)).unwrap_or(text)
}

/// A label of TLP 2.0 (FIRST, 2022), where WHITE has become CLEAR.
pub(crate) fn tlp(text: &str) -> Option<&'static str> {
    let text = text.trim_ascii();
    let label = match text.split_at_checked(4) {
        Some((prefix, label)) if prefix.eq_ignore_ascii_case("TLP:") => label,
        _ => text,
    };
    if label.eq_ignore_ascii_case("WHITE") {
        return Some("CLEAR");
    }
    let known = ["RED", "AMBER", "AMBER+STRICT", "GREEN", "CLEAR"];
    known.into_iter().find(|known| label.eq_ignore_ascii_case(known))
}
