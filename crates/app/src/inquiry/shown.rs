//! Inquiries as shown: lists, one with its items and thread, what was changed.

use renkei_core::id::InquiryId;
use renkei_core::inquiry::Step;
use renkei_core::inquiry::check::{Finding, Weight};
use renkei_core::inquiry::item::Window;
use renkei_core::seat::Seat;
use renkei_core::time::Moment;
use renkei_formats::notice::PartyZone;
use renkei_store::inquiry::{AnswerFile, Happened, Inquiry, ItemState, Stage};
use schemars::JsonSchema;
use serde::Serialize;

use super::ProviderForm;
use crate::hint::HintsShown;
use crate::line::LineState;

/// Inquiries, newest first.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct InquiryList(pub Vec<InquiryListed>);

/// A row of a list of inquiries.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct InquiryListed {
    /// Its id.
    pub inquiry: String,
    /// Its document number; empty until it is submitted.
    pub number: String,
    /// Who asks.
    pub asker: String,
    /// Who is asked.
    pub recipient: String,
    /// Whether the reader's organisation asks it; otherwise it is asked.
    pub is_asked_by_us: bool,
    /// On what it rests.
    pub instrument: &'static str,
    /// Where it stands.
    pub state: &'static str,
    /// When it was drafted, for readers of the organisation that asks.
    pub drafted_at: Option<String>,
    /// When it left.
    pub sent_at: Option<String>,
    /// When an answer is due.
    pub due_at: Option<String>,
    /// Whether the term has passed, and the clock does not stand still.
    pub is_overdue: bool,
}

/// An inquiry with its items and what happened.
#[derive(Debug, Serialize, JsonSchema)]
pub struct InquiryRead {
    /// What a list says of it.
    #[serde(flatten)]
    pub head: InquiryListed,
    /// Counts up with every step.
    pub version: u64,
    /// The section that asks.
    pub section: String,
    /// The version of the provider's form.
    pub form: u64,
    /// The ground in law, as the organisation states it.
    pub basis: String,
    /// The case (件名).
    pub case: String,
    /// What it is for.
    pub purpose: String,
    /// Days that logs are to be preserved; 0: none.
    pub days: u32,
    /// SHA-256 of what the stages sign.
    pub digest: String,
    /// What is asked, and what came of it.
    pub items: Vec<ItemShown>,
    /// What the checks say of a draft, for the organisation that asks.
    pub findings: Vec<FindingShown>,
    /// The stages of approval, for the organisation that asks.
    pub stages: Vec<StageShown>,
    /// What happened, oldest first.
    pub thread: Vec<InquiryEvent>,
    /// What was handed over.
    pub files: Vec<FileShown>,
    /// The steps that the reader's side can take from where it stands.
    pub steps: Vec<&'static str>,
    /// When its dossier was last taken, for the organisation that asks.
    pub filed_at: Option<String>,
    /// How it stands on the line to the other side's office; `None`: both sides have their seats here.
    pub line: Option<LineState>,
    /// Who else asks about the same subjects, for the organisation that asks; `None`: nobody was asked (S4.10, G6).
    pub hints: Option<HintsShown>,
}

/// An item as shown.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ItemShown {
    /// Its number.
    pub number: u32,
    /// What kind of identifier.
    pub kind: &'static str,
    /// The identifier; empty once the inquiry is closed.
    pub value: String,
    /// The field that is asked for.
    pub field: String,
    /// What the field is called, in Japanese.
    pub field_ja: String,
    /// What the field is called, in English.
    pub field_en: String,
    /// Its class.
    pub class: &'static str,
    /// Whether the provider's legal desk decides on it.
    pub borderline: bool,
    /// What it decided: whether the item may be answered.
    pub judged: Option<bool>,
    /// For which time.
    pub window: Option<WindowShown>,
    /// What came of it.
    pub outcome: Option<&'static str>,
    /// Why it was not answered.
    pub ground: Option<&'static str>,
    /// What was said besides.
    pub remark: String,
}

/// A span of time, each end as two clocks show it.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct WindowShown {
    /// From when.
    pub from: TimeShown,
    /// Until when; not included.
    pub until: TimeShown,
}

