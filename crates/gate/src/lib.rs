//! Rulings and permits: the only crate that links Cedar.
