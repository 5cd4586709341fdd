//! What tests start: a real PostgreSQL, a real SMTP server, given data.

pub mod postgres;
pub mod smtp;
