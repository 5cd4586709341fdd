//! The minutes table: what a sensor saw of one source in one minute, in the manner of FlowTuple v4.

use std::net::IpAddr;
use std::sync::{Arc, LazyLock};

use arrow::array::{ArrayRef, Int32Array, Int64Array, RecordBatch, StringArray, TimestampMicrosecondArray};
use arrow::buffer::OffsetBuffer;
use arrow::datatypes::SchemaRef;
use arrow::error::ArrowError;
use renkei_core::time::Moment;

use crate::column::{Column, Kind, schema_of};
use crate::word::Words;

const fn of(name: &'static str, kind: Kind, unit: &'static str, source: &'static str, doc: &'static str) -> Column {
    Column { name, kind, nullable: false, unit, source, doc }
}

const PACKET: &str = "packets";
const COUNTED: &str = "counted";

/// Every column of the minutes table, in its order. No column holds an address of a sensor.
pub const MINUTE_COLUMNS: &[Column] = &[
    of("minute", Kind::Moment, "µs UTC", "capture", "beginning of the minute"),
    of(
        "part",
        Kind::Int,
        "0 is the first",
        "made",
        "part of the minute: a minute that outgrew the memory, or got late packets, is handed over in several; counts add up over parts, destinations do not",
    ),
    of("sensor", Kind::Word, "id", "settings", "which sensor saw it; internal, never for publication"),
    of("src_ip", Kind::Text, "RFC 5952", PACKET, "source address, which may be spoofed"),
    of(
        "dst_port",
        Kind::Int,
        "0–65535",
        PACKET,
        "destination port of TCP and UDP; type × 256 + code of ICMP; 0 where there is none",
    ),
    of("protocol", Kind::Int, "protocol number", PACKET, "protocol of IP"),
    of("tcp_flags", Kind::Int, "bits", PACKET, "flags of TCP, all packets of the row have the same; 0 for others"),
    of(
        "ttl_class",
        Kind::Int,
        "32, 64, 128 or 255",
        PACKET,
        "smallest usual initial TTL that is not below the one seen",
    ),
    of("packets", Kind::Long, "packets", COUNTED, "how many"),
    of("bytes", Kind::Long, "bytes", COUNTED, "sum of the lengths that the IP headers say"),
    of("min_size", Kind::Int, "bytes", COUNTED, "smallest length"),
    of("max_size", Kind::Int, "bytes", COUNTED, "greatest length"),
    of(
        "destinations",
        Kind::Long,
        "addresses",
        COUNTED,
        "different dark addresses; exact up to 32 and on sensors of up to 65,536 addresses, else within about 3 percent",
    ),
    of("first_syn_length", Kind::Int, "bytes", PACKET, "length of the first packet if it is a SYN; 0 for others"),
    of("first_window", Kind::Int, "as it stands", PACKET, "TCP window of the first packet; 0 for others"),
    of("mirai_packets", Kind::Long, "packets", COUNTED, "SYNs whose sequence number is their destination"),
    of("zmap_packets", Kind::Long, "packets", COUNTED, "SYNs with the identification 54321"),
    of("masscan_packets", Kind::Long, "packets", COUNTED, "SYNs whose identification is that of masscan"),
];

/// The arrow schema of minutes.
pub fn minutes_schema() -> SchemaRef {
    static SCHEMA: LazyLock<SchemaRef> = LazyLock::new(|| schema_of(MINUTE_COLUMNS));
    SCHEMA.clone()
}

/// One row of the minutes table; see [`MINUTE_COLUMNS`] for units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "each field is the column of its name, documented there")]
pub struct Minute {
    pub src_ip: IpAddr,
    pub dst_port: u16,
    pub protocol: u8,
    pub tcp_flags: u8,
    pub ttl_class: u8,
    pub packets: u64,
    pub bytes: u64,
    pub min_size: u16,
    pub max_size: u16,
    pub destinations: u64,
    pub first_syn_length: u16,
    pub first_window: u16,
    pub mirai_packets: u32,
    pub zmap_packets: u32,
    pub masscan_packets: u32,
}

/// Collects rows of one minute of one sensor.
#[derive(Debug, Default)]
pub struct Minutes {
    texts: Texts,
    ints: [Vec<i32>; 8],
    longs: [Vec<i64>; 6],
}

impl Minutes {
    /// Adds one.
    #[inline]
    pub fn push(&mut self, row: &Minute) {
        self.texts.push(row.src_ip);
        let ints = [
            i32::from(row.dst_port),
            i32::from(row.protocol),
            i32::from(row.tcp_flags),
            i32::from(row.ttl_class),
            i32::from(row.min_size),
            i32::from(row.max_size),
            i32::from(row.first_syn_length),
            i32::from(row.first_window),
        ];
        self.ints.iter_mut().zip(ints).for_each(|(column, value)| column.push(value));
        let long = |value: u64| i64::try_from(value).unwrap_or(i64::MAX);
        let longs = [
            long(row.packets),
            long(row.bytes),
            long(row.destinations),
            i64::from(row.mirai_packets),
            i64::from(row.zmap_packets),
            i64::from(row.masscan_packets),
        ];
        self.longs.iter_mut().zip(longs).for_each(|(column, value)| column.push(value));
    }

