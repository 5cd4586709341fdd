//! Any bytes through the target `sink_spool`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| renkei_fuzz::sinkhole::sink_spool(data));
