//! The columns of an observation: one line of evidence, where it came from, whose it is.

use arrow::datatypes::SchemaRef;
use std::sync::LazyLock;

use crate::column::{Column, Kind, schema_of};

/// The arrow schema of observation batches: [`COLUMNS`] in their order.
pub fn observations_schema() -> SchemaRef {
    static SCHEMA: LazyLock<SchemaRef> = LazyLock::new(|| schema_of(COLUMNS));
    SCHEMA.clone()
}

const fn must(name: &'static str, kind: Kind, unit: &'static str, source: &'static str, doc: &'static str) -> Column {
    Column { name, kind, nullable: false, unit, source, doc }
}

const fn may(name: &'static str, kind: Kind, unit: &'static str, source: &'static str, doc: &'static str) -> Column {
    Column { name, kind, nullable: true, unit, source, doc }
}

const LINE: &str = "line";
const ISO: &str = "ISO 3166-1 alpha-2";
const FREE: &str = "text";

/// Every column of the observations table, in its order.
pub const COLUMNS: &[Column] = &[
    must("line_hi", Kind::Long, "upper 64 bits", "made", "identity of the line: xxh3-128 over its canonical content"),
    must("line_lo", Kind::Long, "lower 64 bits", "made", "identity of the line: lower half"),
    may("observed_at", Kind::Moment, "µs UTC", LINE, "when it was seen; null if the line has no usable time"),
    must("observed_on", Kind::Day, "day UTC", LINE, "day of observed_at, else the day of the feed file; the partition"),
    must("zone_basis", Kind::Word, "word", "made", "how the zone is known: stated, format, assumed or missing"),
    must("kind", Kind::Word, "word", "file", "kind of feed, such as shadowserver/event4_sinkhole, intelmq, csv/NAME"),
    must("feed", Kind::Word, "SHA-256, hex", "file", "digest of the feed file as it came"),
    must("line_no", Kind::Long, "1 is the first", "file", "number of the line in which the record begins"),
    must("src_ip", Kind::Text, "RFC 5952", LINE, "address of the device"),
    may(
        "src_port",
        Kind::Int,
        "1–65535",
        LINE,
        "source port; where has_port is false, the port of a service on the device",
    ),
    may("protocol", Kind::Word, "tcp, udp …", LINE, "transport protocol, lower case"),
    may("src_asn", Kind::Long, "RFC 6793", LINE, "AS number of src_ip as the feed says"),
    may("src_cc", Kind::Word, ISO, LINE, "country of src_ip as the feed says"),
    may("src_region", Kind::Word, FREE, LINE, "region of src_ip as the feed says"),
    may("src_city", Kind::Word, FREE, LINE, "city of src_ip as the feed says"),
    may("src_hostname", Kind::Text, "name", LINE, "reverse name of src_ip as the feed says"),
    may("src_naics", Kind::Word, "NAICS code", LINE, "trade of the holder of src_ip as the feed says"),
    may("src_sector", Kind::Word, FREE, LINE, "sector of the holder of src_ip as the feed says"),
    may("device_vendor", Kind::Word, FREE, LINE, "maker of the device"),
    may("device_type", Kind::Word, FREE, LINE, "sort of device"),
    may("device_model", Kind::Word, FREE, LINE, "model of the device"),
    may("dst_ip", Kind::Text, "RFC 5952", LINE, "address the device spoke to (a sinkhole, a honeypot)"),
    may("dst_port", Kind::Int, "1–65535", LINE, "port the device spoke to"),
    may("dst_asn", Kind::Long, "RFC 6793", LINE, "AS number of dst_ip as the feed says"),
    may("dst_cc", Kind::Word, ISO, LINE, "country of dst_ip as the feed says"),
    may("dst_region", Kind::Word, FREE, LINE, "region of dst_ip as the feed says"),
    may("dst_city", Kind::Word, FREE, LINE, "city of dst_ip as the feed says"),
    may("dst_hostname", Kind::Text, "name", LINE, "name the device spoke to"),
    may("dst_naics", Kind::Word, "NAICS code", LINE, "trade of the holder of dst_ip as the feed says"),
    may("dst_sector", Kind::Word, FREE, LINE, "sector of the holder of dst_ip as the feed says"),
    may("family", Kind::Word, FREE, LINE, "family of the malware"),
    may("infection", Kind::Word, FREE, LINE, "the feed's name of the infection or attack"),
    may("tag", Kind::Word, FREE, LINE, "the feed's tags"),
    may("application", Kind::Word, FREE, LINE, "application protocol"),
    may("version", Kind::Word, FREE, LINE, "version of what was seen"),
    may("severity", Kind::Word, "critical … info", LINE, "severity as the feed says"),
    may("public_source", Kind::Word, FREE, LINE, "who observed it, where that may be told"),
    may("event_id", Kind::Text, "id", LINE, "id of the event at its source"),
    may("ssl_cipher", Kind::Word, FREE, LINE, "TLS cipher of the connection"),
    may("ssl_servername", Kind::Text, "name", LINE, "TLS server name of the connection"),
    must("device_key", Kind::Text, "key", "made", "best stable key of the device that the line has"),
    must(
        "device_key_basis",
        Kind::Word,
        "word",
        "made",
        "what device_key is made of: bot-id, site, address-port or address",
    ),
    may("tlp", Kind::Word, "TLP 2.0", "line or mapping", "Traffic Light Protocol label, upper case without `TLP:`"),
    must("class", Kind::Word, "data class", "kind", "data class of the line; the gate asks for it"),
    may("asn", Kind::Long, "RFC 6793", "attributed", "AS of src_ip by the route table at the moment of observation"),
    may("party", Kind::Word, "party id", "attributed", "operator who can act on src_ip at that moment"),
    may("also", Kind::Word, "party ids, commas", "attributed", "other competent parties"),
    must(
        "has_port",
        Kind::Flag,
        "yes/no",
        "made",
        "src_port is the port of the connection, so that shared addresses resolve",
    ),
    must(
        "has_time",
        Kind::Flag,
        "yes/no",
        "made",
        "observed_at is exact to the second and its zone is stated or fixed by the format",
    ),
    may(
        "extra",
        Kind::Text,
        "JSON object",
        LINE,
        "columns of the feed that are not above, by name in order; never a secret",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn names_are_unique_and_documented() {
        let names: BTreeSet<_> = COLUMNS.iter().map(|column| column.name).collect();
        assert_eq!(names.len(), COLUMNS.len());
        for column in COLUMNS {
            assert!(!column.doc.is_empty() && !column.unit.is_empty() && !column.source.is_empty(), "{}", column.name);
        }
        assert_eq!(observations_schema().fields().len(), COLUMNS.len());
    }

    #[test]
    fn the_page_of_columns_names_every_one() {
        let page = include_str!("../../../docs/columns.md");
        let tables = [COLUMNS, crate::FINDING_COLUMNS, crate::SELECTION_COLUMNS, crate::MINUTE_COLUMNS];
        for Column { name, kind, nullable, unit, source, doc } in tables.concat() {
            let kind = match kind {
                Kind::Long => "long",
                Kind::Int => "int",
                Kind::Moment => "timestamp",
                Kind::Day => "date",
                Kind::Text => "text",
                Kind::Word => "word",
                Kind::Flag => "yes/no",
            };
            let empty = if nullable { "may be" } else { "never" };
            let row = format!("| `{name}` | {kind} | {empty} | {unit} | {source} | {doc} |");
            assert!(page.contains(&row), "docs/columns.md lacks:\n{row}");
        }
    }
}
