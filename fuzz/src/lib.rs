//! What the fuzz targets do; normal tests of `formats` and `post` replay the seeds through the same functions.

pub mod mails;
pub mod sinkhole;
pub mod targets;
