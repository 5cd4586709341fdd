//! Mails as shown: never their words, always what a person needs to decide.

use std::collections::BTreeMap;

use renkei_store::mail::{Mail, NewMail};
use schemars::JsonSchema;
use serde::Serialize;

use crate::words::{Show, Words, number, table};

/// A mail that came in, as shown.
#[derive(Debug, Serialize, JsonSchema)]
pub struct MailShown {
    /// Its id.
    pub mail: String,
    /// What it is.
    pub kind: &'static str,
    /// Where it stands.
    pub state: &'static str,
    /// The request it belongs to.
    pub request: Option<String>,
    /// What proves its sender.
    pub proof: &'static str,
    /// Domain of its sender, proved or claimed.
    pub domain: Option<String>,
    /// Codes of what is wrong with it (docs/findings.md).
    pub faults: Vec<String>,
    /// What was counted in it.
    pub counts: BTreeMap<String, u64>,
    /// SHA-256 of its bytes.
    pub digest: String,
    /// When it was read.
    pub at: Option<String>,
    /// Who confirmed or dropped it.
    pub ended_by: Option<String>,
}

impl MailShown {
    pub(super) fn of(new: &NewMail, kept: Option<&Mail>) -> Self {
        let NewMail { digest, message_id: _, request, kind, proof, domain, state, faults, counts } = new;
        Self {
            mail: new.id().to_string(),
            kind: kind.word(),
            state: state.word(),
            request: request.map(|request| request.to_string()),
            proof: proof.word(),
            domain: domain.clone(),
            faults: faults.clone(),
            counts: counts.clone(),
            digest: digest.to_string(),
            at: kept.map(|mail| mail.at.to_string()),
            ended_by: kept.and_then(|mail| mail.ended.as_ref()).map(|(_, seat)| seat.to_string()),
        }
    }

    /// One line of text.
    pub(super) fn line(&self, words: &Words) -> String {
        let counts = self.counts.iter().map(|(key, count)| format!("{key} {}", number(*count)));
        let more: Vec<String> = counts.chain(self.faults.iter().map(|code| fault(words, code))).collect();
        let values = [
            ("mail", self.mail.clone()),
            ("kind", words.of(&format!("mail-kind-{}", self.kind))),
            ("state", words.of(&format!("mail-state-{}", self.state))),
            ("request", self.request.clone().unwrap_or_else(|| words.of("none"))),
            ("more", more.join(", ")),
        ];
        words.say("mail-line", &values).trim_end().to_owned()
    }
}

fn fault(words: &Words, code: &str) -> String {
    format!("{code} {}", words.of(&format!("mail-fault-{code}")))
}

/// Mails in a list.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct MailList(pub Vec<MailShown>);

impl Show for MailList {
    fn show(&self, words: &Words) -> String {
        if self.0.is_empty() {
            return words.of("mail-none");
        }
        let head = ["mail-id", "mail-kind", "effect-state", "request-id", "mail-domain", "mail-faults"];
        let rows = self.0.iter().map(|mail| {
            vec![
                mail.mail.clone(),
                words.of(&format!("mail-kind-{}", mail.kind)),
                words.of(&format!("mail-state-{}", mail.state)),
                mail.request.clone().unwrap_or_else(|| words.of("none")),
                mail.domain.clone().unwrap_or_else(|| words.of("none")),
                mail.faults.iter().map(|code| fault(words, code)).collect::<Vec<_>>().join(", "),
            ]
        });
        table(&head.map(|key| words.of(key)), &rows.collect::<Vec<_>>())
    }
}

#[cfg(test)]
mod tests {
    use renkei_core::mail::{Kind, State};
    use renkei_core::text::Language;
    use renkei_post::inbound::Fault;

    use super::*;

    #[test]
    fn every_kind_state_and_fault_has_words() {
        let kinds = Kind::ALL.iter().map(|kind| format!("mail-kind-{kind}"));
        let states = State::ALL.iter().map(|state| format!("mail-state-{state}"));
        let faults = Fault::ALL.iter().map(|fault| format!("mail-fault-{}", fault.code()));
        let keys: Vec<String> = kinds.chain(states).chain(faults).collect();
        for language in [Language::Ja, Language::En] {
            let words = Words::new(language);
            for key in &keys {
                assert_ne!(words.of(key), *key);
            }
        }
    }
}
