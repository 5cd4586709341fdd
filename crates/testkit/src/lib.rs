//! What tests start: a real PostgreSQL, a real SMTP server, given data.
