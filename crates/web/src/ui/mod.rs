//! Pages for people: each module is a place of the menu or a step in one.

pub mod account;
pub mod answer;
pub mod campaigns;
pub mod credentials;
pub mod door;
pub mod effect;
pub mod gates;
pub mod import;
pub mod ledger;
pub mod mend;
pub mod observations;
pub mod offers;
pub mod parties;
pub mod passkeys;
pub mod oidc;
pub mod operations;
pub mod plan;
pub mod questions;
pub mod report;
pub mod requests;
pub mod seats;
pub mod webhooks;
pub mod work;
