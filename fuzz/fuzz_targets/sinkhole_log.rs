//! Any bytes through the target `sinkhole_log`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| renkei_fuzz::targets::sinkhole_log(data));
