//! The minutes table: what a sensor saw of one source in one minute, in the manner of FlowTuple v4.

use std::net::IpAddr;
use std::sync::{Arc, LazyLock};

use arrow::array::{ArrayRef, Int32Builder, Int64Builder, RecordBatch, StringBuilder, TimestampMicrosecondBuilder};
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
    src_ip: StringBuilder,
    ints: [Int32Builder; 8],
    longs: [Int64Builder; 6],
}

impl Minutes {
    /// Adds one.
    pub fn push(&mut self, row: &Minute) {
        append(&mut self.src_ip, row.src_ip);
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
        self.ints.iter_mut().zip(ints).for_each(|(builder, value)| builder.append_value(value));
        let long = |value: u64| i64::try_from(value).unwrap_or(i64::MAX);
        let longs = [
            long(row.packets),
            long(row.bytes),
            long(row.destinations),
            i64::from(row.mirai_packets),
            i64::from(row.zmap_packets),
            i64::from(row.masscan_packets),
        ];
        self.longs.iter_mut().zip(longs).for_each(|(builder, value)| builder.append_value(value));
    }

    /// Number of rows so far.
    pub fn len(&self) -> usize {
        self.longs.first().map_or(0, arrow::array::ArrayBuilder::len)
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
        let mut minutes = TimestampMicrosecondBuilder::with_capacity(rows).with_timezone("UTC");
        minutes.append_value_n(minute.0, rows);
        let mut parts = Int32Builder::with_capacity(rows);
        let part = i32::try_from(part).unwrap_or(i32::MAX);
        (0..rows).for_each(|_| parts.append_value(part));
        let mut sensors = Words::default();
        sensors.push_many(Some(sensor), rows);
        let [port, protocol, flags, ttl, min, max, syn, window] =
            self.ints.each_mut().map(|builder| Arc::new(builder.finish()) as ArrayRef);
        let [packets, bytes, destinations, mirai, zmap, masscan] =
            self.longs.each_mut().map(|builder| Arc::new(builder.finish()) as ArrayRef);
        let columns = vec![
            Arc::new(minutes.finish()) as ArrayRef,
            Arc::new(parts.finish()),
            sensors.finish(),
            Arc::new(self.src_ip.finish()),
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

/// Appends the text of an address; IPv4 without the formatter, which is most of the time otherwise.
fn append(texts: &mut StringBuilder, address: IpAddr) {
    let IpAddr::V4(address) = address else {
        texts.append_value(address.to_string());
        return;
    };
    let mut text = [0_u8; 15];
    let mut at = 0;
    let mut put = |byte: u8| {
        if let Some(place) = text.get_mut(at) {
            *place = byte;
            at += 1;
        }
    };
    for (place, octet) in address.octets().into_iter().enumerate() {
        if place > 0 {
            put(b'.');
        }
        if octet >= 100 {
            put(b'0' + octet / 100);
        }
        if octet >= 10 {
            put(b'0' + octet / 10 % 10);
        }
        put(b'0' + octet % 10);
    }
    texts.append_value(text.get(..at).and_then(|text| std::str::from_utf8(text).ok()).unwrap_or_default());
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::array::AsArray;

    #[test]
    fn addresses_are_written_as_the_standard_library_does() {
        let mut texts = StringBuilder::new();
        let addresses = ["0.0.0.0", "198.18.0.1", "255.255.255.255", "10.100.9.99", "2001:db8::1"];
        addresses.iter().for_each(|text| append(&mut texts, text.parse().unwrap()));
        let array = texts.finish();
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
