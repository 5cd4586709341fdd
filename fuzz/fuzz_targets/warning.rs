//! Any bytes through the target `warning`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| renkei_fuzz::sharing::warning(data));
