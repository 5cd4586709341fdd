//! Any bytes through the target `credentials`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| renkei_fuzz::targets::credentials(data));
