//! Any bytes through the target `sink_hello`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| renkei_fuzz::sinkhole::sink_hello(data));
