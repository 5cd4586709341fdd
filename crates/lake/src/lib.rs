//! Observations in Delta tables: the only crate that links Delta Lake.
