//! FlowTuple: minutes of the sensors as Avro, in the fields of version 4 of corsaro, for those who have tools.
//!
//! Field names and their order are those of corsaro's `flowtuple4`. What a minute does not know stays
//! empty: `dst_net` (no address of a sensor leaves), sizes unless all are the same, TTLs (only their class
//! is known), source ports, places and networks of the source. A source, port and protocol has a record
//! for each set of flags and class of TTL: packets add up over them, `uniq_dst_ips` does not.

mod avro;

use std::net::Ipv4Addr;

use arrow::array::{Array as _, AsArray as _, PrimitiveArray, RecordBatch, StringArray};
use arrow::datatypes::{ArrowPrimitiveType, Int32Type, Int64Type, TimestampMicrosecondType};

use crate::packet::protocol;
pub use avro::{Codec, MARKER};

/// Name and Avro type of each field, in order; `longs` is an array of long.
const FIELDS: [(&str, &str); 26] = [
    ("time", "long"),
    ("src_ip", "long"),
    ("dst_net", "long"),
    ("dst_port", "int"),
    ("protocol", "int"),
    ("packet_cnt", "long"),
    ("uniq_dst_ips", "int"),
    ("uniq_pkt_sizes", "int"),
    ("uniq_ttls", "int"),
    ("uniq_src_ports", "int"),
    ("uniq_tcp_flags", "int"),
    ("first_syn_length", "int"),
    ("first_tcp_rwin", "int"),
    ("common_pktsizes", "longs"),
    ("common_pktsize_freqs", "longs"),
    ("common_ttls", "longs"),
    ("common_ttl_freqs", "longs"),
    ("common_srcports", "longs"),
    ("common_srcport_freqs", "longs"),
    ("common_tcpflags", "longs"),
    ("common_tcpflag_freqs", "longs"),
    ("maxmind_continent", "string"),
    ("maxmind_country", "string"),
    ("netacq_continent", "string"),
    ("netacq_country", "string"),
    ("prefix2asn", "long"),
];

/// Records of a block.
const BLOCK: usize = 1 << 14;

/// The rows are no minutes.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the rows have no column `{0}` as minutes have it")]
pub struct FlowTupleError(&'static str);

/// What became of rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Written {
    /// Records written.
    pub records: u64,
    /// Rows left out: `src_ip` is a number of 32 bits, which an address of IPv6 does not fit.
    pub left: u64,
}

/// A file of FlowTuples that is being written.
#[derive(Debug)]
pub struct FlowTuples {
    file: avro::File,
    block: Vec<u8>,
}

impl FlowTuples {
    /// Begins a file, whose first bytes go to `out`. The marker stands between blocks, so it should be
    /// other bytes than any the file holds: random ones.
    pub fn begin(codec: Codec, marker: [u8; MARKER], out: &mut Vec<u8>) -> Self {
        Self { file: avro::File::begin(&schema(), codec, marker, out), block: Vec::new() }
    }

    /// Adds rows of the minutes table; whole blocks go to `out`.
    ///
    /// # Errors
    /// [`FlowTupleError`]: a column is missing or of another kind; nothing is written then.
    pub fn minutes(&mut self, rows: &RecordBatch, out: &mut Vec<u8>) -> Result<Written, FlowTupleError> {
        let columns = Columns::of(rows)?;
        let mut written = Written::default();
        for first in (0..rows.num_rows()).step_by(BLOCK) {
            let mut records = 0;
            for row in first..rows.num_rows().min(first + BLOCK) {
                match columns.source.value(row).parse::<Ipv4Addr>() {
                    Ok(source) => {
                        columns.write(row, source, &mut self.block);
                        records += 1;
                    }
                    Err(_) => written.left += 1,
                }
            }
            self.file.block(records, &self.block, out);
            self.block.clear();
            written.records += records;
        }
        Ok(written)
    }
}

