//! The rules in force, and a case tried without doing it.

use renkei_core::act::Act;
use renkei_core::class::DataClass;
use renkei_core::measure::Measure;
use renkei_core::party::{AgreementKind, Role};
use renkei_core::question::{Approval, Question, Recipient, Release, Topic};
use renkei_core::seat::{Duty, Seat};
use renkei_core::text::Bilingual;
use renkei_core::time::Moment;
use schemars::JsonSchema;
use serde::Serialize;

use crate::campaign::read::RulingShown;
use crate::office::Office;
use crate::signin::BilingualShown;

/// A rule as shown.
#[derive(Debug, Serialize, JsonSchema)]
pub struct RuleShown {
    /// Gate.
    pub gate: String,
    /// Stable code.
    pub code: String,
    /// The file it stands in.
    pub file: String,
    /// What it says when it matches.
    pub outcome: &'static str,
    /// Requirements it carries out.
    pub requirements: Vec<String>,
    /// Why.
    pub reason: BilingualShown,
}

/// A case to try: the facts a person can set; the rest is ordinary.
#[derive(Debug, Clone)]
pub struct Case {
    /// What is done.
    pub act: Act,
    /// With which duties.
    pub duties: Vec<Duty>,
    /// With which data.
    pub class: DataClass,
    /// What is asked.
    pub measure: Option<Measure>,
    /// Of whom.
    pub recipient: Option<Role>,
    /// Whether that party has signed a non-disclosure contract.
    pub nda: bool,
    /// Whether the set approver approved these bytes.
    pub approved: bool,
    /// When.
    pub at: Moment,
}

impl Office {
    /// Every rule in force, by gate.
    pub fn rules(&self) -> Vec<RuleShown> {
        let mut rules: Vec<RuleShown> = self
            .gate
            .rules()
            .map(|rule| RuleShown {
                gate: rule.ground.gate.to_string(),
                code: rule.ground.code.to_string(),
                file: rule.file.clone(),
                outcome: rule.ground.outcome.word(),
                requirements: rule.ground.requirements.iter().map(ToString::to_string).collect(),
                reason: rule.ground.reason.clone().into(),
            })
            .collect();
        rules.sort_by(|a, b| (order(&a.gate), &a.code).cmp(&(order(&b.gate), &b.code)));
        rules
    }

    /// What people read for a word of the rules (`act`, `class`, `role` …).
    pub fn rule_word(&self, vocabulary: &str, word: &str) -> Bilingual {
        WORDS.of(vocabulary, word)
    }

    /// The measures of the catalogue with their names.
    pub fn measures(&self) -> Vec<(String, Bilingual)> {
        let named = |entry: &renkei_gate::CatalogueEntry| (entry.measure.word().to_owned(), entry.name.clone());
        self.gate.catalogue().iter().map(named).collect()
    }

    /// What the gate would answer; nothing is done and nothing is written.
    pub fn try_case(&self, case: &Case) -> RulingShown {
        let seat = Seat {
            id: SEAT.clone(),
            party: self.settings.party.clone(),
            party_role: Role::Centre,
            title: Bilingual::default(),
            duties: case.duties.clone(),
            machine: false,
        };
        let mut question = Question::new(case.act, seat, self.facts(), case.at).with_class(case.class);
        question.measure = case.measure;
        question.recipient = case.recipient.map(|role| Recipient {
            party: SOMEBODY.clone(),
            role,
            country: "JP".to_owned(),
            agreements: if case.nda { vec![AgreementKind::Nda] } else { Vec::new() },
            topic: Topic::None,
            originator_allows: true,
            release: Release::Counts,
        });
        question.approval = case.approved.then(|| Approval {
            by: SEAT.clone(),
            approver_is_set: true,
            by_deputy: false,
            same_seat_as_drafter: false,
            bytes_match: true,
        });
        self.gate.rule(&question).into()
    }
}

/// `G7` before `G10`, house rules last.
fn order(gate: &str) -> (bool, u32) {
    (gate.starts_with('H'), gate.trim_start_matches(['G', 'H']).parse().unwrap_or(u32::MAX))
}

static WORDS: std::sync::LazyLock<renkei_gate::Words> = std::sync::LazyLock::new(renkei_gate::Words::embedded);
#[expect(clippy::expect_used, reason = "the names are written here")]
static SEAT: std::sync::LazyLock<renkei_core::id::SeatId> =
    std::sync::LazyLock::new(|| "somebody".parse().expect("a slug"));
#[expect(clippy::expect_used, reason = "the names are written here")]
static SOMEBODY: std::sync::LazyLock<renkei_core::id::PartyId> =
    std::sync::LazyLock::new(|| "some-party".parse().expect("a slug"));