/// A moment as it was typed, in Japan and in UTC, so that a wrong zone or date is seen before it is approved.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct TimeShown {
    /// In UTC (RFC 3339).
    pub utc: String,
    /// As the clock of the zone in which it was typed shows it, with its offset.
    pub local: String,
    /// That zone.
    pub zone: String,
    /// As a clock in Japan shows it.
    pub japan: String,
    /// The day of the week there: 0 is Monday.
    pub weekday: u8,
}

/// Something that the checks say of a draft.
#[derive(Debug, Serialize, JsonSchema)]
pub struct FindingShown {
    /// In which item.
    pub item: Option<u32>,
    /// Its stable code.
    pub code: &'static str,
    /// With `identifier-misfit`: why it does not fit.
    pub reason: Option<&'static str>,
    /// Whether it stops the draft; otherwise it warns.
    pub stops: bool,
}

/// The stages of an organisation's approval, in order.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct StageList(pub Vec<StageShown>);

/// A stage of approval.
#[derive(Debug, Serialize, JsonSchema)]
pub struct StageShown {
    /// What it is called, in Japanese.
    pub ja: String,
    /// What it is called, in English.
    pub en: String,
    /// The seat that signs it.
    pub seat: String,
    /// Whether it has signed.
    pub is_signed: bool,
    /// Whether it is the one that is due.
    pub is_due: bool,
}

/// Something that happened.
#[derive(Debug, Serialize, JsonSchema)]
pub struct InquiryEvent {
    /// From 1.
    pub number: u64,
    /// When.
    pub at: String,
    /// What.
    pub step: &'static str,
    /// Which seat, where it is of the reader's own organisation.
    pub seat: Option<String>,
    /// What was said.
    pub text: String,
    /// Whether the seat signed.
    pub is_signed: bool,
}

/// A sealed file of the answer.
#[derive(Debug, Serialize, JsonSchema)]
pub struct FileShown {
    /// From 1.
    pub number: u64,
    /// What it is called.
    pub name: String,
    /// Its length in bytes.
    pub size: u64,
    /// SHA-256 of the sealed bytes.
    pub digest: String,
    /// Whether it can still be taken.
    pub is_there: bool,
    /// When it is deleted here; `None`: when the inquiry is closed.
    pub delete_at: Option<String>,
    /// When it was first taken.
    pub taken_at: Option<String>,
}

/// What was done with an inquiry.
#[derive(Debug, Serialize, JsonSchema)]
pub struct InquiryChanged {
    /// Its id.
    pub inquiry: String,
    /// `drafted`, or the step that was taken.
    pub done: &'static str,
    /// Its document number, once it has one.
    pub number: String,
    /// What the checks say of a draft that was written or changed.
    pub findings: Vec<FindingShown>,
}

impl InquiryChanged {
    pub(super) fn new(inquiry: InquiryId, done: &'static str, number: &str) -> Self {
        Self { inquiry: inquiry.to_string(), done, number: number.to_owned(), findings: Vec::new() }
    }
}

impl InquiryListed {
    pub(super) fn of(inquiry: &Inquiry, seat: &Seat, at: Moment) -> Self {
        let paper = &inquiry.paper;
        let ours = paper.asker == seat.party;
        let overdue = inquiry.state.clock_runs() && inquiry.due_at.is_some_and(|due| due < at);
        Self {
            inquiry: inquiry.id.to_string(),
            number: paper.number.clone(),
            asker: paper.asker.to_string(),
            recipient: paper.recipient.to_string(),
            is_asked_by_us: ours,
            instrument: paper.instrument.word(),
            state: inquiry.state.word(),
            drafted_at: ours.then(|| inquiry.drafted_at.to_string()),
            sent_at: inquiry.sent_at.map(|at| at.to_string()),
            due_at: inquiry.due_at.map(|at| at.to_string()),
            is_overdue: overdue,
        }
    }
}