/// The schema as JSON.
fn schema() -> String {
    let field = |(name, kind): &(&str, &str)| match *kind {
        "longs" => format!(r#"{{"name":"{name}","type":{{"type":"array","items":"long"}}}}"#),
        kind => format!(r#"{{"name":"{name}","type":"{kind}"}}"#),
    };
    let fields: Vec<String> = FIELDS.iter().map(field).collect();
    let fields = fields.join(",");
    format!(r#"{{"type":"record","namespace":"org.caida.corsaro","name":"flowtuple4","fields":[{fields}]}}"#)
}

/// The columns that a record is made of.
struct Columns<'a> {
    minute: &'a PrimitiveArray<TimestampMicrosecondType>,
    source: &'a StringArray,
    port: &'a PrimitiveArray<Int32Type>,
    protocol: &'a PrimitiveArray<Int32Type>,
    flags: &'a PrimitiveArray<Int32Type>,
    packets: &'a PrimitiveArray<Int64Type>,
    min: &'a PrimitiveArray<Int32Type>,
    max: &'a PrimitiveArray<Int32Type>,
    destinations: &'a PrimitiveArray<Int64Type>,
    syn: &'a PrimitiveArray<Int32Type>,
    window: &'a PrimitiveArray<Int32Type>,
}

impl<'a> Columns<'a> {
    fn of(rows: &'a RecordBatch) -> Result<Self, FlowTupleError> {
        Ok(Self {
            minute: column(rows, "minute")?,
            source: rows
                .column_by_name("src_ip")
                .and_then(|column| column.as_string_opt::<i32>())
                .ok_or(FlowTupleError("src_ip"))?,
            port: column(rows, "dst_port")?,
            protocol: column(rows, "protocol")?,
            flags: column(rows, "tcp_flags")?,
            packets: column(rows, "packets")?,
            min: column(rows, "min_size")?,
            max: column(rows, "max_size")?,
            destinations: column(rows, "destinations")?,
            syn: column(rows, "first_syn_length")?,
            window: column(rows, "first_window")?,
        })
    }

    /// Writes a record, field by field as in [`FIELDS`].
    fn write(&self, row: usize, source: Ipv4Addr, out: &mut Vec<u8>) {
        let int = |column: &PrimitiveArray<Int32Type>| i64::from(column.value(row));
        let (packets, number) = (self.packets.value(row), int(self.protocol));
        let tcp = number == i64::from(protocol::TCP);
        let (min, max) = (int(self.min), int(self.max));
        let size = (min == max).then_some(min);
        let flags = tcp.then(|| int(self.flags));
        let fields = [
            self.minute.value(row).div_euclid(1_000_000),
            i64::from(source.to_bits()),
            0,
            int(self.port),
            number,
            packets,
            self.destinations.value(row).min(i64::from(i32::MAX)),
            i64::from(size.is_some()),
            0,
            0,
            i64::from(tcp),
            int(self.syn),
            int(self.window),
        ];
        fields.into_iter().for_each(|field| avro::long(field, out));
        common(size, packets, out);
        // TTLs and source ports: two empty arrays each.
        out.extend_from_slice(&[0; 4]);
        common(flags, packets, out);
        // Four empty texts and no number of a network.
        out.extend_from_slice(&[0; 5]);
    }
}

/// The one value that all packets have, and how many they are, as two arrays.
fn common(value: Option<i64>, packets: i64, out: &mut Vec<u8>) {
    for one in [value, value.map(|_| packets)] {
        match one {
            None => out.push(0),
            Some(one) => {
                avro::long(1, out);
                avro::long(one, out);
                out.push(0);
            }
        }
    }
}

fn column<'a, T: ArrowPrimitiveType>(
    rows: &'a RecordBatch,
    name: &'static str,
) -> Result<&'a PrimitiveArray<T>, FlowTupleError> {
    let column = rows.column_by_name(name).and_then(|column| column.as_primitive_opt::<T>());
    column.filter(|column| column.null_count() == 0).ok_or(FlowTupleError(name))
}

#[cfg(test)]
mod tests;
