//! What the fuzz targets do; a normal test of `formats` replays the seeds through the same functions.

pub mod targets;
