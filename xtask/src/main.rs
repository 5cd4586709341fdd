//! Tidy: what the compiler cannot check about the house.
fn main() {}
