//! Any bytes through the target `mmdb`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| renkei_fuzz::targets::mmdb(data));
