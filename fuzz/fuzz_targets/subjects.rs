//! Any bytes through the target `subjects`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| renkei_fuzz::sharing::subjects(data));
