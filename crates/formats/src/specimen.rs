//! Mails that were handed in because somebody took them for an attack: read, bounded, never opened.
//!
//! [`examine`] brings a mail (`.eml`, Outlook's `.msg`) to facts, places and digests; nothing in it is run, drawn or
//! fetched, and no name server is asked. [`share`] takes out who reported it (S1.35), [`cluster`] tells scattered
//! mails from targeted ones (S3.9). It is made to run in a process of its own, with limits.

mod finding;
mod examined;
mod look;
mod seen;
mod links;
mod page;
mod shortcut;
mod document;
mod archive;
mod file;
mod results;
mod head;
mod eml;
mod outlook;
mod likeness;
mod share;

pub use examined::{Attachment, Examined, Form, Head, Hop, Link, Outcome, Person, Results, Shortcut};
pub use finding::{Code, Finding, Weight};
pub use likeness::{Cluster, Key, Manner, Reported, Rules, RulesError, cluster};
pub use look::{How, Limits};
pub use share::{MARK, Shared, share};
pub use shortcut::{BadShortcut, read as read_shortcut};

/// Examines a mail. Whatever it holds, a value comes out; what could not be looked at is a finding in it.
pub fn examine(bytes: &[u8], how: &How) -> Examined {
    let mut look = look::Look::new(how);
    let mut examined = Examined { digest: archive::digest(bytes), size: bytes.len() as u64, ..Examined::default() };
    if bytes.len() > how.limits.mail_bytes {
        look.found("", Code::TooLarge);
    } else {
        let is_message = outlook::is_message(bytes);
        let texts = match is_message {
            true => outlook::examine(&mut look, bytes, &mut examined),
            false => eml::examine(&mut look, bytes, &mut examined),
        };
        let is_mail = !look.findings.iter().any(|one| one.place.is_empty() && one.code == Code::NotMail);
        examined.form = match (is_message, is_mail) {
            (true, _) => Form::Msg,
            (false, true) => Form::Eml,
            (false, false) => Form::Unknown,
        };
        examined.text_key = likeness::text_key(&texts, &examined.head);
    }
    examined.links = look.links;
    look.findings.sort();
    examined.findings = look.findings;
    examined
}

impl Examined {
    /// A mail that could not be examined, and why.
    pub fn failed(bytes: &[u8], code: Code) -> Self {
        let findings = vec![Finding { place: String::new(), code }];
        Self { digest: archive::digest(bytes), size: bytes.len() as u64, findings, ..Self::default() }
    }
}

#[cfg(test)]
mod tests;
