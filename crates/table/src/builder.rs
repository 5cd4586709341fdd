//! Makes batches of observations row by row, without a text copied twice.

use std::fmt::Write as _;
use std::net::IpAddr;
use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanBuilder, Date32Builder, Int32Builder, Int64Builder, RecordBatch, StringBuilder,
    TimestampMicrosecondBuilder,
};
use arrow::error::ArrowError;
use renkei_core::class::DataClass;
use renkei_core::id::Digest;
use renkei_core::net::Asn;
use renkei_core::time::{Day, Moment};

use crate::key::{DeviceKeyBasis, LineKey, ZoneBasis};
use crate::observation::{COLUMNS, observations_schema};
use crate::text::Text;
use crate::word::Words;

/// One observation, its texts borrowed from the line.
#[derive(Debug, Clone)]
pub struct Row<'a> {
    /// Number of the line in the file in which the record begins (1 is the first).
    pub line_no: u64,
    /// When; `None`: no usable time.
    pub observed_at: Option<Moment>,
    /// How the zone of the time is known.
    pub zone: ZoneBasis,
    /// Whether the time is exact to the second.
    pub to_second: bool,
    /// Address of the device, IPv4-mapped ones already turned into IPv4.
    pub src_ip: IpAddr,
    /// Port beside it.
    pub src_port: Option<u16>,
    /// Whether `src_port` is the port of a service on the device, not of one connection.
    pub port_is_service: bool,
    /// AS number as the feed says.
    pub src_asn: Option<Asn>,
    /// Address the device spoke to.
    pub dst_ip: Option<IpAddr>,
    /// Port the device spoke to.
    pub dst_port: Option<u16>,
    /// AS number of the other side as the feed says.
    pub dst_asn: Option<Asn>,
    /// The id the malware gave the installation.
    pub bot_id: Option<&'a str>,
    /// Host of the site the line is about, ASCII and lower case; no canonical column of its own.
    pub site: Option<&'a str>,
    /// Data class; the gate asks for it.
    pub class: DataClass,
    /// Further columns as a JSON object with sorted keys.
    pub extra: Option<&'a str>,
    texts: [Option<&'a str>; Text::COUNT],
}

impl<'a> Row<'a> {
    /// A row about an address; everything else is empty.
    pub const fn new(line_no: u64, src_ip: IpAddr, class: DataClass) -> Self {
        Self {
            line_no,
            observed_at: None,
            zone: ZoneBasis::Missing,
            to_second: false,
            src_ip,
            src_port: None,
            port_is_service: false,
            src_asn: None,
            dst_ip: None,
            dst_port: None,
            dst_asn: None,
            bot_id: None,
            site: None,
            class,
            extra: None,
            texts: [None; Text::COUNT],
        }
    }

    /// Sets a text column; an empty text is no text.
    pub fn set(&mut self, column: Text, text: &'a str) {
        if let Some(slot) = self.texts.get_mut(column as usize)
            && !text.is_empty()
        {
            *slot = Some(text);
        }
    }

    /// The value of a text column.
    pub fn get(&self, column: Text) -> Option<&'a str> {
        self.texts.get(column as usize).copied().flatten()
    }
}

/// Collects rows of one feed file into a batch.
pub struct Builder {
    kind: String,
    feed: String,
    day: Day,
    rows: usize,
    line_hi: Int64Builder,
    line_lo: Int64Builder,
    observed_at: TimestampMicrosecondBuilder,
    observed_on: Date32Builder,
    zone_basis: Words,
    line_no: Int64Builder,
    src_ip: StringBuilder,
    src_port: Int32Builder,
    src_asn: Int64Builder,
    dst_ip: StringBuilder,
    dst_port: Int32Builder,
    dst_asn: Int64Builder,
    texts: Vec<Texts>,
    device_key: StringBuilder,
    device_key_basis: Words,
    class: Words,
    has_port: BooleanBuilder,
    has_time: BooleanBuilder,
    extra: StringBuilder,
    canonical: Vec<u8>,
    scratch: String,
    /// The source address of the row in work.
    source: String,
}

enum Texts {
    Plain(StringBuilder),
    Word(Words),
}

