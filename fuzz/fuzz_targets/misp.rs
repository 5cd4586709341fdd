//! Any bytes through the target `misp`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| renkei_fuzz::sharing::misp_event(data));
