//! The per-line sheet: CSV (RFC 4180) that a person can open, a script can read and nobody can be attacked with.
//!
//! Layout: UTF-8 without BOM, CRLF, one header row, one row a line, in the order given. Columns:
//!
//! | column | what |
//! |---|---|
//! | `line` | line key, 32 hexadecimal digits; answers name it |
//! | `observed_at_utc` | RFC 3339 in UTC, microseconds where known |
//! | `observed_at_local` | the same moment on the party's clock, with offset |
//! | `zone_basis` | how the zone is known: `stated`, `format`, `assumed` |
//! | `src_ip`, `src_port` | the device as seen from outside |
//! | `protocol` | transport as the feed says |
//! | `dst_ip`, `dst_port`, `dst_hostname` | what it spoke to |
//! | `family`, `infection`, `tag`, `severity` | as the feed says |
//! | `device_key`, `device_key_basis` | which device the line is taken for, and by what |
//! | `kind` | kind of feed it came from |
//! | `site`, `url`, `evidence` | in sheets about sites and servers alone: where to look, what was seen (S3.7, S0.11) |
//! | `status` | empty; the party may fill it and send the file back (S2.14) |
//!
//! A text that a spreadsheet would take for a formula (it begins with `=`, `+`, `-`, `@`, their
//! full-width forms, a tab or a line end) gets an apostrophe in front, as does one that begins
//! with an apostrophe: so one apostrophe in front is always ours, and the reader takes it off.

use std::borrow::Cow;
use std::fmt::{Display, Write as _};
use std::str::FromStr;

use renkei_core::time::{Day, Moment, SECOND};

use super::line::{DeviceKeyBasis, Line, zone_basis_from_word};
use super::zone::PartyZone;
use crate::site::Site;

/// The header row, without its line end.
pub const HEADER: &str = "line,observed_at_utc,observed_at_local,zone_basis,src_ip,src_port,protocol,dst_ip,dst_port,\
                          dst_hostname,family,infection,tag,severity,device_key,device_key_basis,kind,status";

/// Number of columns.
pub const WIDTH: usize = 18;

/// The header row of a sheet about sites or servers.
pub const SITES_HEADER: &str = "line,observed_at_utc,observed_at_local,zone_basis,src_ip,src_port,protocol,dst_ip,\
                                dst_port,dst_hostname,family,infection,tag,severity,device_key,device_key_basis,kind,\
                                site,url,evidence,status";

/// Columns that only sheets about sites and servers have.
const OF_SITES: usize = 3;

// ---------------------------------------------------------------------------------------------------------------------

/// A sheet being written; memory grows with its rows only.
#[derive(Debug)]
pub struct Sheet<'z> {
    zone: &'z PartyZone,
    text: String,
}

impl<'z> Sheet<'z> {
    /// A sheet with its header, for a party that reads times in this zone.
    pub fn new(zone: &'z PartyZone) -> Self {
        Self { zone, text: format!("{HEADER}\r\n") }
    }

    /// A sheet about sites or servers.
    pub fn of_sites(zone: &'z PartyZone) -> Self {
        Self { zone, text: format!("{SITES_HEADER}\r\n") }
    }

    /// Adds a row; in a sheet about sites each line has one.
    pub fn push(&mut self, line: &Line) {
        let Line {
            key,
            observed_at,
            zone_basis,
            src_ip,
            src_port,
            protocol,
            dst_ip,
            dst_port,
            dst_hostname,
            family,
            infection,
            tag,
            severity,
            device_key,
            device_key_basis,
            kind,
            site,
        } = line;
        self.plain(key);
        self.plain(observed_at);
        self.plain(self.zone.local(*observed_at));
        self.plain(zone_basis.word());
        self.plain(src_ip);
        self.known(*src_port);
        self.words(protocol.as_deref());
        self.known(*dst_ip);
        self.known(*dst_port);
        self.words(dst_hostname.as_deref());
        self.words(family.as_deref());
        self.words(infection.as_deref());
        self.words(tag.as_deref());
        self.words(severity.as_deref());
        self.words(Some(device_key));
        self.plain(device_key_basis.word());
        self.words(Some(kind));
        if let Some(Site { host, url, evidence }) = site {
            [host, url, evidence].into_iter().for_each(|text| self.words(Some(text)));
        }
        self.text.push_str("\r\n");
    }

    /// The bytes of the file.
    pub fn finish(self) -> Vec<u8> {
        self.text.into_bytes()
    }

