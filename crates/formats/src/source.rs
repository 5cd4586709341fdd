//! What a feed file is: told by its content, and by its name where that says more.

use renkei_core::time::Day;

use crate::compression::Compression;
use crate::csv::fields::Fields;
use crate::csv::plan::Plan;
use crate::finding::Finding;
use crate::json::read::Dialect;
use crate::line::Common;
use crate::mapping::Mapping;
use crate::shadowserver;
use crate::target::Target;
use crate::value::time::Rule;

/// So many of the first bytes of a file let [`detect`] see enough (the header must lie in them).
pub const HEAD_BYTES: usize = 1 << 18;

/// What a feed file is and how its lines are read.
#[derive(Debug, Clone)]
pub struct Source {
    /// Kind of feed, such as `shadowserver/event4_sinkhole`, `csv/partner-x`, `intelmq`.
    pub kind: String,
    /// How it is compressed.
    pub compression: Compression,
    /// The day in its name, if there is one.
    pub day: Option<Day>,
    /// What is to be said about its header.
    pub findings: Vec<Finding>,
    pub(crate) format: Format,
}

#[derive(Debug, Clone)]
pub(crate) enum Format {
    Csv { plan: Box<Plan>, common: Common, has_header: bool },
    Json(Dialect),
}

/// Why a file is not read as a feed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DetectError {
    /// Nothing in it.
    #[error("the file is empty")]
    Empty,
    /// Compressed, and broken before its first line ends.
    #[error("nothing of the compressed file can be read: fetch it again")]
    Damaged,
    /// UTF-16 is not read; feeds come as UTF-8.
    #[error("the file is UTF-16: save it as UTF-8")]
    Utf16,
    /// The header cannot be split into columns.
    #[error("the header is not a line of comma separated names")]
    Header,
    /// None of the mapped columns is in the header.
    #[error("the header has none of the columns that the mapping gives to `src_ip`")]
    Mapping,
    /// Not a format that is known.
    #[error("not a feed that is known: give a mapping file for plain CSV")]
    Unknown,
}

/// What a feed file is, by its name and its first bytes (up to [`HEAD_BYTES`], compressed or not).
///
/// A mapping turns any CSV into a known one. Without it: JSON lines by their keys, Shadowserver
/// CSV by its header; the name gives type and day where it can.
///
/// # Errors
/// When it is none of them.
pub fn detect(name: &str, head: &[u8], mapping: Option<&Mapping>) -> Result<Source, DetectError> {
    let compression = Compression::of(head);
    let peeked = compression.peek(head, HEAD_BYTES);
    let text = match peeked.as_slice() {
        [0xef, 0xbb, 0xbf, rest @ ..] => rest,
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => return Err(DetectError::Utf16),
        rest => rest,
    };
    let first = text.trim_ascii_start();
    if first.is_empty() {
        let damaged = compression != Compression::Plain;
        return Err(if damaged { DetectError::Damaged } else { DetectError::Empty });
    }
    let day = day_of_name(name);
    let source = |kind, format, findings| Source { kind, compression, day, findings, format };
    if let Some(mapping) = mapping {
        let (format, findings) = mapped(mapping, text)?;
        return Ok(source(mapping.kind.clone(), format, findings));
    }
    if first.starts_with(b"{") {
        let dialect = dialect(first).ok_or(DetectError::Unknown)?;
        return Ok(source(dialect.kind().to_owned(), Format::Json(dialect), Vec::new()));
    }
    let (header, rest) = split_header(text, b',')?;
    let typed = shadowserver::type_of_name(name).map(str::to_owned);
    let shape = match (shadowserver::shape(&header), &typed) {
        (Some(shape), _) => shape,
        // A type without addresses: every line will be kept out, but accounted for.
        (None, Some(_)) if has(&header, "timestamp") => shadowserver::Shape::Scan,
        _ => return Err(DetectError::Unknown),
    };
    let typed = typed.unwrap_or_else(|| shadowserver::type_of_header(shape, &header, first_is_v6(&header, rest)));
    let class = shadowserver::class(&typed);
    let (plan, findings) = Plan::new(b',', class, &header, |name| shadowserver::target(shape, name));
    let port_is_service = shape == shadowserver::Shape::Scan;
    let common = Common { time: Rule::UTC_BY_FORMAT, port_is_service, class, accept_reserved: false };
    let format = Format::Csv { plan: Box::new(plan), common, has_header: true };
    Ok(source(format!("shadowserver/{typed}"), format, findings))
}

