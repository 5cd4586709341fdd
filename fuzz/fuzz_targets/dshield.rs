//! Any bytes through the target `dshield`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| renkei_fuzz::targets::dshield(data));
