//! Any bytes through the target `mail`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| renkei_fuzz::mails::mail(data));
