//! Figures as CSV (RFC 4180): every figure that a page shows, one file a table.

use super::{CountryRow, PortRow, Report, Row, Sum};

/// Name and text of each file.
pub(super) fn sheets(report: &Report) -> Vec<(&'static str, String)> {
    let mut sheets = vec![
        ("hourly", spans(&report.hourly)),
        ("daily", spans(&report.daily)),
        ("weekly", spans(&report.weekly)),
        ("ports", ports(&report.ports)),
        ("countries", cells(&report.countries)),
        ("victim-countries", cells(&report.victim_countries)),
    ];
    if let Some(closed) = &report.closed {
        sheets.push(("detections", cells(&closed.detections)));
        sheets.push(("members", cells(&closed.members)));
    }
    sheets
}

fn spans(rows: &[Row]) -> String {
    let mut text =
        "from_utc,sensor_minutes,packets,probes,accesses_per_address_2min,sources_per_hour,sources_began,household,mirai_like,victims\r\n"
            .to_owned();
    for Row { from, sum } in rows {
        let Sum { minutes, packets, probes, accesses, sources, began, household, mirai, victims } = sum;
        let counts =
            format!("{minutes},{packets},{probes},{accesses:.4},{sources:.1},{began},{household},{mirai},{victims}");
        // Of a span that nobody watched nothing is known, which is not the same as zero.
        let counts = if *minutes == 0 { "0,,,,,,,,".to_owned() } else { counts };
        text.push_str(&format!("{from},{counts}\r\n"));
    }
    text
}

fn ports(rows: &[PortRow]) -> String {
    let mut text = "protocol,port,packets,sources_began,packets_before,place_before\r\n".to_owned();
    for PortRow { protocol, port, packets, began, packets_before, place_before } in rows {
        let optional = |count: &Option<u64>| count.map(|count| count.to_string()).unwrap_or_default();
        let (began, place) = (optional(began), optional(place_before));
        text.push_str(&format!("{protocol},{port},{packets},{began},{packets_before},{place}\r\n"));
    }
    text
}

fn cells(rows: &[CountryRow]) -> String {
    let mut text = "name,count,before\r\n".to_owned();
    for CountryRow { name, count, before } in rows {
        let before = before.map(|count| count.to_string()).unwrap_or_default();
        text.push_str(&format!("{name},{count},{before}\r\n"));
    }
    text
}
