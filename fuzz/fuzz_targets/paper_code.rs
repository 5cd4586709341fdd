//! Any bytes through the target `paper_code`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| renkei_fuzz::targets::paper_code(data));
