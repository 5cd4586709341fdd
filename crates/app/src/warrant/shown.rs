//! Warrants as they are shown: what the court states, what was seen, and every check.

use renkei_core::text::Language;
use renkei_core::time::Validity;
use renkei_core::warrant::{Checked, Finding, Seen, SignedStatement, Statement};
use renkei_store::warrant::{Check, Made, NewWarrant, Registered, Warrant};
use schemars::JsonSchema;
use serde::Serialize;

use crate::words::{Show, Words, number, table};

/// Warrants that an organisation recorded, newest first.
#[derive(Debug, Serialize, JsonSchema)]
pub struct WarrantList {
    /// They.
    pub items: Vec<WarrantListed>,
    /// Behind which the next page begins; none: there is none.
    pub next: Option<String>,
}

/// A warrant in a list.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct WarrantListed {
    /// Its id.
    pub warrant: String,
    /// Its number, as the statement has it.
    pub reference: String,
    /// The court that the statement names.
    pub court: String,
    /// That court's name in Japanese; none: it is not in the register.
    pub court_ja: Option<String>,
    /// That court's name in English; none: it is not in the register.
    pub court_en: Option<String>,
    /// The day of issue.
    pub issued: String,
    /// From when it holds; none: the court states none.
    pub from: Option<String>,
    /// Until when; none: the court states none.
    pub until: Option<String>,
    /// How the last check came out: `authentic`, `not-in-force`, `not-authentic`.
    pub outcome: &'static str,
    /// What stood against it then.
    pub findings: Vec<FindingShown>,
    /// When it was last checked.
    pub checked_at: String,
}

/// What stands against a warrant: a word of a closed vocabulary.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct FindingShown(pub &'static str);

/// A warrant with every check.
#[derive(Debug, Serialize, JsonSchema)]
pub struct WarrantRead {
    /// As in the list.
    #[serde(flatten)]
    pub head: WarrantListed,
    /// The media type that the court states.
    pub media_type: String,
    /// The size that the court states, in bytes.
    pub size: u64,
    /// SHA-256 that the court states.
    pub digest: String,
    /// The size of the document that was looked at.
    pub seen_size: u64,
    /// SHA-256 of the document that was looked at; its bytes are not kept.
    pub seen_digest: String,
    /// The key that is said to have signed.
    pub key: String,
    /// The statement, as the court signed it.
    pub statement: String,
    /// The seat that recorded it.
    pub made_by: String,
    /// When.
    pub made_at: String,
    /// How often it was checked.
    pub version: u64,
    /// Every check, oldest first; each stands as it came out.
    pub checks: Vec<WarrantCheckShown>,
}

/// A check.
#[derive(Debug, Serialize, JsonSchema)]
pub struct WarrantCheckShown {
    /// From 1.
    pub number: u64,
    /// When.
    pub at: String,
    /// By which seat.
    pub seat: String,
    /// How it came out.
    pub outcome: &'static str,
    /// Everything that stood against it.
    pub findings: Vec<FindingShown>,
    /// The version of the court that it was checked against; 0: the register had none.
    pub court_version: u64,
}

fn words_of(checked: &Checked) -> Vec<FindingShown> {
    checked.findings().iter().map(|finding: &Finding| FindingShown(finding.word())).collect()
}

impl WarrantList {
    pub(super) fn of(warrants: &[Warrant], courts: &[Registered], is_more: bool) -> Self {
        let items: Vec<_> = warrants.iter().map(|warrant| WarrantListed::of(warrant, courts)).collect();
        let next = items.last().filter(|_| is_more).map(|last| last.warrant.clone());
        Self { items, next }
    }
}

impl WarrantListed {
    fn of(warrant: &Warrant, courts: &[Registered]) -> Self {
        let Warrant { new: NewWarrant { id, signed, .. }, checked, checked_at, .. } = warrant;
        let Statement { court, reference, issued, validity: Validity { from, until }, .. } = &signed.statement;
        let name = courts.iter().find(|known| known.court.id == *court).map(|known| &known.court.name);
        Self {
            warrant: id.to_string(),
            reference: reference.as_str().to_owned(),
            court: court.to_string(),
            court_ja: name.map(|name| name.ja.clone()),
            court_en: name.map(|name| name.en.clone()),
            issued: issued.to_string(),
            from: from.map(|at| at.to_string()),
            until: until.map(|at| at.to_string()),
            outcome: checked.outcome().word(),
            findings: words_of(checked),
            checked_at: checked_at.to_string(),
        }
    }