impl Builder {
    /// For a feed file: its kind, its digest, and the day that lines without a time count for.
    pub fn new(kind: &str, feed: Digest, day: Day) -> Self {
        let texts = Text::ALL.into_iter().map(|text| match text.is_word() {
            true => Texts::Word(Words::default()),
            false => Texts::Plain(StringBuilder::new()),
        });
        Self {
            kind: kind.to_owned(),
            feed: feed.to_string(),
            day,
            rows: 0,
            line_hi: Int64Builder::new(),
            line_lo: Int64Builder::new(),
            observed_at: TimestampMicrosecondBuilder::new().with_timezone("UTC"),
            observed_on: Date32Builder::new(),
            zone_basis: Words::default(),
            line_no: Int64Builder::new(),
            src_ip: StringBuilder::new(),
            src_port: Int32Builder::new(),
            src_asn: Int64Builder::new(),
            dst_ip: StringBuilder::new(),
            dst_port: Int32Builder::new(),
            dst_asn: Int64Builder::new(),
            texts: texts.collect(),
            device_key: StringBuilder::new(),
            device_key_basis: Words::default(),
            class: Words::default(),
            has_port: BooleanBuilder::new(),
            has_time: BooleanBuilder::new(),
            extra: StringBuilder::new(),
            canonical: Vec::with_capacity(512),
            scratch: String::with_capacity(64),
            source: String::with_capacity(64),
        }
    }

    /// Number of rows so far.
    pub const fn len(&self) -> usize {
        self.rows
    }

    /// Whether no row was added yet.
    pub const fn is_empty(&self) -> bool {
        self.rows == 0
    }

    /// Adds a row and says which line it is.
    pub fn push(&mut self, row: &Row<'_>) -> LineKey {
        let key = self.key(row);
        let place = self.rows;
        self.rows = self.rows.saturating_add(1);
        self.line_hi.append_value(key.hi);
        self.line_lo.append_value(key.lo);
        self.push_times(row);
        self.line_no.append_value(i64::try_from(row.line_no).unwrap_or(i64::MAX));
        self.push_addresses(row);
        self.push_device(row);
        for (column, text) in self.texts.iter_mut().zip(&row.texts) {
            match column {
                Texts::Plain(builder) => builder.append_option(*text),
                Texts::Word(words) => text.iter().for_each(|text| words.put(place, text)),
            }
        }
        self.class.push(Some(row.class.word()));
        self.has_port.append_value(row.src_port.is_some() && !row.port_is_service);
        self.has_time.append_value(row.observed_at.is_some() && row.to_second && row.zone.is_known());
        self.extra.append_option(row.extra);
        key
    }

    /// The batch of all rows so far, without attribution; the builder is empty afterwards.
    ///
    /// # Errors
    /// Arrow's, when columns do not fit the schema; a mistake of this crate.
    pub fn finish(&mut self) -> Result<RecordBatch, ArrowError> {
        let rows = std::mem::take(&mut self.rows);
        let columns = COLUMNS.iter().map(|column| self.finish_column(column.name, rows)).collect();
        RecordBatch::try_new(observations_schema(), columns)
    }

    fn finish_column(&mut self, name: &str, rows: usize) -> ArrayRef {
        if let Some(column) = Text::from_name(name).and_then(|text| self.texts.get_mut(text as usize)) {
            return match column {
                Texts::Plain(builder) => Arc::new(builder.finish()),
                Texts::Word(words) => words.finish_rows(rows),
            };
        }
        match name {
            "line_hi" => Arc::new(self.line_hi.finish()),
            "line_lo" => Arc::new(self.line_lo.finish()),
            "observed_at" => Arc::new(self.observed_at.finish()),
            "observed_on" => Arc::new(self.observed_on.finish()),
            "zone_basis" => self.zone_basis.finish(),
            "kind" => constant(Some(&self.kind), rows),
            "feed" => constant(Some(&self.feed), rows),
            "line_no" => Arc::new(self.line_no.finish()),
            "src_ip" => Arc::new(self.src_ip.finish()),
            "src_port" => Arc::new(self.src_port.finish()),
            "src_asn" => Arc::new(self.src_asn.finish()),
            "dst_ip" => Arc::new(self.dst_ip.finish()),
            "dst_port" => Arc::new(self.dst_port.finish()),
            "dst_asn" => Arc::new(self.dst_asn.finish()),
            "device_key" => Arc::new(self.device_key.finish()),
            "device_key_basis" => self.device_key_basis.finish(),
            "class" => self.class.finish(),
            "has_port" => Arc::new(self.has_port.finish()),
            "has_time" => Arc::new(self.has_time.finish()),
            "extra" => Arc::new(self.extra.finish()),
            "asn" => arrow::array::new_null_array(&arrow::datatypes::DataType::Int64, rows),
            _ => constant(None, rows),
        }
    }

