//! Any bytes through the target `taxii_pulled`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| renkei_fuzz::sharing::taxii_pulled(data));