    /// Number of rows so far.
    pub fn len(&self) -> usize {
        self.longs.first().map_or(0, Vec::len)
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The batch of all so far; the collector is empty afterwards.
    ///
    /// # Errors
    /// Arrow's, when columns do not fit the schema; a mistake of this crate.
    pub fn finish(&mut self, minute: Moment, part: u32, sensor: &str) -> Result<RecordBatch, ArrowError> {
        let rows = self.len();
        let minutes = TimestampMicrosecondArray::from(vec![minute.0; rows]).with_timezone("UTC");
        let parts = Int32Array::from(vec![i32::try_from(part).unwrap_or(i32::MAX); rows]);
        let mut sensors = Words::default();
        sensors.push_many(Some(sensor), rows);
        let [port, protocol, flags, ttl, min, max, syn, window] =
            self.ints.each_mut().map(|column| Arc::new(Int32Array::from(emptied(column))) as ArrayRef);
        let [packets, bytes, destinations, mirai, zmap, masscan] =
            self.longs.each_mut().map(|column| Arc::new(Int64Array::from(emptied(column))) as ArrayRef);
        let columns = vec![
            Arc::new(minutes) as ArrayRef,
            Arc::new(parts),
            sensors.finish(),
            Arc::new(self.texts.finish()?),
            port,
            protocol,
            flags,
            ttl,
            packets,
            bytes,
            min,
            max,
            destinations,
            syn,
            window,
            mirai,
            zmap,
            masscan,
        ];
        RecordBatch::try_new(minutes_schema(), columns)
    }
}

/// The values of a column; what stays has room for as many.
fn emptied<T>(column: &mut Vec<T>) -> Vec<T> {
    let room = Vec::with_capacity(column.len());
    std::mem::replace(column, room)
}

/// Texts of addresses, one after the other.
#[derive(Debug)]
struct Texts {
    bytes: Vec<u8>,
    ends: Vec<i32>,
}

impl Default for Texts {
    fn default() -> Self {
        Self { bytes: Vec::new(), ends: vec![0] }
    }
}

impl Texts {
    /// Adds an address; IPv4 without the formatter, which is most of the time otherwise.
    #[inline]
    fn push(&mut self, address: IpAddr) {
        match address {
            IpAddr::V4(address) => self.four(address.octets()),
            IpAddr::V6(address) => self.bytes.extend_from_slice(address.to_string().as_bytes()),
        }
        // A batch that would not fit is refused when it is finished: its offsets are out of order.
        self.ends.push(i32::try_from(self.bytes.len()).unwrap_or(-1));
    }

    #[inline]
    fn four(&mut self, octets: [u8; 4]) {
        let (mut text, mut end) = ([0_u8; 16], 0);
        for octet in octets {
            let (digits, length) = OCTETS.get(usize::from(octet)).copied().unwrap_or_default();
            if let Some(place) = text.get_mut(end..end + digits.len()) {
                place.copy_from_slice(&digits);
            }
            end += length;
        }
        // The last dot is one too many.
        self.bytes.extend_from_slice(text.get(..end - 1).unwrap_or_default());
    }

    fn finish(&mut self) -> Result<StringArray, ArrowError> {
        let (bytes, mut ends) = (emptied(&mut self.bytes), emptied(&mut self.ends));
        self.ends.push(0);
        if ends.pop_if(|end| *end < 0).is_some() {
            return Err(ArrowError::OffsetOverflowError(bytes.len()));
        }
        StringArray::try_new(OffsetBuffer::new(ends.into()), bytes.into(), None)
    }
}

/// Each octet with a dot behind it, and its length with the dot.
const OCTETS: [([u8; 4], usize); 256] = octets();

#[expect(clippy::indexing_slicing, reason = "evaluated by the compiler, which checks each place")]
const fn octets() -> [([u8; 4], usize); 256] {
    let mut all = [([b'.'; 4], 0); 256];
    let mut octet = 0;
    while octet < all.len() {
        let (text, length) = &mut all[octet];
        if octet >= 100 {
            text[*length] = b'0' + (octet / 100) as u8;
            *length += 1;
        }
        if octet >= 10 {
            text[*length] = b'0' + (octet / 10 % 10) as u8;
            *length += 1;
        }
        text[*length] = b'0' + (octet % 10) as u8;
        *length += 2;
        octet += 1;
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::array::AsArray;

    #[test]
    fn addresses_are_written_as_the_standard_library_does() {
        let mut texts = Texts::default();
        let addresses = ["0.0.0.0", "198.18.0.1", "255.255.255.255", "10.100.9.99", "2001:db8::1"];
        addresses.iter().for_each(|text| texts.push(text.parse().unwrap()));
        let array = texts.finish().unwrap();
        assert_eq!(array.iter().flatten().collect::<Vec<_>>(), addresses);
    }

    #[test]
    fn a_batch_fits_its_schema() {
        let mut minutes = Minutes::default();
        let row = Minute {
            src_ip: "198.18.0.1".parse().unwrap(),
            dst_port: 23,
            protocol: 6,
            tcp_flags: 2,
            ttl_class: 64,
            packets: 3,
            bytes: 120,
            min_size: 40,
            max_size: 40,
            destinations: 2,
            first_syn_length: 40,
            first_window: 1024,
            mirai_packets: 3,
            zmap_packets: 0,
            masscan_packets: 0,
        };
        minutes.push(&row);
        minutes.push(&row);
        let batch = minutes.finish(Moment(60_000_000), 0, "s1").unwrap();
        assert_eq!((batch.num_rows(), batch.num_columns()), (2, MINUTE_COLUMNS.len()));
        let packets = batch.column_by_name("packets").unwrap();
        assert_eq!(packets.as_primitive::<arrow::datatypes::Int64Type>().values(), &[3, 3]);
        assert!(minutes.is_empty());
    }
}
