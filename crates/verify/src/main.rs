//! Checks an exported ledger with public keys alone; built on core and nothing else.
fn main() {}
