//! What several objects have: ends, failures, times, approvals.

use super::{LONG, SHORT, Shape, table};

table!(
    /// Members of every object (clause 7.1).
    BASE:
    Must "ObjectIdentifier" Shape::Uuid,
    May "CountryCode" Shape::Country,
    May "OwnerIdentifier" SHORT,
    May "Generation" Shape::Count(0),
    May "ExternalIdentifier" LONG,
    May "AssociatedObjects" Shape::Object(&ASSOCIATED),
    May "LastChanged" Shape::Time,
    May "NationalHandlingParameters" Shape::Object(&NATIONAL_HANDLING),
);

table!(
    ASSOCIATED:
    May "AssociatedObject" Shape::List(&Shape::Uuid),
);

table!(
    NATIONAL_HANDLING (None, true):
    Must "CountryCode" Shape::Country,
);

table!(
    ENDPOINT:
    Must "CountryCode" Shape::Country,
    Must "UniqueIdentifier" LONG,
);

table!(
    FAILURE:
    Must "ErrorCode" Shape::Count(0),
    Must "ErrorDescription" LONG,
);

table!(
    TIMESPAN:
    May "common:StartTime" Shape::Time,
    May "common:EndTime" Shape::Time,
);

table!(
    APPROVAL:
    May "common:ApprovalType" LONG,
    May "common:ApprovalDescription" LONG,
    May "common:ApprovalReference" LONG,
    May "common:ApproverDetails" Shape::Object(&APPROVER),
    May "common:ApprovalTimestamp" Shape::Time,
    May "common:ApprovalIsEmergency" Shape::Flag,
    May "common:ApprovalDigitalSignature" Shape::Object(&SIGNATURE),
    May "common:ApprovalNationalDetails" Shape::Object(&NATIONAL),
);

table!(
    APPROVER:
    May "common:ApproverName" LONG,
    May "common:ApproverRole" LONG,
    May "common:ApproverIdentity" Shape::Object(&IDENTITY),
    May "common:ApproverContactDetails" Shape::List(&Shape::Object(&CONTACT)),
);

table!(
    IDENTITY:
    Must "common:NationalApproverIdentity" Shape::Object(&NATIONAL),
);

table!(
    SIGNATURE:
    Must "common:NationalDigitalSignature" Shape::Object(&NATIONAL),
);

table!(
    NATIONAL (None, true):
    Must "common:CountryCode" Shape::Country,
);

table!(
    CONTACT:
    May "common:Name" LONG,
    May "common:Role" LONG,
    May "common:EmailAddress" LONG,
    May "common:PhoneNumber" LONG,
    May "common:FaxNumber" LONG,
    May "common:Address" LONG,
    May "common:Languages" Shape::List(&Shape::Object(&LANGUAGE)),
    May "common:ApproverAlternateName" LONG,
    May "common:ApproverEmailAddress" LONG,
    May "common:ApproverPhoneNumber" LONG,
);

table!(
    LANGUAGE:
    Must "common:ISO639Set1LanguageIdentifier" Shape::Text(2),
);

table!(
    CHECKSUMS:
    Must "common:ChecksumAndType" Shape::List(&Shape::Object(&CHECKSUM)),
);

table!(
    CHECKSUM:
    Must "common:Checksum" SHORT,
    Must "common:ChecksumType" SHORT,
);

table!(
    ENTRIES:
    May "common:DictionaryEntry" Shape::List(&Shape::Entry(None)),
);
