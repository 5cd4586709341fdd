//! One thing that is not as the house wants it.

use std::fmt;

/// What a check found, and where.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// The path inside the house.
    pub path: String,
    /// The line, counted from 1; 0 where the whole file is meant.
    pub line: usize,
    /// The name of the check.
    pub check: &'static str,
    /// What is wrong, and what to do.
    pub message: String,
}

impl Finding {
    /// A finding at a line.
    pub fn at(check: &'static str, path: &str, line: usize, message: impl Into<String>) -> Self {
        Self { path: path.to_owned(), line, check, message: message.into() }
    }

    /// A finding about a whole file or folder.
    pub fn of(check: &'static str, path: &str, message: impl Into<String>) -> Self {
        Self::at(check, path, 0, message)
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { path, line, check, message } = self;
        match line {
            0 => write!(f, "{path}: [{check}] {message}"),
            _ => write!(f, "{path}:{line}: [{check}] {message}"),
        }
    }
}
