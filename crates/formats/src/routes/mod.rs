//! Route tables: address ranges and their AS numbers, from the forms people can get.

mod database;
mod prefixes;
mod ranges;
mod tree;

use std::collections::BTreeMap;
use std::io::{self, BufRead};
use std::net::IpAddr;

use renkei_core::directory::Route;
use renkei_core::net::Asn;

use crate::compression::content;
use crate::finding::{Code, Finding};

/// The forms of route tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RouteForm {
    /// `start,end,asn,"name"` or `prefix,asn,"name"`, with or without a header.
    Csv,
    /// pyasn: `prefix<TAB>asn`, comments begin with `;`.
    Pyasn,
    /// MaxMind DB with `autonomous_system_number`.
    Mmdb,
}

/// What a route table said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Routes {
    /// The form it had.
    pub form: RouteForm,
    /// Ranges, in the order of the file.
    pub routes: Vec<Route>,
    /// Names of the AS, where the table has them.
    pub names: BTreeMap<Asn, String>,
    /// What was not as it should be.
    pub findings: Vec<Finding>,
    /// Rows or networks read, comments and header not counted.
    pub rows: u64,
}

/// Why a route table is not read at all.
#[derive(Debug, thiserror::Error)]
pub enum RoutesError {
    /// The file itself.
    #[error("the route table cannot be read")]
    Io(#[from] io::Error),
    /// Neither of the forms.
    #[error("not a route table: neither CSV of ranges, pyasn nor MMDB")]
    Unknown,
    /// A MaxMind DB without a tree or its description.
    #[error("the database is broken")]
    Database(#[source] maxminddb::MaxMindDbError),
}

/// Reads a route table, compressed or not; its form is told by its content.
///
/// # Errors
/// When the file cannot be read or is none of them; bad rows are findings.
pub fn read(file: impl BufRead) -> Result<Routes, RoutesError> {
    let (bytes, damaged) = content(file)?;
    let mut routes = match form(&bytes).ok_or(RoutesError::Unknown)? {
        RouteForm::Csv => ranges::read(&bytes),
        RouteForm::Pyasn => prefixes::read(&bytes),
        RouteForm::Mmdb => database::read(&bytes).map_err(RoutesError::Database)?,
    };
    if damaged {
        let offset = bytes.len() as u64;
        routes.findings.push(Finding { line: 0, offset, column: None, code: Code::Damaged });
    }
    Ok(routes)
}

fn form(bytes: &[u8]) -> Option<RouteForm> {
    let tail = bytes.get(bytes.len().saturating_sub(128 << 10)..).unwrap_or_default();
    if memchr::memmem::rfind(tail, b"\xab\xcd\xefMaxMind.com").is_some() {
        return Some(RouteForm::Mmdb);
    }
    let mut lines = lines(bytes).map(|line| line.bytes).filter(|line| !line.is_empty()).take(64);
    lines.find_map(|line| match line {
        [b';' | b'#', ..] => None,
        _ if line.contains(&b'\t') && !line.contains(&b',') => Some(RouteForm::Pyasn),
        _ if line.contains(&b',') => Some(RouteForm::Csv),
        _ => None,
    })
}

/// A line of a table.
struct TableLine<'a> {
    number: u64,
    offset: u64,
    bytes: &'a [u8],
}

impl TableLine<'_> {
    fn finding(&self, code: Code) -> Finding {
        Finding { line: self.number, offset: self.offset, column: None, code }
    }
}

/// The lines, without line ends and byte order mark.
fn lines(bytes: &[u8]) -> impl Iterator<Item = TableLine<'_>> {
    let bom = if bytes.starts_with(&[0xef, 0xbb, 0xbf]) { 3 } else { 0 };
    let (mut at, mut number) = (bom, 0);
    std::iter::from_fn(move || {
        let rest = bytes.get(at..).filter(|rest| !rest.is_empty())?;
        let length = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
        let line = rest.get(..length).unwrap_or_default();
        number += 1;
        let offset = at as u64;
        at += length + 1;
        Some(TableLine { number, offset, bytes: line.strip_suffix(b"\r").unwrap_or(line) })
    })
}

/// Both ends as numbers, in one order for both families.
fn bounds(route: &Route) -> (bool, u128, u128) {
    let bits = |address: IpAddr| match address {
        IpAddr::V4(v4) => u128::from(v4.to_bits()),
        IpAddr::V6(v6) => v6.to_bits(),
    };
    (route.first.is_ipv6(), bits(route.first), bits(route.last))
}

#[cfg(test)]
mod tests;
