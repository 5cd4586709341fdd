//! Mails: one letter built once into bytes that are stored, sent, and sent again unchanged.
//!
//! Everything in a mail follows from the letter: the Message-ID from its id, the date from the
//! moment given, the boundary from its id. So a letter built twice is the same, and a letter sent
//! twice can be told for one by its Message-ID (RFC 5322 §3.6.4).

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use lettre::Message;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Attachment as MailAttachment, Mailbox, MultiPart, SinglePart};
use renkei_core::id::LetterId;
use renkei_core::time::Moment;

use crate::address::{AddressError, MailAddress, MailDomain, ReplyToken};
use crate::pack::Attachment;

/// A mail to be built.
#[derive(Debug, Clone)]
pub struct Letter<'a> {
    /// Its id; the Message-ID is made from it.
    pub id: LetterId,
    /// The office's mail domain.
    pub office: &'a MailDomain,
    /// The office's name as the recipient's program shows it.
    pub office_name: &'a str,
    /// The address it is from (`office@office.example`).
    pub from: &'a MailAddress,
    /// The party's desk.
    pub to: &'a MailAddress,
    /// Leads answers, and mails that cannot be delivered, back to the request.
    pub reply: ReplyToken,
    /// Earlier letters of the thread, the first one first; empty: this is the first.
    pub thread: &'a [LetterId],
    /// The moment it is dated.
    pub date: Moment,
    /// Its subject, one line.
    pub subject: &'a str,
    /// Its text, LF line ends.
    pub text: &'a str,
    /// Its attachments.
    pub attachments: Vec<Attachment>,
}

/// A mail that is built: an envelope and the bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outgoing {
    /// The letter.
    pub id: LetterId,
    /// Envelope sender: the reply address, so that a mail that comes back finds its request.
    pub sender: MailAddress,
    /// Envelope recipient.
    pub recipient: MailAddress,
    /// The mail, CRLF line ends.
    pub bytes: Vec<u8>,
}

/// Why a mail cannot be built.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// An address is not one.
    #[error(transparent)]
    Address(#[from] AddressError),
    /// The subject has control characters.
    #[error("the subject is not one line")]
    Subject,
    /// The mail library refused.
    #[error("the mail cannot be built: {0}")]
    Library(#[from] lettre::error::Error),
    /// A media type that is not one.
    #[error("`{0}` is not a media type")]
    MediaType(String),
}

/// Why stored bytes are not a mail of ours.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the stored mail has no readable `{0}`")]
pub struct StoredError(&'static str);

/// `ltr-…@office.example`, without the angle brackets.
pub fn message_id(letter: LetterId, office: &MailDomain) -> String {
    format!("{letter}@{}", office.as_str())
}

/// The letter that a Message-ID (with or without angle brackets) of this office names.
pub fn letter_of(message_id: &str) -> Option<LetterId> {
    let inner = message_id.trim().trim_start_matches('<').trim_end_matches('>');
    inner.split_once('@')?.0.parse().ok()
}

impl Letter<'_> {
    /// Builds the mail.
    pub fn build(self) -> Result<Outgoing, BuildError> {
        if self.subject.contains(char::is_control) || self.office_name.contains(char::is_control) {
            return Err(BuildError::Subject);
        }
        let reply: MailAddress = self.reply.address(self.office).parse()?;
        let from = Mailbox::new(Some(self.office_name.to_string()), self.from.inner().clone());
        let mut builder = Message::builder()
            .message_id(Some(angled(self.id, self.office)))
            .date(since_1970(self.date))
            .from(from)
            .reply_to(Mailbox::new(None, reply.inner().clone()))
            .to(Mailbox::new(None, self.to.inner().clone()))
            .subject(self.subject)
            // RFC 3834: programs that answer mails leave this one alone.
            .raw_header(header("Auto-Submitted", "auto-generated"))
            .raw_header(header("Content-Language", "ja, en"));
        if let Some(last) = self.thread.last() {
            let references: Vec<String> = self.thread.iter().map(|id| angled(*id, self.office)).collect();
            builder = builder.in_reply_to(angled(*last, self.office)).references(references.join(" "));
        }
        let (id, recipient) = (self.id, self.to.clone());
        let message = builder.multipart(self.parts()?)?;
        Ok(Outgoing { id, sender: reply, recipient, bytes: message.formatted() })
    }

    fn parts(self) -> Result<MultiPart, BuildError> {
        // `=_` cannot stand in base64 or quoted-printable, so the boundary is in no part.
        let boundary = format!("=_{}", self.id);
        let parts = MultiPart::mixed().boundary(boundary).singlepart(SinglePart::plain(self.text.to_string()));
        self.attachments.into_iter().try_fold(parts, |parts, attachment| {
            let Attachment { name, media_type, bytes } = attachment;
            let kind = ContentType::parse(media_type).map_err(|_| BuildError::MediaType(media_type.to_string()))?;
            Ok(parts.singlepart(MailAttachment::new(name).body(bytes, kind)))
        })
    }
}

impl Outgoing {
    /// Reads envelope and id back from stored bytes, for a second attempt after a crash.
    pub fn from_stored(bytes: Vec<u8>) -> Result<Self, StoredError> {
        let id = header_of(&bytes, "Message-ID").and_then(|value| letter_of(&value));
        let sender = header_of(&bytes, "Reply-To").and_then(|value| value.parse().ok());
        let recipient = header_of(&bytes, "To").and_then(|value| value.parse().ok());
        Ok(Self {
            id: id.ok_or(StoredError("Message-ID"))?,
            sender: sender.ok_or(StoredError("Reply-To"))?,
            recipient: recipient.ok_or(StoredError("To"))?,
            bytes,
        })
    }
}

/// The value of a header that we wrote ourselves: ASCII, perhaps folded.
fn header_of(bytes: &[u8], name: &str) -> Option<String> {
    let end = bytes.windows(4).position(|window| window == b"\r\n\r\n")?;
    let head = std::str::from_utf8(bytes.get(..end)?).ok()?;
    let mut lines = head
        .split("\r\n")
        .skip_while(|line| line.split_once(':').is_none_or(|(found, _)| !found.eq_ignore_ascii_case(name)));
    let first = lines.next()?.split_once(':')?.1;
    let folded = lines.take_while(|line| line.starts_with([' ', '\t']));
    let value: String = std::iter::once(first).chain(folded).collect();
    Some(value.trim().to_string())
}

fn angled(id: LetterId, office: &MailDomain) -> String {
    format!("<{}>", message_id(id, office))
}

fn header(name: &'static str, value: &str) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_string())
}

/// Mail dates have whole seconds; moments before 1970 do not occur in letters.
fn since_1970(at: Moment) -> SystemTime {
    UNIX_EPOCH + Duration::from_micros(u64::try_from(at.0).unwrap_or(0))
}
