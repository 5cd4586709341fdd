//! Inquiries at the shell: what a person reads of them.

use renkei_core::dossier::{Found, Verdict};
use renkei_core::text::Bilingual;
use schemars::JsonSchema;
use serde::Serialize;

use super::{FindingShown, InquiryChanged, InquiryList, InquiryListed, InquiryRead, ProviderForm, StageList};
use crate::words::{Show, Words, table};

/// What the check of a dossier found.
#[derive(Debug, Serialize, JsonSchema)]
pub struct DossierVerdict {
    /// Whether it is what was asked, approved and answered.
    pub holds: bool,
    /// Which inquiry, where it could be read.
    pub inquiry: Option<String>,
    /// Its document number.
    pub number: Option<String>,
    /// The versions of the rules under which it went.
    pub rules: Vec<String>,
    /// What is wrong.
    pub faults: Vec<DossierFault>,
}

/// Something that is wrong.
#[derive(Debug, Serialize, JsonSchema)]
pub struct DossierFault {
    /// Its stable code.
    pub code: &'static str,
    /// In which step; 0: in none of them.
    pub step: u64,
    /// What it says, in Japanese.
    pub ja: String,
    /// What it says, in English.
    pub en: String,
}

impl From<&Verdict> for DossierVerdict {
    fn from(verdict: &Verdict) -> Self {
        let fault = |found: &Found| {
            let Bilingual { ja, en } = found.fault.text();
            DossierFault { code: found.fault.word(), step: found.step, ja, en }
        };
        Self {
            holds: verdict.holds(),
            inquiry: verdict.dossier.as_ref().map(|dossier| dossier.inquiry.to_string()),
            number: verdict.dossier.as_ref().map(|dossier| dossier.paper.number.clone()),
            rules: verdict.rules.iter().map(ToString::to_string).collect(),
            faults: verdict.faults.iter().map(fault).collect(),
        }
    }
}

impl Show for DossierVerdict {
    fn show(&self, words: &Words) -> String {
        let head = words.of(if self.holds { "dossier-holds" } else { "dossier-altered" });
        let mut lines = vec![head];
        lines.extend(self.inquiry.iter().map(|id| format!("{id} · {}", self.number.as_deref().unwrap_or_default())));
        lines.extend(self.rules.iter().map(|rules| format!("{}: {rules}", words.of("dossier-rules"))));
        lines.extend(
            self.faults.iter().map(|fault| format!("  {} ({}) {} / {}", fault.code, fault.step, fault.ja, fault.en)),
        );
        lines.join("\n")
    }
}

impl Show for StageList {
    fn show(&self, words: &Words) -> String {
        if self.0.is_empty() {
            return words.of("stages-none");
        }
        let lines = self
            .0
            .iter()
            .zip(1..)
            .map(|(stage, place)| format!("{place}. {} / {} · {}", stage.ja, stage.en, stage.seat));
        lines.collect::<Vec<_>>().join("\n")
    }
}

impl Show for ProviderForm {
    fn show(&self, words: &Words) -> String {
        let version = if self.version == 0 { words.of("inquiry-form-none") } else { self.version.to_string() };
        let mut lines = vec![format!("{} · {}: {version}", self.party, words.of("form-version"))];
        for field in &self.fields {
            let mark = if field.borderline { format!(" · {}", words.of("inquiry-borderline")) } else { String::new() };
            lines.push(format!("  {} · {} / {} · {}{mark}", field.id, field.ja, field.en, field.class));
        }
        lines.push(format!("{}: {}", words.of("inquiry-kind"), self.kinds.join(", ")));
        lines.push(format!("{}: {}", words.of("inquiry-zone"), self.zone));
        lines.extend(self.is_signed.then(|| words.of("form-signed")));
        lines.extend(
            (!self.agreed.is_empty()).then(|| format!("{}: {}", words.of("form-agreed"), self.agreed.join(", "))),
        );
        let newer = self.newer.map(|newer| words.say("form-newer", &[("version", newer.to_string())]));
        lines.extend(newer);
        lines.join("\n")
    }
}

impl Show for InquiryList {
    fn show(&self, words: &Words) -> String {
        if self.0.is_empty() {
            return words.of("inquiries-none");
        }
        let head =
            ["inquiry", "inquiry-number", "inquiry-with", "effect-state", "inquiry-due"].map(|key| words.of(key));
        let rows = self.0.iter().map(|row| {
            let with = if row.is_asked_by_us { &row.recipient } else { &row.asker };
            let state = words.of(&format!("inquiry-state-{}", row.state));
            vec![row.inquiry.clone(), row.number.clone(), with.clone(), state, row.due_at.clone().unwrap_or_default()]
        });
        table(&head, &rows.collect::<Vec<_>>())
    }
}

impl Show for InquiryRead {
    fn show(&self, words: &Words) -> String {
        let InquiryListed { inquiry, number, asker, recipient, state, .. } = &self.head;
        let state = words.of(&format!("inquiry-state-{state}"));
        let mut lines = vec![
            format!("{inquiry} · {number} · {asker} → {recipient} · {state}"),
            format!("{}: {}", words.of("inquiry-case"), self.case),
            format!("{}: {}", words.of("inquiry-basis"), self.basis),
        ];
        lines.extend((self.days > 0).then(|| format!("{}: {}", words.of("inquiry-days"), self.days)));
        lines.extend(self.head.due_at.as_ref().map(|due| format!("{}: {due}", words.of("inquiry-due"))));
        for item in &self.items {
            let window = item.window.as_ref();
            let window = window.map(|it| format!(" · {} – {} ({})", it.from.local, it.until.local, it.from.zone));
            let outcome = item.outcome.map(|word| format!(" → {}", words.of(&format!("inquiry-outcome-{word}"))));
            let ground = item.ground.map(|word| format!(" ({})", words.of(&format!("inquiry-ground-{word}"))));
            let tail: String = [window, outcome, ground].into_iter().flatten().collect();
            lines.push(format!("  {} {} {} · {}{tail}", item.number, item.kind, item.value, item.field));
        }
        lines.extend(self.findings.iter().map(|finding| said(words, finding)));
        for event in &self.thread {
            lines.push(format!("  {} · {}", event.at, words.of(&format!("inquiry-done-{}", event.step))));
            lines.extend(event.text.lines().map(|line| format!("    {line}")));
        }
        lines.join("\n")
    }
}

impl Show for InquiryChanged {
    fn show(&self, words: &Words) -> String {
        let done = words.of(&format!("inquiry-done-{}", self.done));
        let values = [("inquiry", self.inquiry.clone()), ("number", self.number.clone()), ("done", done)];
        let mut lines = vec![words.say("inquiry-changed", &values)];
        lines.extend(self.findings.iter().map(|finding| said(words, finding)));
        lines.join("\n")
    }
}

/// A finding as a line: where, how much it weighs, what, and why.
fn said(words: &Words, finding: &FindingShown) -> String {
    let weight = words.of(if finding.stops { "inquiry-stops" } else { "inquiry-warns" });
    let item = finding.item.map(|item| words.say("inquiry-item", &[("number", item.to_string())])).unwrap_or_default();
    let reason = finding.reason.map(|reason| words.of(&format!("inquiry-misfit-{reason}"))).unwrap_or_default();
    let code = words.of(&format!("inquiry-check-{}", finding.code));
    let parts = [weight, item, code, reason];
    let parts: Vec<_> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    format!("  ! {}", parts.join(" · "))
}
