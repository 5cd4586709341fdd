//! CSV of ranges: `start,end,asn,"name"`, or `prefix,asn,"name"`.

use std::collections::BTreeMap;
use std::net::IpAddr;

use renkei_core::directory::Route;
use renkei_core::net::{Asn, Prefix};

use crate::csv::fields::Fields;
use crate::finding::{Code, Finding};
use crate::routes::{RouteForm, Routes, TableLine, bounds, lines};
use crate::value::{address, number};

pub(super) fn read(bytes: &[u8]) -> Routes {
    let mut out = Routes {
        form: RouteForm::Csv,
        routes: Vec::with_capacity(bytes.len() / 48),
        names: BTreeMap::new(),
        findings: Vec::new(),
        rows: 0,
    };
    // Where each range stands, for findings about pairs of them.
    let mut places = Vec::with_capacity(bytes.len() / 48);
    let mut fields = Fields::default();
    for line in lines(bytes).filter(|line| !line.bytes.is_empty()) {
        match row(&line, &mut fields) {
            Ok((route, name)) => {
                out.rows += 1;
                out.routes.push(route);
                places.push((line.number, line.offset));
                if !name.is_empty() && !out.names.contains_key(&route.asn) {
                    out.names.insert(route.asn, name);
                }
            }
            Err(_) if line.number == 1 && is_header(line.bytes) => {}
            Err(code) => {
                out.rows += 1;
                out.findings.push(line.finding(code));
            }
        }
    }
    overlaps(&out.routes, &places, &mut out.findings);
    out
}

fn row(line: &TableLine<'_>, fields: &mut Fields) -> Result<(Route, String), Code> {
    fields.split(line.bytes, b',').map_err(|_| Code::RouteRow)?;
    let mut texts = fields.iter(line.bytes).map(|field| String::from_utf8_lossy(field).trim().to_owned());
    let mut next = || texts.next().ok_or(Code::RouteRow);
    let first = next()?;
    let (first, last) = match first.contains('/') {
        true => {
            let prefix: Prefix = first.parse().map_err(|_| Code::RouteRow)?;
            (prefix.address(), prefix.last())
        }
        false => (plain(&first)?, plain(&next()?)?),
    };
    let asn: Asn = number::read_asn(&next()?).filter(|asn| asn.0 != 0).ok_or(Code::RouteRow)?;
    match (first, last) {
        (IpAddr::V4(_), IpAddr::V6(_)) | (IpAddr::V6(_), IpAddr::V4(_)) => return Err(Code::RouteFamilies),
        _ if last < first => return Err(Code::RouteReversed),
        _ => {}
    }
    Ok((Route { first, last, asn }, texts.next().unwrap_or_default()))
}

fn plain(text: &str) -> Result<IpAddr, Code> {
    address::read(text).map(|read| read.address).ok_or(Code::RouteRow)
}

/// A first row without a digit where an address begins.
fn is_header(bytes: &[u8]) -> bool {
    let first = bytes.strip_prefix(b"\"").unwrap_or(bytes);
    first.first().is_some_and(u8::is_ascii_alphabetic)
        && !first.iter().take(5).any(|byte| matches!(byte, b':' | b'0'..=b'9'))
}

fn overlaps(routes: &[Route], places: &[(u64, u64)], findings: &mut Vec<Finding>) {
    let mut order: Vec<_> = routes.iter().map(bounds).zip(places.iter().copied()).collect();
    order.sort_unstable();
    let mut highest: Option<(bool, u128)> = None;
    for ((six, first, last), (line, offset)) in order {
        match highest {
            Some((family, end)) if family == six && first <= end => {
                findings.push(Finding { line, offset, column: None, code: Code::RouteOverlap });
                highest = Some((six, end.max(last)));
            }
            _ => highest = Some((six, last)),
        }
    }
}
