//! Single values: addresses, numbers and times, read by hand because a nation's feeds are long.

pub(crate) mod address;
pub(crate) mod number;
pub(crate) mod time;
