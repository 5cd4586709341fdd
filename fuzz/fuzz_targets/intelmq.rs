//! Any bytes through the target `intelmq`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| renkei_fuzz::targets::intelmq(data));
