//! Any bytes through the target `hint_call`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| renkei_fuzz::sharing::hint_call(data));
