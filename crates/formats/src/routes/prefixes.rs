//! pyasn data files: `prefix<TAB>asn`; nested prefixes are normal, the longest wins.

use std::collections::BTreeMap;

use renkei_core::directory::Route;
use renkei_core::net::Prefix;

use crate::finding::Code;
use crate::routes::{RouteForm, Routes, lines};
use crate::value::number;

pub(super) fn read(bytes: &[u8]) -> Routes {
    let (routes, names, findings) = (Vec::new(), BTreeMap::new(), Vec::new());
    let mut out = Routes { form: RouteForm::Pyasn, routes, names, findings, rows: 0 };
    for line in lines(bytes) {
        if line.bytes.trim_ascii().is_empty() || matches!(line.bytes, [b';' | b'#', ..]) {
            continue;
        }
        out.rows += 1;
        match row(line.bytes) {
            Some(route) => out.routes.push(route),
            None => out.findings.push(line.finding(Code::RouteRow)),
        }
    }
    out
}

fn row(bytes: &[u8]) -> Option<Route> {
    let text = std::str::from_utf8(bytes).ok()?;
    let (prefix, asn) = text.split_once('\t')?;
    let prefix: Prefix = prefix.trim().parse().ok()?;
    let asn = number::read_asn(asn).filter(|asn| asn.0 != 0)?;
    Some(Route { first: prefix.address(), last: prefix.last(), asn })
}
