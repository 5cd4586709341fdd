//! Questions to the gate: plain facts, loaded by the caller, nothing decided yet.

use alloc::string::String;
use alloc::vec::Vec;

use crate::act::Act;
use crate::class::DataClass;
use crate::id::{PartyId, SeatId};
use crate::inquiry::Instrument;
use crate::measure::Measure;
use crate::party::{AgreementKind, Party, Role};
use crate::seat::{Duty, Seat};
use crate::share::Tlp;
use crate::time::{Moment, Validity};

/// May this seat do this act with these objects now?
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// What is to be done.
    pub act: Act,
    /// Who wants to do it.
    pub seat: Seat,
    /// On what, each in the version that was looked at; the write checks the versions.
    pub objects: Vec<Object>,
    /// What is asked of a party, where something is asked.
    pub measure: Option<Measure>,
    /// The kind of material.
    pub class: DataClass,
    /// Who receives it, where somebody does.
    pub recipient: Option<Recipient>,
    /// The approval it rests on; for [`Act::Approve`] the approval about to be given.
    pub approval: Option<Approval>,
    /// What the office has set.
    pub office: Office,
    /// The sinkhole or server it is about, where it is about one.
    pub operation: Option<Operation>,
    /// The inquiry it is about, where it is about one.
    pub inquiry: Option<Inquiry>,
    /// The shared item it is about, where it is about one.
    pub sharing: Option<Sharing>,
    /// Whether something leaves the office (a letter, a file).
    pub leaves: bool,
    /// Whether the request it is about has left: before that it exists for the office alone.
    pub sent: bool,
    /// When.
    pub at: Moment,
}

impl Question {
    /// A question with the data class usual for the act, and nothing else known.
    pub fn new(act: Act, seat: Seat, office: Office, at: Moment) -> Self {
        Self {
            act,
            seat,
            objects: Vec::new(),
            measure: None,
            class: act.usual_class(),
            recipient: None,
            approval: None,
            office,
            operation: None,
            inquiry: None,
            sharing: None,
            leaves: act.leaves(),
            sent: false,
            at,
        }
    }

    /// Names one more object.
    pub fn on(mut self, object: Object) -> Self {
        self.objects.push(object);
        self
    }

    /// Names more objects.
    pub fn on_all(mut self, objects: impl IntoIterator<Item = Object>) -> Self {
        self.objects.extend(objects);
        self
    }

    /// Says what kind of material it is.
    pub fn with_class(mut self, class: DataClass) -> Self {
        self.class = class;
        self
    }

    /// Says what is asked for.
    pub fn asking(mut self, measure: Measure) -> Self {
        self.measure = Some(measure);
        self
    }

    /// Says who receives it.
    pub fn to(mut self, recipient: Recipient) -> Self {
        self.recipient = Some(recipient);
        self
    }

    /// Says which approval it rests on.
    pub fn approved(mut self, approval: Approval) -> Self {
        self.approval = Some(approval);
        self
    }

    /// Says which sinkhole or server it is about.
    pub fn in_operation(mut self, operation: Operation) -> Self {
        self.operation = Some(operation);
        self
    }

    /// Says which inquiry it is about.
    pub fn of_inquiry(mut self, inquiry: Inquiry) -> Self {
        self.inquiry = Some(inquiry);
        self
    }

    /// Says which shared item it is about.
    pub fn of_item(mut self, sharing: Sharing) -> Self {
        self.sharing = Some(sharing);
        self
    }

    /// Says whether the request it is about has left.
    pub fn once_sent(mut self, sent: bool) -> Self {
        self.sent = sent;
        self
    }

    /// Where the seat stands to the matter: each organisation acts on what is its own (S4.9, S4.27).
    /// An inquiry is between who asks and who is asked; whose office it is makes no difference.
    pub fn standing(&self) -> Standing {
        let addressed = |recipient: &Recipient| recipient.party == self.seat.party;
        let asker = self.inquiry.as_ref().map(|inquiry| &inquiry.asker);
        if asker == Some(&self.seat.party) {
            Standing::Asker
        } else if asker.is_none() && self.seat.party == self.office.party {
            Standing::House
        } else if self.recipient.as_ref().is_some_and(addressed) {
            Standing::Addressee
        } else {
            Standing::Stranger
        }
    }

