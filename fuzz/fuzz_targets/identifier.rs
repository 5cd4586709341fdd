//! Any bytes through the target `identifier`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| renkei_fuzz::inquiries::identifier(data));
