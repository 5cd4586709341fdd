//! Any bytes through the target `minutes`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| renkei_fuzz::targets::read_minutes(data));
