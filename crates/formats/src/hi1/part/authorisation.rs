//! An authorisation: the inquiry as an act of the organisation, with number, form and approvals.

use renkei_core::time::Moment;

use super::shared::{Base, Window, end, ends, entry, moment, needed, optional, window, word};
use super::{Approval, Part};
use crate::hi1::finding::Code;
use crate::hi1::name::{Endpoint, Kind};
use crate::hi1::time;
use crate::hi1::tree::{Object, Value};
use crate::hi1::word::{
    AuthorisationDesiredStatus, AuthorisationFlag, AuthorisationPriority, AuthorisationStatus, AuthorisationTypeOfCase,
    Word as _,
};

/// An authorisation (clause 7.2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authorisation {
    /// Identifier, owner, generation.
    pub base: Base,
    /// 文書番号, as `AuthorisationReference`.
    pub document_number: String,
    /// The serial of the form (様式の一連番号) in the issue book, as `ExternalIdentifier`.
    pub form_serial: String,
    /// How pressing it is.
    pub priority: Option<AuthorisationPriority>,
    /// Where the receiver says that it stands.
    pub status: Option<AuthorisationStatus>,
    /// Where the sender wants it to be.
    pub desired: Option<AuthorisationDesiredStatus>,
    /// How long it holds.
    pub valid: Option<Window>,
    /// Who is asked.
    pub providers: Vec<Endpoint>,
    /// When it was issued.
    pub created: Option<Moment>,
    /// The approvals in the order of their time; the last is the section head's.
    pub approvals: Vec<Approval>,
    /// Whether it is no real inquiry.
    pub is_test: bool,
    /// Words for people.
    pub words: Option<String>,
    /// The kind of case. The case itself is not the provider's to read.
    pub case: Option<AuthorisationTypeOfCase>,
    /// The section in whose head's name it is issued, as `AuthorisationLegalEntity`.
    pub section: Option<String>,
}

impl Part for Authorisation {
    fn to_object(&self) -> Object {
        let valid = self.valid.map(|window| {
            Object::new()
                .with("auth:StartTime", time::write(window.from))
                .with("auth:EndTime", time::write(window.until))
        });
        let providers: Vec<_> = self.providers.iter().map(end).collect();
        let approvals: Vec<_> = self.approvals.iter().map(Approval::write).collect();
        let flags =
            self.is_test.then(|| Object::new().with("auth:AuthorisationFlag", vec![entry(AuthorisationFlag::IsTest)]));
        self.base
            .write(Kind::Authorisation, Some(&self.form_serial))
            .with("auth:AuthorisationReference", self.document_number.as_str())
            .with_some("auth:AuthorisationPriority", self.priority.map(entry))
            .with_some("auth:AuthorisationStatus", self.status.map(entry))
            .with_some("auth:AuthorisationDesiredStatus", self.desired.map(entry))
            .with_some("auth:AuthorisationTimespan", valid)
            .with("auth:AuthorisationCSPID", Object::new().with("auth:CSPID", providers))
            .with_some("auth:AuthorisationCreationTimestamp", self.created.map(time::write))
            .with("auth:AuthorisationApprovalDetails", approvals)
            .with_some("auth:AuthorisationFlags", flags)
            .with_some("auth:AuthorisationManualInformation", self.words.as_deref())
            .with_some("auth:AuthorisationTypeOfCase", self.case.map(entry))
            .with_some("auth:AuthorisationLegalEntity", self.section.as_deref())
    }

    fn from_object(object: &Object) -> Result<Self, Code> {
        let valid = match object.object("auth:AuthorisationTimespan") {
            Some(span) => window(span, "auth:StartTime", "auth:EndTime")?,
            None => None,
        };
        let providers = object.object("auth:AuthorisationCSPID").map_or(&[][..], |list| list.all("auth:CSPID"));
        let approvals = object.all("auth:AuthorisationApprovalDetails").iter();
        let approvals = approvals.map(|value| value.as_object().map_or(Err(Code::WrongShape), Approval::read));
        Ok(Self {
            base: Base::read(object, Kind::Authorisation)?,
            document_number: needed(object, "auth:AuthorisationReference")
                .map_err(|_| Code::NoDocumentNumber)?
                .to_owned(),
            form_serial: needed(object, "ExternalIdentifier").map_err(|_| Code::NoFormSerial)?.to_owned(),
            priority: word(object, "auth:AuthorisationPriority", AuthorisationPriority::ALL),
            status: word(object, "auth:AuthorisationStatus", AuthorisationStatus::ALL),
            desired: word(object, "auth:AuthorisationDesiredStatus", AuthorisationDesiredStatus::ALL),
            valid,
            providers: ends(providers),
            created: moment(object, "auth:AuthorisationCreationTimestamp")?,
            approvals: approvals.collect::<Result<_, _>>()?,
            is_test: is_test(object),
            words: optional(object, "auth:AuthorisationManualInformation"),
            case: word(object, "auth:AuthorisationTypeOfCase", AuthorisationTypeOfCase::ALL),
            section: optional(object, "auth:AuthorisationLegalEntity"),
        })
    }
}

fn is_test(object: &Object) -> bool {
    let flags = object.object("auth:AuthorisationFlags").map_or(&[][..], |flags| flags.all("auth:AuthorisationFlag"));
    let is = |flag: &Value| {
        flag.as_object().and_then(|flag| flag.text("common:Value")) == Some(AuthorisationFlag::IsTest.word())
    };
    flags.iter().any(is)
}
