//! Any bytes through the target `pyasn`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| renkei_fuzz::targets::pyasn(data));
