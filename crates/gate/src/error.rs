//! Why a rule set cannot be used.

use std::path::PathBuf;

/// Loading a rule set failed. A gate is made from a whole, checked rule set or not at all.
#[derive(Debug, thiserror::Error)]
pub enum RulesError {
    /// A file could not be read.
    #[error("cannot read `{}`", .path.display())]
    Read {
        /// Which file.
        path: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
    /// The schema or a rule file is not Cedar.
    #[error("`{file}` is not valid Cedar: {reason}")]
    Cedar {
        /// Which file.
        file: String,
        /// What Cedar says.
        reason: String,
    },
    /// The rules do not fit the schema.
    #[error("the rules do not fit the schema: {0}")]
    Schema(String),
    /// An annotation is missing or cannot be read.
    #[error("rule `{rule}` in `{file}`: annotation `{annotation}` {problem}")]
    Annotation {
        /// Which file.
        file: String,
        /// Which rule.
        rule: String,
        /// Which annotation.
        annotation: &'static str,
        /// What is wrong with it.
        problem: String,
    },
    /// A `permit` has to say allowed, a `forbid` something graver.
    #[error("rule `{rule}` in `{file}`: outcome `{outcome}` does not go with its effect")]
    Effect {
        /// Which file.
        file: String,
        /// Which rule.
        rule: String,
        /// What it says.
        outcome: String,
    },
    /// Two rules have the same gate and code.
    #[error("two rules are called `{0}`")]
    Twice(String),
    /// The dates people read and the dates the condition holds differ.
    #[error("rule `{rule}` in `{file}`: its annotation says {annotated}, its condition {condition}")]
    Date {
        /// Which file.
        file: String,
        /// Which rule.
        rule: String,
        /// What `@from` and `@until` say.
        annotated: String,
        /// What the condition compares `context.at` with.
        condition: String,
    },
    /// A data file of the rule set cannot be read.
    #[error("`{file}`: {reason}")]
    Data {
        /// Which file.
        file: &'static str,
        /// What is wrong.
        reason: String,
    },
}
