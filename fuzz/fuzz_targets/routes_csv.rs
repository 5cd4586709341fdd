//! Any bytes through the target `routes_csv`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| renkei_fuzz::targets::routes_csv(data));
