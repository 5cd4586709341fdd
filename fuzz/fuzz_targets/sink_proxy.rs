//! Any bytes through the target `sink_proxy`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| renkei_fuzz::sinkhole::sink_proxy(data));