    /// Says that nothing leaves the office by it: a draft withdrawn, feedback told at a meeting.
    pub fn nothing_leaves(mut self) -> Self {
        self.leaves = false;
        self
    }
}

/// A thing that is acted on, in the version that was looked at.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Object {
    /// What kind of thing (`request`, `party`, `feed`).
    pub kind: ObjectKind,
    /// Its identifier, as its own type shows it.
    pub id: String,
    /// The version looked at; things that never change have 0.
    pub version: u64,
}

vocabulary! {
    /// The kinds of thing that acts are done on.
    ObjectKind {
        /// The office and its settings.
        Office = "office",
        /// A party.
        Party = "party",
        /// A table from addresses to AS numbers.
        Routes = "routes",
        /// A feed file, by its digest.
        Feed = "feed",
        /// A query over observations, by what it asks.
        Query = "query",
        /// A campaign.
        Campaign = "campaign",
        /// A request.
        Request = "request",
        /// A letter.
        Letter = "letter",
        /// A seat.
        Seat = "seat",
        /// A key.
        Key = "key",
        /// The ledger.
        Ledger = "ledger",
        /// Observations of a span of days.
        Observations = "observations",
        /// A sinkhole or server.
        Server = "server",
        /// An operation (作戦).
        Operation = "operation",
        /// An offer of a party (申し出).
        Offer = "offer",
        /// A topic group.
        Group = "group",
        /// An item that is shared under conditions.
        Item = "item",
        /// An inquiry (照会).
        Inquiry = "inquiry",
        /// A court of the register.
        Court = "court",
        /// What was written down of a warrant.
        Warrant = "warrant",
        /// An approval in advance of what a seat shares.
        Mandate = "mandate",
        /// A report or an alert for everybody.
        Publication = "publication",
        /// A step of an inquiry, in its place: what a seat signs.
        InquiryStep = "inquiry-step",
        /// A version of a provider's form: what both sides sign.
        Form = "form",
    }
}

impl Object {
    /// A thing in a version.
    pub fn new(kind: ObjectKind, id: impl alloc::string::ToString, version: u64) -> Self {
        Self { kind, id: id.to_string(), version }
    }
}

vocabulary! {
    /// Where a seat stands to the matter it asks about.
    Standing {
        /// Its party is the one whose office it is.
        House = "house",
        /// Its party is the one the matter is addressed to.
        Addressee = "addressee",
        /// Its party is the one whose inquiry it is.
        Asker = "asker",
        /// Neither: nothing here is its business.
        Stranger = "stranger",
    }
}

/// Who receives what leaves (G19, G20, G22).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recipient {
    /// The party.
    pub party: PartyId,
    /// What it is.
    pub role: Role,
    /// Two letters of ISO 3166-1.
    pub country: String,
    /// What it has signed and is in force at the moment of the question (S3.1).
    pub agreements: Vec<AgreementKind>,
    /// Where it stands to the topic group the material belongs to (S4.1).
    pub topic: Topic,
    /// Whether who gave the material lets it go to this party (S3.2). Nothing is shared by default.
    pub originator_allows: bool,
    /// How far outcomes and methods are released to this very party (S4.27, G19).
    pub release: Release,
}

impl Recipient {
    /// A party as recipient at a moment: no topic group, released to it are counts only.
    pub fn of(party: &Party, at: Moment, originator_allows: bool) -> Self {
        let in_force = party.agreements.iter().filter(|agreement| agreement.validity.holds(at));
        Self {
            party: party.id.clone(),
            role: party.role,
            country: party.country.clone(),
            agreements: in_force.map(|agreement| agreement.kind).collect(),
            topic: Topic::None,
            originator_allows,
            release: Release::Counts,
        }
    }
}

vocabulary! {
    /// Where a recipient stands to the topic group of the material (S4.1, G22).
    Topic {
        /// The material belongs to no topic group.
        None = "none",
        /// The recipient is a named member of the group.
        Member = "member",
        /// The recipient is not a member of the group.
        Stranger = "stranger",
    }
}

