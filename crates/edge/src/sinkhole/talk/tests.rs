//! Connections begin as what they are.
