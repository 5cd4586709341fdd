//! A delivery: whether there are data, or the data themselves with their checksum.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use renkei_core::id::Digest;

use super::Part;
use super::document::{SHA256, fits};
use super::shared::{Base, entry, needed, word};
use crate::hi1::finding::Code;
use crate::hi1::name::{DeliveryId, Kind};
use crate::hi1::tree::{Object, Value};
use crate::hi1::word::{DeliveryDesiredStatus, DeliveryStatus};

/// A delivery (clause 10). Its first link is the task that it answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// Identifier, owner, generation, task.
    pub base: Base,
    /// The reference of the task (LDID).
    pub reference: String,
    /// What the parts of one answer share.
    pub delivery: DeliveryId,
    /// The number of the part, from 1.
    pub sequence: u64,
    /// Whether it is the last part.
    pub is_last: bool,
    /// What is handed over.
    pub content: Content,
    /// Where the receiver says that it stands.
    pub status: Option<DeliveryStatus>,
    /// Where the sender wants it to be.
    pub desired: Option<DeliveryDesiredStatus>,
}

/// What is handed over.
#[derive(Clone, PartialEq, Eq)]
pub enum Content {
    /// Whether there are data; none is an answer of its own (S4.8).
    Existence(bool),
    /// A file. Read only if its checksum and its length, where they are said, fit.
    File {
        /// The name that it has at the provider.
        name: String,
        /// The media type.
        media_type: String,
        /// The bytes.
        bytes: Vec<u8>,
    },
}

impl Part for Delivery {
    fn to_object(&self) -> Object {
        self.base
            .write(Kind::Delivery, None)
            .with("delivery:Reference", Object::new().with("delivery:LDID", self.reference.as_str()))
            .with("delivery:DeliveryID", self.delivery.to_string())
            .with("delivery:SequenceNumber", self.sequence)
            .with("delivery:LastSequence", self.is_last)
            .with("delivery:Delivery", self.content.write())
            .with_some("delivery:DeliveryStatus", self.status.map(entry))
            .with_some("delivery:DeliveryDesiredStatus", self.desired.map(entry))
    }

    fn from_object(object: &Object) -> Result<Self, Code> {
        let reference = object.object("delivery:Reference").ok_or(Code::NoTask)?;
        Ok(Self {
            base: Base::read(object, Kind::Delivery)?,
            reference: needed(reference, "delivery:LDID").map_err(|_| Code::NoTask)?.to_owned(),
            delivery: needed(object, "delivery:DeliveryID")?.parse().map_err(|_| Code::BadUuid)?,
            sequence: object.count("delivery:SequenceNumber").ok_or(Code::MissingMember)?,
            is_last: object.flag("delivery:LastSequence").ok_or(Code::MissingMember)?,
            content: Content::read(object.object("delivery:Delivery").ok_or(Code::MissingMember)?)?,
            status: word(object, "delivery:DeliveryStatus", DeliveryStatus::ALL),
            desired: word(object, "delivery:DeliveryDesiredStatus", DeliveryDesiredStatus::ALL),
        })
    }
}

impl Content {
    fn write(&self) -> Object {
        match self {
            Self::Existence(is_there) => Object::new().with("delivery:DataExistence", *is_there),
            Self::File { name, media_type, bytes } => {
                let data = Object::new()
                    .with("delivery:Data", STANDARD.encode(bytes))
                    .with("delivery:ContentType", media_type.as_str())
                    .with("delivery:Checksum", Digest::of(bytes).to_string())
                    .with("delivery:OriginalFilename", name.as_str())
                    .with("delivery:ContentLength", bytes.len() as u64);
                Object::new().with("delivery:BinaryData", data)
            }
        }
    }

    fn read(object: &Object) -> Result<Self, Code> {
        if let Some(is_there) = object.flag("delivery:DataExistence") {
            return Ok(Self::Existence(is_there));
        }
        // Data in the message's own encoding and addresses to fetch from are not of the profile.
        let data = object.object("delivery:BinaryData").ok_or(Code::UnknownKind)?;
        let bytes = STANDARD.decode(needed(data, "delivery:Data")?).map_err(|_| Code::BadBase64)?;
        if data.count("delivery:ContentLength").is_some_and(|length| length != bytes.len() as u64) {
            return Err(Code::BadChecksum);
        }
        sums(data).try_for_each(|checksum| fits(checksum, &bytes))?;
        Ok(Self::File {
            name: data.text("delivery:OriginalFilename").unwrap_or_default().to_owned(),
            media_type: needed(data, "delivery:ContentType")?.to_owned(),
            bytes,
        })
    }
}

/// Every SHA-256 that is said; a checksum whose kind is not said is taken for one.
fn sums(data: &Object) -> impl Iterator<Item = &str> {
    let is_ours = |kind: Option<&str>| kind.is_none_or(|kind| kind.eq_ignore_ascii_case(SHA256));
    let one = data.text("delivery:Checksum").filter(|_| is_ours(data.text("delivery:ChecksumType")));
    let list = data.object("delivery:Checksums").map_or(&[][..], |list| list.all("common:ChecksumAndType"));
    let more = list.iter().filter_map(Value::as_object);
    let more = more.filter(move |sum| is_ours(sum.text("common:ChecksumType")));
    one.into_iter().chain(more.filter_map(|sum| sum.text("common:Checksum")))
}

/// Kind and size, not what stands in it.
impl std::fmt::Debug for Content {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Existence(is_there) => write!(f, "Existence({is_there})"),
            Self::File { bytes, .. } => write!(f, "File({} bytes)", bytes.len()),
        }
    }
}
