//! The program as its users run it: the binary itself, real databases, a real mail server.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod desk;
mod feed;
mod story;
mod by_hand;
mod line;
mod forgery;
mod mail;
mod mail_in;
mod kill;
mod taxii;
mod two;
mod full;
mod backup;
mod help;
mod served;
mod pages;
mod watched;
mod passkeys;
mod oidc;
mod parties;
mod matrix;
mod contract;
mod inquiries;
mod isolation;
mod credentials;
mod programs;
mod offers;
mod questions;
mod breached;
mod channels;
mod operation;
mod sharing;
mod onward;
mod sinkhole;
mod sites;
