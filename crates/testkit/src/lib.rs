//! What tests start: a real PostgreSQL, a real SMTP server, a real browser, given data.

pub mod postgres;
pub mod smtp;
pub mod browser;
