//! What the Japan profile adds: rules that the schema cannot state (docs/profile-jp/README.md).
//!
//! The profile is a proposal of this project; no authority has issued it. It decides nothing about law: what
//! it refuses is refused here, what it lets pass still goes to the gate and to people.

use renkei_core::time::Moment;

use super::check::Side;
use super::engine::Register;
use super::finding::{Code, Finding};
use super::message::{Action, Message, endpoint, links};
use super::name::{Endpoint, Kind, ObjectId, PROFILE_OWNER, PROFILE_VERSION, Verb};
use super::part::{Approval, Authorisation, Delivery, Disclosure, Document, Notice, Part as _, Preservation, Role};
use super::time;
use super::tree::{Object, Value};
use super::word::{OWNER, RequestType, Word};

/// The most days for which logs are to be preserved on a request (S1.31).
pub const MOST_DAYS: i64 = 30;

/// All in which a request does not follow the profile. The message was found right by [`super::check`].
///
/// `at` is the moment in which it came, so that a header dated ahead prolongs nothing.
pub fn check(message: &Message, writer: Side, at: Moment, register: &impl Register) -> Vec<Finding> {
    let Some(header) = message.header() else { return vec![Finding::whole("Header", Code::MissingMember)] };
    let mut findings = Vec::new();
    if (header.profile_owner.as_str(), header.profile_version.as_str()) != (PROFILE_OWNER, PROFILE_VERSION) {
        findings.push(Finding::whole("Header/Version", Code::OtherProfile));
    }
    let actions = message.actions();
    let requested = at.min(header.at);
    for (number, action) in actions.iter().enumerate() {
        let mut rules =
            Rules { register, actions: &actions, receiver: &header.receiver, at, requested, findings: Vec::new() };
        rules.one(action, writer);
        findings.extend(rules.findings.into_iter().map(|(path, code)| Finding {
            action: Some(number),
            path: format!(
                "Payload/RequestPayload/ActionRequests/ActionRequest[{number}]/{}/HI1Object{path}",
                action.verb.word()
            ),
            code,
        }));
    }
    findings
}

struct Rules<'a, R> {
    register: &'a R,
    actions: &'a [Action<'a>],
    receiver: &'a Endpoint,
    at: Moment,
    requested: Moment,
    findings: Vec<(&'static str, Code)>,
}