    fn push_times(&mut self, row: &Row<'_>) {
        self.observed_at.append_option(row.observed_at.map(|at| at.0));
        self.observed_on.append_value(row.observed_at.map_or(self.day, Moment::day).0);
        self.zone_basis.push(Some(row.zone.word()));
    }

    fn push_addresses(&mut self, row: &Row<'_>) {
        self.scratch.clear();
        write_address(&mut self.scratch, row.src_ip);
        self.src_ip.append_value(&self.scratch);
        self.source.clone_from(&self.scratch);
        self.src_port.append_option(row.src_port.map(i32::from));
        self.src_asn.append_option(row.src_asn.map(|asn| i64::from(asn.0)));
        match row.dst_ip {
            Some(address) => {
                self.scratch.clear();
                write_address(&mut self.scratch, address);
                self.dst_ip.append_value(&self.scratch);
            }
            None => self.dst_ip.append_null(),
        }
        self.dst_port.append_option(row.dst_port.map(i32::from));
        self.dst_asn.append_option(row.dst_asn.map(|asn| i64::from(asn.0)));
    }

    /// `bot:FAMILY/ID`, `site:HOST`, `svc:ADDRESS PORT` or `ip:ADDRESS`.
    fn push_device(&mut self, row: &Row<'_>) {
        self.scratch.clear();
        let out = &mut self.scratch;
        let basis = match (row.bot_id, row.site, row.src_port) {
            (Some(id), ..) if !id.is_empty() => {
                out.push_str("bot:");
                out.push_str(row.get(Text::Family).unwrap_or(""));
                out.push('/');
                out.push_str(id);
                DeviceKeyBasis::BotId
            }
            (_, Some(host), _) => {
                out.push_str("site:");
                out.push_str(host);
                DeviceKeyBasis::Site
            }
            (.., Some(port)) if row.port_is_service => {
                out.push_str("svc:");
                out.push_str(&self.source);
                // Writing into a String cannot fail.
                let _ = write!(out, " {port}");
                DeviceKeyBasis::AddressPort
            }
            _ => {
                out.push_str("ip:");
                out.push_str(&self.source);
                DeviceKeyBasis::Address
            }
        };
        self.device_key.append_value(&self.scratch);
        self.device_key_basis.push(Some(basis.word()));
    }

    /// The canonical bytes: each value present as tag, length, bytes; absent ones leave no trace.
    fn key(&mut self, row: &Row<'_>) -> LineKey {
        let out = &mut self.canonical;
        out.clear();
        field(out, 0, self.kind.as_bytes());
        if let Some(at) = row.observed_at {
            field(out, 1, &at.0.to_le_bytes());
        }
        field(out, 2, row.zone.word().as_bytes());
        address(out, 3, Some(row.src_ip));
        number(out, 4, row.src_port.map(u32::from));
        number(out, 5, row.src_asn.map(|asn| asn.0));
        address(out, 6, row.dst_ip);
        number(out, 7, row.dst_port.map(u32::from));
        number(out, 8, row.dst_asn.map(|asn| asn.0));
        field(out, 9, row.bot_id.unwrap_or("").as_bytes());
        for (tag, text) in (16u8..).zip(&row.texts) {
            if let Some(text) = text {
                field(out, tag, text.as_bytes());
            }
        }
        field(out, 10, row.extra.unwrap_or("").as_bytes());
        LineKey::of(out)
    }
}

fn constant(text: Option<&str>, rows: usize) -> ArrayRef {
    let mut words = Words::default();
    words.push_many(text, rows);
    words.finish()
}

fn field(out: &mut Vec<u8>, tag: u8, bytes: &[u8]) {
    let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX).to_le_bytes();
    out.push(tag);
    out.extend_from_slice(&length);
    out.extend_from_slice(bytes);
}

