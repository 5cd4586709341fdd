//! Any bytes through the target `mapped`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| renkei_fuzz::targets::mapped(data));
