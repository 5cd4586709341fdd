//! Authorisations, documents, notifications (clause 7).

use super::base::{APPROVAL, BASE, ENDPOINT, FAILURE};
use super::{LONG, SHORT, Shape, table};
use crate::hi1::word::{
    AuthorisationDesiredStatus, AuthorisationFlag, AuthorisationLegalType, AuthorisationPriority, AuthorisationStatus,
    AuthorisationTypeOfCase, DocumentDesiredStatus, DocumentStatus, DocumentType, NotificationType, Word,
};

table!(
    AUTHORISATION (Some(&BASE), false):
    May "auth:AuthorisationReference" LONG,
    May "auth:AuthorisationLegalType" Shape::Entry(Some(AuthorisationLegalType::DICTIONARY)),
    May "auth:AuthorisationPriority" Shape::Entry(Some(AuthorisationPriority::DICTIONARY)),
    May "auth:AuthorisationStatus" Shape::Entry(Some(AuthorisationStatus::DICTIONARY)),
    May "auth:AuthorisationDesiredStatus" Shape::Entry(Some(AuthorisationDesiredStatus::DICTIONARY)),
    May "auth:AuthorisationTimespan" Shape::Object(&AUTHORISATION_TIMESPAN),
    May "auth:AuthorisationCSPID" Shape::Object(&PROVIDERS),
    May "auth:AuthorisationCreationTimestamp" Shape::Time,
    May "auth:AuthorisationServedTimestamp" Shape::Time,
    May "auth:AuthorisationTerminationTimestamp" Shape::Time,
    May "auth:AuthorisationApprovalDetails" Shape::List(&Shape::Object(&APPROVAL)),
    May "auth:AuthorisationInvalidReason" Shape::Object(&FAILURE),
    May "auth:AuthorisationFlags" Shape::Object(&FLAGS),
    May "auth:AuthorisationManualInformation" LONG,
    May "auth:NationalAuthorisationParameters" Shape::Object(&NATIONAL_AUTHORISATION),
    May "auth:AuthorisationJurisdiction" LONG,
    May "auth:AuthorisationTypeOfCase" Shape::Entry(Some(AuthorisationTypeOfCase::DICTIONARY)),
    May "auth:AuthorisationLegalEntity" SHORT,
);

table!(
    AUTHORISATION_TIMESPAN:
    May "auth:StartTime" Shape::Time,
    May "auth:EndTime" Shape::Time,
);

table!(
    PROVIDERS:
    Must "auth:CSPID" Shape::List(&Shape::Object(&ENDPOINT)),
);

table!(
    FLAGS:
    May "auth:AuthorisationFlag" Shape::List(&Shape::Entry(Some(AuthorisationFlag::DICTIONARY))),
);

table!(
    NATIONAL_AUTHORISATION (None, true):
    Must "auth:CountryCode" Shape::Country,
);

table!(
    DOCUMENT (Some(&BASE), false):
    May "doc:DocumentReference" LONG,
    May "doc:DocumentName" LONG,
    May "doc:DocumentStatus" Shape::Entry(Some(DocumentStatus::DICTIONARY)),
    May "doc:DocumentDesiredStatus" Shape::Entry(Some(DocumentDesiredStatus::DICTIONARY)),
    May "doc:DocumentTimespan" Shape::Object(&DOCUMENT_TIMESPAN),
    May "doc:DocumentType" Shape::Entry(Some(DocumentType::DICTIONARY)),
    May "doc:DocumentProperties" Shape::Object(&PROPERTIES),
    May "doc:DocumentBody" Shape::Object(&BODY),
    May "doc:DocumentSignature" Shape::List(&Shape::Object(&APPROVAL)),
    May "doc:DocumentInvalidReason" Shape::Object(&FAILURE),
    May "doc:NationalDocumentParameters" Shape::Object(&NATIONAL_DOCUMENT),
);

table!(
    DOCUMENT_TIMESPAN:
    May "doc:StartTime" Shape::Time,
    May "doc:EndTime" Shape::Time,
);

table!(
    PROPERTIES:
    May "doc:DocumentProperty" Shape::List(&Shape::Object(&PROPERTY)),
);

table!(
    PROPERTY:
    Must "doc:PropertyType" Shape::Entry(None),
    Must "doc:PropertyValue" LONG,
);

table!(
    BODY:
    May "doc:Contents" Shape::Base64,
    May "doc:ContentType" SHORT,
    May "doc:Checksum" SHORT,
    May "doc:ChecksumType" SHORT,
);

table!(
    NATIONAL_DOCUMENT (None, true):
    Must "doc:CountryCode" Shape::Country,
);

table!(
    NOTIFICATION (Some(&BASE), false):
    May "notification:NotificationDetails" LONG,
    May "notification:NotificationType" Shape::Entry(Some(NotificationType::DICTIONARY)),
    May "notification:NewNotification" Shape::Flag,
    May "notification:NotificationTimestamp" Shape::Time,
    May "notification:StatusOfAssociatedObjects" Shape::Object(&STATUSES),
    May "notification:NationalNotificationParameters" Shape::Object(&NATIONAL_NOTIFICATION),
);

table!(
    STATUSES:
    Must "notification:AssociatedObjectStatus" Shape::List(&Shape::Object(&STATUS)),
);

table!(
    STATUS:
    Must "notification:AssociatedObject" Shape::Uuid,
    Must "notification:Status" Shape::Entry(None),
    May "notification:Details" LONG,
);

table!(
    NATIONAL_NOTIFICATION (None, true):
    Must "notification:CountryCode" Shape::Country,
);
