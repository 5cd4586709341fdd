//! Any bytes through the target `dossier`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| renkei_fuzz::inquiries::dossier(data));
