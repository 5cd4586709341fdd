//! The renkei program: verbs, settings, wiring.
fn main() {}
