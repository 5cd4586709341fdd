//! Questions as test data write them: a base, and what each case changes.

use renkei_core::act::Act;
use renkei_core::class::DataClass;
use renkei_core::inquiry::Instrument;
use renkei_core::measure::Measure;
use renkei_core::party::{AgreementKind, Role};
use renkei_core::question::{
    Approval, Inquiry, Office, Operation, Place, Question, Recipient, Release, Sharing, Topic,
};
use renkei_core::seat::{Duty, Seat};
use renkei_core::share::Tlp;
use renkei_core::text::Bilingual;
use renkei_core::time::{Day, Moment, SECOND, Validity};
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Facts {
    pub act: String,
    pub at: String,
    pub seat: SeatFacts,
    pub measure: Option<String>,
    pub class: Option<String>,
    pub recipient: Option<RecipientFacts>,
    pub approval: Option<ApprovalFacts>,
    pub operation: Option<OperationFacts>,
    pub inquiry: Option<InquiryFacts>,
    pub sharing: Option<SharingFacts>,
    #[serde(default)]
    pub one_seat_may_hold_both: bool,
    pub leaves: Option<bool>,
    #[serde(default)]
    pub sent: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeatFacts {
    role: String,
    duties: Vec<String>,
    /// `office` (the house), `receiver` (the addressee) or another.
    #[serde(default = "house")]
    party: String,
    #[serde(default)]
    machine: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecipientFacts {
    role: String,
    country: String,
    agreements: Vec<String>,
    topic: String,
    originator_allows: bool,
    release: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApprovalFacts {
    approver_is_set: bool,
    #[serde(default)]
    by_deputy: bool,
    same_seat_as_drafter: bool,
    bytes_match: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OperationFacts {
    place: String,
    jp_domain: bool,
    own_server: bool,
    blank: bool,
    #[serde(default)]
    voluntary: bool,
    #[serde(default)]
    checked: bool,
    /// Where a case does not ask about it, the seat needs to know.
    #[serde(default = "yes")]
    known: bool,
    hour: Option<String>,
    authority: Option<AuthorityFacts>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InquiryFacts {
    instrument: String,
    #[serde(default)]
    borderline: bool,
    #[serde(default)]
    judged: bool,
    #[serde(default = "yes")]
    in_window: bool,
    #[serde(default)]
    days: u32,
    #[serde(default)]
    extends: bool,
    #[serde(default)]
    hints: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SharingFacts {
    #[serde(default)]
    own: bool,
    tlp: String,
    #[serde(default = "yes")]
    in_force: bool,
    #[serde(default)]
    mandated: bool,
}

impl SharingFacts {
    fn sharing(&self) -> Sharing {
        let Self { own, in_force, mandated, .. } = *self;
        Sharing { own, tlp: Tlp::from_word(&self.tlp).unwrap(), in_force, mandated }
    }
}

impl InquiryFacts {
    /// Of the party `asking-force`.
    fn inquiry(&self) -> Inquiry {
        Inquiry {
            asker: "asking-force".parse().unwrap(),
            instrument: Instrument::from_word(&self.instrument).unwrap(),
            borderline: self.borderline,
            judged: self.judged,
            in_window: self.in_window,
            days: self.days,
            extends: self.extends,
            hints: self.hints,
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AuthorityFacts {
    from: Option<String>,
    until: Option<String>,
}

impl Facts {
    pub fn question(&self) -> Question {
        let act = Act::from_word(&self.act).unwrap_or_else(|| panic!("act `{}`", self.act));
        let party = "office".parse().unwrap();
        let office = Office { party, one_seat_may_hold_both: self.one_seat_may_hold_both };
        let mut question = Question::new(act, self.seat.seat(), office, moment(&self.at));
        question.measure = self.measure.as_ref().map(|word| Measure::from_word(word).unwrap());
        if let Some(word) = &self.class {
            question.class = DataClass::from_word(word).unwrap_or_else(|| panic!("class `{word}`"));
        }
        question.recipient = self.recipient.as_ref().map(RecipientFacts::recipient);
        question.approval = self.approval.as_ref().map(ApprovalFacts::approval);
        question.operation = self.operation.as_ref().map(OperationFacts::operation);
        question.inquiry = self.inquiry.as_ref().map(InquiryFacts::inquiry);
        question.sharing = self.sharing.as_ref().map(SharingFacts::sharing);
        question.leaves = self.leaves.unwrap_or(question.leaves);
        question.sent = self.sent;
        question
    }
}

fn house() -> String {
    "office".to_owned()
}

impl SeatFacts {
    fn seat(&self) -> Seat {
        Seat {
            id: "desk".parse().unwrap(),
            party: self.party.parse().unwrap(),
            party_role: Role::from_word(&self.role).unwrap(),
            title: Bilingual::default(),
            duties: self.duties.iter().map(|word| Duty::from_word(word).unwrap()).collect(),
            machine: self.machine,
        }
    }
}

impl RecipientFacts {
    fn recipient(&self) -> Recipient {
        let agreement = |word: &String| match word.as_str() {
            "nda" => AgreementKind::Nda,
            "joint-response" => AgreementKind::JointResponse,
            other => panic!("agreement `{other}`"),
        };
        Recipient {
            party: "receiver".parse().unwrap(),
            role: Role::from_word(&self.role).unwrap(),
            country: self.country.clone(),
            agreements: self.agreements.iter().map(agreement).collect(),
            topic: Topic::from_word(&self.topic).unwrap(),
            originator_allows: self.originator_allows,
            release: Release::from_word(&self.release).unwrap(),
        }
    }
}

impl ApprovalFacts {
    fn approval(&self) -> Approval {
        Approval {
            by: "head".parse().unwrap(),
            approver_is_set: self.approver_is_set,
            by_deputy: self.by_deputy,
            same_seat_as_drafter: self.same_seat_as_drafter,
            bytes_match: self.bytes_match,
        }
    }
}

const fn yes() -> bool {
    true
}

impl OperationFacts {
    fn operation(&self) -> Operation {
        let authority = self.authority.as_ref().map(|record| Validity {
            from: record.from.as_deref().map(moment),
            until: record.until.as_deref().map(moment),
        });
        Operation {
            place: Place::from_word(&self.place).unwrap(),
            jp_domain: self.jp_domain,
            own_server: self.own_server,
            blank: self.blank,
            voluntary: self.voluntary,
            checked: self.checked,
            known: self.known,
            hour: self.hour.as_deref().map(moment),
            authority,
        }
    }
}

/// `2026-04-01`, `2026-04-01T12:34` or `2026-04-01T12:34:56.789`, in Japan.
pub fn moment(text: &str) -> Moment {
    let (day, time) = text.split_once('T').unwrap_or((text, "00:00"));
    let mut parts = day.split('-').map(|part| part.parse::<u32>().unwrap());
    let (year, month, day) = (parts.next().unwrap(), parts.next().unwrap(), parts.next().unwrap());
    let day = Day::from_civil(year as i32, month, day).unwrap();
    let seconds = time.split(':').fold(0.0, |sum, part| sum * 60.0 + part.parse::<f64>().unwrap());
    let seconds = if time.matches(':').count() == 1 { seconds * 60.0 } else { seconds };
    Moment(day.start().0 + (seconds * SECOND as f64).round() as i64 - 9 * 3600 * SECOND)
}
