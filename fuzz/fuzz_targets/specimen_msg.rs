//! Any bytes through the target `specimen_msg`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| renkei_fuzz::sharing::specimen(data));
