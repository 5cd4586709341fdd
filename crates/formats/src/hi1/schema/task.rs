//! Disclosure, preservation, takedown (clause 8). Interception is not exchanged here.

use super::base::{APPROVAL, BASE, ENDPOINT, FAILURE};
use super::{LONG, SHORT, Shape, table};
use crate::hi1::word::{
    LDHandoverFormat, LDTaskDesiredStatus, LDTaskFlag, LDTaskStatus, LPTaskDesiredStatus, LPTaskStatus, RequestType,
    TDTaskDesiredStatus, TDTaskStatus, Word,
};

table!(
    DISCLOSURE (Some(&BASE), false):
    May "task:Reference" LONG,
    May "task:Status" Shape::Entry(Some(LDTaskStatus::DICTIONARY)),
    May "task:StatusReason" Shape::Object(&FAILURE),
    May "task:DesiredStatus" Shape::Entry(Some(LDTaskDesiredStatus::DICTIONARY)),
    May "task:RequestDetails" Shape::Object(&REQUEST_DETAILS),
    May "task:DeliveryDetails" Shape::Object(&DELIVERY_DETAILS),
    May "task:ApprovalDetails" Shape::List(&Shape::Object(&APPROVAL)),
    May "task:CSPID" Shape::Object(&ENDPOINT),
    May "task:HandlingProfile" Shape::Entry(None),
    May "task:Flags" Shape::Object(&LD_FLAGS),
    May "task:AlternativePreservationReferences" Shape::Object(&PRESERVATION_REFERENCES),
    May "task:NationalLDTaskingParameters" Shape::Object(&NATIONAL),
    May "task:Deadlines" Shape::Object(&LD_DEADLINES),
    May "task:ManualInformation" LONG,
);

table!(
    REQUEST_DETAILS:
    May "task:Type" Shape::Entry(Some(RequestType::DICTIONARY)),
    May "task:StartTime" Shape::Time,
    May "task:EndTime" Shape::Time,
    May "task:ObservedTime" Shape::Time,
    May "task:ObservedTimes" Shape::List(&Shape::Time),
    May "task:RequestValues" Shape::Object(&VALUES),
    May "task:Subtype" Shape::Object(&SUBTYPES),
    May "task:TargetIdentifierSubtype" Shape::Entry(None),
);

table!(
    VALUES:
    Must "task:RequestValue" Shape::List(&Shape::Object(&VALUE)),
);

table!(
    VALUE:
    Must "task:FormatType" Shape::Object(&FORMAT),
    Must "task:Value" LONG,
);

table!(
    FORMAT:
    Must "task:FormatOwner" SHORT,
    Must "task:FormatName" SHORT,
);

table!(
    SUBTYPES:
    Must "task:RequestSubtype" Shape::List(&Shape::Entry(None)),
);

table!(
    DELIVERY_DETAILS:
    Must "task:LDDeliveryDestination" Shape::List(&Shape::Object(&DESTINATION)),
);

table!(
    DESTINATION:
    May "task:DeliveryAddress" Shape::Object(&ADDRESS),
    May "task:DestinationReference" Shape::Uuid,
    May "task:EncryptionReference" Shape::Uuid,
    May "task:EncryptionDetails" Shape::Object(&NATIONAL),
    May "task:LDHandoverFormat" Shape::Entry(Some(LDHandoverFormat::DICTIONARY)),
    May "task:LDDeliveryProfile" Shape::Entry(None),
    May "task:NationalDeliveryParameters" Shape::Object(&NATIONAL),
);

table!(
    ADDRESS:
    OneOf "task:IPv4Address" SHORT,
    OneOf "task:IPv6Address" SHORT,
    OneOf "task:IPAddressPort" Shape::Any,
    OneOf "task:IPAddressPortRange" Shape::Any,
    OneOf "task:E164Number" SHORT,
    OneOf "task:FTPAddress" LONG,
    OneOf "task:URL" LONG,
    OneOf "task:FQDN" LONG,
    OneOf "task:EmailAddress" LONG,
    OneOf "task:EndpointID" Shape::Object(&ENDPOINT),
    OneOf "task:DeliveryInformationID" LONG,
);