impl InquiryRead {
    /// The inquiry as a reader of either side sees it; items, thread and files are added by the caller.
    pub(super) fn of(inquiry: &Inquiry, seat: &Seat, at: Moment) -> Self {
        let paper = &inquiry.paper;
        let ours = paper.asker == seat.party;
        let steps = Step::ALL.iter().filter(|step| inquiry.state.after(**step).is_ok());
        Self {
            head: InquiryListed::of(inquiry, seat, at),
            version: inquiry.version,
            section: paper.section.clone(),
            form: paper.form,
            basis: paper.basis.clone(),
            case: paper.case.clone(),
            purpose: paper.purpose.clone(),
            days: paper.days,
            digest: paper.digest().to_string(),
            items: Vec::new(),
            findings: Vec::new(),
            stages: Vec::new(),
            thread: Vec::new(),
            files: Vec::new(),
            steps: steps.filter(|step| step.is_the_providers() != ours).map(|step| step.word()).collect(),
            filed_at: inquiry.filed_at.filter(|_| ours).map(|at| at.to_string()),
            line: None,
            hints: None,
        }
    }

    /// Whether the reader's side can take a step from where it stands.
    pub fn can(&self, step: Step) -> bool {
        self.steps.contains(&step.word())
    }
}

impl ItemShown {
    pub(super) fn of(state: &ItemState, form: &ProviderForm) -> Self {
        let item = &state.item;
        let named = form.field(&item.field);
        Self {
            number: item.number,
            kind: item.kind.word(),
            value: item.value.clone(),
            field: item.field.clone(),
            field_ja: named.map_or_else(|| item.field.clone(), |field| field.ja.clone()),
            field_en: named.map_or_else(|| item.field.clone(), |field| field.en.clone()),
            class: item.class.word(),
            borderline: item.borderline,
            judged: state.judged,
            window: item.window.as_ref().map(WindowShown::of),
            outcome: state.outcome.map(|outcome| outcome.word()),
            ground: state.ground.map(|ground| ground.word()),
            remark: state.remark.clone(),
        }
    }
}

impl WindowShown {
    fn of(window: &Window) -> Self {
        let Window { from, until, zone } = window;
        Self { from: TimeShown::of(*from, zone), until: TimeShown::of(*until, zone) }
    }
}

impl TimeShown {
    pub(super) fn of(at: Moment, zone: &str) -> Self {
        let local = |zone: &str| zone.parse::<PartyZone>().map(|zone| zone.local(at).to_string()).unwrap_or_default();
        let japan = zone_of_japan(at);
        Self {
            utc: at.to_string(),
            local: local(zone),
            zone: zone.to_owned(),
            japan: local("Asia/Tokyo"),
            // 1970-01-01 was a Thursday.
            weekday: u8::try_from((i64::from(japan.day().0) + 3).rem_euclid(7)).unwrap_or(0),
        }
    }
}

fn zone_of_japan(at: Moment) -> Moment {
    let offset = "Asia/Tokyo".parse::<PartyZone>().map_or(0, |zone| zone.offset_seconds(at));
    Moment(at.0 + i64::from(offset) * 1_000_000)
}

impl From<Finding> for FindingShown {
    fn from(finding: Finding) -> Self {
        let Finding { item, code, weight, reason } = finding;
        Self { item, code: code.word(), stops: weight == Weight::Stops, reason: reason.map(|reason| reason.word()) }
    }
}

impl StageShown {
    pub(super) fn of(stage: Stage, is_signed: bool, is_due: bool) -> Self {
        let Stage { name, seat } = stage;
        Self { ja: name.ja, en: name.en, seat: seat.to_string(), is_signed, is_due }
    }
}

impl InquiryEvent {
    pub(super) fn of(happened: Happened, ours: bool) -> Self {
        let Happened { taken, text } = happened;
        Self {
            number: taken.number,
            at: taken.at.to_string(),
            step: taken.step.word(),
            seat: ours.then(|| taken.seat.to_string()),
            text: if taken.step.is_signed() { String::new() } else { text },
            is_signed: taken.signed.is_some(),
        }
    }
}

impl From<AnswerFile> for FileShown {
    fn from(file: AnswerFile) -> Self {
        let AnswerFile { number, name, size, digest, is_there, made_at: _, delete_at, taken_at } = file;
        Self {
            number,
            name,
            size,
            digest: digest.to_string(),
            is_there,
            delete_at: delete_at.map(|at| at.to_string()),
            taken_at: taken_at.map(|at| at.to_string()),
        }
    }
}
