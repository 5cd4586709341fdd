//! A message and typed views over its tree: header, actions, answers.

use renkei_core::time::Moment;

use super::finding::{Code, ErrorCode, Finding};
use super::flaw::{Flaw, MOST_BYTES, WriteError};
use super::name::{Endpoint, Kind, ObjectId, TransactionId, Verb};
use super::tree::{Object, Value};
use super::{json, schema, time, xml};

/// In which encoding a message came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// JSON (since V1.14 of the standard).
    Json,
    /// XML.
    Xml,
}

impl Encoding {
    /// The media type under which it is posted.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Xml => "application/xml",
        }
    }

    /// What the first byte that is no space tells.
    fn of(text: &str) -> Option<Self> {
        match text.trim_start_matches('\u{feff}').trim_ascii_start().as_bytes().first()? {
            b'{' => Some(Self::Json),
            b'<' => Some(Self::Xml),
            _ => None,
        }
    }
}

/// A message: its tree, nothing of it lost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    root: Object,
}

/// Who to whom, when, under which versions (clause 6.2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// Who sends.
    pub sender: Endpoint,
    /// For whom it is.
    pub receiver: Endpoint,
    /// The transaction; the answer has the same one.
    pub transaction: TransactionId,
    /// When it was made.
    pub at: Moment,
    /// The version of the standard, `V1.23.1`.
    pub version: String,
    /// Whose national profile it follows.
    pub profile_owner: String,
    /// Which version of that profile.
    pub profile_version: String,
}

/// What a message carries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Payload<'a> {
    /// What is asked.
    Request(Vec<Action<'a>>),
    /// What is answered, action by action.
    Response(Vec<Reply<'a>>),
    /// The message as a whole was refused.
    Refused(Failure),
}

/// One thing that is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Action<'a> {
    /// Its number, from 0.
    pub number: u64,
    /// What is asked.
    pub verb: Verb,
    body: &'a Object,
}

/// The answer to one action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply<'a> {
    /// The number of the action.
    pub number: u64,
    /// What came of it.
    pub outcome: Outcome<'a>,
}

/// What came of an action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome<'a> {
    /// It was done.
    Done {
        /// What was asked.
        verb: Verb,
        /// The object concerned, if it is about one.
        id: Option<ObjectId>,
        /// The members of the answer; `HI1Object` is the object, `ListResponseRecord` are records.
        body: &'a Object,
    },
    /// It was refused.
    Refused(Failure),
}

/// Why something was refused, as the other side says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// The error code.
    pub code: ErrorCode,
    /// Words for people.
    pub words: String,
}

impl Message {
    /// Reads a message in either encoding.
    ///
    /// # Errors
    /// When the bytes are no message at all. Whether it follows the schema is [`super::check`]'s to say.
    pub fn read(bytes: &[u8]) -> Result<(Self, Encoding), Flaw> {
        if bytes.len() > MOST_BYTES {
            return Err(Flaw::TooLarge);
        }
        let text = std::str::from_utf8(bytes).map_err(|_| Flaw::Encoding)?;
        let encoding = Encoding::of(text).ok_or(Flaw::Encoding)?;
        let root = match encoding {
            Encoding::Json => json::read(text)?,
            Encoding::Xml => xml::read(text)?,
        };
        Ok((Self { root }, encoding))
    }

    /// Writes it as JSON, with its members in their order.
    pub fn to_json(&self) -> String {
        json::write(&self.root)
    }

    /// Writes it as XML in the canonical form of [`xml::write`].
    ///
    /// # Errors
    /// When a name or a character of the tree is not possible in XML.
    pub fn to_xml(&self) -> Result<String, WriteError> {
        xml::write(&self.root)
    }

    /// Writes it in an encoding.
    ///
    /// # Errors
    /// As [`Message::to_xml`].
    pub fn write(&self, encoding: Encoding) -> Result<String, WriteError> {
        match encoding {
            Encoding::Json => Ok(self.to_json()),
            Encoding::Xml => self.to_xml(),
        }
    }

    /// The tree.
    pub const fn root(&self) -> &Object {
        &self.root
    }

    /// A message of a tree.
    pub const fn of(root: Object) -> Self {
        Self { root }
    }

    /// The header; `None`: a member that it must have is missing or is none ([`super::check`] says which).
    pub fn header(&self) -> Option<Header> {
        let header = self.root.object("Header")?;
        let version = header.object("Version")?;
        Some(Header {
            sender: endpoint(header.object("SenderIdentifier")?)?,
            receiver: endpoint(header.object("ReceiverIdentifier")?)?,
            transaction: header.text("TransactionIdentifier")?.parse().ok()?,
            at: time::read(header.text("Timestamp")?)?,
            version: version.text("ETSIVersion")?.to_owned(),
            profile_owner: version.text("NationalProfileOwner")?.to_owned(),
            profile_version: version.text("NationalProfileVersion")?.to_owned(),
        })
    }

