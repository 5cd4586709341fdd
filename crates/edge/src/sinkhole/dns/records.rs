//! The records of a zone: its own, its name servers', its wildcard's, and what it says when there is none.

use std::net::{Ipv4Addr, Ipv6Addr};

use hickory_proto::op::{Message, Query, ResponseCode};
use hickory_proto::rr::rdata::{A, AAAA, NS, SOA};
use hickory_proto::rr::{Name, RData, Record, RecordType};
use renkei_formats::order::{DomainName, Zone};

use crate::sinkhole::table::Served;

/// Fills a response for a name of an open zone; the code to give it.
pub(super) fn fill(served: &Served, name: &str, query: &Query, response: &mut Message) -> ResponseCode {
    let zone = &served.zone;
    response.metadata.authoritative = true;
    let server = zone.ns.iter().find(|server| server.name.as_str() == name);
    let is_apex = name == zone.name.as_str();
    let addresses = match server.filter(|server| !(server.a.is_empty() && server.aaaa.is_empty())) {
        Some(server) => Some((&server.a, &server.aaaa)),
        None => (is_apex || zone.wildcard).then_some((&zone.a, &zone.aaaa)),
    };
    let kind = query.query_type();
    // RFC 8482: ANY gets one set, so that it does not amplify.
    let wants = |other| kind == other || kind == RecordType::ANY;
    if let Some((a, aaaa)) = addresses {
        if wants(RecordType::A) {
            response.add_answers(four(query.name(), zone.ttl, a));
        }
        if kind == RecordType::AAAA || (kind == RecordType::ANY && response.answers.is_empty()) {
            response.add_answers(six(query.name(), zone.ttl, aaaa));
        }
    }
    if is_apex && kind == RecordType::NS {
        name_servers(zone, query.name(), response);
    }
    if is_apex && kind == RecordType::SOA {
        response.add_answers(soa(zone, query.name().clone(), zone.ttl));
    }
    if response.answers.is_empty() {
        let apex = of(&zone.name);
        response.add_authorities(apex.and_then(|apex| soa(zone, apex, zone.soa.minimum.min(zone.ttl))));
        if addresses.is_none() && server.is_none() && !is_between(zone, name) {
            return ResponseCode::NXDomain;
        }
    }
    ResponseCode::NoError
}

/// Whether names exist below this one, so that it exists too (RFC 8020).
fn is_between(zone: &Zone, name: &str) -> bool {
    zone.ns.iter().any(|server| server.name.as_str().strip_suffix(name).is_some_and(|above| above.ends_with('.')))
}

fn name_servers(zone: &Zone, apex: &Name, response: &mut Message) {
    for server in &zone.ns {
        let Some(name) = of(&server.name) else { continue };
        response.add_answer(Record::from_rdata(apex.clone(), zone.ttl, RData::NS(NS(name.clone()))));
        response.add_additionals(four(&name, zone.ttl, &server.a));
        response.add_additionals(six(&name, zone.ttl, &server.aaaa));
    }
}

fn soa(zone: &Zone, owner: Name, ttl: u32) -> Option<Record> {
    let primary = of(&zone.ns.first()?.name)?;
    let rname = of(&zone.soa.rname)?;
    // The order's check keeps these below 2^31.
    let signed = |time: u32| i32::try_from(time).unwrap_or(i32::MAX);
    let soa = &zone.soa;
    let data =
        SOA::new(primary, rname, soa.serial, signed(soa.refresh), signed(soa.retry), signed(soa.expire), soa.minimum);
    Some(Record::from_rdata(owner, ttl, RData::SOA(data)))
}

fn four<'a>(name: &'a Name, ttl: u32, addresses: &'a [Ipv4Addr]) -> impl Iterator<Item = Record> + 'a {
    addresses.iter().map(move |address| Record::from_rdata(name.clone(), ttl, RData::A(A(*address))))
}

fn six<'a>(name: &'a Name, ttl: u32, addresses: &'a [Ipv6Addr]) -> impl Iterator<Item = Record> + 'a {
    addresses.iter().map(move |address| Record::from_rdata(name.clone(), ttl, RData::AAAA(AAAA(*address))))
}

fn of(name: &DomainName) -> Option<Name> {
    let mut name = Name::from_ascii(name.as_str()).ok()?;
    name.set_fqdn(true);
    Some(name)
}
