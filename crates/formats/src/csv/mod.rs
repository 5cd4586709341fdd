//! Records of comma separated values: fields, header, rows.

pub(crate) mod fields;
pub(crate) mod plan;
pub(crate) mod read;