table!(
    LD_FLAGS:
    May "task:LDTaskFlag" Shape::List(&Shape::Entry(Some(LDTaskFlag::DICTIONARY))),
);

table!(
    PRESERVATION_REFERENCES:
    Must "task:AlternativePreservationReference" Shape::List(&Shape::Object(&PRESERVATION_REFERENCE)),
);

table!(
    PRESERVATION_REFERENCE:
    Must "task:ReferenceValue" LONG,
    May "task:NatureOfReference" LONG,
    May "task:TransmissionTime" Shape::Time,
);

table!(
    NATIONAL (None, true):
    Must "task:CountryCode" Shape::Country,
);

table!(
    LD_DEADLINES:
    May "task:LDDeadline" Shape::List(&Shape::Object(&DEADLINE)),
);

table!(
    DEADLINE:
    May "task:DateTime" Shape::Time,
    May "task:NatureOfDeadline" Shape::Entry(None),
    May "task:OtherInformation" LONG,
);

table!(
    PRESERVATION (Some(&BASE), false):
    May "task:Status" Shape::Entry(Some(LPTaskStatus::DICTIONARY)),
    May "task:StatusReason" Shape::Object(&FAILURE),
    May "task:DesiredStatus" Shape::Entry(Some(LPTaskDesiredStatus::DICTIONARY)),
    May "task:RequestDetails" Shape::Object(&PRESERVATION_DETAILS),
    May "task:DesiredPreservationExpiration" Shape::Time,
    May "task:PreservationExpiration" Shape::Time,
    May "task:CSPID" Shape::Object(&ENDPOINT),
    May "task:NationalLPTaskingParameters" Shape::Object(&NATIONAL),
);

table!(
    PRESERVATION_DETAILS:
    May "task:Type" Shape::Entry(Some(RequestType::DICTIONARY)),
    May "task:StartTime" Shape::Time,
    May "task:EndTime" Shape::Time,
    May "task:RequestValues" Shape::Object(&VALUES),
    May "task:Subtype" Shape::Object(&SUBTYPES),
    May "task:TargetIdentifierSubtype" Shape::Entry(None),
);

table!(
    TAKEDOWN (Some(&BASE), false):
    May "task:RequesterReference" LONG,
    May "task:CSPReference" LONG,
    May "task:Status" Shape::Entry(Some(TDTaskStatus::DICTIONARY)),
    May "task:StatusReason" Shape::Object(&FAILURE),
    May "task:DesiredStatus" Shape::Entry(Some(TDTaskDesiredStatus::DICTIONARY)),
    May "task:RequestDetails" Shape::Object(&TAKEDOWN_DETAILS),
    May "task:CSPID" Shape::Object(&ENDPOINT),
    May "task:Flags" Shape::Object(&TD_FLAGS),
    May "task:NationalTDTaskingParameters" Shape::Object(&NATIONAL),
    May "task:Deadlines" Shape::Object(&TD_DEADLINES),
    May "task:AlternativeDisclosureReferences" Shape::Object(&DISCLOSURE_REFERENCES),
    May "task:ManualInformation" LONG,
);

table!(
    TAKEDOWN_DETAILS:
    May "task:RequestValues" Shape::Object(&VALUES),
    May "task:RequestValueRefinement" LONG,
    May "task:ObservedTimes" Shape::Object(&OBSERVED_TIMES),
);

table!(
    OBSERVED_TIMES:
    May "task:ObservedTime" Shape::List(&Shape::Time),
);

table!(
    TD_FLAGS:
    May "task:TDTaskFlag" Shape::List(&Shape::Entry(None)),
);

table!(
    TD_DEADLINES:
    May "task:TakedownDeadline" Shape::List(&Shape::Object(&DEADLINE)),
);

table!(
    DISCLOSURE_REFERENCES:
    May "task:AlternativeDisclosureReference" Shape::List(&Shape::Object(&DISCLOSURE_REFERENCE)),
);

table!(
    DISCLOSURE_REFERENCE:
    May "task:ReferenceValue" LONG,
    May "task:NatureOfReference" Shape::Entry(None),
    May "task:TransmissionTime" Shape::Time,
);