impl<R: Register> Rules<'_, R> {
    fn find(&mut self, path: &'static str, code: Code) {
        self.findings.push((path, code));
    }

    fn one(&mut self, action: &Action<'_>, writer: Side) {
        let (Some(object), Some(kind)) = (action.object(), action.kind()) else { return };
        let is_new = action.verb != Verb::Update;
        let is_here = match (writer, action.verb) {
            (Side::Requester, Verb::Create) => kind != Kind::Takedown,
            (Side::Requester, Verb::Deliver) => false,
            (Side::Provider, Verb::Create) => matches!(kind, Kind::Notification | Kind::Document),
            _ => true,
        };
        if !is_here {
            self.find("/@xsi:type", Code::KindNotHere);
        }
        if is_emergency(object) {
            self.find("", Code::EmergencyNotHere);
        }
        match kind {
            Kind::Authorisation => self.authorisation(object, is_new),
            Kind::Disclosure => self.disclosure(object, is_new),
            Kind::Preservation => self.preservation(object, is_new),
            Kind::Delivery => self.delivery(object, is_new),
            Kind::Document | Kind::Notification | Kind::Takedown => {}
        }
        if is_new && self.findings.is_empty() {
            self.findings.extend(unread(object, kind).map(|code| ("", code)));
        }
    }

    fn authorisation(&mut self, object: &Object, is_new: bool) {
        if is_due(object, "auth:AuthorisationReference", is_new) {
            self.find("/auth:AuthorisationReference", Code::NoDocumentNumber);
        }
        if is_due(object, "ExternalIdentifier", is_new) {
            self.find("/ExternalIdentifier", Code::NoFormSerial);
        }
        if is_new || object.get("auth:AuthorisationCSPID").is_some() {
            let list = object.object("auth:AuthorisationCSPID").map_or(&[][..], |list| list.all("auth:CSPID"));
            let providers: Vec<_> = list.iter().filter_map(|value| endpoint(value.as_object()?)).collect();
            self.provider("/auth:AuthorisationCSPID", &providers);
        }
        if is_new || object.get("auth:AuthorisationApprovalDetails").is_some() {
            self.approvals(object.all("auth:AuthorisationApprovalDetails"));
        }
    }

    fn approvals(&mut self, approvals: &[Value]) {
        const PATH: &str = "/auth:AuthorisationApprovalDetails";
        let read: Option<Vec<_>> = approvals.iter().map(|value| Approval::read(value.as_object()?).ok()).collect();
        let Some(chain) = read.filter(|chain| !chain.is_empty()) else { return self.find(PATH, Code::NoApproval) };
        if chain.last().and_then(|last| last.role) != Some(Role::SectionHead) {
            self.find(PATH, Code::NoSectionHead);
        }
        if !chain.is_sorted_by_key(|approval| approval.at) || chain.last().is_some_and(|last| last.at > self.at) {
            self.find(PATH, Code::ApprovalOrder);
        }
    }

    fn disclosure(&mut self, object: &Object, is_new: bool) {
        self.task(object, is_new);
        let Some(details) = object.object("task:RequestDetails") else {
            if is_new {
                self.find("/task:RequestDetails", Code::NoClass);
            }
            return;
        };
        match details.object("task:Type") {
            None => self.find("/task:RequestDetails/task:Type", Code::NoClass),
            Some(class) if class_of(class) != Some(RequestType::SubscriberData) => {
                self.find("/task:RequestDetails/task:Type", Code::ClassNotByInquiry);
            }
            Some(_) => {}
        }
        self.details(details);
    }

    fn preservation(&mut self, object: &Object, is_new: bool) {
        const UNTIL: &str = "task:DesiredPreservationExpiration";
        self.task(object, is_new);
        let details = object.object("task:RequestDetails");
        if let Some(class) = details.and_then(|details| details.object("task:Type")) {
            let is_content =
                |class| matches!(class, RequestType::StoredContentData | RequestType::TrafficDataAndStoredContentData);
            if class_of(class).is_none_or(|class| is_content(class) || class == RequestType::Other) {
                self.find("/task:RequestDetails/task:Type", Code::ContentPreservation);
            }
        }
        match details {
            Some(details) => self.details(details),
            None if is_new => self.find("/task:RequestDetails", Code::NoValue),
            None => {}
        }
        match (object.text(UNTIL).map(time::read), is_new) {
            (None, true) => self.find("/task:DesiredPreservationExpiration", Code::NoExpiration),
            // Whether a second term may be asked for has no confirmed source (undecided).
            (Some(_), false) => self.find("/task:DesiredPreservationExpiration", Code::ExtensionUndecided),
            (Some(Some(until)), true) if until > self.requested.plus_days(MOST_DAYS) => {
                self.find("/task:DesiredPreservationExpiration", Code::LongPreservation);
            }
            (Some(Some(until)), true) if until <= self.at => {
                self.find("/task:DesiredPreservationExpiration", Code::PastExpiration);
            }
            _ => {}
        }
    }

    /// What disclosures and preservations have in common.
    fn task(&mut self, object: &Object, is_new: bool) {
        if is_new || object.get("task:CSPID").is_some() {
            let provider: Vec<_> = object.object("task:CSPID").and_then(endpoint).into_iter().collect();
            self.provider("/task:CSPID", &provider);
        }
        let has_links = object.get("AssociatedObjects").is_some();
        if (is_new || has_links) && !links(object).iter().any(|id| self.kind(*id) == Some(Kind::Authorisation)) {
            self.find("/AssociatedObjects", Code::NoAuthorisation);
        }
    }

    fn details(&mut self, details: &Object) {
        if details.object("task:RequestValues").is_none_or(|values| values.all("task:RequestValue").is_empty()) {
            self.find("/task:RequestDetails/task:RequestValues", Code::NoValue);
        }
        let time = |name: &str| details.text(name).and_then(time::read);
        if let (Some(from), Some(until)) = (time("task:StartTime"), time("task:EndTime"))
            && until < from
        {
            self.find("/task:RequestDetails/task:EndTime", Code::Reversed);
        }
    }

    /// Nothing is handed over for a task of another class than subscriber data, whether data exist or not
    /// (S4.6, S4.7, G1).
    fn delivery(&mut self, object: &Object, is_new: bool) {
        if !is_new {
            if object.get("delivery:Delivery").is_some() || object.get("AssociatedObjects").is_some() {
                self.find("/delivery:Delivery", Code::ContentChanged);
            }
            return;
        }
        let known = links(object).into_iter().filter_map(|id| self.register.known(id));
        let tasks: Vec<_> = known.filter(|known| known.kind == Kind::Disclosure).collect();
        if tasks.is_empty() {
            self.find("/AssociatedObjects", Code::NoTask);
        }
        if tasks.iter().any(|task| task.class != Some(RequestType::SubscriberData)) {
            self.find("/delivery:Delivery", Code::SecrecyAnswered);
        }
    }

    fn provider(&mut self, path: &'static str, providers: &[Endpoint]) {
        if providers.is_empty() {
            self.find(path, Code::NoProvider);
        } else if !providers.contains(self.receiver) {
            self.find(path, Code::OtherProvider);
        }
    }

    /// The kind of an object, of this message or known.
    fn kind(&self, id: ObjectId) -> Option<Kind> {
        let made = self.actions.iter().filter(|action| action.verb == Verb::Create);
        let made = made.filter(|action| action.object_id() == Some(id)).find_map(Action::kind);
        made.or_else(|| self.register.known(id).map(|known| known.kind))
    }
}

