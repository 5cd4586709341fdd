//! Messages that we send: requests of verbs, and their answers.

use renkei_core::text::Language;
use renkei_core::time::Moment;

use super::engine::Effect;
use super::finding::{Code, Finding};
use super::message::{Failure, Message, answer_of};
use super::name::{ETSI_VERSION, Endpoint, Kind, ObjectId, PROFILE_OWNER, PROFILE_VERSION, TransactionId, Verb};
use super::part::shared::{end, entry};
use super::part::{Authorisation, Base, Delivery, Disclosure, Document, Notice, Part, Preservation};
use super::time;
use super::tree::{Object, Value};
use super::word::{
    AuthorisationDesiredStatus, AuthorisationStatus, LDTaskStatus, LPTaskStatus, ObjectType, RequestType,
};
use super::xml;

/// Who writes to whom, in which transaction, when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Envelope {
    /// Who sends.
    pub sender: Endpoint,
    /// For whom it is.
    pub receiver: Endpoint,
    /// The transaction; sending again takes the same one, an answer that of its request.
    pub transaction: TransactionId,
    /// When it is made.
    pub at: Moment,
}

/// One thing to ask.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ask {
    /// Give this object.
    Get(ObjectId),
    /// Make this object.
    Create(Object),
    /// Change this object: the members that are here replace those that are there.
    Update(Object),
    /// Tell which objects there are.
    List(Query),
    /// Take this delivery.
    Deliver(Object),
    /// Tell how you are to be asked.
    Config,
}

/// Which objects to tell of.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query {
    /// Of which kind. The dictionary has no word for takedowns.
    pub kind: Option<ObjectType>,
    /// Changed at this moment or later.
    pub since: Option<Moment>,
    /// How many at most.
    pub most: Option<u64>,
}

/// One line of the answer to [`Ask::List`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Its kind.
    pub kind: ObjectType,
    /// Its identifier.
    pub id: ObjectId,
    /// Who created it.
    pub owner: Endpoint,
    /// How often it was changed.
    pub generation: u64,
    /// When it was last changed.
    pub changed: Option<Moment>,
}

/// A form of values about which a provider can be asked, for the answer to [`Ask::Config`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Form {
    /// Who defined it.
    pub owner: String,
    /// Its name.
    pub name: String,
    /// Words for people.
    pub guidance: Option<String>,
}

/// The answer to one action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// Created, updated or taken.
    Done(Verb, ObjectId),
    /// The object that was asked for.
    Object(Object),
    /// The objects that there are.
    Records(Vec<Record>),
    /// About what the provider can be asked, by inquiry, and since when.
    Config(Vec<Form>, Moment),
    /// Refused.
    Refused(Failure),
}

/// An inquiry (捜査関係事項照会): the authorisation, then one disclosure an item, each linked to it.
pub fn inquiry(envelope: &Envelope, authorisation: &Authorisation, items: &[Disclosure]) -> Message {
    let id = authorisation.base.id;
    let items = items.iter().map(|item| Ask::Create(linked(item.to_object(), id)));
    request(envelope, std::iter::once(Ask::Create(authorisation.to_object())).chain(items).collect())
}

/// A preservation request (保全要請), in the same way.
pub fn preservation(envelope: &Envelope, authorisation: &Authorisation, items: &[Preservation]) -> Message {
    let id = authorisation.base.id;
    let items = items.iter().map(|item| Ask::Create(linked(item.to_object(), id)));
    request(envelope, std::iter::once(Ask::Create(authorisation.to_object())).chain(items).collect())
}

/// Files that belong to an authorisation which the receiver has, or which stands before them in `asks`.
pub fn documents(files: &[Document]) -> Vec<Ask> {
    files.iter().map(|file| Ask::Create(file.to_object())).collect()
}

/// Where an object stands, or is wanted to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// Where an authorisation stands; the receiver alone says so.
    Authorisation(AuthorisationStatus),
    /// Where the sender wants an authorisation to be.
    AuthorisationWanted(AuthorisationDesiredStatus),
    /// What came of a disclosure, and why if nothing did.
    Disclosure(LDTaskStatus, Option<Failure>),
    /// What came of a preservation, and why if nothing did.
    Preservation(LPTaskStatus, Option<Failure>),
}