vocabulary! {
    /// How far outcomes and methods are released to a party, least first (S4.4, S4.27, G19).
    Release {
        /// Numbers only.
        Counts = "counts",
        /// What came of it too.
        Outcomes = "outcomes",
        /// The offenders' methods too.
        Methods = "methods",
    }
}

/// An approval (部内決裁) of what is to be done (S4.13, G7).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Approval {
    /// Who approved.
    pub by: SeatId,
    /// Whether that seat had the approver's or the deputy's duty when it approved.
    pub approver_is_set: bool,
    /// Whether it approved in the approver's place (代決).
    pub by_deputy: bool,
    /// Whether the same seat drafted it.
    pub same_seat_as_drafter: bool,
    /// Whether the digest that was approved is the digest of what is sent.
    pub bytes_match: bool,
}

impl Approval {
    /// The approval a seat is about to give to what another, or the same, drafted.
    pub fn about_to_be_given(by: &Seat, drafter: &SeatId) -> Self {
        Self {
            by: by.id.clone(),
            approver_is_set: by.can_approve(),
            by_deputy: !by.has(Duty::Approver),
            same_seat_as_drafter: by.id == *drafter,
            bytes_match: true,
        }
    }
}

/// What the office has set that rules ask about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Office {
    /// Whose office it is.
    pub party: PartyId,
    /// One person may hold the drafter's and the approver's seat; every ruling on approval says so.
    pub one_seat_may_hold_both: bool,
}

/// An inquiry (照会), or a request to preserve (保全要請), as the rules ask about it (S4.5, S4.6); or, with the instrument
/// [`Instrument::Warrant`], what an organisation wrote down of a warrant (S4.16): then it is the asker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inquiry {
    /// Whose inquiry it is.
    pub asker: PartyId,
    /// On what it rests.
    pub instrument: Instrument,
    /// Whether secrecy covers what is asked is for the provider's legal desk to say (G2).
    pub borderline: bool,
    /// The legal desk has said so, and its reason is on file (G2, G3).
    pub judged: bool,
    /// What is handed over lies inside the subjects, fields and times that were asked for.
    pub in_window: bool,
    /// Days that logs are to be preserved; 0: nothing is (G16).
    pub days: u32,
    /// An earlier preservation is extended (G16).
    pub extends: bool,
    /// The office switched duplicate hints on (G6).
    pub hints: bool,
}

impl Inquiry {
    /// An inquiry of a party on an instrument, and nothing else known.
    pub fn of(asker: PartyId, instrument: Instrument) -> Self {
        let (borderline, judged, in_window, extends, hints) = (false, false, true, false, false);
        Self { asker, instrument, borderline, judged, in_window, days: 0, extends, hints }
    }
}

/// A shared item as the rules ask about it; to whom it may go stands in [`Recipient`] (S3.2, S4.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sharing {
    /// Whether the seat's organisation is its originator.
    pub own: bool,
    /// How far it may go (TLP 2.0).
    pub tlp: Tlp,
    /// Posted, and neither taken back nor ended.
    pub in_force: bool,
    /// Whether it is let out by a mandate of its originator's approver, whose approval the question names (S4.13).
    pub mandated: bool,
}

/// A sinkhole or a server that answers infected devices (S0.4, S2.13).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Operation {
    /// Where the domain and the server lie.
    pub place: Place,
    /// Whether a JP domain is redirected (S2.18).
    pub jp_domain: bool,
    /// Whether the server that answers is the office's own.
    pub own_server: bool,
    /// Whether what is answered is blank data and nothing else.
    pub blank: bool,
    /// Whether it rests on the voluntary help of an administrator or the registry (S2.17, G13).
    pub voluntary: bool,
    /// Whether the four checks of voluntary help are on file (G13).
    pub checked: bool,
    /// Whether the seat stands on the operation's need-to-know list (S3.12, G26).
    pub known: bool,
    /// The hour of the joint action; `None`: not set, the embargo stays (S3.12, G26).
    pub hour: Option<Moment>,
    /// When the authority record on file holds; `None`: there is none.
    pub authority: Option<Validity>,
}

vocabulary! {
    /// Where something lies, as the matrix of procedures asks (S2.17).
    Place {
        /// In Japan.
        Japan = "japan",
        /// In another state.
        Abroad = "abroad",
        /// Not known.
        Unknown = "unknown",
    }
}
