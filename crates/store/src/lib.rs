//! The registry and the ledger in SQL: the only crate that holds SQL.
