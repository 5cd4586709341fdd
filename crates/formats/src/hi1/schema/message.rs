//! Header, payload, verbs and their answers (clauses 6.2 to 6.4).

use super::base::{ENDPOINT, FAILURE, TIMESPAN};
use super::config::CONFIG_ANSWER;
use super::{LONG, SHORT, Shape, table};
use crate::hi1::word::{ObjectType, Word};

table!(
    /// The root.
    MESSAGE_FIELDS:
    Must "Header" Shape::Object(&HEADER),
    Must "Payload" Shape::Object(&PAYLOAD),
    May "Signature" Shape::Any,
    May "Signatures" Shape::Any,
);

/// The root of a message.
pub(in crate::hi1) static MESSAGE: &super::Table = &MESSAGE_FIELDS;

table!(
    HEADER:
    Must "SenderIdentifier" Shape::Object(&ENDPOINT),
    Must "ReceiverIdentifier" Shape::Object(&ENDPOINT),
    Must "TransactionIdentifier" Shape::Uuid,
    Must "Timestamp" Shape::Microseconds,
    Must "Version" Shape::Object(&VERSION),
    May "WorkflowIdentifier" LONG,
);

table!(
    VERSION:
    Must "ETSIVersion" Shape::Version,
    Must "NationalProfileOwner" SHORT,
    Must "NationalProfileVersion" SHORT,
);

table!(
    PAYLOAD:
    OneOf "RequestPayload" Shape::Object(&REQUEST),
    OneOf "ResponsePayload" Shape::Object(&RESPONSE),
);

table!(
    REQUEST:
    Must "ActionRequests" Shape::Object(&ACTION_REQUESTS),
);

table!(
    ACTION_REQUESTS:
    Must "ActionRequest" Shape::List(&Shape::Object(&ACTION_REQUEST)),
);

table!(
    ACTION_REQUEST:
    Must "ActionIdentifier" Shape::Count(0),
    OneOf "GET" Shape::Object(&IDENTIFIER),
    OneOf "CREATE" Shape::Object(&OBJECT),
    OneOf "UPDATE" Shape::Object(&OBJECT),
    OneOf "LIST" Shape::Object(&LIST),
    OneOf "DELIVER" Shape::Object(&IDENTIFIED_OBJECT),
    OneOf "GETCSPCONFIG" Shape::Object(&NOTHING),
);

table!(
    RESPONSE:
    OneOf "ActionResponses" Shape::Object(&ACTION_RESPONSES),
    OneOf "ErrorInformation" Shape::Object(&FAILURE),
);

table!(
    ACTION_RESPONSES:
    Must "ActionResponse" Shape::List(&Shape::Object(&ACTION_RESPONSE)),
);

table!(
    ACTION_RESPONSE:
    Must "ActionIdentifier" Shape::Count(0),
    OneOf "GETResponse" Shape::Object(&OBJECT),
    OneOf "CREATEResponse" Shape::Object(&IDENTIFIER_AND_OBJECT),
    OneOf "UPDATEResponse" Shape::Object(&IDENTIFIER_AND_OBJECT),
    OneOf "LISTResponse" Shape::Object(&RECORDS),
    OneOf "ErrorInformation" Shape::Object(&FAILURE),
    OneOf "DELIVERResponse" Shape::Object(&IDENTIFIER),
    OneOf "GETCSPCONFIGResponse" Shape::Object(&CONFIG_ANSWER),
);

table!(
    IDENTIFIER:
    Must "Identifier" Shape::Uuid,
);

table!(
    OBJECT:
    Must "HI1Object" Shape::Thing,
);

table!(
    IDENTIFIED_OBJECT:
    Must "Identifier" Shape::Uuid,
    Must "HI1Object" Shape::Thing,
);

table!(
    IDENTIFIER_AND_OBJECT:
    Must "Identifier" Shape::Uuid,
    May "HI1Object" Shape::Thing,
);

table!(NOTHING:);

table!(
    LIST:
    May "ObjectType" Shape::Entry(Some(ObjectType::DICTIONARY)),
    May "LastChanged" Shape::Time,
    May "LastChangedTimespan" Shape::Object(&TIMESPAN),
    May "MaximumObjectCount" Shape::Count(1),
    May "Status" Shape::Entry(None),
    May "CountryCode" Shape::Country,
);

table!(
    RECORDS:
    May "ListResponseRecord" Shape::List(&Shape::Object(&RECORD)),
);

table!(
    RECORD:
    Must "ObjectType" Shape::Entry(Some(ObjectType::DICTIONARY)),
    Must "Identifier" Shape::Uuid,
    May "CountryCode" Shape::Country,
    May "OwnerIdentifier" SHORT,
    Must "Generation" Shape::Count(0),
    May "ExternalIdentifier" LONG,
    May "LastChanged" Shape::Time,
);
