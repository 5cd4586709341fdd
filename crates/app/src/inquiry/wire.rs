//! What of an inquiry stands in which object of ETSI TS 103 120: the same inquiry makes the same objects.

use renkei_core::dossier::{Taken, subject as place};
use renkei_core::id::{Digest, InquiryId, PartyId};
use renkei_core::inquiry::Step;
use renkei_core::inquiry::item::Item;
use renkei_core::inquiry::paper::Paper;
use renkei_core::time::Moment;
use renkei_formats::hi1::part::{Approval, Authorisation, Disclosure, Identifier, Preservation, Role};
use renkei_formats::hi1::part::{Base, Window};
use renkei_formats::hi1::word::{
    AuthorisationDesiredStatus, AuthorisationPriority, LDTaskDesiredStatus, LPTaskDesiredStatus, RequestType,
};
use renkei_formats::hi1::{Endpoint, ObjectId};

/// The country of both ends: the profile is Japan's.
pub(crate) const COUNTRY: &str = "JP";
/// Who defined the forms in which subjects are given, and the words of fields.
pub(crate) const OWNER: &str = "JP";

/// A party as an end of a message.
pub(crate) fn end(party: &PartyId) -> Endpoint {
    Endpoint::new(COUNTRY, party.as_str())
}

/// Bits of a name-based UUID (RFC 9562, version 8): the same thing of the same inquiry has the same ones.
pub(crate) fn bits(id: InquiryId, what: &str) -> u128 {
    let Digest(digest) = Digest::of(format!("renkei hi1 {id} {what}").as_bytes());
    let bits = digest.iter().take(16).fold(0u128, |bits, byte| bits << 8 | u128::from(*byte));
    let version = (bits & !(0xf << 76)) | 0x8 << 76;
    (version & !(0x3 << 62)) | 0x2 << 62
}

/// The identifier of a thing of an inquiry.
pub(crate) fn object(id: InquiryId, what: &str) -> ObjectId {
    ObjectId::from_bits(bits(id, what))
}

/// The reference under which an item is answered (LDID).
pub(crate) fn reference((id, paper): (InquiryId, &Paper), item: u32) -> String {
    format!("{COUNTRY}-{}-{id}-{item}", paper.asker)
}

/// The inquiry as an act of the organisation, with its approvals.
pub(crate) fn authorisation(
    (id, paper): (InquiryId, &Paper),
    steps: &[Taken],
    sent: Moment,
    is_deputy: &dyn Fn(&Taken) -> bool,
) -> Authorisation {
    let changed = |taken: &Taken| matches!(taken.step, Step::Mend | Step::Return);
    let since = steps.iter().rposition(changed).map_or(0, |at| at + 1);
    let signs = |step: Step| matches!(step, Step::Submit | Step::Countersign | Step::Approve);
    let signed: Vec<_> = steps.iter().skip(since).filter(|it| it.signed.is_some() && signs(it.step)).collect();
    let stages = signed.iter().filter(|it| it.step == Step::Countersign).count();
    let mut stage = 0;
    let mut approvals = Vec::new();
    for taken in signed {
        let role = match taken.step {
            Step::Submit => Role::Drafter,
            Step::Approve => Role::SectionHead,
            _ => {
                stage += 1;
                if stage == stages && stages > 1 { Role::DivisionChief } else { Role::UnitChief }
            }
        };
        approvals.push(Approval {
            role: Some(role),
            name: taken.seat.to_string(),
            at: taken.at,
            is_deputy: role == Role::SectionHead && is_deputy(taken),
            reference: Some(place(id, taken.number, taken.step)),
        });
    }
    Authorisation {
        base: Base::new(object(id, "authorisation"), end(&paper.asker), Vec::new()),
        document_number: paper.number.clone(),
        form_serial: paper.number.clone(),
        priority: Some(AuthorisationPriority::Routine),
        status: None,
        desired: Some(AuthorisationDesiredStatus::SubmittedToCSP),
        valid: None,
        providers: vec![end(&paper.recipient)],
        created: Some(sent),
        approvals,
        is_test: false,
        words: None,
        case: None,
        section: Some(paper.section.clone()),
    }
}

/// What the task of an item begins with.
pub(crate) fn task((id, paper): (InquiryId, &Paper), item: u32) -> Base {
    let own = object(id, &format!("item {item}"));
    Base::new(own, end(&paper.asker), vec![object(id, "authorisation")])
}

fn window(item: &Item) -> Option<Window> {
    let window = item.window.as_ref()?;
    Some(Window { from: window.from, until: window.until })
}

fn subject(item: &Item) -> Identifier {
    Identifier { owner: OWNER.to_owned(), form: item.kind.word().to_owned(), value: item.value.clone() }
}

/// An item of an inquiry.
pub(crate) fn disclosure(asked: (InquiryId, &Paper), item: &Item, due_at: Option<Moment>) -> Disclosure {
    Disclosure {
        base: task(asked, item.number),
        reference: reference(asked, item.number),
        status: None,
        reason: None,
        desired: Some(LDTaskDesiredStatus::AwaitingDisclosure),
        class: Some(RequestType::SubscriberData),
        window: window(item),
        values: vec![subject(item)],
        fields: vec![item.field.clone()],
        provider: end(&asked.1.recipient),
        deadline: due_at,
        words: None,
    }
}

/// An item of a preservation request.
pub(crate) fn preservation(asked: (InquiryId, &Paper), item: &Item, sent: Moment) -> Preservation {
    let (_, paper) = asked;
    Preservation {
        base: task(asked, item.number),
        status: None,
        reason: None,
        desired: Some(LPTaskDesiredStatus::Preserved),
        class: Some(RequestType::TrafficData),
        window: window(item),
        values: vec![subject(item)],
        until: sent.plus_days(i64::from(paper.days)),
        granted: None,
        provider: end(&paper.recipient),
    }
}