/// The update of an object in which nothing but its standing changes; `base` has the generation that it changes.
pub fn moved(base: &Base, standing: &Standing) -> Object {
    let task = |status: Object, reason: &Option<Failure>| {
        [("task:Status", Some(status)), ("task:StatusReason", reason.as_ref().map(Failure::write))]
    };
    let (kind, [(first, one), (second, two)]) = match standing {
        Standing::Authorisation(status) => {
            (Kind::Authorisation, [("auth:AuthorisationStatus", Some(entry(*status))), ("", None)])
        }
        Standing::AuthorisationWanted(status) => {
            (Kind::Authorisation, [("auth:AuthorisationDesiredStatus", Some(entry(*status))), ("", None)])
        }
        Standing::Disclosure(status, reason) => (Kind::Disclosure, task(entry(*status), reason)),
        Standing::Preservation(status, reason) => (Kind::Preservation, task(entry(*status), reason)),
    };
    let bare = Base { links: Vec::new(), changed: None, ..base.clone() };
    bare.write(kind, None).with_some(first, one).with_some(second, two)
}

/// A notification (追加確認・不備).
pub fn notice(envelope: &Envelope, notice: &Notice) -> Message {
    request(envelope, vec![Ask::Create(notice.to_object())])
}

/// What is handed over (回答), part by part.
pub fn delivery(envelope: &Envelope, parts: &[Delivery]) -> Message {
    request(envelope, parts.iter().map(|part| Ask::Deliver(part.to_object())).collect())
}

/// A request; the actions are numbered from 0 in their order.
pub fn request(envelope: &Envelope, asks: Vec<Ask>) -> Message {
    let number = |(number, ask): (usize, Ask)| {
        let (verb, body) = ask.write();
        Object::new().with("ActionIdentifier", number as u64).with(verb.word(), body)
    };
    let actions: Vec<_> = asks.into_iter().enumerate().map(number).collect();
    let requests = Object::new().with("ActionRequest", actions);
    wrap(envelope, Object::new().with("RequestPayload", Object::new().with("ActionRequests", requests)))
}

/// The answer to a request, action by action: the number of the action and what came of it.
pub fn response(envelope: &Envelope, answers: Vec<(u64, Answer)>) -> Message {
    let one = |(number, answer): (u64, Answer)| {
        let (member, body) = answer.write();
        Object::new().with("ActionIdentifier", number).with(&member, body)
    };
    let answers: Vec<_> = answers.into_iter().map(one).collect();
    let responses = Object::new().with("ActionResponse", answers);
    wrap(envelope, Object::new().with("ResponsePayload", Object::new().with("ActionResponses", responses)))
}

/// The answer that the message as a whole was refused.
pub fn refusal(envelope: &Envelope, failure: &Failure) -> Message {
    let response = Object::new().with("ErrorInformation", failure.write());
    wrap(envelope, Object::new().with("ResponsePayload", response))
}

/// The answer to a request that was found wrong: each action with its first finding, those without one as
/// not carried out; findings about the message as a whole refuse it as a whole.
pub fn refused(envelope: &Envelope, request: &Message, findings: &[Finding]) -> Message {
    let actions = request.actions();
    let whole = findings.iter().find(|finding| finding.action.is_none_or(|at| at >= actions.len()));
    if let Some(finding) = whole.or_else(|| findings.first().filter(|_| actions.is_empty())) {
        return refusal(envelope, &Failure::from(finding));
    }
    let answer = |at: usize| {
        let own = findings.iter().find(|finding| finding.action == Some(at));
        Answer::Refused(own.map_or_else(|| Failure::from(Code::NotCarriedOut), Failure::from))
    };
    response(envelope, actions.iter().enumerate().map(|(at, action)| (action.number, answer(at))).collect())
}

/// The answer to an effect that was applied; `None`: it is a question, whose answer the caller has.
pub fn applied(effect: &Effect<'_>) -> Option<(u64, Answer)> {
    let (number, verb, id) = effect.written()?;
    Some((number, Answer::Done(verb, id)))
}

/// The same object, linked to another one first.
fn linked(mut object: Object, id: ObjectId) -> Object {
    let text = id.to_string();
    let links = object.object("AssociatedObjects").map_or(&[][..], |links| links.all("AssociatedObject"));
    if links.iter().any(|link| link.as_text() == Some(&text)) {
        return object;
    }
    let links: Vec<Value> = std::iter::once(Value::from(text)).chain(links.iter().cloned()).collect();
    let later = |name: &str| matches!(name, "LastChanged" | "NationalHandlingParameters") || name.contains(':');
    let is_later = |name: &str| !name.starts_with('@') && later(name);
    object.place("AssociatedObjects", Object::new().with("AssociatedObject", links), is_later);
    object
}

