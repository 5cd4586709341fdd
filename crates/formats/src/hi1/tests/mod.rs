//! The exchange from outside: samples, codecs, checks, the two phases, the profile.

mod sample;

mod codec;
mod given;
mod parts;
mod checks;
mod phases;
mod japan;
mod mutation;