fn number(out: &mut Vec<u8>, tag: u8, number: Option<u32>) {
    if let Some(number) = number {
        field(out, tag, &number.to_le_bytes());
    }
}

fn address(out: &mut Vec<u8>, tag: u8, address: Option<IpAddr>) {
    match address {
        Some(IpAddr::V4(v4)) => field(out, tag, &v4.octets()),
        Some(IpAddr::V6(v6)) => field(out, tag, &v6.octets()),
        None => {}
    }
}

/// Writes an address as RFC 5952 wants it; IPv4 without the formatting machinery.
fn write_address(out: &mut String, address: IpAddr) {
    match address {
        IpAddr::V4(v4) => {
            let [a, b, c, d] = v4.octets();
            write_octet(out, a);
            for octet in [b, c, d] {
                out.push('.');
                write_octet(out, octet);
            }
        }
        IpAddr::V6(v6) => {
            // Writing into a String cannot fail.
            let _ = write!(out, "{v6}");
        }
    }
}

fn write_octet(out: &mut String, octet: u8) {
    if octet >= 100 {
        out.push(char::from(b'0' + octet / 100));
    }
    if octet >= 10 {
        out.push(char::from(b'0' + octet / 10 % 10));
    }
    out.push(char::from(b'0' + octet % 10));
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::array::{Array, AsArray};
    use arrow::datatypes::Int64Type;
    use proptest::prelude::*;

    fn builder() -> Builder {
        Builder::new("csv/test", Digest::of(b""), Day(20_000))
    }

    #[test]
    fn a_batch_holds_every_column_and_the_builder_goes_on() {
        let mut builder = builder();
        let mut row = Row::new(2, "198.18.0.1".parse().unwrap(), DataClass::IdentificationByIp);
        row.set(Text::Family, "vawtrak");
        row.set(Text::Tag, "");
        let key = builder.push(&row);
        row.line_no = 9;
        assert_eq!(builder.push(&row), key, "the line number is not part of the identity");
        let batch = builder.finish().unwrap();
        assert_eq!((batch.num_rows(), builder.len()), (2, 0));
        assert_eq!(batch.column_by_name("line_hi").unwrap().as_primitive::<Int64Type>().value(0), key.hi);
        assert_eq!(batch.column_by_name("device_key").unwrap().as_string::<i32>().value(0), "ip:198.18.0.1");
        assert!(batch.column_by_name("tag").unwrap().is_null(0));
        assert_eq!(builder.finish().unwrap().num_rows(), 0);
    }

    #[test]
    fn the_best_stable_key_is_taken() {
        let mut builder = builder();
        let mut row = Row::new(1, "2001:db8::1".parse().unwrap(), DataClass::IdentificationByIp);
        row.src_port = Some(443);
        builder.push(&row);
        row.port_is_service = true;
        builder.push(&row);
        row.bot_id = Some("7f");
        builder.push(&row);
        let batch = builder.finish().unwrap();
        let keys = batch.column_by_name("device_key").unwrap().as_string::<i32>();
        let keys: Vec<_> = keys.iter().flatten().collect();
        assert_eq!(keys, ["ip:2001:db8::1", "svc:2001:db8::1 443", "bot:/7f"]);
        let ports = batch.column_by_name("has_port").unwrap().as_boolean();
        assert_eq!(ports.iter().flatten().collect::<Vec<_>>(), [true, false, false]);
    }

    proptest! {
        #[test]
        fn addresses_read_as_the_standard_library_writes_them(bits: u32, wide: u128) {
            for address in [IpAddr::from(bits.to_be_bytes()), IpAddr::from(wide.to_be_bytes())] {
                let mut text = String::new();
                write_address(&mut text, address);
                prop_assert_eq!(text, address.to_string());
            }
        }

        #[test]
        fn moving_a_text_to_another_column_is_another_line(text in "[a-z]{1,8}", from in 0usize..27, to in 0usize..27) {
            let mut builder = builder();
            let keys = [from, to].map(|place| {
                let mut row = Row::new(1, "198.18.0.1".parse().unwrap(), DataClass::IdentificationByIp);
                row.set(Text::ALL[place], &text);
                builder.push(&row)
            });
            prop_assert_eq!(keys[0] == keys[1], from == to);
        }
    }
}
