//! What is handed over (clause 10).

use super::base::{BASE, CHECKSUMS};
use super::{LONG, SHORT, Shape, table};
use crate::hi1::word::{DeliveryDesiredStatus, DeliveryStatus, ManifestSpecification, Word};

table!(
    DELIVERY (Some(&BASE), false):
    May "delivery:Reference" Shape::Object(&REFERENCE),
    May "delivery:DeliveryID" Shape::Uuid,
    May "delivery:SequenceNumber" Shape::Count(0),
    May "delivery:LastSequence" Shape::Flag,
    May "delivery:Manifest" Shape::Object(&MANIFEST),
    May "delivery:Delivery" Shape::Object(&CONTENT),
    May "delivery:DeliveryStatus" Shape::Entry(Some(DeliveryStatus::DICTIONARY)),
    May "delivery:DeliveryDesiredStatus" Shape::Entry(Some(DeliveryDesiredStatus::DICTIONARY)),
    May "delivery:EncryptionDetails" Shape::Object(&ENCRYPTION),
);

table!(
    REFERENCE:
    OneOf "delivery:LDID" LONG,
    OneOf "delivery:LIID" LONG,
);

table!(
    MANIFEST:
    OneOf "delivery:Specification" Shape::Entry(Some(ManifestSpecification::DICTIONARY)),
    OneOf "delivery:ExternalSchema" Shape::Object(&EXTERNAL_SCHEMA),
);

table!(
    EXTERNAL_SCHEMA:
    May "delivery:ManifestID" LONG,
    May "delivery:ManifestContents" Shape::Object(&MANIFEST_CONTENTS),
);

table!(
    MANIFEST_CONTENTS:
    OneOf "delivery:BinaryData" Shape::Object(&BINARY),
    OneOf "delivery:XMLSchema" Shape::Any,
    OneOf "delivery:JSONSchema" Shape::Any,
);

table!(
    CONTENT:
    OneOf "delivery:BinaryData" Shape::Object(&BINARY),
    OneOf "delivery:XMLData" Shape::Any,
    OneOf "delivery:JSONData" Shape::Any,
    OneOf "delivery:URL" Shape::Object(&URL),
    OneOf "delivery:DataExistence" Shape::Flag,
);

table!(
    BINARY:
    Must "delivery:Data" Shape::Base64,
    May "delivery:ContentType" SHORT,
    May "delivery:Checksum" SHORT,
    May "delivery:ChecksumType" SHORT,
    May "delivery:Checksums" Shape::Object(&CHECKSUMS),
    May "delivery:OriginalFilename" LONG,
    May "delivery:ContentLength" Shape::Count(0),
);

table!(
    URL:
    Must "delivery:URL" LONG,
    May "delivery:ContentLength" Shape::Count(0),
    May "delivery:ContentType" LONG,
    May "delivery:Expiry" Shape::Microseconds,
    May "delivery:Checksum" SHORT,
    May "delivery:OriginalFilename" LONG,
    May "delivery:CSPDefinedIdentifier" LONG,
    May "delivery:ChecksumType" SHORT,
    May "delivery:Checksums" Shape::Object(&CHECKSUMS),
);

table!(
    ENCRYPTION:
    May "delivery:EncryptionReference" Shape::Uuid,
    May "delivery:AdditionalInformation" LONG,
);