fn wrap(envelope: &Envelope, payload: Object) -> Message {
    let version = Object::new()
        .with("ETSIVersion", ETSI_VERSION)
        .with("NationalProfileOwner", PROFILE_OWNER)
        .with("NationalProfileVersion", PROFILE_VERSION);
    let header = Object::new()
        .with("SenderIdentifier", end(&envelope.sender))
        .with("ReceiverIdentifier", end(&envelope.receiver))
        .with("TransactionIdentifier", envelope.transaction.to_string())
        .with("Timestamp", time::write_to_microsecond(envelope.at))
        .with("Version", version);
    Message::of(xml::declared(&Object::new().with("Header", header).with("Payload", payload)))
}

fn holding(object: Object) -> Object {
    Object::new().with("HI1Object", object)
}

impl Ask {
    fn write(self) -> (Verb, Object) {
        match self {
            Self::Get(id) => (Verb::Get, Object::new().with("Identifier", id.to_string())),
            Self::Create(object) => (Verb::Create, holding(object)),
            Self::Update(object) => (Verb::Update, holding(object)),
            Self::List(query) => (Verb::List, query.write()),
            Self::Deliver(object) => {
                let id = object.get("ObjectIdentifier").cloned();
                (Verb::Deliver, Object::new().with_some("Identifier", id).with("HI1Object", object))
            }
            Self::Config => (Verb::Config, Object::new()),
        }
    }
}

impl Query {
    fn write(&self) -> Object {
        Object::new()
            .with_some("ObjectType", self.kind.map(entry))
            .with_some("LastChanged", self.since.map(time::write))
            .with_some("MaximumObjectCount", self.most)
    }

    /// Reads the members of a LIST that was found right.
    pub fn read(body: &Object) -> Self {
        let kind = body.object("ObjectType").and_then(|entry| entry.text("common:Value"));
        let since = body.text("LastChanged").and_then(time::read);
        Self { kind: kind.and_then(ObjectType::from_word), since, most: body.count("MaximumObjectCount") }
    }
}

impl Record {
    fn write(&self) -> Object {
        Object::new()
            .with("ObjectType", entry(self.kind))
            .with("Identifier", self.id.to_string())
            .with("CountryCode", self.owner.country.as_str())
            .with("OwnerIdentifier", self.owner.name.as_str())
            .with("Generation", self.generation)
            .with_some("LastChanged", self.changed.map(time::write))
    }

    /// Reads a `ListResponseRecord`; `None`: a member is missing or is none.
    pub fn read(record: &Object) -> Option<Self> {
        Some(Self {
            kind: ObjectType::from_word(record.object("ObjectType")?.text("common:Value")?)?,
            id: record.text("Identifier")?.parse().ok()?,
            owner: Endpoint::new(
                record.text("CountryCode").unwrap_or_default(),
                record.text("OwnerIdentifier").unwrap_or_default(),
            ),
            generation: record.count("Generation")?,
            changed: record.text("LastChanged").and_then(time::read),
        })
    }
}

impl Form {
    fn write(&self) -> Object {
        let classes = Object::new().with("common:DictionaryEntry", vec![entry(RequestType::SubscriberData)]);
        Object::new()
            .with("config:FormatName", self.name.as_str())
            .with("config:FormatOwner", self.owner.as_str())
            .with_some("config:Guidance", self.guidance.as_deref())
            .with("config:AssociatedLDRequestTypes", classes)
    }
}

impl Answer {
    fn write(self) -> (String, Object) {
        match self {
            Self::Done(verb, id) => (answer_of(verb), Object::new().with("Identifier", id.to_string())),
            Self::Object(object) => (answer_of(Verb::Get), holding(object)),
            Self::Records(records) => {
                let records: Vec<_> = records.iter().map(Record::write).collect();
                (answer_of(Verb::List), Object::new().with("ListResponseRecord", records))
            }
            Self::Config(forms, changed) => {
                let forms: Vec<_> = forms.iter().map(Form::write).collect();
                let body = Object::new()
                    .with("LastChanged", time::write(changed))
                    .with("TargetingConfigurations", Object::new().with("config:TargetingConfiguration", forms));
                (answer_of(Verb::Config), body)
            }
            Self::Refused(failure) => ("ErrorInformation".to_owned(), failure.write()),
        }
    }
}

impl From<Code> for Failure {
    fn from(code: Code) -> Self {
        Self { code: code.error(), words: format!("{} {}", code.as_str(), code.label(Language::En)) }
    }
}

impl From<&Finding> for Failure {
    fn from(finding: &Finding) -> Self {
        let Self { code, words } = Self::from(finding.code);
        if finding.path.is_empty() {
            Self { code, words }
        } else {
            Self { code, words: format!("{words}: {}", finding.path) }
        }
    }
}
