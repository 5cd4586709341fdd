//! Any bytes through the target `zone_query`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| renkei_fuzz::zone::zone_query(data));
