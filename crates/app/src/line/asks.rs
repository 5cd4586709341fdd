//! What the other side is asked when it is told of a step: the same tale makes the same actions on both sides, so that
//! who takes a message can make it anew and compare.

use renkei_core::dossier::{Side, Taken};
use renkei_core::id::InquiryId;
use renkei_core::inquiry::answer::{Answer, Answered};
use renkei_core::inquiry::item::Outcome;
use renkei_core::inquiry::paper::Paper;
use renkei_core::inquiry::{Instrument, Step};
use renkei_core::time::Moment;
use renkei_formats::hi1::build::{self, Ask, Standing};
use renkei_formats::hi1::part::{Base, Content, Delivery, Document, Notice, Part as _};
use renkei_formats::hi1::word::{AuthorisationDesiredStatus, AuthorisationStatus, LDTaskStatus, LPTaskStatus};
use renkei_formats::hi1::{DeliveryId, Endpoint, ErrorCode, Failure, ObjectId};

use crate::inquiry::wire;

/// How a dossier is called in a message.
pub(super) const DOSSIER: &str = "dossier.txt";
/// How a list of keys is called in a message.
pub(super) const KEYS: &str = "keys.txt";
/// Most bytes of one part of a file.
const PART: usize = 4 << 20;

/// An inquiry up to the step that is told.
pub(super) struct Tale<'a> {
    /// Which.
    pub id: InquiryId,
    /// What is asked.
    pub paper: &'a Paper,
    /// What happened; the last one is told.
    pub steps: &'a [Taken],
    /// What was said at that step.
    pub words: &'a str,
    /// The answer, if the step is its.
    pub answer: Option<&'a Answer>,
    /// What is handed over: name and sealed bytes.
    pub files: &'a [(String, Vec<u8>)],
    /// Until when an answer is wished for.
    pub due_at: Option<Moment>,
}

impl Tale<'_> {
    /// The step that is told.
    pub fn last(&self) -> Option<&Taken> {
        self.steps.last()
    }

    /// Who tells it.
    pub fn teller(&self) -> Endpoint {
        match self.last().map(|taken| taken.step.side()) {
            Some(Side::IsAsked) => wire::end(&self.paper.recipient),
            _ => wire::end(&self.paper.asker),
        }
    }

    fn place(&self) -> usize {
        self.steps.len()
    }

    fn asked(&self) -> (InquiryId, &Paper) {
        (self.id, self.paper)
    }

    fn named(&self, what: &str) -> ObjectId {
        wire::object(self.id, what)
    }

    /// Of what is made at this step: both sides may be telling of one at the same moment.
    fn own(&self, what: &str) -> ObjectId {
        self.named(&format!("{what} {} {}", self.place(), self.teller().name))
    }
}

/// The actions that tell of the last step, without the documents that prove it. `generation` says how often an
/// object was changed.
pub(super) fn asks(
    tale: &Tale<'_>,
    is_deputy: &dyn Fn(&Taken) -> bool,
    generation: &dyn Fn(ObjectId) -> u64,
) -> Vec<Ask> {
    let Some(last) = tale.last() else { return Vec::new() };
    let authorisation = |standing: Standing| {
        let id = tale.named("authorisation");
        let base = Base { generation: Some(generation(id)), ..Base::new(id, wire::end(&tale.paper.asker), Vec::new()) };
        Ask::Update(build::moved(&base, &standing))
    };
    match last.step {
        Step::Send => sent(tale, last, is_deputy),
        Step::Receive => vec![authorisation(Standing::Authorisation(AuthorisationStatus::SubmittedToCSP))],
        Step::AskBack | Step::Clarify => vec![notice(tale, last)],
        Step::SendBack => {
            vec![notice(tale, last), authorisation(Standing::Authorisation(AuthorisationStatus::Rejected))]
        }
        Step::Withdraw => {
            let cancel = authorisation(Standing::AuthorisationWanted(AuthorisationDesiredStatus::Cancelled));
            let words = (!tale.words.is_empty()).then(|| notice(tale, last));
            words.into_iter().chain([cancel]).collect()
        }
        Step::Answer => answered(tale, generation),
        _ => Vec::new(),
    }
}

/// The documents that prove a tale. What is over is linked to nothing: it may be refused or cancelled.
pub(super) fn documents(tale: &Tale<'_>, dossier: &str, keys: &str) -> Vec<Ask> {
    let is_over = tale.last().is_some_and(|taken| taken.step == Step::Close);
    let links = if is_over { Vec::new() } else { vec![tale.named("authorisation")] };
    let document = |name: &str, text: &str| {
        let id = tale.own(name);
        let document = Document {
            base: Base::new(id, tale.teller(), links.clone()),
            reference: Some(tale.paper.number.clone()),
            name: name.to_owned(),
            kind: None,
            media_type: "text/plain; charset=utf-8".to_owned(),
            bytes: text.as_bytes().to_vec(),
        };
        Ask::Create(document.to_object())
    };
    vec![document(DOSSIER, dossier), document(KEYS, keys)]
}

