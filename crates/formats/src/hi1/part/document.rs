//! A document: a file that belongs to an authorisation, with its checksum.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use renkei_core::id::Digest;

use super::Part;
use super::shared::{Base, entry, needed, optional, word};
use crate::hi1::finding::Code;
use crate::hi1::name::Kind;
use crate::hi1::tree::Object;
use crate::hi1::word::DocumentType;

/// A document (clause 7.3). Its first link is the authorisation.
#[derive(Clone, PartialEq, Eq)]
pub struct Document {
    /// Identifier, owner, generation, authorisation.
    pub base: Base,
    /// The number of the document.
    pub reference: Option<String>,
    /// Its name.
    pub name: String,
    /// What it is; `None`: none of the standard's words, as for a signed inquiry.
    pub kind: Option<DocumentType>,
    /// The media type.
    pub media_type: String,
    /// The bytes.
    pub bytes: Vec<u8>,
}

/// How checksums are named.
pub(super) const SHA256: &str = "SHA-256";

impl Part for Document {
    fn to_object(&self) -> Object {
        let body = Object::new()
            .with("doc:Contents", STANDARD.encode(&self.bytes))
            .with("doc:ContentType", self.media_type.as_str())
            .with("doc:Checksum", Digest::of(&self.bytes).to_string())
            .with("doc:ChecksumType", SHA256);
        self.base
            .write(Kind::Document, None)
            .with_some("doc:DocumentReference", self.reference.as_deref())
            .with("doc:DocumentName", self.name.as_str())
            .with_some("doc:DocumentType", self.kind.map(entry))
            .with("doc:DocumentBody", body)
    }

    fn from_object(object: &Object) -> Result<Self, Code> {
        let body = object.object("doc:DocumentBody").ok_or(Code::MissingMember)?;
        let bytes = STANDARD.decode(needed(body, "doc:Contents")?).map_err(|_| Code::BadBase64)?;
        let is_sha256 = body.text("doc:ChecksumType").is_none_or(|kind| kind.eq_ignore_ascii_case(SHA256));
        if let Some(checksum) = body.text("doc:Checksum").filter(|_| is_sha256) {
            fits(checksum, &bytes)?;
        }
        Ok(Self {
            base: Base::read(object, Kind::Document)?,
            reference: optional(object, "doc:DocumentReference"),
            name: needed(object, "doc:DocumentName")?.to_owned(),
            kind: word(object, "doc:DocumentType", DocumentType::ALL),
            media_type: needed(body, "doc:ContentType")?.to_owned(),
            bytes,
        })
    }
}

/// Compares a SHA-256 in hexadecimal with the bytes.
pub(super) fn fits(checksum: &str, bytes: &[u8]) -> Result<(), Code> {
    if checksum.eq_ignore_ascii_case(&Digest::of(bytes).to_string()) { Ok(()) } else { Err(Code::BadChecksum) }
}

/// Name and size, not what stands in it.
impl std::fmt::Debug for Document {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Document").field("base", &self.base).field("bytes", &self.bytes.len()).finish_non_exhaustive()
    }
}