/// The day with which a file name begins (`2026-11-20-…`).
pub(crate) fn day_of_name(name: &str) -> Option<Day> {
    let name = name.rsplit(['/', '\\']).next().unwrap_or(name);
    let number = |from: usize, to: usize| -> Option<u32> {
        name.get(from..to).filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()))?.parse().ok()
    };
    let dashes = name.get(4..5) == Some("-") && name.get(7..8) == Some("-");
    let ends = name.get(10..11).is_none_or(|next| !next.starts_with(|c: char| c.is_ascii_digit()));
    let year = i32::try_from(number(0, 4)?).ok()?;
    Day::from_civil(year, number(5, 7)?, number(8, 10)?).filter(|_| dashes && ends)
}

fn mapped(mapping: &Mapping, text: &[u8]) -> Result<(Format, Vec<Finding>), DetectError> {
    let (first, _) = split_header(text, mapping.delimiter)?;
    let header = match mapping.header {
        true => first,
        false => (1..=first.len()).map(|place| format!("#{place}")).collect(),
    };
    let meaning = |name: &str| mapping.columns.get(name).copied().unwrap_or(Target::Extra);
    if !header.iter().any(|name| meaning(&name.trim().to_lowercase()) == Target::SrcIp) {
        return Err(DetectError::Mapping);
    }
    let (mut plan, findings) = Plan::new(mapping.delimiter, mapping.class, &header, meaning);
    plan.constants.clone_from(&mapping.constants);
    let common = Common {
        time: mapping.time.clone(),
        port_is_service: mapping.port_is_service,
        class: mapping.class,
        accept_reserved: false,
    };
    Ok((Format::Csv { plan: Box::new(plan), common, has_header: mapping.header }, findings))
}

fn split_header(text: &[u8], delimiter: u8) -> Result<(Vec<String>, &[u8]), DetectError> {
    let length = memchr::memchr(b'\n', text).unwrap_or(text.len());
    let (line, rest) = text.split_at_checked(length).unwrap_or((text, &[]));
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let mut fields = Fields::default();
    fields.split(line, delimiter).map_err(|_| DetectError::Header)?;
    let names = fields.iter(line).map(|field| std::str::from_utf8(field).map(str::to_owned));
    let names = names.collect::<Result<Vec<_>, _>>().map_err(|_| DetectError::Header)?;
    Ok((names, rest.strip_prefix(b"\n").unwrap_or(rest)))
}

fn has(header: &[String], name: &str) -> bool {
    header.iter().any(|column| column.trim().eq_ignore_ascii_case(name))
}

fn first_is_v6(header: &[String], rest: &[u8]) -> bool {
    let Ok((first, _)) = split_header(rest, b',') else { return false };
    let place = header.iter().position(|name| name.trim().eq_ignore_ascii_case("src_ip"));
    place.and_then(|place| first.get(place)).is_some_and(|address| address.contains(':') && !address.contains('.'))
}

fn dialect(text: &[u8]) -> Option<Dialect> {
    let says = |key: &str| memchr::memmem::find(text, key.as_bytes()).is_some();
    if says("\"source.") || says("\"time.source\"") || says("\"classification.") || says("\"feed.name\"") {
        Some(Dialect::IntelMq)
    } else if says("\"src\"") && says("\"ts\"") {
        Some(Dialect::SinkholeLog)
    } else {
        None
    }
}
