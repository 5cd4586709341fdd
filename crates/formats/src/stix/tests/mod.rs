//! Objects, checks and patterns against the words of the standard.

mod bundles;
mod checks;
mod patterns;