    /// The court's name in a language; where it is in no register its identifier.
    pub fn court_name(&self, language: Language) -> &str {
        let name = match language {
            Language::Ja => &self.court_ja,
            Language::En => &self.court_en,
        };
        name.as_deref().unwrap_or(&self.court)
    }
}

impl WarrantRead {
    pub(super) fn of(warrant: &Warrant, checks: Vec<Made>, courts: &[Registered]) -> Self {
        let Warrant { new: NewWarrant { signed, seen, .. }, version, made_by, made_at, .. } = warrant;
        let SignedStatement { statement: Statement { media_type, document, .. }, key, .. } = signed;
        let Seen { size, digest } = document;
        Self {
            head: WarrantListed::of(warrant, courts),
            media_type: media_type.as_str().to_owned(),
            size: *size,
            digest: digest.to_string(),
            seen_size: seen.size,
            seen_digest: seen.digest.to_string(),
            key: key.to_string(),
            statement: signed.to_string(),
            made_by: made_by.to_string(),
            made_at: made_at.to_string(),
            version: *version,
            checks: checks.into_iter().map(WarrantCheckShown::of).collect(),
        }
    }

    /// Whether the last check found nothing against it.
    pub fn is_authentic(&self) -> bool {
        self.head.findings.is_empty()
    }
}

impl WarrantCheckShown {
    fn of(made: Made) -> Self {
        let Made { number, at, seat, check: Check { checked, court_version } } = made;
        Self {
            number,
            at: at.to_string(),
            seat: seat.to_string(),
            outcome: checked.outcome().word(),
            findings: words_of(&checked),
            court_version,
        }
    }
}

impl Show for WarrantList {
    fn show(&self, words: &Words) -> String {
        if self.items.is_empty() {
            return words.of("warrants-none");
        }
        let head = ["warrant-id", "warrant-reference", "warrant-court", "warrant-issued", "warrant-outcome"]
            .map(|key| words.of(key));
        let rows = self.items.iter().map(|one| {
            let court = one.court_name(words.language()).to_owned();
            let outcome = words.of(&format!("warrant-{}", one.outcome));
            vec![one.warrant.clone(), one.reference.clone(), court, one.issued.clone(), outcome]
        });
        let mut text = table(&head, &rows.collect::<Vec<_>>());
        if let Some(next) = &self.next {
            text.push_str(&format!("\n{}", words.say("warrants-more", &[("after", next.clone())])));
        }
        text
    }
}

impl Show for WarrantRead {
    fn show(&self, words: &Words) -> String {
        let head = &self.head;
        let fact = |key: &str, value: &str| format!("  {}: {value}", words.of(key));
        let open = |at: &Option<String>| at.clone().unwrap_or_else(|| words.of("warrant-unstated"));
        let mut lines = vec![
            format!("{} · {}", words.of(&format!("warrant-{}", head.outcome)), head.warrant),
            fact("warrant-reference", &head.reference),
            fact("warrant-court", head.court_name(words.language())),
            fact("warrant-issued", &head.issued),
            fact("warrant-from", &open(&head.from)),
            fact("warrant-until", &open(&head.until)),
            fact("warrant-document", &format!("{} · {} B · {}", self.media_type, number(self.size), self.digest)),
            fact("warrant-key", &self.key),
        ];
        if self.seen_digest != self.digest {
            lines.push(fact("warrant-seen", &format!("{} B · {}", number(self.seen_size), self.seen_digest)));
        }
        for check in &self.checks {
            let outcome = words.of(&format!("warrant-{}", check.outcome));
            lines.push(format!("  {}. {} · {} · {outcome}", check.number, check.at, check.seat));
            lines.extend(
                check
                    .findings
                    .iter()
                    .map(|found| format!("     ! {}", words.of(&format!("warrant-finding-{}", found.0)))),
            );
        }
        lines.push(words.of("warrant-outside"));
        lines.join("\n")
    }
}
