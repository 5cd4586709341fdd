//! Any bytes through the target `warrant`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| renkei_fuzz::inquiries::warrant(data));
