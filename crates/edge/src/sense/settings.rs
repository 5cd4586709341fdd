//! Settings of a sensor, checked.

use std::sync::Arc;

use renkei_formats::countries::Countries;

use super::dark::Dark;
use super::rule::Rules;

/// How a sensor watches.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// Its id: stays inside the office.
    pub sensor: String,
    /// Its addresses: never leave.
    pub dark: Dark,
    /// What is taken for what.
    pub rules: Rules,
    /// Whether minute aggregates are made, besides detections.
    pub aggregates: bool,
    /// Bytes that minute aggregates may take; a minute that needs more is handed over in parts.
    pub memory: usize,
    /// Sources, and victims, that are followed at the same time; packets of further ones are counted
    /// as unfollowed.
    pub sources: usize,
    /// Whether the sources of a day are counted exactly (512 MiB a shard) instead of within about 1 %.
    pub exact_sources: bool,
    /// Whether hours are counted too, for publication.
    pub hours: bool,
    /// Which country an address was given to; empty: countries are not counted.
    pub countries: Arc<Countries>,
    /// Threads that read and watch.
    pub threads: usize,
    /// Seconds that a minute stays open after its end, for packets that come late.
    pub grace: u32,
    /// A secret number, so that whoever sends packets cannot choose where they lie in memory.
    pub seed: u64,
}

impl Settings {
    /// Bytes of minute aggregates, if nobody says otherwise: 6.5 million flows a minute fit.
    pub const MEMORY: usize = 800 << 20;
    /// Sources that are followed, if nobody says otherwise.
    pub const SOURCES: usize = 1 << 21;
    /// Seconds of grace, if nobody says otherwise: well within the 90 in which a detection is out.
    pub const GRACE: u32 = 10;

    /// Of a sensor with these addresses, everything else as usual.
    pub fn new(sensor: &str, dark: Dark, rules: Rules, seed: u64) -> Self {
        Self {
            sensor: sensor.to_owned(),
            dark,
            rules,
            aggregates: true,
            memory: Self::MEMORY,
            sources: Self::SOURCES,
            exact_sources: false,
            hours: false,
            countries: Arc::default(),
            threads: 1,
            grace: Self::GRACE,
            seed,
        }
    }
}