/// Why an object that is not yet found wrong cannot be read by the struct of its kind.
fn unread(object: &Object, kind: Kind) -> Option<Code> {
    match kind {
        Kind::Authorisation => Authorisation::from_object(object).err(),
        Kind::Disclosure => Disclosure::from_object(object).err(),
        Kind::Preservation => Preservation::from_object(object).err(),
        Kind::Document => Document::from_object(object).err(),
        Kind::Notification => Notice::from_object(object).err(),
        Kind::Delivery => Delivery::from_object(object).err(),
        Kind::Takedown => None,
    }
}

/// Whether a text that must be there is missing or blank; in an update it may be left out.
fn is_due(object: &Object, name: &str, is_new: bool) -> bool {
    object.text(name).map_or(is_new, |text| text.trim().is_empty())
}

/// The class, if ETSI's dictionary has it.
fn class_of(entry: &Object) -> Option<RequestType> {
    let is_ours =
        entry.text("common:Owner") == Some(OWNER) && entry.text("common:Name") == Some(RequestType::DICTIONARY.name);
    entry.text("common:Value").filter(|_| is_ours).and_then(RequestType::from_word)
}

/// Whether it claims the emergency route, which is the provider's legal role's alone and not of this form.
fn is_emergency(object: &Object) -> bool {
    let is_flag = |value: &Value| {
        value.as_object().and_then(|flag| flag.text("common:Value")).is_some_and(|word| word == "IsEmergency")
    };
    let flags = [("auth:AuthorisationFlags", "auth:AuthorisationFlag"), ("task:Flags", "task:LDTaskFlag")];
    let flagged =
        |(list, flag): (&str, &str)| object.object(list).is_some_and(|list| list.all(flag).iter().any(is_flag));
    let approved = |list: &str| {
        let is = |value: &Value| value.as_object().and_then(|one| one.flag("common:ApprovalIsEmergency")) == Some(true);
        object.all(list).iter().any(is)
    };
    let desired = object.at(&["auth:AuthorisationDesiredStatus", "common:Value"]).and_then(Value::as_text);
    flags.into_iter().any(flagged)
        || approved("auth:AuthorisationApprovalDetails")
        || approved("task:ApprovalDetails")
        || desired == Some("EmergencyApproval")
}
