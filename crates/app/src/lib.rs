//! Use cases: ask the gate, act, write the ledger.
