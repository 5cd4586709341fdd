//! Any bytes through the target `netflow`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| renkei_fuzz::targets::netflow(data));
