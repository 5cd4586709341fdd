//! One line of minutes: its cells, each within what its column can hold.

use std::str::FromStr;

use renkei_core::time::{Moment, SECOND};
use renkei_table::{MINUTE_COLUMNS, Minute};

/// What a batch of rows has in common.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Of {
    pub minute: Moment,
    pub part: u32,
    pub sensor: String,
}

/// The most characters of a sensor's id.
const MOST_ID: usize = 128;

/// Reads a line, or names the column that does not fit; `cells`: their number does not.
pub(super) fn read(line: &[u8]) -> Result<(Of, Minute), &'static str> {
    let text = std::str::from_utf8(line).map_err(|_| "cells")?;
    let mut cells = Cells { rest: text.split(','), columns: MINUTE_COLUMNS.iter() };
    let minute: Moment = cells.next()?;
    if minute.0 < 0 || minute.0 % (60 * SECOND) != 0 {
        return Err("minute");
    }
    let part = cells.next()?;
    let sensor: String = cells.next()?;
    let fits = |sign: char| sign.is_alphanumeric() || matches!(sign, '-' | '.' | '_' | ':' | ' ');
    if sensor.is_empty() || sensor.len() > MOST_ID || !sensor.chars().all(fits) {
        return Err("sensor");
    }
    let row = Minute {
        src_ip: cells.next()?,
        dst_port: cells.next()?,
        protocol: cells.next()?,
        tcp_flags: cells.next()?,
        ttl_class: cells.next()?,
        packets: cells.count()?,
        bytes: cells.count()?,
        min_size: cells.next()?,
        max_size: cells.next()?,
        destinations: cells.count()?,
        first_syn_length: cells.next()?,
        first_window: cells.next()?,
        mirai_packets: cells.next()?,
        zmap_packets: cells.next()?,
        masscan_packets: cells.next()?,
    };
    if cells.rest.next().is_some() {
        return Err("cells");
    }
    Ok((Of { minute, part, sensor }, row))
}

struct Cells<'a> {
    rest: std::str::Split<'a, char>,
    columns: std::slice::Iter<'static, renkei_table::Column>,
}

impl Cells<'_> {
    fn next<T: FromStr>(&mut self) -> Result<T, &'static str> {
        let column = self.columns.next().map_or("cells", |column| column.name);
        self.rest.next().ok_or("cells")?.parse().map_err(|_| column)
    }

    /// A count fits a signed number of 64 bits.
    fn count(&mut self) -> Result<u64, &'static str> {
        let column = self.columns.as_slice().first().map_or("cells", |column| column.name);
        let count: u64 = self.next()?;
        if i64::try_from(count).is_ok() { Ok(count) } else { Err(column) }
    }
}