    fn plain(&mut self, value: impl Display) {
        // Writing into a `String` cannot fail.
        let _ = write!(self.text, "{value},");
    }

    fn known(&mut self, value: Option<impl Display>) {
        match value {
            Some(value) => self.plain(value),
            None => self.text.push(','),
        }
    }

    fn words(&mut self, value: Option<&str>) {
        write_field(&mut self.text, value.unwrap_or_default());
        self.text.push(',');
    }
}

/// A whole sheet at once.
pub fn write<'l>(lines: impl IntoIterator<Item = &'l Line>, zone: &PartyZone) -> Vec<u8> {
    let mut lines = lines.into_iter().peekable();
    let mut sheet = match lines.peek() {
        Some(line) if line.site.is_some() => Sheet::of_sites(zone),
        _ => Sheet::new(zone),
    };
    lines.for_each(|line| sheet.push(line));
    sheet.finish()
}

/// Writes one text field: made harmless for spreadsheets, then quoted where RFC 4180 asks for it.
pub fn write_field(out: &mut String, text: &str) {
    let guarded = text.starts_with(is_risky);
    let quoted = text.contains([',', '"', '\r', '\n', ';', '\t']) || text.starts_with(' ') || text.ends_with(' ');
    if quoted {
        out.push('"');
    }
    if guarded {
        out.push('\'');
    }
    if quoted && text.contains('"') {
        text.chars().for_each(|c| if c == '"' { out.push_str("\"\"") } else { out.push(c) });
    } else {
        out.push_str(text);
    }
    if quoted {
        out.push('"');
    }
}

/// Whether a spreadsheet may take a cell that begins so for a formula (OWASP, CSV injection); the
/// apostrophe is among them so that taking one off gives the text back.
const fn is_risky(first: char) -> bool {
    matches!(first, '=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '\'' | '＝' | '＋' | '－' | '＠')
}

// ---------------------------------------------------------------------------------------------------------------------

/// Why a file is not a sheet of ours.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SheetError {
    /// Not UTF-8.
    #[error("the sheet is not UTF-8 at byte {0}")]
    Encoding(usize),
    /// The header row is another one.
    #[error("the header row is not that of a sheet")]
    Header,
    /// A row has another number of fields, or its quotes do not match.
    #[error("row {row} does not have {WIDTH} fields")]
    Shape {
        /// Row after the header, from 1.
        row: usize,
    },
    /// A field cannot be read.
    #[error("row {row}: `{column}` cannot be read")]
    Field {
        /// Row after the header, from 1.
        row: usize,
        /// Its column.
        column: &'static str,
    },
}

/// Reads a sheet back; the local column and the status column are not looked at.
pub fn read(bytes: &[u8]) -> Result<Vec<Line>, SheetError> {
    let text = std::str::from_utf8(bytes).map_err(|error| SheetError::Encoding(error.valid_up_to()))?;
    let mut records = Records { rest: text };
    let header = records.next().flatten().ok_or(SheetError::Header)?.join(",");
    if header != HEADER && header != SITES_HEADER {
        return Err(SheetError::Header);
    }
    let of_sites = header == SITES_HEADER;
    records.enumerate().map(|(index, fields)| read_row(index + 1, fields, of_sites)).collect()
}

fn read_row(row: usize, fields: Option<Vec<Cow<'_, str>>>, of_sites: bool) -> Result<Line, SheetError> {
    let shape = SheetError::Shape { row };
    let mut fields = fields.ok_or(shape.clone())?;
    let site = match of_sites {
        true if fields.len() == WIDTH + OF_SITES => {
            let mut texts = fields.drain(WIDTH - 1..WIDTH - 1 + OF_SITES).map(|text| unguarded(&text).to_owned());
            let mut next = || texts.next().unwrap_or_default();
            Some(Site { host: next(), url: next(), evidence: next() })
        }
        true => return Err(shape),
        false => None,
    };
    let fields: [Cow<'_, str>; WIDTH] = fields.try_into().map_err(|_| shape)?;
    let [
        key,
        utc,
        _,
        zone_basis,
        src_ip,
        src_port,
        protocol,
        dst_ip,
        dst_port,
        dst_hostname,
        family,
        infection,
        tag,
        severity,
        device_key,
        basis,
        kind,
        _,
    ] = fields;
    let bad = |column| SheetError::Field { row, column };
    Ok(Line {
        key: key.parse().map_err(|_| bad("line"))?,
        observed_at: read_moment(&utc).ok_or(bad("observed_at_utc"))?,
        zone_basis: zone_basis_from_word(&zone_basis).ok_or(bad("zone_basis"))?,
        src_ip: src_ip.parse().map_err(|_| bad("src_ip"))?,
        src_port: optional(&src_port).map_err(|()| bad("src_port"))?,
        protocol: words(&protocol),
        dst_ip: optional(&dst_ip).map_err(|()| bad("dst_ip"))?,
        dst_port: optional(&dst_port).map_err(|()| bad("dst_port"))?,
        dst_hostname: words(&dst_hostname),
        family: words(&family),
        infection: words(&infection),
        tag: words(&tag),
        severity: words(&severity),
        device_key: unguarded(&device_key).to_string(),
        device_key_basis: DeviceKeyBasis::from_word(&basis).ok_or(bad("device_key_basis"))?,
        kind: unguarded(&kind).to_string(),
        site,
    })
}

fn optional<T: FromStr>(text: &str) -> Result<Option<T>, ()> {
    if text.is_empty() { Ok(None) } else { text.parse().map(Some).map_err(|_| ()) }
}

fn words(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| unguarded(text).to_string())
}

