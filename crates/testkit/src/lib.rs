//! What tests start: a real PostgreSQL, a real SMTP server, a real name server, a signing domain, a real
//! browser, given data.

pub mod postgres;
pub mod smtp;
pub mod dns;
pub mod dkim;
pub mod webhook;
pub mod oidc;
pub mod authenticator;
pub mod browser;
pub mod taxii;
