//! Any bytes through the target `indicator`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| renkei_fuzz::sharing::indicator(data));
