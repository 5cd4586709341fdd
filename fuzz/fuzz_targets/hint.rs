//! Any bytes through the target `hint`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| renkei_fuzz::inquiries::hint(data));
