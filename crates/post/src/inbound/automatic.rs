//! Mails that a program wrote: RFC 3834, and what older and other programs say instead.

use mail_parser::Message;

use super::addressed::values;

/// How a mail came into being.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// A person sent it, as far as it says.
    Person,
    /// A program sent it by itself; it may still carry an answer (a ticket system, a script).
    Program,
    /// A program answered a mail of ours: absence, receipt, ticket number.
    Answerer,
}

/// What the headers say (RFC 3834 §5; Precedence and X- headers are customs older than it).
pub fn origin(mail: &Message<'_>) -> Origin {
    let word = |name| values(mail, name).next().map(first_word);
    match word("Auto-Submitted").as_deref() {
        Some("no") | None => {}
        Some("auto-replied" | "auto-notified") => return Origin::Answerer,
        Some(_) => return Origin::Program,
    }
    let has = |name| values(mail, name).next().is_some();
    if has("X-Autoreply") || has("X-Autorespond") || word("Precedence").as_deref() == Some("auto_reply") {
        return Origin::Answerer;
    }
    let bulk = word("Precedence").is_some_and(|word| matches!(word.as_str(), "bulk" | "junk"));
    // Exchange writes it into what must not be answered, absences above all.
    if bulk || has("X-Auto-Response-Suppress") { Origin::Program } else { Origin::Person }
}

fn first_word(value: &str) -> String {
    value.split([' ', ';', '(', '\t', '\r', '\n']).next().unwrap_or_default().to_ascii_lowercase()
}