    /// What it carries; `None`: neither request nor answer. Actions that cannot be read are left out
    /// ([`super::check`] says which).
    pub fn payload(&self) -> Option<Payload<'_>> {
        let payload = self.root.object("Payload")?;
        if let Some(request) = payload.object("RequestPayload") {
            let actions = request.object("ActionRequests")?.all("ActionRequest");
            return Some(Payload::Request(actions.iter().filter_map(Action::of).collect()));
        }
        let response = payload.object("ResponsePayload")?;
        if let Some(failure) = response.object("ErrorInformation") {
            return Some(Payload::Refused(Failure::of(failure)));
        }
        let replies = response.object("ActionResponses")?.all("ActionResponse");
        Some(Payload::Response(replies.iter().filter_map(Reply::of).collect()))
    }

    /// The actions of a request; none for an answer.
    pub fn actions(&self) -> Vec<Action<'_>> {
        match self.payload() {
            Some(Payload::Request(actions)) => actions,
            _ => Vec::new(),
        }
    }

    /// Every object that the request names: its own and those that they are associated with. Whoever
    /// decides about it must know about these, each once.
    pub fn named(&self) -> Vec<ObjectId> {
        let of = |action: &Action<'_>| action.object_id().into_iter().chain(action.links()).collect::<Vec<_>>();
        let mut ids: Vec<ObjectId> = self.actions().iter().flat_map(of).collect();
        ids.sort_unstable();
        ids.dedup();
        ids
    }
}

impl<'a> Action<'a> {
    fn of(value: &'a Value) -> Option<Self> {
        let action = value.as_object()?;
        let verb = Verb::ALL.iter().find(|verb| action.get(verb.word()).is_some())?;
        Some(Self { number: action.count("ActionIdentifier")?, verb: *verb, body: action.object(verb.word())? })
    }

    /// The members of the verb.
    pub const fn body(&self) -> &'a Object {
        self.body
    }

    /// The object that it carries, if it carries one.
    pub fn object(&self) -> Option<&'a Object> {
        self.body.object("HI1Object")
    }

    /// The kind of that object.
    pub fn kind(&self) -> Option<Kind> {
        schema::kind_of(self.object()?)
    }

    /// The object that it is about.
    pub fn object_id(&self) -> Option<ObjectId> {
        let text = match self.object() {
            Some(object) => object.text("ObjectIdentifier"),
            None => self.body.text("Identifier"),
        };
        text?.parse().ok()
    }

    /// The objects that its object is associated with.
    pub fn links(&self) -> Vec<ObjectId> {
        self.object().map(links).unwrap_or_default()
    }
}

impl<'a> Reply<'a> {
    fn of(value: &'a Value) -> Option<Self> {
        let reply = value.as_object()?;
        let number = reply.count("ActionIdentifier")?;
        if let Some(failure) = reply.object("ErrorInformation") {
            return Some(Self { number, outcome: Outcome::Refused(Failure::of(failure)) });
        }
        let verb = *Verb::ALL.iter().find(|verb| reply.get(&answer_of(**verb)).is_some())?;
        let body = reply.object(&answer_of(verb))?;
        let id = body.text("Identifier").or_else(|| body.object("HI1Object")?.text("ObjectIdentifier"));
        let id = id.and_then(|id| id.parse().ok());
        Some(Self { number, outcome: Outcome::Done { verb, id, body } })
    }
}

impl Failure {
    pub(super) fn of(object: &Object) -> Self {
        let code = object.count("ErrorCode").and_then(|code| u32::try_from(code).ok()).unwrap_or_default();
        Self { code: ErrorCode(code), words: object.text("ErrorDescription").unwrap_or_default().to_owned() }
    }
}

impl Finding {
    /// The finding that bytes are no message at all.
    pub fn of_flaw(flaw: &Flaw) -> Self {
        Self { action: None, path: String::new(), code: flaw.code() }
    }

    pub(super) fn whole(path: &str, code: Code) -> Self {
        Self { action: None, path: path.to_owned(), code }
    }
}

/// The member in which a verb is answered.
pub(super) fn answer_of(verb: Verb) -> String {
    format!("{}Response", verb.word())
}

/// Reads country and name.
pub(super) fn endpoint(object: &Object) -> Option<Endpoint> {
    Some(Endpoint::new(object.text("CountryCode")?, object.text("UniqueIdentifier")?))
}

/// The objects that an object is associated with.
pub(super) fn links(object: &Object) -> Vec<ObjectId> {
    let links = object.object("AssociatedObjects").map_or(&[][..], |links| links.all("AssociatedObject"));
    links.iter().filter_map(|link| link.as_text()?.parse().ok()).collect()
}
