//! Any bytes through the target `sink_http`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| renkei_fuzz::sinkhole::sink_http(data));
