//! A disclosure: one item of an inquiry, what is asked about which value in which window.

use renkei_core::time::Moment;

use super::Part;
use super::shared::{Base, Window, end, entry, entry_of, moment, needed, needed_end, optional, window, word};
use crate::hi1::finding::{Code, ErrorCode};
use crate::hi1::message::Failure;
use crate::hi1::name::{Endpoint, Kind};
use crate::hi1::time;
use crate::hi1::tree::Object;
use crate::hi1::word::{LDTaskDesiredStatus, LDTaskStatus, RequestType};

/// A value that is asked about, with who defined its form: `ETSI` / `InternationalE164` / `819012345678`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Identifier {
    /// Who defined the form (`task:FormatOwner`).
    pub owner: String,
    /// The form (`task:FormatName`).
    pub form: String,
    /// The value.
    pub value: String,
}

/// A disclosure (`LDTaskObject`, clause 8.3). Its first link is the authorisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disclosure {
    /// Identifier, owner, generation, authorisation.
    pub base: Base,
    /// The reference under which the answer comes (LDID): country, owner and a number of the owner's.
    pub reference: String,
    /// Where the receiver says that it stands.
    pub status: Option<LDTaskStatus>,
    /// Why, if the receiver refused.
    pub reason: Option<Failure>,
    /// Where the sender wants it to be.
    pub desired: Option<LDTaskDesiredStatus>,
    /// The class of data. On an inquiry subscriber data and nothing else (G1); `None`: not said, or a word
    /// of another dictionary.
    pub class: Option<RequestType>,
    /// The window in time.
    pub window: Option<Window>,
    /// The values that are asked about.
    pub values: Vec<Identifier>,
    /// The fields that are asked for, in words of the national dictionary [`FIELDS`].
    pub fields: Vec<String>,
    /// Who is asked.
    pub provider: Endpoint,
    /// Until when an answer is wished for.
    pub deadline: Option<Moment>,
    /// Words for people.
    pub words: Option<String>,
}

/// The dictionary of fields of the Japan profile, with its owner. Both sides agree on its words.
pub const FIELDS: (&str, &str) = ("JP", "InquiryField");
/// The dictionary of kinds of deadlines of the Japan profile, its owner and its one word.
const DEADLINE: (&str, &str, &str) = ("JP", "InquiryDeadline", "AnswerWished");

impl Part for Disclosure {
    fn to_object(&self) -> Object {
        let details = Object::new().with_some("task:Type", self.class.map(entry));
        let details = with_window(details, self.window).with("task:RequestValues", values(&self.values));
        let fields: Vec<_> = self.fields.iter().map(|field| entry_of(FIELDS.0, FIELDS.1, field)).collect();
        let fields = (!fields.is_empty()).then(|| Object::new().with("task:RequestSubtype", fields));
        let deadline = self.deadline.map(|at| {
            let deadline = Object::new()
                .with("task:DateTime", time::write(at))
                .with("task:NatureOfDeadline", entry_of(DEADLINE.0, DEADLINE.1, DEADLINE.2));
            Object::new().with("task:LDDeadline", vec![deadline])
        });
        self.base
            .write(Kind::Disclosure, None)
            .with("task:Reference", self.reference.as_str())
            .with_some("task:Status", self.status.map(entry))
            .with_some("task:StatusReason", self.reason.as_ref().map(Failure::write))
            .with_some("task:DesiredStatus", self.desired.map(entry))
            .with("task:RequestDetails", details.with_some("task:Subtype", fields))
            .with("task:CSPID", end(&self.provider))
            .with_some("task:Deadlines", deadline)
            .with_some("task:ManualInformation", self.words.as_deref())
    }

    fn from_object(object: &Object) -> Result<Self, Code> {
        let details = object.object("task:RequestDetails").ok_or(Code::NoClass)?;
        let fields = details.object("task:Subtype").map_or(&[][..], |list| list.all("task:RequestSubtype"));
        let fields = fields.iter().filter_map(|field| field.as_object()?.text("common:Value"));
        let deadlines = object.object("task:Deadlines").map_or(&[][..], |list| list.all("task:LDDeadline"));
        let deadline = match deadlines.first().and_then(|deadline| deadline.as_object()) {
            Some(deadline) => moment(deadline, "task:DateTime")?,
            None => None,
        };
        Ok(Self {
            base: Base::read(object, Kind::Disclosure)?,
            reference: needed(object, "task:Reference")?.to_owned(),
            status: word(object, "task:Status", LDTaskStatus::ALL),
            reason: object.object("task:StatusReason").map(Failure::of),
            desired: word(object, "task:DesiredStatus", LDTaskDesiredStatus::ALL),
            class: word(details, "task:Type", RequestType::ALL),
            window: window(details, "task:StartTime", "task:EndTime")?,
            values: read_values(details),
            fields: fields.map(str::to_owned).collect(),
            provider: needed_end(object, "task:CSPID").map_err(|_| Code::NoProvider)?,
            deadline,
            words: optional(object, "task:ManualInformation"),
        })
    }
}

impl Failure {
    /// As the receiver writes it into a status.
    pub(in crate::hi1) fn write(&self) -> Object {
        let ErrorCode(code) = self.code;
        Object::new().with("ErrorCode", u64::from(code)).with("ErrorDescription", self.words.as_str())
    }
}

pub(super) fn with_window(details: Object, window: Option<Window>) -> Object {
    details
        .with_some("task:StartTime", window.map(|window| time::write(window.from)))
        .with_some("task:EndTime", window.map(|window| time::write(window.until)))
}

pub(super) fn values(values: &[Identifier]) -> Object {
    let value = |value: &Identifier| {
        let form =
            Object::new().with("task:FormatOwner", value.owner.as_str()).with("task:FormatName", value.form.as_str());
        Object::new().with("task:FormatType", form).with("task:Value", value.value.as_str())
    };
    Object::new().with("task:RequestValue", values.iter().map(value).collect::<Vec<_>>())
}

pub(super) fn read_values(details: &Object) -> Vec<Identifier> {
    let values = details.object("task:RequestValues").map_or(&[][..], |list| list.all("task:RequestValue"));
    let read = |value: &Object| {
        let form = value.object("task:FormatType")?;
        Some(Identifier {
            owner: form.text("task:FormatOwner")?.to_owned(),
            form: form.text("task:FormatName")?.to_owned(),
            value: value.text("task:Value")?.to_owned(),
        })
    };
    values.iter().filter_map(|value| read(value.as_object()?)).collect()
}
