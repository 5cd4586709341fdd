//! Foreign bytes to values and back: feed readers, route tables, notices. No IO.
