//! Directories by date: the route table that was in force when something was observed.
//!
//! A route table is kept as a file of fixed records (family, first, last, AS) under its digest; the
//! registry says from when it is in force (`routes.2026-04-06` → digest).

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use renkei_core::directory::{Directory, Route};
use renkei_core::id::Digest;
use renkei_core::net::Asn;
use renkei_core::party::Party;
use renkei_core::time::{Day, Moment};
use renkei_store::DbError;
use renkei_store::setting::Setting;

use crate::file;
use crate::office::Office;

/// What stands before the day in the setting's name.
pub(crate) const PREFIX: &str = "routes.";

/// Why the directory cannot be built.
#[derive(Debug, thiserror::Error)]
pub enum DirectoryError {
    /// The registry.
    #[error("{0}")]
    Db(#[from] DbError),
    /// A kept route table cannot be read.
    #[error("the route table {0} cannot be read: {1}")]
    Routes(Digest, #[source] io::Error),
}

/// One directory for each route table, by the moment from which it is in force.
#[derive(Debug)]
pub(crate) struct Directories(Vec<(Moment, Directory)>);

impl Directories {
    /// The directory in force at a moment; before the first table the first one answers.
    pub(crate) fn at(&self, at: Moment) -> Option<&Directory> {
        let later = self.0.partition_point(|(from, _)| *from <= at);
        self.0.get(later.saturating_sub(1)).map(|(_, directory)| directory)
    }

    /// The directory in force now.
    pub(crate) fn newest(&self) -> Option<&Directory> {
        self.0.last().map(|(_, directory)| directory)
    }
}

impl Office {
    /// Builds the directories of the office's parties.
    pub(crate) async fn directories(&self) -> Result<Directories, DirectoryError> {
        self.directories_of(&self.store.parties().await?).await
    }

    /// Builds the directories of some parties over the office's route tables.
    pub(crate) async fn directories_of(&self, parties: &[Party]) -> Result<Directories, DirectoryError> {
        let mut tables = self.route_tables().await?;
        tables.sort();
        let mut directories = Vec::new();
        for (from, digest) in tables {
            let bytes = file::read(&self.folder, digest).map_err(|error| DirectoryError::Routes(digest, error))?;
            directories.push((from.start(), Directory::new(parties, &decode(&bytes))));
        }
        if directories.is_empty() {
            directories.push((Moment(i64::MIN), Directory::new(parties, &[])));
        }
        Ok(Directories(directories))
    }

    /// The route tables: from when, and under which digest.
    pub(crate) async fn route_tables(&self) -> Result<Vec<(Day, Digest)>, DbError> {
        let settings = self.store.settings().await?;
        let tables = settings.into_iter().filter_map(|(name, setting)| {
            let name = name.to_string();
            let from = parse_day(name.strip_prefix(PREFIX)?)?;
            match setting {
                Setting::Set(digest) => Some((from, digest.parse().ok()?)),
                Setting::Undecided => None,
            }
        });
        Ok(tables.collect())
    }
}

/// A day as `2026-04-06`.
pub fn parse_day(text: &str) -> Option<Day> {
    let mut parts = text.splitn(3, '-');
    let year = parts.next()?.parse().ok()?;
    let month = parts.next()?.parse().ok()?;
    let day = parts.next()?.parse().ok()?;
    Day::from_civil(year, month, day)
}

/// A day (its beginning in UTC), or a moment with its zone as RFC 3339 writes it.
pub fn parse_moment(text: &str) -> Option<Moment> {
    let stamp = || text.parse::<jiff::Timestamp>().ok().map(|stamp| Moment(stamp.as_microsecond()));
    parse_day(text).map(Day::start).or_else(stamp)
}

const RECORD: usize = 1 + 16 + 16 + 4;

/// The bytes of a route table: one record a range, numbers big-endian, IPv4 in the last 4 of 16 bytes.
pub(crate) fn encode(routes: &[Route]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(routes.len() * RECORD);
    for route in routes {
        let Route { first, last, asn } = route;
        bytes.push(if first.is_ipv4() { 4 } else { 6 });
        bytes.extend(bits(*first).to_be_bytes());
        bytes.extend(bits(*last).to_be_bytes());
        bytes.extend(asn.0.to_be_bytes());
    }
    bytes
}

fn decode(bytes: &[u8]) -> Vec<Route> {
    bytes.chunks_exact(RECORD).filter_map(record).collect()
}

fn record(record: &[u8]) -> Option<Route> {
    let (family, rest) = record.split_first()?;
    let (first, rest) = rest.split_first_chunk::<16>()?;
    let (last, rest) = rest.split_first_chunk::<16>()?;
    let (asn, _) = rest.split_first_chunk::<4>()?;
    let address = |bytes: &[u8; 16]| {
        let bits = u128::from_be_bytes(*bytes);
        if *family == 4 { IpAddr::V4(Ipv4Addr::from_bits(bits as u32)) } else { IpAddr::V6(Ipv6Addr::from_bits(bits)) }
    };
    Some(Route { first: address(first), last: address(last), asn: Asn(u32::from_be_bytes(*asn)) })
}

fn bits(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(v4) => u128::from(v4.to_bits()),
        IpAddr::V6(v6) => v6.to_bits(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn route_tables_come_back_from_their_bytes() {
        let route = |first: &str, last: &str, asn| Route {
            first: first.parse().unwrap(),
            last: last.parse().unwrap(),
            asn: Asn(asn),
        };
        let routes = [route("198.18.0.0", "198.18.255.255", 64_496), route("2001:db8::", "2001:db8::ffff", 65_536)];
        assert_eq!(decode(&encode(&routes)), routes);
    }
}
