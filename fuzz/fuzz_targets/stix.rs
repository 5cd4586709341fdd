//! Any bytes through the target `stix`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| renkei_fuzz::sharing::stix(data));
