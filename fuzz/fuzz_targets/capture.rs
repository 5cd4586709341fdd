//! Any bytes through the target `capture`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| renkei_fuzz::targets::capture(data));
