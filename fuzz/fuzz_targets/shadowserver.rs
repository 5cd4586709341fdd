//! Any bytes through the target `shadowserver`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| renkei_fuzz::targets::shadowserver(data));
