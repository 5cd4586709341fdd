//! The readers from outside: golden files, damage, given data, properties, fuzz seeds.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod form;
mod read;

mod corpus;
mod csaf;
mod damage;
mod given;
mod golden;
mod paper;
mod peers;
mod property;
mod scan;
mod secret;
mod sharing;
mod taxii;
