//! Any bytes through the target `stix_pattern`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| renkei_fuzz::sharing::stix_pattern(data));
