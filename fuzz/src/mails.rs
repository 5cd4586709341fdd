//! Any bytes as a mail that came in: nothing may fall, and what is told of it hangs together.

use renkei_core::mail::Kind;
use renkei_post::inbound::{Content, Mail};

/// Mails.
pub fn mail(data: &[u8]) {
    // The domain is a constant, so that this cannot fail.
    let Ok(office) = "office.example".parse() else { return };
    let mail = Mail::read(data, &office);
    match &mail.content {
        Content::Nothing => assert!(mail.tokens.is_empty() && mail.letters.is_empty() && !mail.faults.is_empty()),
        Content::Reply(None) => assert_eq!(mail.faults.len(), 1),
        Content::Reply(Some(_)) | Content::AutoReply => assert!(mail.faults.is_empty()),
        Content::Report(deliveries) => assert_eq!(deliveries.is_empty(), !mail.faults.is_empty()),
    }
    assert_eq!(mail.content.kind() == Kind::Unreadable, mail.content == Content::Nothing);
    assert_eq!(mail, Mail::read(data, &office));
}
