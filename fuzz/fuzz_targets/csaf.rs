//! Any bytes through the target `csaf`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| renkei_fuzz::sharing::csaf(data));
