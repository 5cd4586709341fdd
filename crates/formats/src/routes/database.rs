//! MaxMind DB files: every network that has an `autonomous_system_number`.

use std::collections::BTreeMap;

use maxminddb::{MaxMindDbError, Reader, WithinOptions};
use renkei_core::directory::Route;
use renkei_core::net::{Asn, Prefix};

use crate::finding::{Code, Finding};
use crate::routes::{RouteForm, Routes, tree};

/// More networks than any real table has.
const MOST_NETWORKS: u64 = 64 << 20;

/// After so many faults in a row the rest is not worth walking.
const MOST_FAULTS: usize = 100;

pub(super) fn read(bytes: &[u8]) -> Result<Routes, MaxMindDbError> {
    let reader = Reader::from_source(bytes)?;
    if !tree::is_sound(bytes, reader.metadata.node_count, reader.metadata.record_size, MOST_NETWORKS) {
        return Err(MaxMindDbError::invalid_database("the search tree does not end, or leads to no data"));
    }
    let (routes, names, findings) = (Vec::new(), BTreeMap::new(), Vec::new());
    let mut out = Routes { form: RouteForm::Mmdb, routes, names, findings, rows: 0 };
    for (network, line) in reader.networks(WithinOptions::default())?.zip(1u64..) {
        let found = network.and_then(|found| {
            let network = found.network()?;
            Ok((network.ip(), network.prefix(), found.decode::<maxminddb::geoip2::Asn<'_>>()?))
        });
        let broken = || Finding { line, offset: 0, column: None, code: Code::RouteDatabase };
        match found {
            Ok((_, _, None)) => {}
            Ok((address, length, Some(record))) => {
                out.rows += 1;
                let asn = record.autonomous_system_number.filter(|asn| *asn != 0).map(Asn);
                match (asn, Prefix::holding(address, length)) {
                    (Some(asn), Some(prefix)) => {
                        out.routes.push(Route { first: prefix.address(), last: prefix.last(), asn });
                        if let Some(name) = record.autonomous_system_organization {
                            out.names.entry(asn).or_insert_with(|| name.to_owned());
                        }
                    }
                    (None, _) => {}
                    (_, None) => out.findings.push(broken()),
                }
            }
            Err(_) => out.findings.push(broken()),
        }
        if out.findings.len() >= MOST_FAULTS {
            break;
        }
    }
    Ok(out)
}
