//! What the fuzz targets do; normal tests of the crates that they are about replay the seeds through the same functions.

pub mod inquiries;
pub mod mails;
pub mod sharing;
pub mod sinkhole;
pub mod targets;
pub mod zone;
