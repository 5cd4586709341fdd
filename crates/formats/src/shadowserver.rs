//! Shadowserver reports: every type by its header, also those never seen; columns come and go.

use renkei_core::class::DataClass;
use renkei_table::Text;

use crate::target::Target;

/// The two shapes of their reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    /// `src_*` and `dst_*`: connections.
    Event,
    /// `ip` and `port`: services on a device.
    Scan,
}

/// Whether a header looks like theirs, and in which shape.
pub(crate) fn shape(header: &[String]) -> Option<Shape> {
    let has = |name: &str| header.iter().any(|column| column.trim().eq_ignore_ascii_case(name));
    match (has("timestamp"), has("src_ip"), has("ip")) {
        (true, true, _) => Some(Shape::Event),
        (true, false, true) => Some(Shape::Scan),
        _ => None,
    }
}

/// Where a column goes; what is not known is kept in `extra`.
pub(crate) fn target(shape: Shape, name: &str) -> Target {
    match name {
        "timestamp" => Target::Time,
        "protocol" | "device_vendor" | "device_type" | "device_model" | "family" | "infection" | "tag"
        | "application" | "version" | "severity" | "public_source" | "event_id" | "ssl_cipher" | "ssl_servername" => {
            Text::from_name(name).map_or(Target::Extra, Target::Text)
        }
        "dst_geo" => Target::Text(Text::DstCc),
        "dst_ip" | "dst_port" | "dst_asn" | "dst_region" | "dst_city" | "dst_hostname" | "dst_naics" | "dst_sector" => {
            Target::of_canonical(name).unwrap_or(Target::Extra)
        }
        _ => match shape {
            Shape::Event => event(name),
            Shape::Scan => scan(name),
        },
    }
}

fn event(name: &str) -> Target {
    match name {
        "src_geo" => Target::Text(Text::SrcCc),
        "src_ip" | "src_port" | "src_asn" | "src_region" | "src_city" | "src_hostname" | "src_naics" | "src_sector" => {
            Target::of_canonical(name).unwrap_or(Target::Extra)
        }
        _ => Target::Extra,
    }
}

fn scan(name: &str) -> Target {
    match name {
        "ip" => Target::SrcIp,
        "port" => Target::SrcPort,
        "asn" => Target::SrcAsn,
        "geo" => Target::Text(Text::SrcCc),
        "region" => Target::Text(Text::SrcRegion),
        "city" => Target::Text(Text::SrcCity),
        "hostname" => Target::Text(Text::SrcHostname),
        "naics" => Target::Text(Text::SrcNaics),
        "sector" => Target::Text(Text::SrcSector),
        _ => Target::Extra,
    }
}

/// The report type in a file name: `YYYY-MM-DD-TYPE-REST.csv[.gz|.zst]`, as Shadowserver names
/// its files, or a bare `TYPE.csv` where the type looks like one of theirs.
pub(crate) fn type_of_name(name: &str) -> Option<&str> {
    let stem = stem(name)?;
    let is_type = |text: &str| {
        text.len() <= 64
            && text.starts_with(|first: char| first.is_ascii_lowercase())
            && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
    };
    let named = match crate::source::day_of_name(name) {
        Some(_) => stem.get(11..)?.split('-').next(),
        None => Some(stem).filter(|stem| STEMS.iter().any(|known| stem.starts_with(known))),
    };
    named.filter(|kind| is_type(kind))
}

/// The data class of a report type: a compromised site is a page, whoever's address serves it (S3.7).
pub(crate) fn class(kind: &str) -> DataClass {
    match kind.starts_with("compromised_website") {
        true => DataClass::Page,
        false => DataClass::IdentificationByIp,
    }
}

/// How their report types begin.
const STEMS: [&str; 12] = [
    "event4_",
    "event6_",
    "event_",
    "scan_",
    "scan4_",
    "scan6_",
    "population",
    "compromised_",
    "device_id",
    "sandbox_",
    "special",
    "blocklist",
];

/// The name without folders, `.csv` and compression.
fn stem(name: &str) -> Option<&str> {
    let name = name.rsplit(['/', '\\']).next().unwrap_or(name);
    let name = name.strip_suffix(".gz").or_else(|| name.strip_suffix(".zst")).unwrap_or(name);
    name.strip_suffix(".csv")
}

/// The type where the name does not say it: by columns that only one type has, else by shape.
pub(crate) fn type_of_header(shape: Shape, header: &[String], first_is_v6: bool) -> String {
    let has = |name: &str| header.iter().any(|column| column.trim().eq_ignore_ascii_case(name));
    let six = if first_is_v6 { '6' } else { '4' };
    let known = match shape {
        Shape::Scan => return "scan".to_owned(),
        Shape::Event if has("username") && has("password") => "honeypot_brute_force",
        Shape::Event if has("routedspoof") => "ip_spoofer",
        Shape::Event if has("query") && has("query_type") => "sinkhole_dns",
        Shape::Event if has("http_url") && has("http_host") && has("infection") => "sinkhole_http",
        Shape::Event if header.iter().all(|name| target(shape, &name.trim().to_lowercase()) != Target::Extra) => {
            "sinkhole"
        }
        Shape::Event => return "event".to_owned(),
    };
    format!("event{six}_{known}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_of_names() {
        assert_eq!(type_of_name("2026-11-20-event4_sinkhole-jp-geo.csv.gz"), Some("event4_sinkhole"));
        assert_eq!(type_of_name("2026-11-20-never_seen-jp.csv.zst"), Some("never_seen"));
        assert_eq!(type_of_name("in/scan_ssl.csv"), Some("scan_ssl"));
        for none in
            ["2026-11-20.csv", "report.csv", "2026-13-20-scan_ssl-x.csv", "2026-11-20-Scan-x.csv", "scan_ssl.txt"]
        {
            assert_eq!(type_of_name(none), None, "{none}");
        }
    }
}
