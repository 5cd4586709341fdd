//! Any bytes through the target `hi1_xml`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| renkei_fuzz::targets::hi1_xml(data));
