//! Advisories that are written, broken, filled from STIX, laid out, and shown to the validators of others.

mod sample;

mod checks;
mod folder;
mod peers;
mod stix;
mod written;
