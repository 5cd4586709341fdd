//! Any bytes through the target `packet`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| renkei_fuzz::targets::packet(data));