fn sent(tale: &Tale<'_>, last: &Taken, is_deputy: &dyn Fn(&Taken) -> bool) -> Vec<Ask> {
    let authorisation = wire::authorisation(tale.asked(), tale.steps, last.at, is_deputy);
    let tasks = tale.paper.items.iter().map(|item| match tale.paper.instrument {
        Instrument::Preservation => wire::preservation(tale.asked(), item, last.at).to_object(),
        _ => wire::disclosure(tale.asked(), item, tale.due_at).to_object(),
    });
    std::iter::once(authorisation.to_object()).chain(tasks).map(Ask::Create).collect()
}

fn notice(tale: &Tale<'_>, last: &Taken) -> Ask {
    let id = tale.own("notice");
    let notice = Notice {
        base: Base::new(id, tale.teller(), vec![tale.named("authorisation")]),
        words: tale.words.to_owned(),
        is_new: true,
        at: last.at,
        standings: Vec::new(),
    };
    Ask::Create(notice.to_object())
}

/// First whether there are data, then the sealed files in parts, then where each task stands.
fn answered(tale: &Tale<'_>, generation: &dyn Fn(ObjectId) -> u64) -> Vec<Ask> {
    let Some(answer) = tale.answer else { return Vec::new() };
    let task = |item: u32| {
        let base = wire::task(tale.asked(), item);
        Base { generation: Some(generation(base.id)), ..base }
    };
    if tale.paper.instrument == Instrument::Preservation {
        let moved = answer.items.iter().map(|item| {
            let status = match item.outcome {
                Outcome::Disclosed => LPTaskStatus::Preserved,
                Outcome::NoData => LPTaskStatus::PreservationNotAvailable,
                Outcome::Refused => LPTaskStatus::Rejected,
            };
            Ask::Update(build::moved(&task(item.number), &Standing::Preservation(status, why(item))))
        });
        return moved.collect();
    }
    let mut asks: Vec<Ask> = answer.items.iter().filter_map(|item| existence(tale, item)).collect();
    asks.extend(files(tale, answer));
    asks.extend(answer.items.iter().map(|item| {
        let status = match item.outcome {
            Outcome::Disclosed => LDTaskStatus::Disclosed,
            Outcome::NoData => LDTaskStatus::DisclosureNotAvailable,
            Outcome::Refused => LDTaskStatus::Rejected,
        };
        Ask::Update(build::moved(&task(item.number), &Standing::Disclosure(status, why(item))))
    }));
    asks
}

/// What is refused does not say whether there are data (S4.6, G1).
fn existence(tale: &Tale<'_>, item: &Answered) -> Option<Ask> {
    let is_there = match item.outcome {
        Outcome::Disclosed => true,
        Outcome::NoData => false,
        Outcome::Refused => return None,
    };
    let what = format!("existence {}", item.number);
    let content = Content::Existence(is_there);
    Some(delivery(tale, &what, (item.number, &[]), (&what, 1, true), content))
}

fn files(tale: &Tale<'_>, answer: &Answer) -> Vec<Ask> {
    let mut disclosed = answer.items.iter().filter(|item| item.outcome == Outcome::Disclosed).map(|item| item.number);
    let Some(first) = disclosed.next() else { return Vec::new() };
    let others: Vec<u32> = disclosed.collect();
    let mut asks = Vec::new();
    for (number, (name, bytes)) in (1u32..).zip(tale.files) {
        let parts: Vec<&[u8]> = if bytes.is_empty() { vec![&[]] } else { bytes.chunks(PART).collect() };
        let count = parts.len() as u64;
        for (sequence, part) in (1u64..).zip(parts) {
            let content = Content::File {
                name: name.clone(),
                media_type: "application/octet-stream".to_owned(),
                bytes: part.to_vec(),
            };
            let what = format!("file {number} part {sequence}");
            let shared = format!("file {number}");
            asks.push(delivery(tale, &what, (first, &others), (&shared, sequence, sequence == count), content));
        }
    }
    asks
}

fn delivery(
    tale: &Tale<'_>,
    what: &str,
    (first, others): (u32, &[u32]),
    (shared, sequence, is_last): (&str, u64, bool),
    content: Content,
) -> Ask {
    let task = |item: u32| wire::task(tale.asked(), item).id;
    let links = std::iter::once(first).chain(others.iter().copied()).map(task).collect();
    let delivery = Delivery {
        base: Base::new(tale.named(what), wire::end(&tale.paper.recipient), links),
        reference: wire::reference(tale.asked(), first),
        delivery: DeliveryId::from_bits(wire::bits(tale.id, &format!("delivery {shared}"))),
        sequence,
        is_last,
        content,
        status: None,
        desired: None,
    };
    Ask::Deliver(delivery.to_object())
}

/// Why an item was not answered.
fn why(item: &Answered) -> Option<Failure> {
    let ground = item.ground?;
    let words = if item.remark.is_empty() { ground.to_string() } else { format!("{ground}: {}", item.remark) };
    Some(Failure { code: ErrorCode::GENERAL, words })
}
