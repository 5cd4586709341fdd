//! Minutes of a sensor: what it writes comes back, what does not fit is kept out, every line is accounted for.

use std::net::IpAddr;

use proptest::prelude::*;
use renkei_table::Minute;

use super::*;

fn minute(src_ip: IpAddr, packets: u64) -> Minute {
    Minute {
        src_ip,
        dst_port: 23,
        protocol: 6,
        tcp_flags: 2,
        ttl_class: 64,
        packets,
        bytes: 60 * packets,
        min_size: 60,
        max_size: 60,
        destinations: 3,
        first_syn_length: 60,
        first_window: 65_535,
        mirai_packets: 1,
        zmap_packets: 0,
        masscan_packets: 0,
    }
}

fn batch(rows: &[Minute], at: i64, part: u32) -> RecordBatch {
    let mut minutes = Minutes::default();
    rows.iter().for_each(|row| minutes.push(row));
    minutes.finish(Moment(at * 60_000_000), part, "sensor-1").unwrap()
}

fn text(batches: &[RecordBatch]) -> String {
    let mut text = header();
    batches.iter().for_each(|batch| write(batch, &mut text).unwrap());
    text
}

fn parsed(bytes: &[u8], chunk: usize) -> Vec<Parsed> {
    let limits = Limits { chunk, ..Limits::default() };
    let mut chunks = chunks(bytes, bytes, limits).unwrap();
    let mut all = Vec::new();
    while let Some(chunk) = chunks.next_chunk().unwrap() {
        all.push(parse(&chunk).unwrap());
    }
    all
}

#[test]
fn what_a_sensor_writes_comes_back_batch_by_batch() {
    let one =
        batch(&[minute("198.18.0.7".parse().unwrap(), 4), minute("2001:db8::7".parse().unwrap(), 1)], 29_000_000, 0);
    let two = batch(&[minute("198.18.0.9".parse().unwrap(), 2)], 29_000_000, 1);
    let text = text(&[one.clone(), two.clone()]);
    assert!(is(text.as_bytes()));
    let packed = zstd::encode_all(text.as_bytes(), 3).unwrap();
    assert!(is(&packed));
    for bytes in [text.as_bytes(), &packed] {
        let [all] = <[Parsed; 1]>::try_from(parsed(bytes, 1 << 20)).unwrap();
        assert_eq!((all.batches, all.lines, all.findings.len()), (vec![one.clone(), two.clone()], 3, 0));
    }
}

#[test]
fn a_line_that_does_not_fit_is_kept_out_and_says_where() {
    let good = text(&[batch(&[minute("198.18.0.7".parse().unwrap(), 4)], 29_000_000, 0)]);
    let line = good.lines().nth(1).unwrap();
    let cases = [
        (line.replace("198.18.0.7", "nobody"), "src_ip"),
        (line.replace(":00Z", ":30Z"), "minute"),
        (line.replace("sensor-1", ""), "sensor"),
        (line.replace("sensor-1", "a\"b"), "sensor"),
        (line.replace(",4,240,", ",-4,240,"), "packets"),
        (line.replace(",4,240,", &format!(",{},240,", u64::MAX)), "packets"),
        (format!("{line},9"), "cells"),
        (line.rsplit_once(',').unwrap().0.to_owned(), "cells"),
    ];
    for (bad, column) in cases {
        let file = format!("{}{bad}\n{line}\n", header());
        let [all] = <[Parsed; 1]>::try_from(parsed(file.as_bytes(), 1 << 20)).unwrap();
        let [finding] = <[Finding; 1]>::try_from(all.findings).unwrap();
        assert_eq!(
            (finding.line, finding.column.as_deref(), finding.code),
            (2, Some(column), Code::MinuteRow),
            "{bad}"
        );
        assert_eq!((all.lines, all.quarantined.len(), all.batches.len()), (2, 1, 1));
    }
    assert!(!is(b"minute,part\n") && !is(b"") && !is(b"{}"));
}

proptest! {
    /// Whatever the bytes and wherever they are cut: every line is accounted for, and whole rows are the same.
    #[test]
    fn every_line_is_accounted_for(
        lines in prop::collection::vec("[ -~]{0,40}|2026-11-23T00:00:00Z,0,s,198\\.18\\.0\\.[0-9],1,6,2,64,1,1,1,1,1,1,1,1,0,0", 0..30),
        chunk in 1_usize..300,
    ) {
        let file = header() + &lines.join("\n");
        let all = parsed(file.as_bytes(), chunk);
        let rows: usize = all.iter().flat_map(|parsed| &parsed.batches).map(RecordBatch::num_rows).sum();
        let kept_out: usize = all.iter().map(|parsed| parsed.quarantined.len()).sum();
        let counted: u64 = all.iter().map(|parsed| parsed.lines).sum();
        prop_assert_eq!(rows + kept_out, counted as usize);
        prop_assert_eq!(counted as usize, lines.iter().filter(|line| !line.is_empty()).count());
    }
}
