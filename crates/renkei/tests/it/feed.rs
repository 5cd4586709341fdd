//! Feed files for the tests: sinkhole logs about devices that do not exist.

use std::fmt::Write as _;

/// A log of so many lines about a third as many devices, three lines of it broken.
pub fn log(lines: u32, day: &str) -> String {
    let mut text = String::new();
    for line in 0..lines {
        let device = line % (lines / 3).max(1);
        let second = line % 86_400;
        let (h, m, s) = (second / 3600, second / 60 % 60, second % 60);
        let source = match device % 4 {
            0 | 1 => format!("198.18.{}.{}", device / 4 % 64, device % 250 + 1),
            2 => format!("198.18.{}.{}", 64 + device / 4 % 64, device % 250 + 1),
            _ => format!("2001:db8::{:x}", device + 1),
        };
        writeln!(
            text,
            "{{\"ts\":\"{day}T{h:02}:{m:02}:{s:02}.{line:06}Z\",\"src\":\"{source}\",\"sport\":{},\"dst\":\"198.19.0.1\",\"dport\":80,\
             \"proto\":\"tcp\",\"family\":\"testbot\",\"bot_id\":\"{device:08x}\"}}",
            1024 + line % 60_000,
        )
        .unwrap();
    }
    text.push_str("{\"ts\":\"broken\n{\"family\":\"testbot\"}\nnot json at all\n");
    text
}