fn unguarded(text: &str) -> &str {
    text.strip_prefix('\'').unwrap_or(text)
}

/// Reads what `Moment` writes: `2026-11-22T01:09:08Z`, with six digits of fraction where there are any.
fn read_moment(text: &str) -> Option<Moment> {
    let (date, time) = text.strip_suffix('Z')?.split_once('T')?;
    let mut date = date.splitn(3, '-').map(|part| part.parse::<u32>().ok());
    let day = Day::from_civil(i32::try_from(date.next()??).ok()?, date.next()??, date.next()??)?;
    let (clock, fraction) = time.split_once('.').unwrap_or((time, "0"));
    let mut clock = clock.splitn(3, ':').map(|part| part.parse::<i64>().ok());
    let (hour, minute, second) = (clock.next()??, clock.next()??, clock.next()??);
    let micros = match fraction.len() {
        1 | 6 => fraction.parse::<u32>().ok()?,
        _ => return None,
    };
    let in_range = (0..24).contains(&hour) && (0..60).contains(&minute) && (0..60).contains(&second);
    in_range.then(|| Moment(day.start().0 + ((hour * 60 + minute) * 60 + second) * SECOND + i64::from(micros)))
}

/// The records of a CSV text; `None` for one whose quotes do not match.
struct Records<'t> {
    rest: &'t str,
}

impl<'t> Iterator for Records<'t> {
    type Item = Option<Vec<Cow<'t, str>>>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let mut fields = Vec::with_capacity(WIDTH);
        loop {
            let Some((field, rest)) = split_field(self.rest) else {
                self.rest = "";
                return Some(None);
            };
            fields.push(field);
            if let Some(rest) = rest.strip_prefix(',') {
                self.rest = rest;
                continue;
            }
            let ended = rest.strip_prefix("\r\n").or_else(|| rest.strip_prefix('\n'));
            self.rest = ended.unwrap_or_default();
            return Some((ended.is_some() || rest.is_empty()).then_some(fields));
        }
    }
}

/// Takes one field off the front; what is left begins with a comma or a line end, or is empty.
fn split_field(text: &str) -> Option<(Cow<'_, str>, &str)> {
    let Some(inner) = text.strip_prefix('"') else {
        let end = text.find([',', '\r', '\n']).unwrap_or(text.len());
        let (field, rest) = text.split_at(end);
        return (!field.contains('"')).then_some((Cow::Borrowed(field), rest));
    };
    let mut from = 0;
    loop {
        let quote = from + inner.get(from..)?.find('"')?;
        let rest = inner.get(quote + 1..)?;
        if rest.starts_with('"') {
            from = quote + 2;
            continue;
        }
        let field = inner.get(..quote)?;
        let field = if field.contains('"') { Cow::Owned(field.replace("\"\"", "\"")) } else { Cow::Borrowed(field) };
        return Some((field, rest));
    }
}

/// Splits a CSV text into its header and its records, line ends kept, without reading the fields: a
/// line end inside quotes does not count. Large files are cut into parts by it.
pub fn records(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let mut inside = false;
        let end = rest.iter().position(|byte| {
            inside ^= *byte == b'"';
            *byte == b'\n' && !inside
        });
        let at = end.map_or(rest.len(), |end| end + 1);
        let (record, after) = rest.split_at_checked(at)?;
        rest = after;
        (!record.is_empty()).then_some(record)
    })
}

#[cfg(test)]
#[path = "csv_tests.rs"]
pub(super) mod tests;
